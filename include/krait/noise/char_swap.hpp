// krait/noise/char_swap.hpp: some neighbouring characters of a word change places, "Paris" -> "Prais".
#pragma once
#include <cstddef>
#include <krait/core/decimal_name.hpp>
#include <krait/core/graphemes.hpp>
#include <krait/core/random.hpp>
#include <krait/core/static_name.hpp>
#include <krait/core/utf8.hpp>
#include <krait/noise/noise.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::noise {

/// From the first character on, each changes places with the next one with probability Rate, unless either is white
/// space or has just moved. Characters are grapheme clusters. UTF-8 in and out. No inverse: it does not know the draw.
template <decimal Rate> struct char_swap {
  static_assert(Rate >= 0 && Rate <= 1,
                "char_swap: Rate is the share of places at which characters are swapped, 0 to 1");

 private:
  static constexpr std::string_view stem = "char_swap_";

 public:
  static constexpr std::string_view name = joined_name<stem, decimal_name<Rate>>;

  static std::string apply(std::string_view text, draw at) {
    const std::vector<std::string_view> characters = utf8::graphemes(text);
    const auto blank = [&](std::size_t i) { return utf8::words(characters[i]).empty(); };
    std::string noised;
    noised.reserve(text.size());
    for (std::size_t i = 0; i < characters.size(); ++i) {
      const bool swaps = i + 1 < characters.size() && !blank(i) && !blank(i + 1) && uniform(at.within(i)) < Rate;
      if (swaps) noised += characters[i + 1];
      noised += characters[i];
      i += swaps;
    }
    return noised;
  }
};
static_assert(text_noise<char_swap<.5>> && !invertible_noise<char_swap<.5>>);

}  // namespace krait::noise
