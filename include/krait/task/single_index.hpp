// krait/task/single_index.hpp: functions of one direction that lies among r of the d dimensions. Nishikawa et al. 2025;
// Oh, Huang & Suzuki (arXiv:2510.12026); Oko et al. 2024 (arXiv:2411.02544).
//
//  position   1    2    3    4   ...   2n-1  2n      x: N(0, I_d)   y = g(<beta, x>) + s, s: -noise or noise
//  token      x1   y1   x2   y2  ...   xn    yn      beta: uniform on the unit sphere of the first r coordinates
//                                                    loss at every x
#pragma once
#include <cmath>
#include <krait/task/functions.hpp>

namespace krait::task {

struct single_index_config {
  int dimensions = 16;  // d
  int points = 41;      // examples a prompt
  int relevant = 8;     // r: x has no preferred directions, so that its first r coordinates stand for any r of them
  /// Of g's Hermite polynomials He_1 .. He_4, each of variance 1; scaled so that E g(z)^2 = 1, and E g(z) = 0. (The g
  /// of the works is not known but for its degree: 4 in arXiv:2411.02544.)
  double hermite[4] = {1, 1, 0, 0};
  double noise = 0;
};

template <single_index_config C = single_index_config{}, class Inputs = inputs::standard>
struct single_index : functions<single_index<C, Inputs>, C.dimensions, C.points, Inputs> {
  static_assert(C.relevant >= 1 && C.relevant <= C.dimensions,
                "single_index: the relevant dimensions r must be from 1 to d");
  static_assert(C.noise >= 0, "single_index: the noise must not be negative");
  static constexpr double squares = C.hermite[0] * C.hermite[0] + C.hermite[1] * C.hermite[1] +
                                    C.hermite[2] * C.hermite[2] + C.hermite[3] * C.hermite[3];
  static_assert(squares > 0, "single_index: g needs one Hermite polynomial at least");
  static constexpr std::string_view name = "single_index";
  static constexpr int dimensions = C.dimensions;
  static constexpr double unit = 1;  // E g^2

  struct function {
    float beta[C.relevant];
  };
  static constexpr int relevant = C.relevant;
  static constexpr int function_numbers = C.relevant, answer_numbers = C.noise > 0 ? 1 : 0;
  KRAIT_HOST_DEVICE static void draw_function(const prompt_numbers& numbers, extent, function& f) {
    numbers.normals(0, C.relevant, f.beta);
    const double length = std::sqrt(dot(f.beta, f.beta, C.relevant));
    for (float& b : f.beta) b = static_cast<float>(b / length);
  }
  /// g of a number that is N(0, 1).
  KRAIT_HOST_DEVICE static double link(double z) {
    constexpr double c1 = C.hermite[0], c2 = C.hermite[1], c3 = C.hermite[2], c4 = C.hermite[3];
    const double z2 = z * z;
    double sum = c1 * z;
    sum = std::fma(c2 / std::sqrt(2.), z2 - 1, sum);
    sum = std::fma(c3 / std::sqrt(6.), z * (z2 - 3), sum);
    sum = std::fma(c4 / std::sqrt(24.), std::fma(z2, z2 - 6, 3.), sum);
    return sum / std::sqrt(squares);
  }
  KRAIT_HOST_DEVICE static float value(const function& f, const float* x) {
    return static_cast<float>(link(dot(f.beta, x, C.relevant)));
  }
  KRAIT_HOST_DEVICE static float answer(const prompt_numbers& numbers, float y) requires(C.noise > 0) {
    return static_cast<float>(y + (numbers.uniform(0) < .5 ? -C.noise : C.noise));
  }

  /// Error of who says 0, of who knows beta and g, and of the best linear function in the limit of many examples.
  static double nothing() { return 1 + C.noise * C.noise; }
  static double everything() { return C.noise * C.noise; }
  static double linear() { return nothing() - C.hermite[0] * C.hermite[0] / squares; }
  static double chance_error() { return nothing(); }
  static double chance_loss() { return nothing(); }
};
static_assert(prompt_task<single_index<>> && device_task<single_index<>>);

}  // namespace krait::task
