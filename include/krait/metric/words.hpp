// krait/metric/words.hpp: lower case, punctuation and word sets as the published metrics see them (Python's str.lower,
// `\w` and split), by ICU. Link ICU::uc.
#pragma once
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <krait/core/error.hpp>
#include <krait/core/utf8.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::metric {

/// Lower case of UTF-8 text, in no particular language; bytes that are no UTF-8 pass.
inline std::string lower(std::string_view text) {
  std::string result;
  icu::StringByteSink<std::string> sink(&result, static_cast<std::int32_t>(text.size()));
  UErrorCode status = U_ZERO_ERROR;
  icu::CaseMap::utf8ToLower("", 0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr,
                            status);
  if (U_FAILURE(status)) {
    throw data_error(std::string{"lower: ICU cannot turn a text into lower case ("} + u_errorName(status) +
                     "); check that it is UTF-8.");
  }
  return result;
}

/// Whether a code point, as utf8::length cuts it, is Python's `\w`: a letter, a number or the underscore.
inline bool is_word_letter(std::string_view point) {
  if (point == "_") return true;
  std::int32_t at = 0;
  UChar32 letter = 0;
  U8_NEXT(point.data(), at, static_cast<std::int32_t>(point.size()), letter);
  return letter >= 0 && (U_GET_GC_MASK(letter) & (U_GC_L_MASK | U_GC_N_MASK)) != 0;
}

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
