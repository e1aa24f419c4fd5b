// krait/objective/objective.hpp: what training minimises: a weighted sum over a shard's tokens, and its gradient.
#pragma once
#include <concepts>
#include <cstdint>
#include <krait/core/layer.hpp>
#include <krait/core/rows.hpp>

namespace krait {

/// A shard of texts: ids, the token that should follow each, and how much that counts. weight 0: no loss at this token.
template <capacity Cap> struct text_shard {
  static constexpr capacity cap = Cap;
  sequences of;
  std::int32_t id[Cap.tokens()], target[Cap.tokens()];
  float weight[Cap.tokens()];
  ids input() const { return {id, of}; }
};

/// A shard of prompts of vectors, and the vector that each token's output should be.
template <capacity Cap, int In, int Out> struct vector_shard {
  static constexpr capacity cap = Cap;
  sequences of;
  activations<float, Cap, In> x;
  activations<float, Cap, Out> target_rows;
  float weight[Cap.tokens()];
  rows<const float, In> input() const { return x.of(of); }
  rows<const float, Out> target() const { return target_rows.of(of); }
};

/// An objective is a policy with
///   static double loss(on, outputs, shard)                           sum of weight * loss over the shard's tokens
///   static double loss_and_gradient(on, outputs, shard, scale, d)    the same, and d = scale * its gradient; d may be
///   outputs
/// for outputs (tokens, Width) and the shards that carry its targets.
template <class O, class Shard, int Width>
concept objective_for = requires(any_backend& on, rows<const float, Width> out, const Shard& shard,
                                 rows<float, Width> d) {
  { O::loss(on, out, shard) } -> std::same_as<double>;
  { O::loss_and_gradient(on, out, shard, 1.0, d) } -> std::same_as<double>;
};

}  // namespace krait
