// krait/statistics/ridge_classifier.hpp: many classes read linearly out of the same features, of which there may be
// many more than rows: ridge regression in its dual form, by Eigen. As a probe of what a representation holds: Alain &
// Bengio 2016 (arXiv:1610.01644).
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace krait::statistics {

/// Ridge regressions from one set of features to many classes, of which the one with the greatest value is answered.
class ridge_classifier {
 public:
  /// features: a row each, of `width` numbers; labels[p]: for question p the class (any number) of each row. The
  /// penalty is the one of `penalties` (of the mean squared feature) that answers most of the last quarter of the rows
  /// right after the first three; then all rows are fitted. Throws data_error unless features and labels fit together.
  ridge_classifier(std::span<const float> features, std::size_t width,
                   std::span<const std::vector<std::int32_t>> labels,
                   std::span<const float> penalties = default_penalties);
  /// For each question the class of each row.
  std::vector<std::vector<std::int32_t>> answers(std::span<const float> features) const;
  float penalty() const { return penalty_; }
  /// For each question, the class that most of the rows fitted have.
  const std::vector<std::int32_t>& commonest() const { return commonest_; }

 private:
  static constexpr float default_penalties[] = {1e-3f, 1e-2f, 1e-1f, 1.f, 10.f};
  std::size_t width_;
  float penalty_ = 0;
  std::vector<float> mean_, scale_;  // of each feature: (x - mean) * scale
  std::vector<std::vector<std::int32_t>> classes_;
  std::vector<std::int32_t> commonest_;
  std::vector<float> rows_, weights_;  // what was fitted, scaled: (rows, width); (rows, classes of all questions)
  std::vector<float> prior_;           // share of each class
};

}  // namespace krait::statistics

#ifndef KRAIT_COMPILED
#include <krait/statistics/ridge_classifier_impl.hpp>
#endif
