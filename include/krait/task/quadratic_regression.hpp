// krait/task/quadratic_regression.hpp: linear functions of squares. Garg et al. 2022 (arXiv:2208.01066), released code.
//
//  position   1    2    3    4   ...   2n-1  2n      x, w: N(0, I_d)   y = sum_c w_c x_c^2 / sqrt(3)
//  token      x1   y1   x2   y2  ...   xn    yn      loss at every x
#pragma once
#include <cmath>
#include <krait/task/functions.hpp>

namespace krait::task {

struct quadratic_regression_config {
  int dimensions = 20;  // d
  int points = 41;      // examples a prompt
};

/// E y^2 = d, since E x^4 = 3: who says 0 has error 1.
template <quadratic_regression_config C = quadratic_regression_config{}, class Inputs = inputs::standard>
struct quadratic_regression : functions<quadratic_regression<C, Inputs>, C.dimensions, C.points, Inputs> {
  static constexpr std::string_view name = "quadratic_regression";
  static constexpr int dimensions = C.dimensions;

  struct function {
    float w[dimensions];
  };
  static constexpr int function_numbers = dimensions;
  KRAIT_HOST_DEVICE static void draw_function(const prompt_numbers& numbers, extent, function& f) {
    numbers.normals(0, dimensions, f.w);
  }
  KRAIT_HOST_DEVICE static float value(const function& f, const float* x) {
    double sum = 0;
    for (int c = 0; c < dimensions; ++c) {
      const float square = x[c] * x[c];
      sum += static_cast<double>(f.w[c]) * square;
    }
    return static_cast<float>(std::sqrt(1. / 3) * sum);
  }
};
static_assert(prompt_task<quadratic_regression<>> && device_task<quadratic_regression<>>);

}  // namespace krait::task
