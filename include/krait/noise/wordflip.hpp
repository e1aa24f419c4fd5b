// krait/noise/wordflip.hpp: words in reverse order, "Paris is big." -> ". big is Paris". The word-level noise of
// arXiv 2407.00996 (in_context/create_incontext_examples.py: two regular expressions, split, reverse, join).
#pragma once
#include <cstddef>
#include <krait/core/random.hpp>
#include <krait/core/utf8.hpp>
#include <krait/noise/noise.hpp>
#include <krait/noise/pattern.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace krait::noise {

struct wordflip_config {
  double share = 1;  // of the texts; the rest pass
};

/// UTF-8 in and out. Not its own inverse: white space becomes single spaces and punctuation stays split off; see
/// invert.
template <wordflip_config C = wordflip_config{}> struct wordflip {
  static_assert(C.share >= 0 && C.share <= 1, "wordflip: share is the part of the texts that is noised, 0 to 1");
  static constexpr std::string_view name = "wordflip";

  static std::string apply(std::string_view text, draw at) {
    return uniform(at) < C.share ? flip(text) : std::string{text};
  }

  static std::string flip(std::string_view text) {
    const std::vector<std::string_view> words = split(text);
    std::string flipped;
    flipped.reserve(text.size() + words.size());
    for (std::size_t i = words.size(); i-- > 0;) {
      flipped += words[i];
      if (i > 0) flipped += ' ';
    }
    return flipped;
  }

  /// ". big is Paris" -> "Paris is big.": words in their order again, closing marks on the word before them, opening
  /// brackets on the one after. What the noise threw away is lost: which white space there was ("a\n b" comes back as
  /// "a b"), whether a mark stood alone ("yes : no" comes back as "yes: no", and "C++" as "C+ +").
  static std::string invert(std::string_view text) {
    const std::vector<std::string_view> words = utf8::words(text);
    std::string whole;
    bool open = true;  // nothing stands between what is there and the next word
    for (auto word = words.rbegin(); word != words.rend(); ++word) {
      const bool closes = word->size() == 1 && closing.find(word->front()) != std::string_view::npos;
      if (!open && !closes) whole += ' ';
      whole += *word;
      open = std::string_view{"([{"}.find(word->back()) != std::string_view::npos;
    }
    return whole;
  }

  /// The words that are put in reverse. Both expressions of the study only insert spaces, and the split that follows
  /// swallows spaces, so they come down to two places where a word ends:
  ///   (?<!\s)([!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~])(?=(\s|$))   before a punctuation mark that ends its word
  ///   ([\(\[\{])                                              after an opening bracket
  /// In the class `,-.` is a range of just these three, and `\]` is a bracket, so the backslash is no punctuation.
  /// Only the last of several marks comes off: "so..." -> "so.. .". White space is Python's (utf8::is_space).
  static std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::string_view word : utf8::words(text)) {
      const std::string_view last = word.substr(word.size() - 1);
      if (is_punctuation(last[0])) word.remove_suffix(1);
      for (std::size_t start = 0; start < word.size();) {
        const std::size_t bracket = word.find_first_of("([{", start);
        const std::size_t end = bracket == word.npos ? word.size() : bracket + 1;
        words.push_back(word.substr(start, end - start));
        start = end;
      }
      if (is_punctuation(last[0])) words.push_back(last);
    }
    return words;
  }

  /// Whether an answer is a flipped one, by words in pairs (pattern.hpp); nothing if the flip changes no word.
  static std::optional<bool> in_pattern(std::string_view answer, std::string_view truth) {
    const std::string noised = flip(truth);
    return nearer_to_noised<2>(utf8::words(answer), utf8::words(noised), utf8::words(truth));
  }

 private:
  // Of the marks that are split off those that hardly ever stand alone, as "-", "+", "=" do.
  static constexpr std::string_view closing{"!\"%'),.:;?]}"};
  static constexpr bool is_punctuation(char c) {
    return std::string_view{"!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~"}.find(c) != std::string_view::npos;
  }
};
static_assert(invertible_noise<wordflip<>> && pattern_detector<wordflip<>>);

}  // namespace krait::noise
