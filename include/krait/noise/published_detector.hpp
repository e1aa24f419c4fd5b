// krait/noise/published_detector.hpp: the char-flip detector of a published Mamba run of the noise study
// (github.com/ARC345/learn-unlearn-mamba, mamba/evaluation/evaluate_simple.py), to compare with its numbers.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <krait/core/utf8.hpp>
#include <krait/noise/noise.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace krait::noise {

/// Looks at the answer alone: in the pattern if at least two of its first ten words are reversed English ones, or if it
/// begins with one of .!?, ("a" counts as reversed, and "no", "saw", "era" are English: it also fires on clean text).
struct published_charflip_detector {
  static constexpr std::string_view name = "published_charflip";

  static bool matches(std::string_view answer) {
    const auto words = utf8::words(answer);
    if (words.empty()) return false;
    const auto end = words.begin() + std::min<std::ptrdiff_t>(10, std::ssize(words));
    return std::count_if(words.begin(), end, is_reversed_english) >= 2 ||
           std::string_view{".!?,"}.find(words.front().front()) != std::string_view::npos;
  }
  static std::optional<bool> in_pattern(std::string_view answer, std::string_view) { return matches(answer); }

 private:
  static bool is_reversed_english(std::string_view word) {
    static constexpr std::array<std::string_view, 15> reversed{"eht", "si",  "fo", "dna", "ni",   "ot", "a",  "taht",
                                                               "ti",  "rof", "no", "era", "htiw", "sa", "saw"};
    std::string lower{word};
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return std::find(reversed.begin(), reversed.end(), lower) != reversed.end();
  }
};
static_assert(pattern_detector<published_charflip_detector>);

}  // namespace krait::noise
