// krait/task/baseline/averaging.hpp: the linear function with w = mean of y x. Garg et al. 2022 (arXiv:2208.01066),
// section 3.
#pragma once
#include <krait/task/task.hpp>
#include <string_view>

namespace krait::task::baseline {

/// No examples: 0. With standard inputs and linear functions its error / d is (d + 1) / i.
struct averaging {
  static constexpr std::string_view name = "averaging";
  template <class Scalar> static double predict(const Scalar* x, const Scalar* y, int examples, int dimensions) {
    if (examples == 0) return 0;
    const Scalar* query = x + static_cast<long>(examples) * dimensions;
    double sum = 0;  // <mean of y x, query>
    for (int i = 0; i < examples; ++i) {
      double product = 0;
      for (int c = 0; c < dimensions; ++c) product += static_cast<double>(x[i * dimensions + c]) * query[c];
      sum += y[i] * product;
    }
    return sum / examples;
  }
};
static_assert(prompt_baseline<averaging>);

}  // namespace krait::task::baseline
