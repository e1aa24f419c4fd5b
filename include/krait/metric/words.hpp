// krait/metric/words.hpp: lower case, punctuation and word sets as the published metrics see them (Python's str.lower,
// `\w` and split), by ICU. Link ICU::uc.
#pragma once
#include <algorithm>
#include <cstddef>
#include <krait/core/unicode.hpp>
#include <krait/core/utf8.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::metric {

using utf8::is_word_letter, utf8::lower;

/// What fuzzy matching compares: lower case, ends stripped, then everything but letters, numbers and white space
/// removed (Python: `re.sub(r'[^\w\s]', '', text.lower().strip())`).
inline std::string normalised(std::string_view text) {
  const std::string small = lower(text);
  std::string kept;
  kept.reserve(small.size());
  for (const std::string_view point : utf8::code_points(utf8::strip(small))) {
    if (utf8::is_space(point) || is_word_letter(point)) kept += point;
  }
  return kept;
}

/// The different words of a text, sorted, as views into it.
inline std::vector<std::string_view> word_set(std::string_view text) {
  std::vector<std::string_view> words = utf8::words(text);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

inline bool contains(const std::vector<std::string_view>& word_set, std::string_view word) {
  return std::binary_search(word_set.begin(), word_set.end(), word);
}

/// Whether at least percent of the wanted words are among the given ones (both sets); false if none are wanted.
inline bool covers(const std::vector<std::string_view>& given, const std::vector<std::string_view>& wanted,
                   int percent) {
  const auto found = std::count_if(wanted.begin(), wanted.end(), [&](auto word) { return contains(given, word); });
  return !wanted.empty() && 100 * found >= percent * static_cast<std::ptrdiff_t>(wanted.size());
}

/// What a metric of word overlap does with a truth that normalises to at most one byte ("-", "+", "W"): such a truth is
/// within nearly every answer, so that hits on it say nothing.
enum class short_truths {
  left_out,  // and counted
  scored,    // as the released metrics do
};

/// Whether such a metric scores answers to this truth.
template <short_truths Short> bool scores(std::string_view truth) {
  return Short == short_truths::scored || normalised(truth).size() > 1;
}

}  // namespace krait::metric
