// krait/tokenizer/utf8.hpp: UTF-8 a character at a time, and where it is broken.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace krait::tokenizer {

/// What becomes of bytes that are no UTF-8, which a model may put out: kept, or U+FFFD where Hugging Face puts it.
enum class broken { keep, replace };

namespace detail {

/// What begins at a byte: `length` bytes that are a character, or are not one (the longest part that a character could
/// begin with, at least 1), or are not one yet, because the text ends.
struct utf8_piece {
  std::size_t length;
  bool whole, cut;
};

/// Unicode 15, table 3-7. at < text.size().
constexpr utf8_piece piece_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(at);
  if (first < 0x80) return {1, true, false};
  const std::size_t need = first >= 0xC2 && first <= 0xDF ? 2 : first >= 0xE0 && first <= 0xEF ? 3 : 4;
  if (first < 0xC2 || first > 0xF4) return {1, false, false};
  unsigned low = 0x80, high = 0xBF;  // of the second byte
  if (first == 0xE0) low = 0xA0;
  if (first == 0xED) high = 0x9F;
  if (first == 0xF0) low = 0x90;
  if (first == 0xF4) high = 0x8F;
  for (std::size_t k = 1; k < need; ++k, low = 0x80, high = 0xBF) {
    if (at + k == text.size()) return {k, false, true};
    if (byte(at + k) < low || byte(at + k) > high) return {k, false, false};
  }
  return {need, true, false};
}

/// Place of the first byte that is not of valid UTF-8; npos if there is none.
constexpr std::size_t broken_at(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const utf8_piece here = piece_at(text, i);
    if (!here.whole) return i;
    i += here.length;
  }
  return std::string_view::npos;
}

/// The code point at p, which moves past it. Valid UTF-8 only.
constexpr char32_t next_point(const char*& p) {
  const auto byte = [&] { return static_cast<unsigned char>(*p++); };
  const unsigned first = byte();
  if (first < 0x80) return first;
  const auto rest = [&](char32_t top, int bytes) {
    for (; bytes; --bytes) top = top << 6 | (byte() & 0x3F);
    return top;
  };
  return first < 0xE0 ? rest(first & 0x1F, 1) : first < 0xF0 ? rest(first & 0x0F, 2) : rest(first & 0x07, 3);
}

constexpr void add_point(std::string& text, char32_t c) {
  const auto add = [&](char32_t byte) { text += static_cast<char>(byte); };
  if (c < 0x80) return add(c);
  if (c < 0x800) {
    add(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      add(0xE0 | c >> 12);
    } else {
      add(0xF0 | c >> 18);
      add(0x80 | (c >> 12 & 0x3F));
    }
    add(0x80 | (c >> 6 & 0x3F));
  }
  add(0x80 | (c & 0x3F));
}

/// Bytes as text: every broken part becomes one U+FFFD, as Unicode recommends (and Rust and Python do).
constexpr std::string valid_text(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size();) {
    const utf8_piece here = piece_at(bytes, i);
    if (here.whole)
      text += bytes.substr(i, here.length);
    else
      text += "\xEF\xBF\xBD";
    i += here.length;
  }
  return text;
}

}  // namespace detail
}  // namespace krait::tokenizer
