// krait/noise/charflip.hpp: characters in reverse order, "Paris." -> ".siraP". The character-level noise of
// arXiv 2407.00996 (in_context/create_incontext_examples.py: `sentence[::-1]`).
#pragma once
#include <algorithm>
#include <krait/core/graphemes.hpp>
#include <krait/core/random.hpp>
#include <krait/core/utf8.hpp>
#include <krait/core/variant.hpp>
#include <krait/noise/noise.hpp>
#include <krait/noise/pattern.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace krait::noise {

struct charflip_config {
  double share = 1;  // of the texts; the rest pass
  variant reading = variant::as_described;
};

/// UTF-8 in and out; twice gives the text back. As described it reverses what a reader takes for characters (grapheme
/// clusters); as released, code points, so that a combining accent lands on its other neighbour. The two differ in no
/// text of letters, digits and punctuation of ASCII. A text whose characters would grow together in reverse (it begins
/// with a combining accent, or has half a flag in it) passes as it is.
template <charflip_config C = charflip_config{}> struct charflip {
  static_assert(C.share >= 0 && C.share <= 1, "charflip: share is the part of the texts that is noised, 0 to 1");
  static constexpr bool released = C.reading == variant::as_released;
  static constexpr std::string_view name = released ? "charflip_released" : "charflip";

  static std::string apply(std::string_view text, draw at) {
    return uniform(at) < C.share ? flip(text) : std::string{text};
  }

  static std::string flip(std::string_view text) {
    if constexpr (released) return reversed(utf8::code_points(text));
    std::string flipped = reversed(utf8::graphemes(text));
    return reversed(utf8::graphemes(flipped)) == text ? flipped : std::string{text};
  }

  /// Exact, of every text in UTF-8.
  static std::string invert(std::string_view text) { return flip(text); }

  /// Whether an answer is a flipped one, by letters in threes (pattern.hpp); nothing if the truth is a palindrome.
  static std::optional<bool> in_pattern(std::string_view answer, std::string_view truth) {
    const std::string noised = flip(truth);
    return nearer_to_noised<3>(utf8::code_points(utf8::strip(answer)), utf8::code_points(noised),
                               utf8::code_points(truth));
  }

 private:
  static std::string reversed(const std::vector<std::string_view>& parts) {
    std::string all;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) all += *part;
    return all;
  }
};
static_assert(invertible_noise<charflip<>> && pattern_detector<charflip<>>);

}  // namespace krait::noise
