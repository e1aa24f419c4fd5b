// krait/kernel/rms_norm/rms_norm.hpp: y = weight * x / sqrt(mean(x^2) + eps). Zhang & Sennrich 2019 (arXiv:1910.07467),
// eq. 4.
#pragma once

namespace krait::kernel {

/// forward(on, weight, x, y, inverse_rms, eps): x (tokens, Width), weight (Width; empty = all 1) -> y (tokens, Width),
/// which
///   may be x, and inverse_rms (tokens) for backward.
/// backward(on, weight, x, inverse_rms, dy, dx, dweight): -> dx (overwritten; may be dy), dweight (added to).
/// backward_onto: the same with base (tokens, Width), which dx may be: dx = base + the gradient. So the gradient that
/// goes past a residual branch is added.
template <class Backend, int Width> struct rms_norm;

}  // namespace krait::kernel
