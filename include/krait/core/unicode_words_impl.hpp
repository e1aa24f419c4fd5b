// krait/core/unicode_words_impl.hpp: word breaks by ICU, on the bytes as they are.
#pragma once
#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include <cstddef>
#include <cstdint>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/core/unicode_words.hpp>
#include <memory>
#include <string>

namespace krait::utf8 {

KRAIT_INLINE std::vector<std::string_view> unicode_words(std::string_view text) {
  const auto require = [](UErrorCode status) {
    if (U_FAILURE(status))
      throw data_error(std::string{"unicode_words: ICU cannot cut a text into words ("} + u_errorName(status) +
                       "); check that ICU's data are installed.");
  };
  thread_local const auto breaks = [&] {  // costly to make
    UErrorCode made = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> all(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), made));
    require(made);
    return all;
  }();
  UErrorCode status = U_ZERO_ERROR;
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, text.data(), static_cast<std::int64_t>(text.size()), &status);
  breaks->setText(&view, status);
  utext_close(&view);
  require(status);
  std::vector<std::string_view> found;
  std::int32_t start = breaks->first();
  for (std::int32_t end = breaks->next(); end != icu::BreakIterator::DONE; start = end, end = breaks->next())
    if (breaks->getRuleStatus() >= UBRK_WORD_NONE_LIMIT)
      found.push_back(text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start)));
  return found;
}

}  // namespace krait::utf8
