// krait/layer/selective_ssm.hpp: the selective state-space layer alone (S6), as theory takes it: no convolution, no
// gate, no skip, no other projections. A = -I and both matrices are discretised exactly. "Can Mamba Learn In Context
// with Outliers?" (arXiv:2510.00399), section 2; the same layer in arXiv:2509.23779.
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/core/layer.hpp>
#include <krait/kernel/add/add.hpp>
#include <krait/kernel/assign/assign.hpp>
#include <krait/kernel/linear/linear.hpp>
#include <krait/kernel/selective_scan/selective_scan.hpp>

namespace krait {

/// Which channels share delta.
enum class delta_kind {
  shared,      // one a token: softplus(w . u)
  per_channel  // one a token and channel: softplus(w_j . u)
};

struct selective_ssm_config {
  int d_model;
  int d_state = 0;  // 0: d_model
  delta_kind delta = delta_kind::shared;
  float diagonal = 0.2f;  // W_B and W_C begin as this multiple of (1 0 .. ; 0 1 ..); w as N(0, 1 / d_model)
  constexpr int states() const { return d_state > 0 ? d_state : d_model; }
  constexpr int rank() const { return delta == delta_kind::shared ? 1 : d_model; }
  constexpr kernel::scan_config scan() const {
    return {d_model, states(), rank(), kernel::discretisation::zero_order_hold};
  }
};

/// (tokens, d_model) -> (tokens, d_model), per channel j:
///   delta_t = softplus(w_j . u_t);  B_t = W_B u_t;  C_t = W_C u_t
///   h_t = exp(-delta_t) h_{t-1} + (1 - exp(-delta_t)) u_tj B_t;  y_tj = C_t . h_t
/// where exp(-delta) = 1 - sigmoid(w . u): with a shared delta y_t = sum over s <= t of G_st (B_s . C_t) u_s,
/// G_st = sigmoid(w . u_s) prod over s < r <= t of (1 - sigmoid(w . u_r)).
template <selective_ssm_config C> struct selective_ssm {
  static constexpr int in = C.d_model, out = in;
  static constexpr int E = in, N = C.states(), R = C.rank(), row_width = R + 2 * N;
  static constexpr bool shared = C.delta == delta_kind::shared;
  static_assert(N >= 1 && N <= 256, "selective_ssm: d_state must be 1 .. 256");

  template <class T> struct weights {
    using state_matrix = tensor<T, N, in>;
    using delta_matrix = tensor<T, R, in>;
    BOOST_HANA_DEFINE_STRUCT(weights, (state_matrix, W_B), (state_matrix, W_C), (delta_matrix, w));
  };
  template <class T, capacity Cap> struct saved {
    static constexpr capacity cap = Cap;
    activations<T, Cap, row_width> row;  // [w u or u | B | C]
    activations<T, Cap, E> y;
    sum_type<T> scan[kernel::scan_saved_size<C.scan()>(Cap)];
  };
  /// h of every sequence, (sequences, channels, d_state).
  template <class T, capacity Cap> struct state { sum_type<T> h[static_cast<std::size_t>(Cap.sequences) * E * N]; };

  /// With an initial state (null: zeros) and a final one (null: not wanted; may be the same object).
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void forward(B& on, const weights<W>& w, rows<const T, in> u, rows<T, out> y, Saved& s,
                      const State* initial = nullptr, State* final = nullptr) {
    const sequences of = u.of;
    scratch_frame frame(on);
    const auto row = s.row.of(of);
    tensor<W, 0> none;
    if constexpr (shared)
      kernel::linear<B, in, R>::forward(on, w.w, none, u, row.template columns<0, R>());
    else
      kernel::assign<B, R>::copy(on, u, row.template columns<0, R>());
    kernel::linear<B, in, N>::forward(on, w.W_B, none, u, row.template columns<R, N>());
    kernel::linear<B, in, N>::forward(on, w.W_C, none, u, row.template columns<R + N, N>());
    scan<B>::template forward<Saved::cap>(on, scan_weights(w, fixed<W>(on, frame)), u, constant(row),
                                          open_gate<T>(on, frame, of), s.y.of(of), y, s.scan,
                                          {initial ? initial->h : nullptr, final ? final->h : nullptr});
  }

  /// dfinal: gradient of the loss in the final state (null: none); dinitial: in the initial one (overwritten; null: not
  /// wanted).
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void backward(B& on, const weights<W>& w, rows<const T, in> u, const Saved& s, rows<const T, out> dy,
                       rows<T, in> du, weights<W>& dw, const State* initial = nullptr, const State* dfinal = nullptr,
                       State* dinitial = nullptr) {
    const sequences of = u.of;
    scratch_frame frame(on);
    const auto drow = frame.template rows<T, row_width>(of);
    const auto gated = frame.template rows<T, E>(of);
    const auto dz = frame.template rows<T, E>(of);
    auto& unused = fixed<W>(on, frame);  // takes the gradients of what is not learnt
    auto& ddelta = [&]() -> tensor<W, E, R>& {
      if constexpr (shared)
        return unused.ones;
      else
        return dw.w;
    }();
    scan<B>::template backward<Saved::cap>(
        on, scan_weights(w, fixed<W>(on, frame)), u, s.row.of(of), open_gate<T>(on, frame, of), s.y.of(of), s.scan, dy,
        gated, du, drow, dz, {ddelta, unused.zero, unused.A_log, unused.skip},
        {initial ? initial->h : nullptr, nullptr}, {dfinal ? dfinal->h : nullptr, dinitial ? dinitial->h : nullptr});
    tensor<W, 0> none;
    const auto d_delta = constant(drow.template columns<0, R>());
    const auto dB = constant(drow.template columns<R, N>()), dC = constant(drow.template columns<R + N, N>());
    if constexpr (shared) {
      kernel::linear<B, in, R>::template backward_data<into::add>(on, w.w, d_delta, du);
      kernel::linear<B, in, R>::backward_weight(on, u, d_delta, dw.w, none);
    } else {
      kernel::add<B, in>::forward(on, constant(du), d_delta, du);
    }
    kernel::linear<B, in, N>::template backward_data<into::add>(on, w.W_B, dB, du);
    kernel::linear<B, in, N>::backward_weight(on, u, dB, dw.W_B, none);
    kernel::linear<B, in, N>::template backward_data<into::add>(on, w.W_C, dC, du);
    kernel::linear<B, in, N>::backward_weight(on, u, dC, dw.W_C, none);
  }

  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, rows<const T, in> u, rows<T, out> y, state<T, Cap>& s) {
    scratch_frame frame(on);
    forward(on, w, u, y, *frame.template take<saved<T, capacity{Cap.sequences, 1}>>(1), &std::as_const(s), &s);
  }

  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    for (auto* m : {&w.W_B, &w.W_C}) at.each_index(*m, [](int i, draw) { return i / in == i % in ? C.diagonal : 0; });
    at.normal(w.w, 1 / std::sqrt(in));
  }

  /// What the scan takes beside the learnt weights: delta as it comes, A = -1, no bias and no skip.
  template <class T> struct fixed_parameters {
    tensor<T, E, R> ones;
    tensor<T, E> zero, skip;
    tensor<T, E, N> A_log;
  };
  template <class T>
  static kernel::scan_weights<T, C.scan()> scan_weights(const weights<T>& w, const fixed_parameters<T>& f) {
    if constexpr (shared)
      return {f.ones, f.zero, f.A_log, f.skip};
    else
      return {w.w, f.zero, f.A_log, f.skip};
  }
  /// On the host.
  template <class T> static void fix(fixed_parameters<T>& f) {
    std::ranges::fill(flat<T>(f), T(0));
    std::fill_n(f.ones.data, f.ones.storage, T(1));
  }

 private:
  /// Where the backend reads it.
  template <class T, class B, class Frame> static fixed_parameters<T>& fixed(B& on, Frame& frame) {
    auto& f = *frame.template take<fixed_parameters<T>>(1);
    const auto fill = [&](T value, std::span<T> all) {  // tensors are whole rows of 16
      kernel::assign<B, 16>::fill(on, value, rows<T, 16>{all.data(), {static_cast<int>(all.size() / 16), 1}});
    };
    fill(T(0), flat<T>(f));
    fill(T(1), flat<T>(f.ones));
    return f;
  }
  template <class B> using scan = kernel::selective_scan<B, C.scan()>;
  /// The scan ends in a gate y SiLU(z), which this layer has not: SiLU of this z is 1.
  template <class T, class B, class Frame> static rows<const T, E> open_gate(B& on, Frame& frame, sequences of) {
    constexpr double z = 1.2784645427610738;
    const auto all = frame.template rows<T, E>(of);
    kernel::assign<B, E>::fill(on, static_cast<T>(z), all);
    return all;
  }
};
static_assert(stateful_layer<selective_ssm<selective_ssm_config{8}>>);

}  // namespace krait
