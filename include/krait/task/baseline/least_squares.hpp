// krait/task/baseline/least_squares.hpp: the linear function of least norm among those that fit the examples best.
#pragma once
#include <krait/core/eigen.hpp>
#include <krait/task/task.hpp>
#include <string_view>

namespace krait::task::baseline {

/// By Eigen's complete orthogonal decomposition, in double. No examples: 0.
struct least_squares {
  static constexpr std::string_view name = "least squares";
  template <class Scalar>  // (a template, so that Eigen costs only those who use it)
  static double predict(const Scalar* x, const Scalar* y, int examples, int dimensions) {
    if (examples == 0) return 0;
    using matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::MatrixXd a = Eigen::Map<const matrix>(x, examples, dimensions).template cast<double>();
    using vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
    const Eigen::VectorXd b = Eigen::Map<const vector>(y, examples).template cast<double>();
    const Eigen::VectorXd w = a.completeOrthogonalDecomposition().solve(b);
    return Eigen::Map<const vector>(x + static_cast<long>(examples) * dimensions, dimensions)
        .template cast<double>()
        .dot(w);
  }
};
}  // namespace krait::task::baseline
