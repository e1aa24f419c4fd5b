// krait/task/relu_network.hpp: networks of one hidden layer in context. Garg et al. 2022 (arXiv:2208.01066), section 5.
//
//  position   1    2    3    4   ...   2n-1  2n      x: N(0, I_d)   y = sqrt(2 / h) <w2, max(0, W1 x)>
//  token      x1   y1   x2   y2  ...   xn    yn      W1 (h, d), w2 (h): N(0, 1)       loss at every x
#pragma once
#include <cmath>
#include <krait/task/functions.hpp>

namespace krait::task {

struct relu_network_config {
  int dimensions = 20;  // d
  int points = 101;     // examples a prompt
  int hidden = 100;     // h
};

/// E y^2 = d, so that who says 0 has error 1.
template <relu_network_config C = relu_network_config{}, class Inputs = inputs::standard>
struct relu_network : functions<relu_network<C, Inputs>, C.dimensions, C.points, Inputs> {
  static_assert(C.hidden > 0, "relu_network: there must be a hidden unit");
  static constexpr std::string_view name = "relu_network";
  static constexpr int dimensions = C.dimensions, hidden = C.hidden;

  struct function {
    float w1[dimensions][hidden];  // W1 transposed: hidden units lie side by side
    float w2[hidden];
    int used;  // coordinates that the curriculum has reached
  };
  static constexpr int function_numbers = (dimensions + 1) * hidden;
  KRAIT_HOST_DEVICE static void draw_function(const prompt_numbers& numbers, extent e, function& f) {
    f.used = e.dimensions;
    for (int c = 0; c < e.dimensions; ++c) numbers.normals(c * hidden, hidden, f.w1[c]);
    numbers.normals(dimensions * hidden, hidden, f.w2);
  }
  KRAIT_HOST_DEVICE static float value(const function& f, const float* x) {
    float units[hidden] = {};
    for (int c = 0; c < f.used; ++c)
      for (int j = 0; j < hidden; ++j)
        units[j] = std::fma(f.w1[c][j], x[c], units[j]);  // fused by name, see numbers.hpp
    for (int j = 0; j < hidden; ++j) units[j] = units[j] > 0 ? units[j] : 0;
    return static_cast<float>(std::sqrt(2. / hidden) * dot(f.w2, units, hidden));
  }
};
static_assert(prompt_task<relu_network<>> && device_task<relu_network<>>);

}  // namespace krait::task
