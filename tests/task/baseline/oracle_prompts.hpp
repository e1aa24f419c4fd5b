// tests/task/baseline/oracle_prompts.hpp: a baseline refitted on every prefix of the prompts that scikit-learn saw.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "../../oracle.hpp"

namespace krait::testing {

struct oracle_prompts {
  static constexpr int points = 24, dimensions = 6;
  oracle of{"baselines"};
  std::vector<double> x = of["x"];

  /// (prompts, points) of a baseline, from `first` examples on; 0 before.
  template <class Baseline> std::vector<double> answers(const std::string& target, int prompts, int first = 1) const {
    const std::vector<double> y = of[target];
    std::vector<double> all(static_cast<std::size_t>(prompts) * points);
    for (int p = 0; p < prompts; ++p)
      for (int i = first; i < points; ++i)
        all[static_cast<std::size_t>(p * points + i)] =
            Baseline::predict(x.data() + static_cast<long>(p) * points * dimensions,
                              y.data() + static_cast<long>(p) * points, i, dimensions);
    return all;
  }
  /// Mean squared error of answers after each number of examples.
  std::vector<double> errors(const std::string& target, const std::vector<double>& answers) const {
    const std::vector<double> y = of[target];
    std::vector<double> mean(points);
    for (std::size_t i = 0; i < answers.size(); ++i)
      mean[i % points] += (answers[i] - y[i]) * (answers[i] - y[i]) / static_cast<double>(answers.size() / points);
    return mean;
  }
};

/// The greatest difference between two lists of numbers.
inline double apart(const std::vector<double>& a, const std::vector<double>& b) {
  double worst = a.size() == b.size() ? 0 : 1e9;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

}  // namespace krait::testing
