// vowel_drop.hpp: a noise of somebody else's with a setting in its name: every vowel is left out with a probability,
// "It is Lima." -> "t is Lma.". Without in_pattern: a noise may do without.
#pragma once
#include <krait/core/decimal_name.hpp>
#include <krait/core/static_name.hpp>
#include <krait/noise/noise.hpp>
#include <string>
#include <string_view>

template <krait::decimal Probability> struct vowel_drop {
 private:
  static constexpr std::string_view stem = "vowel_drop_";

 public:
  static constexpr std::string_view name = krait::joined_name<stem, krait::decimal_name<Probability>>;

  /// The i-th letter of a text has the i-th number within the text's draw.
  static std::string apply(std::string_view text, krait::draw at) {
    std::string kept;
    for (std::size_t i = 0; i < text.size(); ++i)
      if (!is_vowel(text[i]) || krait::uniform(at.within(i)) >= Probability) kept += text[i];
    return kept;
  }

 private:
  static bool is_vowel(char c) { return std::string_view("aeiouAEIOU").find(c) != std::string_view::npos; }
};
static_assert(krait::noise::text_noise<vowel_drop<.5>> && !krait::noise::pattern_detector<vowel_drop<.5>>);
