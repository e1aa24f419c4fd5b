// krait/kernel/selective_scan/selective_scan.hpp: the state-space recurrence of Mamba-1. The contract.
// Gu & Dao 2023 (arXiv:2312.00752), algorithm 2; delta's projection, the skip and the gate are part of the kernel.
#pragma once
#include <cstddef>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>

namespace krait::kernel {

/// How B is discretised; A always is exactly: exp(delta A).
enum class discretisation {
  euler,           // delta B: the released Mamba
  zero_order_hold  // (exp(delta A) - 1) / A * B: the paper's equation 4
};

struct scan_config {
  int channels;  // E
  int d_state;   // N, 1 .. 256
  int dt_rank;   // R, >= 1
  discretisation b = discretisation::euler;
};

/// chunk: texts up to here keep no states at all, longer ones the state at every chunk's start. Measured on CPUs of 0.5
/// to 1 MiB of second cache, which has to hold a chunk's decays and states; specialise for another.
/// device_tile: the same of a device, which keeps the state before every tile of tokens but the first.
template <scan_config C> struct scan_tuning {
  static constexpr int chunk = C.d_state <= 16 ? 96 : C.d_state <= 64 ? 24 : 8;
  static constexpr int device_tile = 8;
};

/// Scalars of `saved` that forward fills and backward reads, for any batch up to cap. On a CPU: states, then two a
/// token and channel, which hold delta and its slope. On a device: states.
template <scan_config C> constexpr std::size_t scan_saved_size(capacity cap) {
  const auto states = [&](int every) { return static_cast<std::size_t>((cap.length - 1) / every) * C.d_state; };
  const std::size_t cpu = states(scan_tuning<C>::chunk) + 2 * static_cast<std::size_t>(cap.length);
  const std::size_t device = states(scan_tuning<C>::device_tile);
  return static_cast<std::size_t>(cap.sequences) * round_up(C.channels, 16) * (cpu > device ? cpu : device) + 1;
}

/// The scan's parameters: views into a layer's weights.
template <class T, scan_config C> struct scan_weights {
  const tensor<T, C.channels, C.dt_rank>& dt_weight;
  const tensor<T, C.channels>& dt_bias;
  const tensor<T, C.channels, C.d_state>& A_log;
  const tensor<T, C.channels>& D;
};
template <class T, scan_config C> struct scan_gradients {
  tensor<T, C.channels, C.dt_rank>& dt_weight;
  tensor<T, C.channels>& dt_bias;
  tensor<T, C.channels, C.d_state>& A_log;
  tensor<T, C.channels>& D;
};

/// State of every sequence of a batch, (sequences, channels, d_state); null: zero before, not wanted after.
template <class T> struct scan_states {
  const T* initial = nullptr;
  T* final = nullptr;
};
/// Gradient of the loss in the final states (null: none) -> in the initial states (overwritten; null: not wanted).
template <class T> struct scan_state_gradients {
  const T* final = nullptr;
  T* initial = nullptr;
};

/// Per token t and channel e, with row = [dt_r | B | C] of width R + 2 N shared by all channels:
///   delta = softplus(dt_weight[e] . dt_r + dt_bias[e]);  A = -exp(A_log[e])
///   h_t = exp(delta A) h_{t-1} + delta B x;  y = C . h_t + D[e] x;  gated = y * SiLU(z)
///
/// forward : x, row, z -> y (kept for backward), gated, final states; `saved` (scan_saved_size<C>(capacity) scalars) is
/// filled. backward: dgated -> dx, drow, dz (overwritten), gated again (it is not kept), dw (added to), initial states'
/// gradients. x.of.starts resets the state before a token; x.of.keep = 0 leaves it alone, and its outputs and gradients
/// are zero. Both take the greatest batch as a first template argument, forward<capacity>(...): a device chooses by it
/// (device_policy.hpp), backward as forward.
template <class Backend, scan_config C> struct selective_scan;

}  // namespace krait::kernel
