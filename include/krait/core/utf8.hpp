// krait/core/utf8.hpp: UTF-8 text as code points and as words, without tables. Bytes that are no UTF-8 pass unharmed.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace krait::utf8 {

/// Whether a byte continues a code point (10xxxxxx).
constexpr bool is_tail(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// The bytes of the code point that starts at text[at]; at < text.size(). Stray tails count as part of the one before.
constexpr std::size_t length(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && is_tail(text[end])) ++end;
  return end - at;
}

/// Whether one code point, as length() cuts it, is white space: Python's str.isspace(), which is also `\s` and split().
constexpr bool is_space(std::string_view point) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(point[i]); };
  switch (point.size()) {
    case 1:
      return (byte(0) >= 0x09 && byte(0) <= 0x0D) || (byte(0) >= 0x1C && byte(0) <= 0x20);
    case 2:
      return byte(0) == 0xC2 && (byte(1) == 0x85 || byte(1) == 0xA0);  // next line, no-break space
    case 3:
      return (byte(0) == 0xE2 && byte(1) == 0x80 &&  // U+2000..200A, 2028, 2029, 202F
              (byte(2) <= 0x8A || byte(2) == 0xA8 || byte(2) == 0xA9 || byte(2) == 0xAF)) ||
             point == "\xE1\x9A\x80" || point == "\xE2\x81\x9F" || point == "\xE3\x80\x80";  // U+1680, 205F, 3000
    default:
      return false;
  }
}

/// The code points in their order, as views into text.
inline std::vector<std::string_view> code_points(std::string_view text) {
  std::vector<std::string_view> points;
  points.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); at += points.back().size()) {
    points.push_back(text.substr(at, length(text, at)));
  }
  return points;
}

/// The words between white space, as views into text: Python's str.split().
inline std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  std::size_t start = 0;
  const auto close = [&](std::size_t end) {
    if (end > start) found.push_back(text.substr(start, end - start));
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = length(text, at);
    if (is_space(text.substr(at, size))) {
      close(at);
      start = at + size;
    }
    at += size;
  }
  close(text.size());
  return found;
}

/// The text without white space at either end: Python's str.strip().
inline std::string_view strip(std::string_view text) {
  const std::vector<std::string_view> found = words(text);
  if (found.empty()) return {};
  const char* end = found.back().data() + found.back().size();
  return {found.front().data(), static_cast<std::size_t>(end - found.front().data())};
}

}  // namespace krait::utf8
