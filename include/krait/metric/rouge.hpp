// krait/metric/rouge.hpp: overlap of an answer's words with the truth's: ROUGE-N, ROUGE-L, ROUGE-Lsum. Lin 2004,
// "ROUGE: a package for automatic evaluation of summaries"; equal to the PyPI package rouge-score 0.1.2.
#pragma once
#include <algorithm>
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/core/static_name.hpp>
#include <krait/metric/metric.hpp>
#include <krait/statistics/bootstrap.hpp>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace krait::metric {

enum class rouge_part { f1, precision, recall };
enum class rouge_tokens {
  ascii,    // runs of a-z and 0-9 in lower case, as rouge-score: every other letter is lost, so Devanagari scores 0
  unicode,  // words of any script (core/unicode_words.hpp) in lower case
};
enum class rouge_reading {
  mean,
  low_bound,  // what the paper on selective memory printed (arXiv:2512.15653): element 0 of the aggregate that
              // `datasets` load_metric("rouge") gives, the 2.5 % quantile of the means of 1,000 resamples
};

struct rouge_config {
  rouge_part part = rouge_part::f1;
  bool stem = false;  // words of more than three letters by porter_stem
  rouge_tokens tokens = rouge_tokens::ascii;
  rouge_reading reading = rouge_reading::mean;
  std::uint64_t seed = 0;  // of low_bound's resamples, which depend on nothing else but the values
};

struct rouge_score {
  double precision = 0, recall = 0, f1 = 0;
  double operator[](rouge_part part) const {
    return part == rouge_part::f1 ? f1 : part == rouge_part::precision ? precision : recall;
  }
};

/// Which overlap, besides the length of an n-gram (1 to 9).
inline constexpr int rouge_lcs = 0;           // the longest common subsequence
inline constexpr int rouge_lcs_by_line = -1;  // of each of the truth's lines with every line of the answer: their union

/// Of one answer; 0 where either has no n-gram or word. `overlap` is n, rouge_lcs or rouge_lcs_by_line.
rouge_score rouge_of(int overlap, std::string_view answer, std::string_view truth, const rouge_config& c = {});

/// The words that are compared.
std::vector<std::string> rouge_words(std::string_view text, const rouge_config& c = {});

/// Mean over the answers, 0 to 1; no answers give 0. Of several truths the one with the greatest F1 counts. The same
/// answers in another order, or merged otherwise, give the same low bound and, up to rounding, the same mean.
template <int Overlap, rouge_config C> struct rouge_metric {
 private:
  static constexpr std::string_view letter = Overlap == rouge_lcs           ? "L"
                                             : Overlap == rouge_lcs_by_line ? "Lsum"
                                                                            : number_name<(Overlap > 0 ? Overlap : 1)>;
  static constexpr std::string_view stem = "rouge";
  static constexpr std::string_view part = C.part == rouge_part::f1          ? ""
                                           : C.part == rouge_part::precision ? "_precision"
                                                                             : "_recall";
  static constexpr std::string_view stemmed = C.stem ? "_stemmed" : "";
  static constexpr std::string_view tokens = C.tokens == rouge_tokens::unicode ? "_unicode" : "";
  static constexpr std::string_view reading = C.reading == rouge_reading::low_bound ? "_low" : "";

 public:
  static constexpr std::string_view name = joined_name<stem, letter, part, stemmed, tokens, reading>;

  void add(std::string_view answer, const truths& truth) {
    rouge_score best;
    bool first = true;
    truth.for_each([&](std::string_view one) {
      const rouge_score found = rouge_of(Overlap, answer, one, C);
      if (first || found.f1 > best.f1) best = found;
      first = false;
    });
    values.push_back(best[C.part]);
  }
  void merge(const rouge_metric& other) { values.insert(values.end(), other.values.begin(), other.values.end()); }

  double value() const {
    if (values.empty()) return 0;
    if constexpr (C.reading == rouge_reading::low_bound)
      return interval({.share = .95}).low;
    else
      return std::accumulate(values.begin(), values.end(), 0.) / static_cast<double>(values.size());
  }
  /// The percentile interval of the mean; NaN without answers.
  statistics::interval interval(statistics::bootstrap_config c = {.share = .95}) const {
    auto sorted = values;
    std::ranges::sort(sorted);
    return statistics::bootstrap_mean(sorted, {C.seed, stream("rouge"), 0}, c);
  }

  std::vector<double> values;  // one an answer
};

/// ROUGE-N: n-grams, each as often as both have it.
template <int N, rouge_config C = rouge_config{}> struct rouge : rouge_metric<N, C> {
  static_assert(N >= 1 && N <= 9, "rouge: N, the words of an n-gram, is 1 to 9");
};
/// ROUGE-L.
template <rouge_config C = rouge_config{}> struct rouge_l : rouge_metric<rouge_lcs, C> {};
/// ROUGE-Lsum: lines as sentences.
template <rouge_config C = rouge_config{}> struct rouge_lsum : rouge_metric<rouge_lcs_by_line, C> {};

static_assert(text_metric<rouge<1>> && text_metric<rouge_l<>> && text_metric<rouge_lsum<>>);

}  // namespace krait::metric

#ifndef KRAIT_COMPILED
#include <krait/metric/rouge_impl.hpp>
#endif
