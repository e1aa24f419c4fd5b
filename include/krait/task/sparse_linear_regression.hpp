// krait/task/sparse_linear_regression.hpp: linear functions of few coordinates. Garg et al. 2022 (arXiv:2208.01066),
// section 4.
//
//  position   1    2    3    4   ...   2n-1  2n      x: N(0, I_d)   y = <w, x>, w: N(0, I_d), of which all but k
//  token      x1   y1   x2   y2  ...   xn    yn      coordinates are 0          loss at every x
#pragma once
#include <algorithm>
#include <krait/task/functions.hpp>

namespace krait::task {

struct sparse_linear_regression_config {
  int dimensions = 20;  // d
  int points = 41;      // examples a prompt
  int nonzero = 3;      // k coordinates, anywhere among those that the curriculum has reached
};

template <sparse_linear_regression_config C = sparse_linear_regression_config{}, class Inputs = inputs::standard>
struct sparse_linear_regression : functions<sparse_linear_regression<C, Inputs>, C.dimensions, C.points, Inputs> {
  static_assert(C.nonzero > 0 && C.nonzero <= C.dimensions,
                "sparse_linear_regression: the nonzero coordinates must be from 1 to dimensions");
  static constexpr std::string_view name = "sparse_linear_regression";
  static constexpr int dimensions = C.dimensions;
  static constexpr double unit = C.nonzero;  // E y^2 = k: the error of who says 0

  struct function {
    int where[C.nonzero];
    float w[C.nonzero];
    int nonzero;  // fewer than k where a curriculum has reached fewer dimensions
  };
  static constexpr int function_numbers = 3 * C.nonzero;
  KRAIT_HOST_DEVICE static void draw_function(const prompt_numbers& numbers, extent e, function& f) {
    f.nonzero = e.dimensions < C.nonzero ? e.dimensions : C.nonzero;
    choose(numbers, e.dimensions, f.nonzero, f.where);
    for (int k = 0; k < f.nonzero; ++k) f.w[k] = numbers.normal(2 * C.nonzero + k);
  }
  KRAIT_HOST_DEVICE static float value(const function& f, const float* x) {
    double sum = 0;
    for (int k = 0; k < f.nonzero; ++k) sum += static_cast<double>(f.w[k]) * x[f.where[k]];
    return static_cast<float>(sum);
  }
  /// Error / k of minimum-norm least squares after i examples, with standard inputs: it does not know that w is sparse.
  static double least_squares(int i) { return std::max(0., static_cast<double>(dimensions - i) / dimensions); }
};
static_assert(prompt_task<sparse_linear_regression<>> && device_task<sparse_linear_regression<>>);

}  // namespace krait::task
