// krait/data/encoding.hpp: text that is not UTF-8 but UTF-16 or UTF-32, as Excel and PowerShell write it, is named, and
// so is what is neither.
#pragma once
#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <krait/core/error.hpp>
#include <string>
#include <string_view>

namespace krait::data::detail {

/// Whether text begins with the byte order mark of UTF-16 or UTF-32, or every other one of its first 16 bytes is NUL.
inline bool is_utf16(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") || text.starts_with("\0\0\xFE\xFF"sv)) return true;
  if (text.size() < 16) return false;
  for (const std::size_t first : {0, 1}) {
    bool all = true;
    for (std::size_t i = first; i < 16; i += 2) all = all && text[i] == '\0' && text[i ^ 1] != '\0';
    if (all) return true;
  }
  return false;
}

/// Throws data_error.
inline void refuse_utf16(std::string_view text, const std::string& origin) {
  if (is_utf16(text))
    throw data_error(origin + " is UTF-16 (or UTF-32) text, of which only UTF-8 is read; save it as UTF-8.");
}

/// Whether bytes are UTF-8 (RFC 3629); of at most 2 GiB.
inline bool is_utf8(std::string_view bytes) {
  const auto size = static_cast<std::int32_t>(bytes.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 letter = 0;
    U8_NEXT(bytes.data(), at, size, letter);
    if (letter < 0) return false;
  }
  return true;
}

/// Text for a message: control characters as question marks.
inline std::string printable(std::string_view text) {
  std::string shown{text};
  std::ranges::replace_if(
      shown, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
  return shown;
}

}  // namespace krait::data::detail
