// krait/noise/char_drop.hpp: some characters are left out, "Paris" -> "Pris".
#pragma once
#include <cstdint>
#include <krait/core/decimal_name.hpp>
#include <krait/core/graphemes.hpp>
#include <krait/core/random.hpp>
#include <krait/core/static_name.hpp>
#include <krait/core/utf8.hpp>
#include <krait/noise/noise.hpp>
#include <string>
#include <string_view>

namespace krait::noise {

/// Each character but white space is left out with probability Rate, which may leave nothing of a short text.
/// Characters are grapheme clusters. UTF-8 in and out. No inverse: what was there is gone.
template <decimal Rate> struct char_drop {
  static_assert(Rate >= 0 && Rate <= 1, "char_drop: Rate is the share of characters that are left out, 0 to 1");

 private:
  static constexpr std::string_view stem = "char_drop_";

 public:
  static constexpr std::string_view name = joined_name<stem, decimal_name<Rate>>;

  static std::string apply(std::string_view text, draw at) {
    std::string kept;
    kept.reserve(text.size());
    std::uint64_t number = 0;
    for (const std::string_view character : utf8::graphemes(text)) {
      const bool stays = uniform(at.within(number++)) >= Rate || utf8::words(character).empty();
      if (stays) kept += character;
    }
    return kept;
  }
};
static_assert(text_noise<char_drop<.5>> && !invertible_noise<char_drop<.5>>);

}  // namespace krait::noise
