// krait/kernel/linear_attention/linear_attention.hpp: attention without a softmax, as a recurrence over a matrix of
// state, with a gate that may shrink it. Katharopoulos et al. 2020 (arXiv:2006.16236), eq. 16-20 without the
// normaliser; the gate, one number a head and token: Peng et al. 2021 (arXiv:2103.02143), section 3.2.
#pragma once
#include <algorithm>
#include <cstddef>
#include <krait/core/rows.hpp>

namespace krait::kernel {

struct linear_attention_config {
  int heads;
  int key_width;    // K, of each head's queries and keys
  int value_width;  // V, of each head's values and outputs
  constexpr int keys() const { return heads * key_width; }
  constexpr int values() const { return heads * value_width; }
  constexpr int state_size() const { return heads * key_width * value_width; }
};

/// chunk: texts up to here keep no states at all, longer ones the state at every chunk's start; backward makes a
/// chunk's states again, which the second cache has to hold.
template <linear_attention_config C> struct linear_attention_tuning {
  static constexpr int chunk = std::clamp(65536 / (C.key_width * round_up(C.value_width, 16)), 4, 64);
  /// The same on a device, where a tile of tokens lies in shared memory: 8, 16 or 32.
  static constexpr int device_tile = C.key_width <= 128 ? 32 : C.key_width <= 256 ? 16 : 8;
};

/// Scalars of `saved` that forward fills and backward reads, for any batch up to cap, on any backend.
template <linear_attention_config C> constexpr std::size_t linear_attention_saved_size(capacity cap) {
  using tuning = linear_attention_tuning<C>;
  const auto states = static_cast<std::size_t>(cap.sequences) * C.heads;
  const std::size_t host = states * ((cap.length - 1) / tuning::chunk) * C.key_width * round_up(C.value_width, 16);
  const std::size_t device = states * ((cap.length - 1) / tuning::device_tile) * C.key_width * C.value_width;
  return std::max(host, device) + 1;
}

/// State of every sequence of a batch, (sequences, heads, K, V); null: zero before, not wanted after. They may be one.
template <class T> struct linear_attention_states {
  const T* initial = nullptr;
  T* final = nullptr;
};
/// Gradient of the loss in the final states (null: none) -> in the initial states (overwritten; null: not wanted).
template <class T> struct linear_attention_state_gradients {
  const T* final = nullptr;
  T* initial = nullptr;
};

/// Per head h and token t:   S_t = g_t S_{t-1} + k_t v_t^T;   y_t = S_t^T q_t
/// so that y_t = sum over s <= t of (g_{s+1} ... g_t) (q_t . k_s) v_s.
///
/// forward(on, q, k, v, g, y, saved, states): q and k (tokens, heads * K), v (tokens, heads * V), g (tokens, heads;
/// data null: 1 everywhere, plain linear attention) -> y (tokens, heads * V), final states; `saved`
/// (linear_attention_saved_size<C>(capacity) scalars) is filled. Nothing may alias. On a device g may be of another
/// type than the rest (with bfloat16 rows a float: gates near 1 are what a long memory is made of), and dg as g.
/// backward(on, q, k, v, g, saved, dy, dq, dk, dv, dg, states, dstates): -> dq, dk, dv, dg (overwritten; dg is not
/// touched where g is null; nothing may alias), initial states' gradients.
/// q.of.starts resets the state before a token; q.of.keep = 0 leaves it alone, and its outputs and gradients are zero.
template <class Backend, linear_attention_config C> struct linear_attention;

}  // namespace krait::kernel
