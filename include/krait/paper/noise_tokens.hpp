// krait/paper/noise_tokens.hpp: are sub-words what makes reversed letters destroy and reversed words spare? Nobody has
// published a test of it: the models of arXiv:2407.00996 all read sub-words. Here models of the same layers read bytes
// and sub-words of the same sentences.
#pragma once
#include <krait/study/exhibit.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::paper::detail {

struct noise_tokens {
  /// What both flips take of a model, and how much more charflip takes than wordflip.
  struct taken {
    studies::quantity letters, words, gap;
    explicit taken(const studies::quantity& absorbed)
        : letters(absorbed.where("noise", "charflip")),
          words(absorbed.where("noise", "wordflip")),
          gap((letters - words).in("%")) {}
  };

  /// Whether the study has both flips, and models of one kind over both kinds of tokens.
  static bool asked(const studies::record& seen) {
    return !twins(seen).empty() && studies::among(seen, "noise", {"charflip", "wordflip"}).levels.size() == 2;
  }
  /// {over the data's tokens, over its own}: recurrent models, and those with attention (experiment/model_kinds.hpp).
  static std::vector<std::pair<std::string, std::string>> twins(const studies::record& seen) {
    std::vector<std::pair<std::string, std::string>> all;
    for (const char* kind : {"recurrent", "attention"})
      for (const auto& one : both(seen, kind, "tokens of the data"))
        for (const auto& other : both(seen, kind, "own tokens")) all.emplace_back(one, other);
    return all;
  }
  /// Models that stand in two groups.
  static std::vector<std::string> both(const studies::record& seen, const char* group, const char* other) {
    std::vector<std::string> all;
    for (const auto& name : seen.group("model", group))
      for (const auto& same : seen.group("model", other))
        if (name == same) all.push_back(name);
    return all;
  }

  /// absorbed: of the answers; sunk: of what is known below the surface.
  static studies::table table(const studies::record& seen, const studies::quantity& absorbed,
                              const studies::quantity& sunk, const std::string& of_those) {
    const taken answers(absorbed), below(sunk);
    const studies::quantity tokens = studies::of("answer tokens");
    return {.name = "tokens",
            .rows = {"model"},
            .columns = {{"charflip absorbs", answers.letters},
                        {"wordflip absorbs", answers.words},
                        {"gap", answers.gap},
                        {"charflip absorbs below", below.letters},
                        {"wordflip absorbs below", below.words},
                        {"gap below", below.gap},
                        {"tokens an answer", tokens.where("noise", clean_or_first(seen))},
                        {"tokens with charflip", tokens.where("noise", "charflip")},
                        {"tokens with wordflip", tokens.where("noise", "wordflip")}},
            .caption =
                "The same layers over bytes and over sub-words of the same sentences: what the flips take of "
                "the " +
                of_those +
                ", after un-flipping and below the surface (table 'below'), and how many tokens an answer has. "
                "Reversed letters fall into other, smaller sub-words; reversed words are the same ones in "
                "another order.",
            .published = false};
  }
  static studies::bars plot(const studies::quantity& absorbed) {
    const taken all(absorbed);
    return {.name = "tokens",
            .y = {{"charflip", all.letters}, {"wordflip", all.words}},
            .axis = {.label = "absorbed, (P1 - P2) / P1 (%)", .low = 0},
            .series = "model",
            .caption = "Look whether the step from charflip down to wordflip is higher for models that read sub-words.",
            .published = false};
  }
  static std::vector<studies::claim> claims(const studies::record& seen, const studies::quantity& absorbed,
                                            const studies::quantity& sunk) {
    std::vector<studies::claim> all;
    for (const auto& [bytes, words] : twins(seen)) {
      const std::string gap =
          "harflip takes more than wordflip by a wider gap from the " + words + " than from the " + bytes + ".";
      all.push_back({.id = "tokens." + words,
                     .value = widened(absorbed, bytes, words),
                     .holds = studies::above(0).by_errors(2),
                     .says = "C" + gap,
                     .unit = "% of P1"});
      all.push_back({.id = "tokens_below." + words,
                     .value = widened(sunk, bytes, words),
                     .holds = studies::above(0).by_errors(2),
                     .says = "Below the surface, too, c" + gap,
                     .unit = "% of what was known"});
    }
    return all;
  }
  /// The answer in a sentence for each kind of model.
  static studies::finding finding(const studies::record& seen, const studies::quantity& absorbed,
                                  const studies::quantity& sunk) {
    studies::finding all;
    for (const auto& [bytes, words] : twins(seen)) {
      const auto by = studies::over_seeds(widened(absorbed, bytes, words), seen, {});
      if (by.empty()) continue;
      const taken of_bytes(absorbed.where("model", bytes)), of_words(absorbed.where("model", words));
      all.push_back({"Over sub-words charflip takes {a} % and wordflip {b} % of what the " + bytes +
                         " answered, over bytes {c} % and {d} %: " + verdict(by) +
                         " (the gap widens by {e} points, below the surface by {f}).",
                     {{"a", of_words.letters},
                      {"b", of_words.words},
                      {"c", of_bytes.letters},
                      {"d", of_bytes.words},
                      {"e", widened(absorbed, bytes, words)},
                      {"f", widened(sunk, bytes, words)}}});
    }
    return all;
  }

 private:
  static studies::quantity widened(const studies::quantity& absorbed, const std::string& bytes,
                                   const std::string& words) {
    const taken all(absorbed);
    return (all.gap.where("model", words) - all.gap.where("model", bytes)).in("%");
  }
  static std::string verdict(const std::vector<double>& by) {
    if (by.size() < 2) return "one seed does not show whether sub-words make charflip destroy and wordflip spare";
    if (studies::above(0).by_errors(2).holds(by))
      return "sub-words are part of what makes charflip destroy and wordflip spare";
    if (studies::below(0).by_errors(2).holds(by))
      return "sub-words are not what makes charflip destroy and wordflip spare, for bytes do it more";
    return "that sub-words make charflip destroy and wordflip spare is not seen";
  }
  /// A noise that leaves answers as they are, for their tokens; without one, wordflip, which keeps the words.
  static std::string clean_or_first(const studies::record& seen) {
    return studies::among(seen, "noise", {"none"}).levels.empty() ? "wordflip" : "none";
  }
};

}  // namespace krait::paper::detail
