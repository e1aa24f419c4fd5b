// krait/task/linear_regression.hpp: noiseless linear functions in context. Garg et al. 2022 (arXiv:2208.01066),
// section 3.
//
//  position   1    2    3    4   ...   2n-1  2n      x: N(0, I_d)   y = <w, x>, w: N(0, I_d)
//  token      x1   y1   x2   y2  ...   xn    yn      loss at every x: predict the y that follows
#pragma once
#include <algorithm>
#include <krait/task/task.hpp>

namespace krait::task {

struct linear_regression_config {
  int dimensions = 20;  // d
  int points = 41;      // examples a prompt
};

template <linear_regression_config C = linear_regression_config{}> struct linear_regression {
  static_assert(C.dimensions > 0 && C.points > 0, "linear_regression: dimensions and points must be positive");
  static constexpr std::string_view name = "linear_regression";
  static constexpr int dimensions = C.dimensions, points = C.points;

  static void sample(draw at, std::uint64_t prompt, extent e, float* x, float* y) {
    constexpr auto room = static_cast<std::uint64_t>(dimensions) * (points + 1);  // numbers a prompt
    const auto number = [&](int row, int c) {
      return static_cast<float>(normal(at.at(prompt * room + static_cast<std::uint64_t>(row) * dimensions + c)));
    };
    float w[dimensions];
    for (int c = 0; c < dimensions; ++c) w[c] = number(points, c);
    for (int i = 0; i < e.points; ++i) {
      double sum = 0;
      for (int c = 0; c < dimensions; ++c) {
        x[i * dimensions + c] = c < e.dimensions ? number(i, c) : 0;
        sum += static_cast<double>(w[c]) * x[i * dimensions + c];
      }
      y[i] = static_cast<float>(sum);
    }
  }

  /// Mean squared error / d of minimum-norm least squares after i examples: the part of w that they do not span.
  static double least_squares_error(int i) { return std::max(0., static_cast<double>(dimensions - i) / dimensions); }
};
static_assert(prompt_task<linear_regression<>>);

}  // namespace krait::task
