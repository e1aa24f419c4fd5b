// krait/tokenizer/decoder.hpp: how the tokens of a tokenizer.json become bytes again.
#pragma once
#include <cstddef>
#include <krait/core/config.hpp>
#include <krait/tokenizer/normalizer.hpp>
#include <krait/tokenizer/pre_tokenizer.hpp>
#include <krait/tokenizer/utf8.hpp>
#include <string>
#include <variant>
#include <vector>

namespace krait::tokenizer::detail {

struct from_byte_level {};     // tokens written in the byte alphabet; others stand for themselves
struct from_byte_fallback {};  // <0x00> .. <0xFF>
struct fuse {};                // all tokens into one
struct strip_token {
  char32_t character;
  std::size_t start, stop;  // so many at most, from each token's beginning and end
};
struct word_ends {
  std::string suffix;  // becomes a space, at the end nothing
};
using decoder_step =
    std::variant<from_byte_level, from_byte_fallback, fuse, strip_token, replace_text, metaspace, word_ends>;

std::string decode(const std::vector<decoder_step>& steps, std::vector<std::string> tokens, broken bytes);

}  // namespace krait::tokenizer::detail

#ifndef KRAIT_COMPILED
#include <krait/tokenizer/decoder_impl.hpp>
#endif
