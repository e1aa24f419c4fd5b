// krait/task/baseline/kernel_ridge.hpp: ridge regression in the features of the kernel exp(-gamma |x - x'|^2): sum_i
// a_i k(x_i, x) with (K + alpha) a = y. As scikit-learn's KernelRidge(kernel="rbf").
#pragma once
#include <cmath>
#include <krait/core/eigen.hpp>
#include <krait/task/task.hpp>
#include <string_view>

namespace krait::task::baseline {

struct kernel_ridge_config {
  double alpha = 1;
  double gamma = 0;     // 0: 1 / dimensions
  int coordinates = 0;  // the kernel sees so many of x's first coordinates; 0: all
};

/// By Eigen's Cholesky decomposition, in double. No examples: 0.
template <kernel_ridge_config C = kernel_ridge_config{}> struct kernel_ridge {
  static_assert(C.alpha > 0, "baseline::kernel_ridge: alpha must be positive");
  static_assert(C.gamma >= 0 && C.coordinates >= 0,
                "baseline::kernel_ridge: gamma and the number of coordinates must not be negative");
  static constexpr std::string_view name = "kernel ridge";
  template <class Scalar> static double predict(const Scalar* x, const Scalar* y, int examples, int dimensions) {
    if (examples == 0) return 0;
    const int seen = C.coordinates > 0 && C.coordinates < dimensions ? C.coordinates : dimensions;
    const double gamma = C.gamma > 0 ? C.gamma : 1. / seen;
    const auto kernel = [&](int i, int j) {
      double square = 0;
      for (int c = 0; c < seen; ++c) {
        const double off = static_cast<double>(x[i * dimensions + c]) - static_cast<double>(x[j * dimensions + c]);
        square += off * off;
      }
      return std::exp(-gamma * square);
    };
    Eigen::MatrixXd gram(examples, examples);
    Eigen::VectorXd target(examples), query(examples);
    for (int i = 0; i < examples; ++i) {
      for (int j = 0; j <= i; ++j) gram(i, j) = gram(j, i) = kernel(i, j);
      gram(i, i) += C.alpha;
      target(i) = static_cast<double>(y[i]), query(i) = kernel(examples, i);
    }
    return query.dot(gram.llt().solve(target));
  }
};

}  // namespace krait::task::baseline
