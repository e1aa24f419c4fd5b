// krait/objective/pointwise.hpp: losses of outputs that each have a target of their own.
#pragma once
#include <krait/kernel/pointwise_loss/losses.hpp>
#include <krait/kernel/pointwise_loss/pointwise_loss.hpp>
#include <krait/objective/objective.hpp>
#include <type_traits>

namespace krait::objective {

/// Whether a shard has Width targets a token.
template <class Shard, int Width>
concept has_targets = requires(const Shard& shard) {
  requires std::remove_cvref_t<decltype(shard.target())>::width == Width;
};

/// The sum over a shard's tokens of weight * Loss of outputs and targets, both (tokens, Width).
template <class Loss> struct pointwise {
  template <class B, class T, int Width, has_targets<Width> Shard>
  static loss_sum<B> loss(B& on, rows<const T, Width> y, const Shard& shard) {
    return kernel::pointwise_loss<B, Loss, Width>::forward(on, y, shard.target(), shard.weight);
  }
  template <class B, class T, int Width, has_targets<Width> Shard>
  static loss_sum<B> loss_and_gradient(B& on, rows<const T, Width> y, const Shard& shard, double scale,
                                       rows<T, Width> d) {
    using op = kernel::pointwise_loss<B, Loss, Width>;
    const loss_sum<B> sum = op::forward(on, y, shard.target(), shard.weight);
    op::backward(on, y, shard.target(), shard.weight, static_cast<sum_type<T>>(scale), d);
    return sum;
  }
};

}  // namespace krait::objective
