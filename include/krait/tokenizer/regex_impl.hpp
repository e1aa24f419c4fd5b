// krait/tokenizer/regex_impl.hpp: definitions of regex.hpp.
#pragma once
#include <unicode/regex.h>
#include <unicode/unistr.h>

#include <krait/core/error.hpp>
#include <krait/tokenizer/regex.hpp>
#include <krait/tokenizer/unicode_impl.hpp>
#include <krait/tokenizer/utf8.hpp>

namespace krait::tokenizer::detail {

struct regex::compiled {
  std::unique_ptr<const icu::RegexPattern> pattern;
  std::string text;
};

KRAIT_INLINE regex::regex(const std::string& pattern) {
  UErrorCode status = U_ZERO_ERROR;
  UParseError where;
  auto made = std::make_shared<compiled>();
  made->text = pattern;
  made->pattern.reset(icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(icu_piece(pattern)), 0, where, status));
  if (U_FAILURE(status))
    throw data_error("the regular expression " + pattern + " cannot be read by ICU (" + u_errorName(status) +
                     " at character " + std::to_string(where.offset) + ")");
  compiled_ = std::move(made);
}

KRAIT_INLINE std::vector<extent> regex::find(std::string_view text) const {
  const icu::UnicodeString wide = icu::UnicodeString::fromUTF8(icu_piece(text));
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::RegexMatcher> matcher(compiled_->pattern->matcher(wide, status));
  if (U_SUCCESS(status)) matcher->setStackLimit(0, status);  // a run of a million blanks exceeds the default, 8 MB
  std::vector<extent> found;
  const char* p = text.data();
  std::int32_t at = 0;  // p in units of UTF-16
  const auto place = [&](std::int32_t unit) {
    while (at < unit) at += next_point(p) > 0xFFFF ? 2 : 1;
    return static_cast<std::size_t>(p - text.data());
  };
  while (U_SUCCESS(status) && matcher->find(status)) {
    const std::size_t begin = place(matcher->start(status));
    found.push_back({begin, place(matcher->end(status))});
  }
  // find() is false at the end of the text and also when it gave up: only the status tells.
  if (U_FAILURE(status))
    throw data_error("ICU gives up on the regular expression " + compiled_->text + " in a text of " +
                     std::to_string(text.size()) + " bytes (" + u_errorName(status) + "); split the text.");
  return found;
}

}  // namespace krait::tokenizer::detail
