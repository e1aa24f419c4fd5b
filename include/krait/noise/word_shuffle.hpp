// krait/noise/word_shuffle.hpp: words in a random order, "Paris is big." -> "is big. Paris". The word flip as the text
// of the noise study's retelling has it; the study's own code reverses the order (wordflip.hpp).
#pragma once
#include <cstddef>
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/core/utf8.hpp>
#include <krait/noise/noise.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::noise {

struct word_shuffle_config {
  double share = 1;  // of the texts; the rest pass
};

/// Every order of the words that differs from the given one is equally likely; white space becomes single spaces. A
/// text whose words are all alike, or a single one, has no other order. UTF-8 in and out. No inverse: it does not know
/// the draw.
template <word_shuffle_config C = word_shuffle_config{}> struct word_shuffle {
  static_assert(C.share >= 0 && C.share <= 1, "word_shuffle: share is the part of the texts that is noised, 0 to 1");
  static constexpr std::string_view name = "word_shuffle";

  static std::string apply(std::string_view text, draw at) {
    if (uniform(at) >= C.share) return std::string{text};
    const std::vector<std::string_view> given = utf8::words(text);
    std::vector<std::string_view> words = given;
    bool alike = true;
    for (const auto word : given) alike = alike && word == given.front();
    // Orders are drawn until one differs: of two words every second one does, of more nearly all.
    for (std::uint64_t turn = 0; !alike && words == given; ++turn)
      for (std::size_t left = words.size(); left > 1; --left)
        std::swap(words[left - 1], words[integer(at.within(turn).within(left), left)]);
    std::string noised;
    noised.reserve(text.size());
    for (const auto word : words) {
      if (!noised.empty()) noised += ' ';
      noised += word;
    }
    return noised;
  }
};
static_assert(text_noise<word_shuffle<>> && !invertible_noise<word_shuffle<>>);

}  // namespace krait::noise
