// krait/tokenizer/byte_alphabet.hpp: a printable character for each byte, as byte-level vocabularies are written since
// GPT-2 (Radford et al. 2019): printable Latin-1 stands for itself, the other 68 bytes are U+0100 onwards, in order.
#pragma once
#include <array>
#include <krait/tokenizer/utf8.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace krait::tokenizer::detail {

inline constexpr std::array<char32_t, 256> byte_alphabet = [] {
  std::array<char32_t, 256> characters{};
  char32_t other = 0x100;
  for (char32_t b = 0; b < 256; ++b)
    characters[b] = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xFF && b != 0xAD) ? b : other++;
  return characters;
}();

/// The byte of each character below U+0144; -1 where it has none.
inline constexpr std::array<int, 0x144> byte_of_character = [] {
  std::array<int, 0x144> bytes{};
  bytes.fill(-1);
  for (int b = 0; b < 256; ++b) bytes[byte_alphabet[static_cast<std::size_t>(b)]] = b;
  return bytes;
}();

inline std::string to_alphabet(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) add_point(text, byte_alphabet[static_cast<unsigned char>(c)]);
  return text;
}

/// The bytes that a token is written for; nothing where one of its characters stands for no byte. Valid UTF-8 only.
inline std::optional<std::string> from_alphabet(std::string_view token) {
  std::string bytes;
  for (const char *p = token.data(), *end = p + token.size(); p < end;) {
    const char32_t c = next_point(p);
    if (c >= byte_of_character.size() || byte_of_character[c] < 0) return std::nullopt;
    bytes += static_cast<char>(byte_of_character[c]);
  }
  return bytes;
}

}  // namespace krait::tokenizer::detail
