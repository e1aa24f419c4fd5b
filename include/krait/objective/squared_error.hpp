// krait/objective/squared_error.hpp: |output - target|^2.
#pragma once
#include <krait/kernel/squared_error/squared_error.hpp>
#include <krait/objective/objective.hpp>

namespace krait::objective {

struct squared_error {
  static constexpr const char *name = "squared error", *unit = "squared error per prediction";

  template <class B, class T, int Width, class Shard>
  static loss_sum<B> loss(B& on, rows<const T, Width> y, const Shard& shard) {
    return kernel::squared_error<B, Width>::forward(on, y, shard.target(), shard.weight);
  }
  template <class B, class T, int Width, class Shard>
  static loss_sum<B> loss_and_gradient(B& on, rows<const T, Width> y, const Shard& shard, double scale,
                                       rows<T, Width> d) {
    const loss_sum<B> sum = kernel::squared_error<B, Width>::forward(on, y, shard.target(), shard.weight);
    kernel::squared_error<B, Width>::backward(on, y, shard.target(), shard.weight, static_cast<sum_type<T>>(scale), d);
    return sum;
  }
};

}  // namespace krait::objective
