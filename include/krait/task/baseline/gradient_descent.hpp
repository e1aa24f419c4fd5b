// krait/task/baseline/gradient_descent.hpp: some steps of gradient descent on a prompt's least squares, from w = 0;
// what layers that improve an answer step by step are held against. Grazzi et al. 2024 (arXiv:2402.03170), released
// code.
#pragma once
#include <krait/task/task.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace krait::task::baseline {

/// w <- w - rate X^T (X w - y) / examples, with the rate 2 / (greatest + least curvature) that is best for the prompt;
/// directions without curvature, of fewer examples than dimensions, do not count. The answers to the last point of x
/// (examples + 1, dimensions), of which y (examples) is not told, after 0, 1, ... steps. By Eigen, in double. No
/// examples: 0.
std::vector<double> descent_answers(std::span<const double> x, std::span<const double> y, int dimensions, int steps);

struct gradient_descent_config {
  int steps = 10;
};

template <gradient_descent_config C = gradient_descent_config{}> struct gradient_descent {
  static_assert(C.steps >= 0, "baseline::gradient_descent: the number of steps must not be negative");
  static constexpr std::string_view name = "gradient descent";

  template <class Scalar> static double predict(const Scalar* x, const Scalar* y, int examples, int dimensions) {
    const std::vector<double> of_x(x, x + static_cast<long>(examples + 1) * dimensions), of_y(y, y + examples);
    return descent_answers(of_x, of_y, dimensions, C.steps).back();
  }
};
static_assert(prompt_baseline<gradient_descent<>>);

}  // namespace krait::task::baseline

#ifndef KRAIT_COMPILED
#include <krait/task/baseline/gradient_descent_impl.hpp>
#endif
