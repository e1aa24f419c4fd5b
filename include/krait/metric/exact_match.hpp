// krait/metric/exact_match.hpp: share of answers equal to the truth, or to one of several; 0 to 1; no answers give 0.
#pragma once
#include <krait/metric/metric.hpp>
#include <string_view>

namespace krait::metric {

struct exact_match {
  static constexpr std::string_view name = "exact_match";
  void add(std::string_view answer, const truths& truth) {
    hits += truth.any([&](std::string_view one) { return answer == one; });
    ++answers;
  }
  void merge(const exact_match& other) {
    hits += other.hits;
    answers += other.answers;
  }
  double value() const { return answers ? static_cast<double>(hits) / static_cast<double>(answers) : 0; }

  long hits = 0, answers = 0;
};
static_assert(text_metric<exact_match>);

}  // namespace krait::metric
