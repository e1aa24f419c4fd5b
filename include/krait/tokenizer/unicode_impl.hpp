// krait/tokenizer/unicode_impl.hpp: definitions of unicode.hpp.
#pragma once
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>

#include <algorithm>
#include <krait/core/error.hpp>
#include <krait/core/unicode.hpp>
#include <krait/tokenizer/unicode.hpp>
#include <krait/tokenizer/utf8.hpp>
#include <limits>
#include <span>
#include <vector>

namespace krait::tokenizer::detail {

inline void check_icu(UErrorCode status, const char* what) {
  if (U_FAILURE(status))
    throw data_error(std::string("ICU cannot ") + what + " (" + u_errorName(status) +
                     "); check the installation of libicu.");
}

inline icu::StringPiece icu_piece(std::string_view text) {
  if (text.size() > std::size_t{std::numeric_limits<std::int32_t>::max()})
    throw data_error("A text of " + std::to_string(text.size()) +
                     " bytes is longer than ICU takes at once; split it into parts below 2 GiB.");
  return {text.data(), static_cast<std::int32_t>(text.size())};
}

inline const icu::Normalizer2& normalizer_of(normal_form form) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* found = form == normal_form::nfc    ? icu::Normalizer2::getNFCInstance(status)
                                  : form == normal_form::nfd  ? icu::Normalizer2::getNFDInstance(status)
                                  : form == normal_form::nfkc ? icu::Normalizer2::getNFKCInstance(status)
                                                              : icu::Normalizer2::getNFKDInstance(status);
  check_icu(status, "load its normal forms");
  return *found;
}

struct code_points {
  char32_t first, last;
};
/// Letters and numbers of Unicode 15.1 and 16, which `tokenizers` 0.23 knows; an older ICU takes them for unassigned.
inline constexpr code_points newer_letters[] = {
    {0x1C89, 0x1C8A},   {0xA7CB, 0xA7CD},   {0xA7DA, 0xA7DC},   {0x105C0, 0x105F3}, {0x10D4A, 0x10D65},
    {0x10D6F, 0x10D85}, {0x10EC2, 0x10EC4}, {0x11380, 0x11389}, {0x1138B, 0x1138B}, {0x1138E, 0x1138E},
    {0x11390, 0x113B5}, {0x113B7, 0x113B7}, {0x113D1, 0x113D1}, {0x113D3, 0x113D3}, {0x11BC0, 0x11BE0},
    {0x13460, 0x143FA}, {0x16100, 0x1611D}, {0x16D40, 0x16D6C}, {0x18CFF, 0x18CFF}, {0x1E5D0, 0x1E5ED},
    {0x1E5F0, 0x1E5F0}, {0x2EBF0, 0x2EE5D}};
inline constexpr code_points newer_numbers[] = {{0x10D40, 0x10D49}, {0x116D0, 0x116E3}, {0x11BF0, 0x11BF9},
                                                {0x16130, 0x16139}, {0x16D70, 0x16D79}, {0x1CCF0, 0x1CCF9},
                                                {0x1E5F1, 0x1E5FA}};

KRAIT_INLINE const std::uint8_t* character_table() {
  static const std::vector<std::uint8_t> table = [] {
    std::vector<std::uint8_t> bits(0x110000);
    const auto mark = [&](const char16_t* pattern, std::uint8_t bit) {
      UErrorCode status = U_ZERO_ERROR;
      const icu::UnicodeSet set(pattern, status);
      check_icu(status, "list the characters of a class");
      for (std::int32_t i = 0; i < set.getRangeCount(); ++i)
        for (UChar32 c = set.getRangeStart(i); c <= set.getRangeEnd(i); ++c) bits[static_cast<std::size_t>(c)] |= bit;
    };
    mark(u"[:L:]", letter);
    mark(u"[:N:]", number);
    mark(u"[:White_Space:]", space);
    mark(u"[[:Alphabetic:][:M:][:Nd:][:Pc:][:Join_Control:]]", word);
    mark(u"[[:P:][!-/\\:-@\\[-`\\{-~]]", punctuation);
    const auto add = [&](std::span<const code_points> newer, std::uint8_t bit) {
      for (const auto [first, last] : newer)
        for (char32_t c = first; c <= last; ++c)
          if (u_charType(static_cast<UChar32>(c)) == U_UNASSIGNED) bits[c] |= bit;
    };
    add(newer_letters, letter | word);
    add(newer_numbers, number | word);
    return bits;
  }();
  return table.data();
}

KRAIT_INLINE bool is_normalised(std::string_view text, normal_form form) {
  // Below U+0300 nothing composes; below U+0080 nothing decomposes.
  const unsigned char first = form == normal_form::nfc ? 0xCC : 0x80;
  if (std::ranges::none_of(text, [&](char c) { return static_cast<unsigned char>(c) >= first; })) return true;
  UErrorCode status = U_ZERO_ERROR;
  const bool normal = normalizer_of(form).isNormalizedUTF8(icu_piece(text), status);
  check_icu(status, "test a normal form");
  return normal;
}

KRAIT_INLINE std::string normalised(std::string_view text, normal_form form) {
  std::string result;
  icu::StringByteSink<std::string> sink(&result, icu_piece(text).size());
  UErrorCode status = U_ZERO_ERROR;
  normalizer_of(form).normalizeUTF8(0, icu_piece(text), sink, nullptr, status);
  check_icu(status, "normalise a text");
  return result;
}

KRAIT_INLINE std::string lower_each(std::string_view text) {
  std::string result;
  for (const char *p = text.data(), *end = p + text.size(); p < end;) {
    const char* from = p;
    next_point(p);
    result += utf8::lower({from, static_cast<std::size_t>(p - from)});
  }
  return result;
}

}  // namespace krait::tokenizer::detail
