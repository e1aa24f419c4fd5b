// krait/optim/optimizer.hpp: what an optimiser policy is.
#pragma once
#include <concepts>
#include <span>

namespace krait {

/// A policy with
///   static constexpr double lr, clip_norm (0: none);  static constexpr int moments: flat spans of state it keeps
///   template <class Kernels> static void step(kernels' backend, weights, gradient, moments[], rate, number, scale)
/// step works on pieces of the flat spans, one scalar at a time, so that threads may share the walk; `rate` is the
/// scheduled learning rate, `number` counts from 1, the gradient is multiplied by `scale` (from clipping) first. One
/// whose weight decay spares tensors also says where it reaches: optim/decay.hpp.
template <class O>
concept optimizer = requires {
  { O::lr } -> std::convertible_to<double>;
  { O::clip_norm } -> std::convertible_to<double>;
  { O::moments } -> std::convertible_to<int>;
};

}  // namespace krait
