// vowel_mask.hpp: a noise of somebody else's: every vowel becomes '*', "It is Lima." -> "*t *s L*m*.".
#pragma once
#include <algorithm>
#include <krait/noise/noise.hpp>
#include <optional>
#include <string>
#include <string_view>

struct vowel_mask {
  static constexpr std::string_view name = "vowel_mask";
  static std::string apply(std::string_view text, krait::draw) {
    std::string masked{text};
    std::ranges::replace_if(masked, is_vowel, '*');
    return masked;
  }
  /// Whether an answer has more stars than vowels; nothing where the truth has no vowels.
  static std::optional<bool> in_pattern(std::string_view answer, std::string_view truth) {
    if (std::ranges::none_of(truth, is_vowel)) return std::nullopt;
    return std::ranges::count(answer, '*') > std::ranges::count_if(answer, is_vowel);
  }

 private:
  static bool is_vowel(char c) { return std::string_view("aeiouAEIOU").find(c) != std::string_view::npos; }
};
static_assert(krait::noise::text_noise<vowel_mask> && krait::noise::pattern_detector<vowel_mask>);
