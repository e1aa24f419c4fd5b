// krait/statistics/ridge_classifier_impl.hpp: through the Gram matrix of the rows, which serves every question.
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/core/config.hpp>
#include <krait/core/eigen.hpp>
#include <krait/core/error.hpp>
#include <krait/statistics/ridge_classifier.hpp>
#include <map>
#include <string>

namespace krait::statistics {
namespace detail {

using probe_matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using probe_map = Eigen::Map<const probe_matrix>;

/// The place of the greatest value among columns first .. end - 1, for each row.
KRAIT_INLINE std::vector<Eigen::Index> greatest_in(const probe_matrix& values, Eigen::Index first, Eigen::Index end) {
  std::vector<Eigen::Index> places(static_cast<std::size_t>(values.rows()));
  for (Eigen::Index r = 0; r < values.rows(); ++r)
    values.row(r).segment(first, end - first).maxCoeff(&places[static_cast<std::size_t>(r)]);
  return places;
}
/// (K + penalty)^-1 Y of the first so many rows.
KRAIT_INLINE probe_matrix dual_weights(const probe_matrix& gram, const probe_matrix& wanted, Eigen::Index rows,
                                       float penalty) {
  probe_matrix regular = gram.topLeftCorner(rows, rows);
  regular.diagonal().array() += penalty;
  return regular.llt().solve(wanted.topRows(rows));
}

}  // namespace detail

KRAIT_INLINE ridge_classifier::ridge_classifier(std::span<const float> features, std::size_t width,
                                                std::span<const std::vector<std::int32_t>> labels,
                                                std::span<const float> penalties)
    : width_(width) {
  using detail::probe_matrix;
  const std::size_t n = width ? features.size() / width : 0;
  const bool fits = n > 3 && n * width == features.size() && !labels.empty() && !penalties.empty() &&
                    std::ranges::all_of(labels, [&](const auto& of) { return of.size() == n; });
  if (!fits)
    throw data_error("ridge_classifier: " + std::to_string(features.size()) + " numbers are no rows of " +
                     std::to_string(width) +
                     " with a label each for every question; give at least four rows, questions and penalties.");
  const auto rows = static_cast<Eigen::Index>(n), columns = static_cast<Eigen::Index>(width);
  probe_matrix x = detail::probe_map(features.data(), rows, columns);
  const Eigen::RowVectorXf mean = x.colwise().mean();
  x.rowwise() -= mean;
  Eigen::RowVectorXf scale = (x.colwise().squaredNorm() / static_cast<float>(n)).cwiseSqrt();
  for (Eigen::Index c = 0; c < columns; ++c)  // what never changes tells nothing
    scale[c] = scale[c] > 1e-6f * std::max(1e-6f, std::abs(mean[c])) ? 1 / scale[c] : 0;
  scale /= std::sqrt(static_cast<float>(width));  // so that the Gram matrix has a diagonal of about 1
  x.array().rowwise() *= scale.array();
  mean_.assign(mean.begin(), mean.end()), scale_.assign(scale.begin(), scale.end());

  std::vector<Eigen::Index> first{0};  // of each question's columns
  for (const auto& of : labels) {
    std::map<std::int32_t, std::size_t> counts;
    for (const auto label : of) ++counts[label];
    auto& classes = classes_.emplace_back();
    for (const auto& each : counts) classes.push_back(each.first);
    commonest_.push_back(std::ranges::max_element(counts, {}, [](const auto& c) { return c.second; })->first);
    first.push_back(first.back() + static_cast<Eigen::Index>(classes.size()));
  }
  probe_matrix wanted = probe_matrix::Zero(rows, first.back());
  for (std::size_t p = 0; p < labels.size(); ++p)
    for (std::size_t r = 0; r < n; ++r)
      wanted(static_cast<Eigen::Index>(r),
             first[p] + (std::ranges::lower_bound(classes_[p], labels[p][r]) - classes_[p].begin())) = 1;
  const Eigen::RowVectorXf prior = wanted.colwise().mean();
  wanted.rowwise() -= prior;
  prior_.assign(prior.begin(), prior.end());
  const probe_matrix gram = x * x.transpose();

  const Eigen::Index fitted = rows * 3 / 4, left = rows - fitted;
  long most = -1;
  for (const float penalty : penalties) {
    probe_matrix found = gram.bottomLeftCorner(left, fitted) * detail::dual_weights(gram, wanted, fitted, penalty);
    found.rowwise() += prior;
    long right = 0;
    for (std::size_t p = 0; p < labels.size(); ++p) {
      const auto places = detail::greatest_in(found, first[p], first[p + 1]);
      for (std::size_t r = 0; r < places.size(); ++r)
        right += classes_[p][static_cast<std::size_t>(places[r])] == labels[p][static_cast<std::size_t>(fitted) + r];
    }
    if (right > most) most = right, penalty_ = penalty;
  }
  const probe_matrix weights = detail::dual_weights(gram, wanted, rows, penalty_);
  weights_.assign(weights.data(), weights.data() + weights.size());
  rows_.assign(x.data(), x.data() + x.size());
}

KRAIT_INLINE std::vector<std::vector<std::int32_t>> ridge_classifier::answers(std::span<const float> features) const {
  using detail::probe_matrix;
  if (features.size() % width_ != 0)
    throw data_error("ridge_classifier: " + std::to_string(features.size()) + " numbers are no rows of " +
                     std::to_string(width_) + ", as those that were fitted.");
  const auto columns = static_cast<Eigen::Index>(width_), outputs = static_cast<Eigen::Index>(prior_.size()),
             rows = static_cast<Eigen::Index>(rows_.size() / width_);
  probe_matrix x = detail::probe_map(features.data(), static_cast<Eigen::Index>(features.size() / width_), columns);
  x.rowwise() -= Eigen::Map<const Eigen::RowVectorXf>(mean_.data(), columns);
  x.array().rowwise() *= Eigen::Map<const Eigen::RowVectorXf>(scale_.data(), columns).array();
  const probe_matrix alike = x * detail::probe_map(rows_.data(), rows, columns).transpose();
  probe_matrix found = alike * detail::probe_map(weights_.data(), rows, outputs);
  found.rowwise() += Eigen::Map<const Eigen::RowVectorXf>(prior_.data(), outputs);
  std::vector<std::vector<std::int32_t>> all;
  Eigen::Index first = 0;
  for (const auto& classes : classes_) {
    const auto end = first + static_cast<Eigen::Index>(classes.size());
    auto& answers = all.emplace_back();
    for (const auto place : detail::greatest_in(found, first, end))
      answers.push_back(classes[static_cast<std::size_t>(place)]);
    first = end;
  }
  return all;
}

}  // namespace krait::statistics
