// krait/metric/fuzzy_match.hpp: share of answers that hold the truth, or at least half of its words. The accuracy of a
// published Mamba run of the noise study (github.com/ARC345/learn-unlearn-mamba, mamba/evaluation/evaluate_simple.py).
#pragma once
#include <krait/core/static_name.hpp>
#include <krait/core/utf8.hpp>
#include <krait/metric/metric.hpp>
#include <krait/metric/words.hpp>
#include <string>
#include <string_view>

namespace krait::metric {

/// 0 to 1; no answers give 0. Reproduces the published accuracy, and is lenient: to echo the question scores 65.0 % on
/// that study's 449 test questions. content_match.hpp does not pay for echoes. Of several truths the best counts.
/// Answers to truths of one byte or none are left out unless Short says otherwise: of the 256 default facts four have
/// such a truth, and another fact's answer holds it in 10 % of pairs.
template <int Percent = 50, short_truths Short = short_truths::left_out> struct fuzzy_match {
  static_assert(Percent > 0 && Percent <= 100, "fuzzy_match: Percent of the truth's words is 1 to 100");

 private:
  static constexpr std::string_view plain = "fuzzy_match", stem = "fuzzy_match_";
  static constexpr std::string_view percent = Percent == 50 ? plain : joined_name<stem, number_name<Percent>>;
  static constexpr std::string_view after = Short == short_truths::scored ? "_released" : "";

 public:
  static constexpr std::string_view name = joined_name<percent, after>;

  static bool matches(std::string_view answer, std::string_view truth) {
    const std::string given = normalised(answer), wanted = normalised(truth);
    return given.find(wanted) != given.npos || covers(word_set(given), word_set(wanted), Percent);
  }

  /// An answer of white space alone is wrong, whatever the truth.
  void add(std::string_view answer, const truths& truth) {
    if (!truth.any(scores<Short>)) {
      ++left_out;
      return;
    }
    hits += !utf8::strip(answer).empty() &&
            truth.any([&](std::string_view one) { return scores<Short>(one) && matches(answer, one); });
    ++answers;
  }
  void merge(const fuzzy_match& other) {
    hits += other.hits;
    answers += other.answers;
    left_out += other.left_out;
  }
  double value() const { return answers ? static_cast<double>(hits) / static_cast<double>(answers) : 0; }

  long hits = 0, answers = 0, left_out = 0;
};
static_assert(text_metric<fuzzy_match<>>);

}  // namespace krait::metric
