// krait/core/unicode.hpp: lower case and letters of UTF-8 text (Python's str.lower and `\w`), by ICU. Link ICU::uc.
#pragma once
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <krait/core/error.hpp>
#include <string>
#include <string_view>

namespace krait::utf8 {

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

}  // namespace krait::utf8
