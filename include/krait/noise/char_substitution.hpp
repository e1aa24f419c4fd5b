// krait/noise/char_substitution.hpp: some letters and digits become others, "Paris" -> "Pxris". The character flip as
// the text of the noise study's retelling has it; the study's own code reverses characters (charflip.hpp).
#pragma once
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <cstddef>
#include <cstdint>
#include <krait/core/decimal_name.hpp>
#include <krait/core/graphemes.hpp>
#include <krait/core/random.hpp>
#include <krait/core/static_name.hpp>
#include <krait/noise/noise.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::noise {

/// Each letter and digit is replaced with probability Rate by another of its kind (upper or lower case, digit; same
/// script, out of the same 128 code points: for ASCII any other of its 26 or 10). Its accents and vowel signs stay, and
/// so does everything else. UTF-8 in and out. No inverse: what was there is gone.
template <decimal Rate> struct char_substitution {
  static_assert(Rate >= 0 && Rate <= 1, "char_substitution: Rate is the share of letters that are replaced, 0 to 1");

 private:
  static constexpr std::string_view stem = "char_substitution_";

 public:
  static constexpr std::string_view name = joined_name<stem, decimal_name<Rate>>;

  static std::string apply(std::string_view text, draw at) {
    std::string noised;
    noised.reserve(text.size());
    std::uint64_t number = 0;
    for (const std::string_view character : utf8::graphemes(text)) {
      const draw own = at.within(number++);
      std::int32_t size = 0;
      UChar32 letter = 0;
      U8_NEXT(character.data(), size, static_cast<std::int32_t>(character.size()), letter);
      const bool can = letter >= 0 && (U_GET_GC_MASK(letter) & (U_GC_L_MASK | U_GC_ND_MASK)) != 0;
      if (!can || uniform(own) >= Rate) {
        noised += character;
        continue;
      }
      append(noised, another(letter, own.within(0)));
      noised += character.substr(static_cast<std::size_t>(size));
    }
    return noised;
  }

 private:
  static UChar32 another(UChar32 letter, draw at) {
    UErrorCode status = U_ZERO_ERROR;
    const auto script = uscript_getScript(letter, &status);
    std::vector<UChar32> others;
    const UChar32 first = letter & ~0x7F;
    for (UChar32 c = first; c < first + 128; ++c)
      if (c != letter && u_charType(c) == u_charType(letter) && uscript_getScript(c, &status) == script)
        others.push_back(c);
    return others.empty() ? letter : others[integer(at, others.size())];
  }
  static void append(std::string& text, UChar32 c) {
    char bytes[U8_MAX_LENGTH];
    std::int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, c);
    text.append(bytes, static_cast<std::size_t>(size));
  }
};
static_assert(text_noise<char_substitution<.5>> && !invertible_noise<char_substitution<.5>>);

}  // namespace krait::noise
