// krait/metric/length.hpp: mean number of words of an answer (arXiv 2407.00996, evaluation_responses.py: word count).
#pragma once
#include <krait/core/utf8.hpp>
#include <krait/metric/metric.hpp>
#include <string_view>

namespace krait::metric {

/// In words between white space; no answers give 0.
struct length {
  static constexpr std::string_view name = "length";
  void add(std::string_view answer, std::string_view) {
    words += static_cast<long>(utf8::words(answer).size());
    ++answers;
  }
  void merge(const length& other) {
    words += other.words;
    answers += other.answers;
  }
  double value() const { return answers ? static_cast<double>(words) / static_cast<double>(answers) : 0; }

  long words = 0, answers = 0;
};
static_assert(text_metric<length>);

}  // namespace krait::metric
