// krait/kernel/gated/gated.hpp: y = f(gate) * x, the product inside SwiGLU and its kin. Shazeer 2020
// (arXiv:2002.05202).
#pragma once
#include <krait/kernel/activation/function.hpp>

namespace krait::kernel {

/// forward(on, gate, x, y): gate and x (tokens, Width) -> y = f(gate) * x, which may be gate or x.
/// backward(on, gate, x, dy, dgate, dx): -> dgate = f'(gate) x dy and dx = f(gate) dy (overwritten; one of them may be
/// dy,
///   and they may be gate and x).
template <class Backend, class Function, int Width> struct gated;

}  // namespace krait::kernel
