// krait/metric/repetition.hpp: how much answers repeat themselves: of the different word triples of an answer the share
// that occurs more than twice (arXiv 2407.00996, evaluation_responses.py: "trigram_repetitions").
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <krait/core/utf8.hpp>
#include <krait/metric/metric.hpp>
#include <string_view>
#include <vector>

namespace krait::metric {

/// Mean over the answers, 0 to 1; an answer of fewer than three words counts as 0, no answers give 0.
struct repetition {
  static constexpr std::string_view name = "repetition";

  static double of(std::string_view answer) {
    const auto words = utf8::words(answer);
    std::vector<std::array<std::string_view, 3>> trigrams;
    for (std::size_t i = 2; i < words.size(); ++i) trigrams.push_back({words[i - 2], words[i - 1], words[i]});
    std::sort(trigrams.begin(), trigrams.end());
    long different = 0, repeated = 0;
    for (auto start = trigrams.begin(); start != trigrams.end(); ++different) {
      const auto end = std::upper_bound(start, trigrams.end(), *start);
      repeated += end - start > 2;
      start = end;
    }
    return different ? static_cast<double>(repeated) / static_cast<double>(different) : 0;
  }

  void add(std::string_view answer, std::string_view) {
    sum += of(answer);
    ++answers;
  }
  void merge(const repetition& other) {
    sum += other.sum;
    answers += other.answers;
  }
  double value() const { return answers ? sum / static_cast<double>(answers) : 0; }

  double sum = 0;
  long answers = 0;
};
static_assert(text_metric<repetition>);

}  // namespace krait::metric
