// krait/kernel/causal_conv1d/causal_conv1d.hpp: causal depthwise convolution and a function, as in Mamba. The contract.
#pragma once
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/activation/function.hpp>

namespace krait::kernel {

/// The last Width - 1 inputs of every sequence, (sequences, Channels, Width - 1), oldest first; null: zeros / not
/// wanted.
template <class T> struct conv_states {
  const T* initial = nullptr;
  T* final = nullptr;
};
template <class T> struct conv_state_gradients {
  const T* final = nullptr;  // of the loss in the final states; null: none
  T* initial = nullptr;      // overwritten; null: not wanted
};

/// forward : x (tokens, Channels), weight (Channels, Width), bias (Channels) -> y = f(bias + sum_j weight[j]
/// x[t-Width+1+j]), f: Function. backward: dy -> dx (overwritten), dweight and dbias (added to), the initial states'
/// gradients. dx may not be dy. x.of.starts: nothing before such a token is seen; x.of.keep = 0: the token is left out
/// of every window, y and dx are zero.
template <class Backend, int Channels, int Width, class Function = activation_function::silu> struct causal_conv1d;

namespace detail {
/// Where the Width inputs of a token's window lie: a token's number, or `nothing`, or place p of the initial state as
/// -2 - p.
template <int Width> struct conv_window {
  static constexpr int nothing = -1;
  int at[Width];
  void clear() {
    for (int& a : at) a = nothing;
  }
  void from_state() {
    for (int j = 0; j < Width; ++j) at[j] = j == 0 ? nothing : -2 - (j - 1);
  }
  /// Token t comes in, the oldest goes out.
  void push(int t) {
    for (int j = 0; j + 1 < Width; ++j) at[j] = at[j + 1];
    at[Width - 1] = t;
  }
};
}  // namespace detail

}  // namespace krait::kernel
