// krait/kernel/layer_norm/layer_norm.hpp: y = weight * (x - mean(x)) / sqrt(var(x) + eps) + bias. Ba et al. 2016
// (arXiv:1607.06450), eq. 4; the variance is the biased one.
#pragma once

namespace krait::kernel {

/// forward(on, weight, bias, x, y, mean, inverse_deviation, eps): x (tokens, Width), weight and bias (Width; empty =
/// all 1,
///   all 0) -> y (tokens, Width), which may be x, and mean and inverse_deviation (tokens each) for backward.
/// backward(on, weight, x, mean, inverse_deviation, dy, dx, dweight, dbias): -> dx (overwritten; may be dy), dweight
/// and
///   dbias (added to).
/// backward_onto: the same with base (tokens, Width), which dx may be: dx = base + the gradient. So the gradient that
/// goes past a residual branch is added.
template <class Backend, int Width> struct layer_norm;

}  // namespace krait::kernel
