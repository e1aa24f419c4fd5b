// krait/objective/cross_entropy.hpp: -log probability of the next token.
#pragma once
#include <krait/core/scratch.hpp>
#include <krait/kernel/cross_entropy/cross_entropy.hpp>
#include <krait/objective/objective.hpp>

namespace krait::objective {

struct cross_entropy {
  static constexpr const char *name = "cross-entropy", *unit = "nats per token";

  template <class B, class T, int Classes, class Shard>
  static loss_sum<B> loss(B& on, rows<const T, Classes> logits, const Shard& shard) {
    scratch_frame frame(on);
    auto* lse = frame.template take<sum_type<T>>(static_cast<std::size_t>(logits.tokens()));
    return kernel::cross_entropy<B, Classes>::forward(on, logits, shard.target, shard.weight, lse);
  }
  template <class B, class T, int Classes, class Shard>
  static loss_sum<B> loss_and_gradient(B& on, rows<const T, Classes> logits, const Shard& shard, double scale,
                                       rows<T, Classes> d) {
    scratch_frame frame(on);
    auto* lse = frame.template take<sum_type<T>>(static_cast<std::size_t>(logits.tokens()));
    const loss_sum<B> sum = kernel::cross_entropy<B, Classes>::forward(on, logits, shard.target, shard.weight, lse);
    kernel::cross_entropy<B, Classes>::backward(on, logits, shard.target, shard.weight, lse,
                                                static_cast<sum_type<T>>(scale), d);
    return sum;
  }
};

}  // namespace krait::objective
