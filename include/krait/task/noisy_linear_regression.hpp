// krait/task/noisy_linear_regression.hpp: linear functions whose answers carry noise. Garg et al. 2022
// (arXiv:2208.01066), section 4.2.
//
//  position   1    2    3    4   ...   2n-1  2n      x, w: N(0, I_d)   y = <w, x> + s e, e: N(0, 1)
//  token      x1   y1   x2   y2  ...   xn    yn      renormalised: y sqrt(d / (d + s^2))       loss at every x
#pragma once
#include <cmath>
#include <krait/task/functions.hpp>
#include <limits>

namespace krait::task {

struct noisy_linear_regression_config {
  int dimensions = 20;        // d
  int points = 41;            // examples a prompt
  double noise = 1;           // s, the standard deviation
  bool renormalised = false;  // E y^2 = d again; the released code divides by a batch's own spread instead
};

/// Asked is the noisy y, as in the released code.
template <noisy_linear_regression_config C = noisy_linear_regression_config{}, class Inputs = inputs::standard>
struct noisy_linear_regression : functions<noisy_linear_regression<C, Inputs>, C.dimensions, C.points, Inputs> {
  static_assert(C.noise >= 0, "noisy_linear_regression: the noise must not be negative");
  static constexpr std::string_view name = "noisy_linear_regression";
  static constexpr int dimensions = C.dimensions;
  static constexpr double factor_squared = C.renormalised ? dimensions / (dimensions + C.noise * C.noise) : 1;

  struct function {
    float w[dimensions];
  };
  static constexpr int function_numbers = dimensions, answer_numbers = 1;
  KRAIT_HOST_DEVICE static void draw_function(const prompt_numbers& numbers, extent, function& f) {
    numbers.normals(0, dimensions, f.w);
  }
  KRAIT_HOST_DEVICE static float value(const function& f, const float* x) {
    return static_cast<float>(dot(f.w, x, dimensions));
  }
  KRAIT_HOST_DEVICE static float answer(const prompt_numbers& numbers, float y) {
    const double noisy = std::fma(C.noise, static_cast<double>(numbers.normal(0)), static_cast<double>(y));
    return static_cast<float>(std::sqrt(factor_squared) * noisy);
  }

  /// Error / d of who says 0, and of minimum-norm least squares after i examples, with standard inputs: what they do
  /// not span, the noise that they carry into w, and that of the answer. Infinite for d - 1 <= i <= d + 1.
  static double nothing() { return factor_squared * (dimensions + C.noise * C.noise) / dimensions; }
  static double least_squares(int i) {
    const double d = dimensions, variance = C.noise * C.noise;
    if (i >= dimensions - 1 && i <= dimensions + 1 && variance > 0) return std::numeric_limits<double>::infinity();
    const double carried = i < d ? i / (d - i - 1) : d / (i - d - 1);
    return factor_squared * ((i < d ? d - i : 0) + (variance > 0 ? variance * (carried + 1) : 0)) / d;
  }
};
static_assert(prompt_task<noisy_linear_regression<>> && device_task<noisy_linear_regression<>>);

}  // namespace krait::task
