// krait/data/byte_tokenizer.hpp: a token a byte of UTF-8. Four control bytes that no text holds serve as special
// tokens, so the vocabulary stays 256.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <krait/core/error.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace krait::data {

struct byte_tokenizer {
  static constexpr int vocabulary = 256;
  static constexpr std::int32_t pad = 0x00;        // NUL
  static constexpr std::int32_t begin = 0x02;      // STX, start of text
  static constexpr std::int32_t end = 0x03;        // ETX, end of text
  static constexpr std::int32_t separator = 0x1F;  // US, unit separator: between question and answer

  static constexpr bool special(std::int32_t id) { return id == pad || id == begin || id == end || id == separator; }

  /// Adds the ids of `text`, one a byte. Throws data_error if it holds a special byte.
  static void append(std::string_view text, std::vector<std::int32_t>& ids) {
    const auto id = [](char c) { return std::int32_t{static_cast<unsigned char>(c)}; };
    const auto bad = std::ranges::find_if(text, special, id);
    if (bad != text.end())
      throw data_error("The control byte " + std::to_string(id(*bad)) + " stands at byte " +
                       std::to_string(bad - text.begin()) + " of a text, but is a special token; remove it.");
    std::ranges::transform(text, std::back_inserter(ids), id);
  }

  static std::vector<std::int32_t> encode(std::string_view text) {
    std::vector<std::int32_t> ids;
    append(text, ids);
    return ids;
  }

  /// Text up to the first `end` token. Other special tokens, which only a model that errs puts there, become U+FFFD:
  /// such an answer equals no true one and prints. A model may put out bytes that are not UTF-8; they are kept. Throws
  /// data_error for an id that is no byte.
  static std::string decode(std::span<const std::int32_t> ids) {
    std::string text;
    for (const std::int32_t id : ids) {
      if (id == end) break;
      if (id < 0 || id >= vocabulary)
        throw data_error("The token id " + std::to_string(id) + " is no byte; ids of this tokenizer are 0 to 255.");
      if (special(id))
        text += "\uFFFD";
      else
        text += static_cast<char>(id);
    }
    return text;
  }
};

}  // namespace krait::data
