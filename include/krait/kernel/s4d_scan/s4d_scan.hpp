// krait/kernel/s4d_scan/s4d_scan.hpp: a diagonal state-space model that is the same for every token (S4D), with its
// skip. The contract. Gu, Gupta, Goel & Re 2022 (arXiv:2206.11893).
#pragma once
#include <cstddef>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/s4d_scan/pole.hpp>
#include <vector>

namespace krait::kernel {

/// Pairs of conjugate poles a channel: d_state / 2.
template <class T, int Channels, int Pairs> struct s4d_weights {
  const tensor<T, Channels>& log_dt;
  const tensor<T, Channels, Pairs>&log_A_real, &A_imag;
  const tensor<T, Channels, Pairs, 2>& C;  // real and imaginary part
  const tensor<T, Channels>& D;
};
template <class T, int Channels, int Pairs> struct s4d_gradients {
  tensor<T, Channels>& log_dt;
  tensor<T, Channels, Pairs>&log_A_real, &A_imag;
  tensor<T, Channels, Pairs, 2>& C;
  tensor<T, Channels>& D;
};

/// States of every sequence, (sequences, Channels, Pairs, 2); null: zeros before, not wanted after. They may be one.
template <class T> struct s4d_states {
  const T* initial = nullptr;
  T* final = nullptr;
};
template <class T> struct s4d_state_gradients {
  const T* final = nullptr;  // of the loss in the final states; null: none
  T* initial = nullptr;      // overwritten; null: not wanted
};

/// The state before every chunk of tokens is kept, the others are made again by backward.
inline constexpr int s4d_chunk = 8;
/// Scalars of `saved` that forward fills and backward reads, for any batch up to cap, on any backend.
template <int Channels, int Pairs> constexpr std::size_t s4d_saved_size(capacity cap) {
  return static_cast<std::size_t>(cap.sequences) * static_cast<std::size_t>((cap.length - 1) / s4d_chunk) * Pairs * 2 *
             static_cast<std::size_t>(round_up(Channels, 16)) +
         1;
}

/// Per channel: y_t = D x_t + sum_{l >= 0} K_l x_{t-l}, K_l = 2 Re sum_n C_n (exp(dt A_n) - 1) / A_n exp(dt A_n l), as
/// a recurrence of Pairs complex states (pole.hpp).
///
/// forward(on, w, x, y, saved, states): x (tokens, Channels) -> y, final states; y is not x.
/// backward(on, w, x, saved, dy, dx, dw, states, dstates): dx overwritten, not dy; dw added to; initial states'
/// gradients. x.of.starts resets the state before a token; x.of.keep = 0 leaves it alone, and its y and dx are zero.
template <class Backend, int Channels, int Pairs> struct s4d_scan;

/// K_0 .. K_{length - 1} of one channel: the kernel of the same as a convolution.
template <class T, int Channels, int Pairs>
std::vector<T> s4d_kernel(const s4d_weights<T, Channels, Pairs>& w, int channel, int length) {
  std::vector<T> kernel(static_cast<std::size_t>(length), T(0));
  for (int n = 0; n < Pairs; ++n) {
    const int at = channel * Pairs + n;
    const detail::s4d_pole<T> pole(w.log_dt[channel], w.log_A_real[at], w.A_imag[at], w.C[2 * at], w.C[2 * at + 1]);
    detail::complex_of<T> term = pole.c();
    for (T& K : kernel) K += term.re, term = term * pole.a();
  }
  return kernel;
}

}  // namespace krait::kernel
