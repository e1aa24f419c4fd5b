// krait/metric/content_match.hpp: share of answers with at least half of the truth's content words: those that are
// neither in the question nor stop words. fuzzy_match.hpp without its leniency towards echoes.
#pragma once
#include <algorithm>
#include <array>
#include <krait/core/static_name.hpp>
#include <krait/metric/metric.hpp>
#include <krait/metric/words.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::metric {

/// 0 to 1; no answers give 0. An echo of the question scores 0. The Mamba-130M that fuzzy matching gives 63.3, 0.0 and
/// 47.0 % before, under and after charflip gets 20.7, 0.0 and 16.5 %. Of several truths the best counts. Answers to
/// truths of one byte or none ("+", which would be met by "-") are left out unless Short says otherwise.
template <int Percent = 50, short_truths Short = short_truths::left_out> struct content_match {
  static_assert(Percent > 0 && Percent <= 100, "content_match: Percent of the truth's content words is 1 to 100");

 private:
  static constexpr std::string_view plain = "content_match", stem = "content_match_";
  static constexpr std::string_view percent = Percent == 50 ? plain : joined_name<stem, number_name<Percent>>;
  static constexpr std::string_view after = Short == short_truths::scored ? "_released" : "";

 public:
  static constexpr std::string_view name = joined_name<percent, after>;
  static constexpr std::array<std::string_view, 25> stop_words{
      "a",  "an",  "and", "are", "as", "at",   "be",  "been", "by", "for", "from", "in",  "is",
      "it", "its", "of",  "on",  "or", "that", "the", "this", "to", "was", "were", "with"};

  /// A truth without content words (say "As", the symbol of arsenic) must be met in full.
  static bool matches(std::string_view question, std::string_view answer, std::string_view truth) {
    const std::string asked = normalised(question), given = normalised(answer), wanted = normalised(truth);
    const auto asked_words = word_set(asked);
    std::vector<std::string_view> content;
    for (const std::string_view word : word_set(wanted)) {
      const bool stops = std::binary_search(stop_words.begin(), stop_words.end(), word);
      if (!stops && !contains(asked_words, word)) content.push_back(word);
    }
    return content.empty() ? given == wanted : covers(word_set(given), content, Percent);
  }

  void add(std::string_view question, std::string_view answer, const truths& truth) {
    if (!truth.any(scores<Short>)) {
      ++left_out;
      return;
    }
    hits += truth.any([&](std::string_view one) { return scores<Short>(one) && matches(question, answer, one); });
    ++answers;
  }
  void merge(const content_match& other) {
    hits += other.hits;
    answers += other.answers;
    left_out += other.left_out;
  }
  double value() const { return answers ? static_cast<double>(hits) / static_cast<double>(answers) : 0; }

  long hits = 0, answers = 0, left_out = 0;
};
static_assert(text_metric<content_match<>>);

}  // namespace krait::metric
