// krait/tokenizer/byte_tokens_impl.hpp: definitions of byte_tokens.hpp.
#pragma once
#include <krait/tokenizer/byte_tokens.hpp>
#include <krait/tokenizer/train_bpe_impl.hpp>

namespace krait::tokenizer {

KRAIT_INLINE std::string byte_tokens() {
  using json = nlohmann::ordered_json;
  json vocabulary = json::object();
  auto& table = vocabulary.get_ref<json::object_t&>();
  for (int b = 0; b < 256; ++b) {
    const char byte = static_cast<char>(b);
    table.push_back({detail::to_alphabet({&byte, 1}), b});
  }
  const json byte_level{
      {"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", false}};
  return detail::tokenizer_file({.added = json::array(),
                                 .pre_tokenizer = byte_level,
                                 .decoder = byte_level,
                                 .vocabulary = std::move(vocabulary)});
}

}  // namespace krait::tokenizer
