// krait/task/sparse_parity.hpp: products of k hidden coordinates. Park et al. 2024 (arXiv:2402.04248), section 4;
// Bhattamishra et al. 2023 (arXiv:2310.03016).
//
//  position   1    2    3    4   ...   2n-1  2n      x: uniform in {-1, 1}^d   y = product of x_c, c in S
//  token      x1   y1   x2   y2  ...   xn    yn      S: k of the d coordinates     logistic loss at every x
#pragma once
#include <krait/task/functions.hpp>
#include <krait/task/inputs/signs.hpp>

namespace krait::task {

struct sparse_parity_config {
  int dimensions = 10;         // d
  int points = 140;            // examples a prompt
  int subset = 2;              // k coordinates, anywhere among those that the curriculum has reached
  int prompts_per_subset = 1;  // neighbours that share S. The released code draws one for a whole batch: 64
};

template <sparse_parity_config C = sparse_parity_config{}>
struct sparse_parity : functions<sparse_parity<C>, C.dimensions, C.points, inputs::signs> {
  static_assert(C.subset > 0 && C.subset <= C.dimensions, "sparse_parity: the subset must be from 1 to dimensions");
  static_assert(C.prompts_per_subset > 0, "sparse_parity: a subset must serve a prompt at least");
  static constexpr std::string_view name = "sparse_parity";
  static constexpr int dimensions = C.dimensions;
  static constexpr bool classifies = true;

  struct function {
    int subset[C.subset];
    int size;  // fewer than k where a curriculum has reached fewer dimensions
  };
  static constexpr int function_numbers = 2 * C.subset;
  KRAIT_HOST_DEVICE static void draw_function(const prompt_numbers& numbers, extent e, function& f) {
    constexpr auto room = static_cast<std::uint64_t>(C.points) + function_numbers;
    f.size = e.dimensions < C.subset ? e.dimensions : C.subset;
    const std::uint64_t prompt = numbers.first / room, sharing = prompt % C.prompts_per_subset;
    choose({numbers.from, numbers.first - sharing * room}, e.dimensions, f.size, f.subset);
  }
  KRAIT_HOST_DEVICE static float value(const function& f, const float* x) {
    float product = 1;
    for (int k = 0; k < f.size; ++k) product *= x[f.subset[k]];
    return product;
  }

  /// Who knows nothing of S: half the signs are wrong; with the output 0 the logistic loss is ln 2.
  static constexpr double chance_error = .5, chance_loss = .69314718055994530942;
};
static_assert(prompt_task<sparse_parity<>> && classifying<sparse_parity<>> && device_task<sparse_parity<>>);

}  // namespace krait::task
