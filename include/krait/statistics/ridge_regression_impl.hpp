// krait/statistics/ridge_regression_impl.hpp: by the normal equations of standardised features.
#pragma once
#include <cmath>
#include <krait/core/config.hpp>
#include <krait/core/eigen.hpp>
#include <krait/core/error.hpp>
#include <krait/statistics/ridge_regression.hpp>
#include <limits>
#include <string>

namespace krait::statistics {

KRAIT_INLINE ridge_regression::ridge_regression(std::span<const float> features, std::size_t width,
                                                std::span<const float> wanted, std::span<const double> penalties) {
  const std::size_t n = width ? features.size() / width : 0;
  if (n < 4 || n * width != features.size() || wanted.size() != n || penalties.empty())
    throw data_error("ridge_regression: " + std::to_string(features.size()) + " numbers are no rows of " +
                     std::to_string(width) + " with one of " + std::to_string(wanted.size()) +
                     " values each; give at least four rows, a value for each, and a penalty.");
  using matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto rows = static_cast<Eigen::Index>(n), columns = static_cast<Eigen::Index>(width);
  Eigen::MatrixXd x = Eigen::Map<const matrix>(features.data(), rows, columns).cast<double>();
  Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXf>(wanted.data(), rows).cast<double>();
  const Eigen::RowVectorXd mean = x.colwise().mean();
  const double mean_of_y = y.mean();
  x.rowwise() -= mean;
  y.array() -= mean_of_y;
  Eigen::RowVectorXd scale = (x.colwise().squaredNorm() / static_cast<double>(n)).cwiseSqrt();
  for (double& s : scale) s = s > 0 ? 1 / s : 0;  // what never changes tells nothing
  x.array().rowwise() *= scale.array();

  const auto solved = [&](const auto& some, const auto& of_some, double penalty) -> Eigen::VectorXd {
    Eigen::MatrixXd gram = some.transpose() * some;
    gram.diagonal().array() += penalty * static_cast<double>(some.rows());
    return gram.ldlt().solve(some.transpose() * of_some);
  };
  const Eigen::Index fitted = rows * 3 / 4, left = rows - fitted;
  double least = std::numeric_limits<double>::infinity();
  for (const double penalty : penalties) {
    const Eigen::VectorXd w = solved(x.topRows(fitted), y.head(fitted), penalty);
    const double error = (x.bottomRows(left) * w - y.tail(left)).squaredNorm();
    if (error < least) least = error, penalty_ = penalty;
  }
  const Eigen::VectorXd w = solved(x, y, penalty_).cwiseProduct(scale.transpose());
  weights_.assign(w.begin(), w.end());
  constant_ = mean_of_y - mean.dot(w);
}

KRAIT_INLINE std::vector<double> ridge_regression::values(std::span<const float> features) const {
  if (features.size() % weights_.size() != 0)
    throw data_error("ridge_regression: " + std::to_string(features.size()) + " numbers are no rows of " +
                     std::to_string(weights_.size()) + ", as those that were fitted.");
  std::vector<double> all;
  for (std::size_t at = 0; at < features.size(); at += weights_.size()) {
    double value = constant_;
    for (std::size_t c = 0; c < weights_.size(); ++c) value += weights_[c] * static_cast<double>(features[at + c]);
    all.push_back(value);
  }
  return all;
}

}  // namespace krait::statistics
