// krait/data/placed_word.hpp: a word and where it stands, so that an error about it can say so.
#pragma once
#include <cstddef>
#include <krait/core/lines.hpp>
#include <krait/core/utf8.hpp>
#include <string>
#include <string_view>

namespace krait::data {

struct placed_word {
  std::string_view text;
  std::string_view file = {};
  std::size_t line = 0;
};

namespace detail {
/// The error of a word, with where it stands.
inline data_error of_word(const placed_word& word, const std::string& what) {
  std::size_t shown = 0;  // of an address, say, the beginning is enough
  while (shown < word.text.size() && shown < 60) shown += utf8::length(word.text, shown);
  return at_line(
      word.file.empty() ? "a text" : std::string(word.file), word.line,
      "the word '" + std::string(word.text.substr(0, shown)) + (shown < word.text.size() ? "...' " : "' ") + what);
}
}  // namespace detail

}  // namespace krait::data
