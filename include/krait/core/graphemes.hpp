// krait/core/graphemes.hpp: UTF-8 text as grapheme clusters, what a reader takes for one character: a letter with its
// accents, a Devanagari consonant with its vowel sign, a flag (Unicode Annex 29), by ICU. Link ICU::uc.
#pragma once
#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/utext.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <krait/core/error.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace krait::utf8 {
namespace detail {
inline void require_breaks(UErrorCode status) {
  if (U_FAILURE(status))
    throw data_error(std::string{"graphemes: ICU cannot cut a text into characters ("} + u_errorName(status) +
                     "); check that ICU's data are installed.");
}
}  // namespace detail

/// The clusters in their order, as views into text; put together they are the text. Bytes that are no UTF-8 stand for
/// themselves.
inline std::vector<std::string_view> graphemes(std::string_view text) {
  std::vector<std::string_view> found;
  found.reserve(text.size());
  // Of ASCII only "\r\n" is a cluster of two.
  if (std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == '\r'; })) {
    for (std::size_t i = 0; i < text.size(); ++i) found.push_back(text.substr(i, 1));
    return found;
  }
  UErrorCode status = U_ZERO_ERROR;
  thread_local const auto breaks = [] {  // costly to make
    UErrorCode made = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> all(icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), made));
    detail::require_breaks(made);
    return all;
  }();
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, text.data(), static_cast<std::int64_t>(text.size()), &status);
  breaks->setText(&view, status);
  utext_close(&view);
  detail::require_breaks(status);
  std::int32_t start = breaks->first();
  for (std::int32_t end = breaks->next(); end != icu::BreakIterator::DONE; start = end, end = breaks->next())
    found.push_back(text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start)));
  return found;
}

}  // namespace krait::utf8
