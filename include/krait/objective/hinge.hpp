// krait/objective/hinge.hpp: max(0, 1 - label * output), labels -1 and 1.
#pragma once
#include <krait/kernel/hinge/hinge.hpp>
#include <krait/objective/objective.hpp>

namespace krait::objective {

struct hinge {
  static constexpr const char *name = "hinge", *unit = "hinge loss per prediction";

  template <class B, class T, int Width, class Shard>
  static loss_sum<B> loss(B& on, rows<const T, Width> y, const Shard& shard) {
    return kernel::hinge<B, Width>::forward(on, y, shard.target(), shard.weight);
  }
  template <class B, class T, int Width, class Shard>
  static loss_sum<B> loss_and_gradient(B& on, rows<const T, Width> y, const Shard& shard, double scale,
                                       rows<T, Width> d) {
    const loss_sum<B> sum = kernel::hinge<B, Width>::forward(on, y, shard.target(), shard.weight);
    kernel::hinge<B, Width>::backward(on, y, shard.target(), shard.weight, static_cast<sum_type<T>>(scale), d);
    return sum;
  }
};

}  // namespace krait::objective
