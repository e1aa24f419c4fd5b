// krait/task/linear_classification.hpp: signs of linear functions. Garg et al. 2022 (arXiv:2208.01066), released code.
//
//  position   1    2    3    4   ...   2n-1  2n      x, w: N(0, I_d)   y = sign <w, x>
//  token      x1   y1   x2   y2  ...   xn    yn      logistic loss at every x; the error is the share of wrong signs
#pragma once
#include <krait/task/functions.hpp>

namespace krait::task {

struct linear_classification_config {
  int dimensions = 20;  // d
  int points = 41;      // examples a prompt
};

template <linear_classification_config C = linear_classification_config{}, class Inputs = inputs::standard>
struct linear_classification : functions<linear_classification<C, Inputs>, C.dimensions, C.points, Inputs> {
  static constexpr std::string_view name = "linear_classification";
  static constexpr int dimensions = C.dimensions;
  static constexpr bool classifies = true;

  struct function {
    float w[dimensions];
  };
  static constexpr int function_numbers = dimensions;
  KRAIT_HOST_DEVICE static void draw_function(const prompt_numbers& numbers, extent, function& f) {
    numbers.normals(0, dimensions, f.w);
  }
  KRAIT_HOST_DEVICE static float value(const function& f, const float* x) {
    return dot(f.w, x, dimensions) < 0 ? -1.f : 1.f;
  }
};
static_assert(prompt_task<linear_classification<>> && classifying<linear_classification<>>);

}  // namespace krait::task
