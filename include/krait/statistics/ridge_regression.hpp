// krait/statistics/ridge_regression.hpp: numbers read linearly out of features, as a probe of what a representation
// holds: Alain & Bengio 2016 (arXiv:1610.01644). For classes: ridge_classifier.hpp.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace krait::statistics {

/// value = <weights, features> + a constant, by Eigen in double.
class ridge_regression {
 public:
  /// features: a row each, of `width` numbers; wanted: the value of each row. The penalty is the one of `penalties` (of
  /// the mean squared feature) with the least squared error on the last quarter of the rows after the first three; then
  /// all rows are fitted. Throws data_error unless features and values fit together.
  ridge_regression(std::span<const float> features, std::size_t width, std::span<const float> wanted,
                   std::span<const double> penalties = default_penalties);
  /// The value of each row.
  std::vector<double> values(std::span<const float> features) const;
  double penalty() const { return penalty_; }

 private:
  static constexpr double default_penalties[] = {1e-6, 1e-4, 1e-2, 1};
  double penalty_ = 0;
  std::vector<double> weights_;  // of each feature
  double constant_ = 0;
};

}  // namespace krait::statistics

#ifndef KRAIT_COMPILED
#include <krait/statistics/ridge_regression_impl.hpp>
#endif
