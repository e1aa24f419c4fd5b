// krait/kernel/scalar_decay/scalar_decay.hpp: what Mamba-2 has around its recurrence: a head's step size, what it
// leaves of the state and how much of the input it adds; and the skip. Dao & Gu 2024 (arXiv:2405.21060), section 7. The
// recurrence itself is linear attention with a gate (kernel/linear_attention), of keys B, queries C and values v.
#pragma once
#include <krait/core/tensor.hpp>

namespace krait::kernel {

template <class T, int Heads> struct scalar_decay_weights { const tensor<T, Heads>&A_log, &dt_bias; };
template <class T, int Heads> struct scalar_decay_gradients { tensor<T, Heads>&A_log, &dt_bias; };

/// Per head h of P channels and token:  delta = softplus(dt + dt_bias);  g = exp(-exp(A_log) delta);  v = delta x
///
/// forward(on, w, dt, x, delta, g, v): dt (tokens, Heads), x (tokens, Heads * P) -> delta and g (tokens, Heads; of
///   sum_type<T>), v (tokens, Heads * P).
/// backward(on, w, dt, x, delta, g, dg, dv, ddt, dx, dw): -> ddt and dx (overwritten; dx may be dv), dw (added to).
/// A masked token needs x, dg and dv of zero, as the convolution before and the recurrence after it leave them.
///
/// add_skip(on, D, x, y): y += D_h x. add_skip_backward(on, D, x, dy, dx, dD): dx += D_h dy, dD (added to).
template <class Backend, int Heads, int P> struct scalar_decay;

}  // namespace krait::kernel
