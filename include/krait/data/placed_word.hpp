// krait/data/placed_word.hpp: a word and where it stands, so that an error about it can say so.
#pragma once
#include <cstddef>
#include <krait/core/error.hpp>
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
/// The error of a line, with where it stands.
inline data_error at_line(const std::string& origin, std::size_t line, const std::string& what) {
  return data_error(origin + ", line " + std::to_string(line) + ": " + what);
}
inline data_error of_word(const placed_word& word, const std::string& what) {
  std::size_t shown = 0;  // of an address, say, the beginning is enough
  while (shown < word.text.size() && shown < 60) shown += utf8::length(word.text, shown);
  return data_error((word.file.empty() ? std::string("a text") : std::string(word.file)) + ", line " +
                    std::to_string(word.line) + ": the word '" + std::string(word.text.substr(0, shown)) +
                    (shown < word.text.size() ? "...' " : "' ") + what);
}
}  // namespace detail

}  // namespace krait::data
