// krait/task/baseline/ridge.hpp: the linear function that minimises |y - X w|^2 + alpha |w|^2.
#pragma once
#include <krait/core/eigen.hpp>
#include <krait/task/task.hpp>
#include <string_view>

namespace krait::task::baseline {

struct ridge_config {
  double alpha = 1;  // noise variance / variance of w makes it the best predictor of noisy linear functions
};

/// By Eigen's Cholesky decomposition, in double; without an intercept. No examples: 0.
template <ridge_config C = ridge_config{}> struct ridge {
  static_assert(C.alpha > 0, "baseline::ridge: alpha must be positive; least_squares is without one");
  static constexpr std::string_view name = "ridge";
  template <class Scalar> static double predict(const Scalar* x, const Scalar* y, int examples, int dimensions) {
    if (examples == 0) return 0;
    using matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    using vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
    const Eigen::MatrixXd a = Eigen::Map<const matrix>(x, examples, dimensions).template cast<double>();
    const Eigen::VectorXd b = Eigen::Map<const vector>(y, examples).template cast<double>();
    const Eigen::VectorXd query =
        Eigen::Map<const vector>(x + static_cast<long>(examples) * dimensions, dimensions).template cast<double>();
    // The smaller of the two forms: (A^T A + alpha)^-1 A^T b = A^T (A A^T + alpha)^-1 b.
    if (examples < dimensions) {
      Eigen::MatrixXd gram = a * a.transpose();
      gram.diagonal().array() += C.alpha;
      return (a * query).dot(gram.llt().solve(b));
    }
    Eigen::MatrixXd gram = a.transpose() * a;
    gram.diagonal().array() += C.alpha;
    return query.dot(gram.llt().solve(a.transpose() * b));
  }
};

}  // namespace krait::task::baseline
