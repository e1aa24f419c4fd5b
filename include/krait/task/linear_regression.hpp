// krait/task/linear_regression.hpp: noiseless linear functions in context. Garg et al. 2022 (arXiv:2208.01066),
// section 3.
//
//  position   1    2    3    4   ...   2n-1  2n      x: N(0, I_d)   y = <w, x>, w: N(0, I_d)
//  token      x1   y1   x2   y2  ...   xn    yn      loss at every x: predict the y that follows
#pragma once
#include <krait/task/functions.hpp>

namespace krait::task {

struct linear_regression_config {
  int dimensions = 20;  // d
  int points = 41;      // examples a prompt
  double scale = 1;     // of y; other than 1 in evaluations alone
};

/// Inputs: where x comes from (inputs/), other than standard in evaluations.
template <linear_regression_config C = linear_regression_config{}, class Inputs = inputs::standard>
struct linear_regression : functions<linear_regression<C, Inputs>, C.dimensions, C.points, Inputs> {
  static_assert(C.dimensions > 0 && C.points > 0, "linear_regression: dimensions and points must be positive");
  static constexpr std::string_view name = "linear_regression";
  static constexpr int dimensions = C.dimensions;

  struct function {
    float w[dimensions];
  };
  static constexpr int function_numbers = dimensions;
  KRAIT_HOST_DEVICE static void draw_function(const prompt_numbers& numbers, extent, function& f) {
    numbers.normals(0, dimensions, f.w);
  }
  KRAIT_HOST_DEVICE static float value(const function& f, const float* x) {
    return static_cast<float>(C.scale * dot(f.w, x, dimensions));
  }

  /// Mean squared error / d of minimum-norm least squares after i examples: the part of w that they do not span.
  static constexpr std::string_view exact_name = "least squares, exact";
  static double exact(int i) requires requires { Inputs::unseen(i, dimensions); }
  { return C.scale * C.scale * Inputs::unseen(i, dimensions); }
  /// Of w = mean of y x, with standard inputs: (d + 1) / i; without examples 1.
  static double averaging(int i) { return C.scale * C.scale * (i == 0 ? 1 : (dimensions + 1.) / i); }
};
static_assert(prompt_task<linear_regression<>> && device_task<linear_regression<>>);

}  // namespace krait::task
