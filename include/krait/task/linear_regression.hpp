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
    float w[dimensions];
    for (int c = 0; c < dimensions; ++c) w[c] = number(at, prompt, points, c);
    for (int i = 0; i < e.points; ++i) y[i] = point(at, prompt, e, i, w, x + i * dimensions);
  }
  /// Point i alone: x (dimensions) -> y. A device draws all points of all prompts side by side.
  KRAIT_HOST_DEVICE static float sample_point(draw at, std::uint64_t prompt, extent e, int i, float* x) {
    float w[dimensions];
    for (int c = 0; c < dimensions; ++c) w[c] = number(at, prompt, points, c);
    return point(at, prompt, e, i, w, x);
  }

  /// Mean squared error / d of minimum-norm least squares after i examples: the part of w that they do not span.
  static constexpr std::string_view exact_name = "least squares, exact";
  static double exact(int i) { return std::max(0., static_cast<double>(dimensions - i) / dimensions); }

 private:
  /// Row i of a prompt is x_i, the row after the points w.
  KRAIT_HOST_DEVICE static float number(draw at, std::uint64_t prompt, int row, int c) {
    constexpr auto room = static_cast<std::uint64_t>(dimensions) * (points + 1);  // numbers a prompt
    return static_cast<float>(normal(at.with_index(prompt * room + static_cast<std::uint64_t>(row) * dimensions + c)));
  }
  KRAIT_HOST_DEVICE static float point(draw at, std::uint64_t prompt, extent e, int i, const float* w, float* x) {
    double sum = 0;
    for (int c = 0; c < dimensions; ++c) {
      x[c] = c < e.dimensions ? number(at, prompt, i, c) : 0;
      sum += static_cast<double>(w[c]) * x[c];
    }
    return static_cast<float>(sum);
  }
};
static_assert(prompt_task<linear_regression<>>);

}  // namespace krait::task
