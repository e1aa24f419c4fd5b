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

  /// A shard whose arrays lie where the host must not read, say on a device.
  struct elsewhere {
    sequences of;
    const std::int32_t *id, *target;
    const float* weight;
    ids input() const { return {id, of}; }
  };
  static elsewhere at(const text_shard& there, sequences of) { return {of, there.id, there.target, there.weight}; }
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

  /// A shard whose arrays lie where the host must not read, say on a device.
  struct elsewhere {
    sequences of;
    const vector_shard& there;
    const float* weight;
    rows<const float, In> input() const { return there.x.of(of); }
    rows<const float, Out> target() const { return there.target_rows.of(of); }
  };
  static elsewhere at(const vector_shard& there, sequences of) { return {of, there, there.weight}; }
};

namespace detail {
template <class B> struct loss_sum { using type = double; };
template <class B>
requires requires { typename B::loss_sum; }
struct loss_sum<B> {
  using type = typename B::loss_sum;
};
}  // namespace detail
/// What a backend's losses return: a double, or where one will lie.
template <class B> using loss_sum = typename detail::loss_sum<B>::type;

/// An objective is a policy with
/// - static loss_sum<B> loss(on, outputs, shard): the sum of weight * loss over the shard's tokens
/// - static loss_sum<B> loss_and_gradient(on, outputs, shard, scale, d): the same, and d = scale * its gradient; d may
///   be outputs
/// for outputs (tokens, Width) and the shards that carry its targets.
template <class O, class Shard, int Width>
concept objective_for = requires(any_backend& on, rows<const float, Width> out, const Shard& shard,
                                 rows<float, Width> d) {
  { O::loss(on, out, shard) } -> std::same_as<loss_sum<any_backend>>;
  { O::loss_and_gradient(on, out, shard, 1.0, d) } -> std::same_as<loss_sum<any_backend>>;
};

}  // namespace krait
