// krait/noise/charflip.hpp: characters in reverse order, "Paris." -> ".siraP". The character-level noise of
// arXiv 2407.00996 (in_context/create_incontext_examples.py: `sentence[::-1]`).
#pragma once
#include <algorithm>
#include <krait/core/random.hpp>
#include <krait/core/utf8.hpp>
#include <krait/noise/noise.hpp>
#include <krait/noise/pattern.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace krait::noise {

struct charflip_config {
  double share = 1;  // of the texts; the rest pass
};

/// UTF-8 in and out: reverses code points, not bytes. Twice gives the text back. As in the study, a combining accent
/// lands on its other neighbour.
template <charflip_config C = charflip_config{}> struct charflip {
  static constexpr std::string_view name = "charflip";

  static std::string apply(std::string_view text, draw at) {
    return uniform(at) < C.share ? flip(text) : std::string{text};
  }

  static std::string flip(std::string_view text) {
    std::string flipped(text.rbegin(), text.rend());
    for (auto start = flipped.begin(); start != flipped.end();) {  // each code point now stands tail first
      auto lead = std::find_if_not(start, flipped.end(), utf8::is_tail);
      if (lead != flipped.end()) ++lead;
      std::reverse(start, lead);
      start = lead;
    }
    return flipped;
  }

  /// Whether an answer is a flipped one, by letters in threes (pattern.hpp); nothing if the truth is a palindrome.
  static std::optional<bool> in_pattern(std::string_view answer, std::string_view truth) {
    const std::string noised = flip(truth);
    return nearer_to_noised<3>(utf8::code_points(utf8::strip(answer)), utf8::code_points(noised),
                               utf8::code_points(truth));
  }
};
static_assert(text_noise<charflip<>> && pattern_detector<charflip<>>);

}  // namespace krait::noise
