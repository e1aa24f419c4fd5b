// krait/objective/objective.hpp: what training minimises: a weighted sum over a shard's tokens, and its gradient.
#pragma once
#include <concepts>
#include <krait/core/layer.hpp>
#include <krait/core/rows.hpp>
#include <krait/core/shard.hpp>

namespace krait {

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
