// krait/layer/mamba.hpp: the Mamba-1 (S6) block. Gu & Dao 2023 (arXiv:2312.00752), section 3.4 and algorithm 2.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <krait/core/layer.hpp>
#include <krait/kernel/causal_conv1d/causal_conv1d.hpp>
#include <krait/kernel/linear/linear.hpp>
#include <krait/kernel/selective_scan/selective_scan.hpp>
#include <string_view>

namespace krait {

struct mamba_config {
  int d_model;
  int d_state = 16;
  int d_conv = 4;   // width of the causal convolution; 1: no token sees another through it
  int expand = 2;   // d_inner = expand * d_model
  int dt_rank = 0;  // 0: ceil(d_model / 16)
  kernel::discretisation b = kernel::discretisation::euler;
  float dt_min = 1e-3f, dt_max = 1e-1f, dt_floor = 1e-4f;  // delta at the start, log-uniform
  constexpr int d_inner() const { return expand * d_model; }
  constexpr int rank() const { return dt_rank > 0 ? dt_rank : (d_model + 15) / 16; }
  constexpr kernel::scan_config scan() const { return {d_inner(), d_state, rank(), b}; }
};

/// (tokens, d_model) -> (tokens, d_model):
///   [x; z] = in_proj u;  x <- SiLU(conv1d(x));  [dt_r; B; C] = x_proj x;  delta = softplus(dt_proj dt_r)
///   y = scan(x, delta, A, B, C) + D x;  out = out_proj (y * SiLU(z))
template <mamba_config C> struct mamba {
  static constexpr int in = C.d_model, out = C.d_model;
  static constexpr int E = C.d_inner(), N = C.d_state, R = C.rank(), K = C.d_conv, row_width = R + 2 * N;
  static_assert(N >= 1 && N <= 256, "mamba: d_state must be 1 .. 256");
  static_assert(K >= 1, "mamba: d_conv must be at least 1");

  template <class T> struct conv_weights {
    using matrix = tensor<T, E, K>;
    using vector = tensor<T, E>;
    BOOST_HANA_DEFINE_STRUCT(conv_weights, (matrix, weight), (vector, bias));
  };
  template <class T, int Out, int In, bool Bias> struct projection {
    using matrix = tensor<T, Out, In>;
    using vector = tensor<T, Bias ? Out : 0>;
    BOOST_HANA_DEFINE_STRUCT(projection, (matrix, weight), (vector, bias));
  };
  template <class T> struct weights {
    using in_projection = projection<T, 2 * E, in, false>;
    using conv = conv_weights<T>;
    using row_projection = projection<T, row_width, E, false>;
    using dt_projection = projection<T, E, R, true>;
    using state_matrix = tensor<T, E, N>;
    using vector = tensor<T, E>;
    using out_projection = projection<T, out, E, false>;
    BOOST_HANA_DEFINE_STRUCT(weights, (in_projection, in_proj), (conv, conv1d), (row_projection, x_proj),
                             (dt_projection, dt_proj), (state_matrix, A_log), (vector, D), (out_projection, out_proj));
    static constexpr std::array<std::string_view, 2> no_weight_decay{"A_log", "D"};  // as released
  };
  template <class T, capacity Cap> struct saved {
    static constexpr capacity cap = Cap;
    activations<T, Cap, 2 * E> xz;       // in_proj's output
    activations<T, Cap, E> x;            // after the convolution
    activations<T, Cap, row_width> row;  // dt_r, B, C
    activations<T, Cap, E> y;            // before the gate
    sum_type<T> scan[kernel::scan_saved_size<C.scan()>(Cap)];
  };
  /// The last d_conv - 1 inputs of the convolution and the state h, of every sequence.
  template <class T, capacity Cap> struct state {
    T conv[std::max<std::size_t>(1, static_cast<std::size_t>(Cap.sequences) * E * (K - 1))];
    sum_type<T> h[static_cast<std::size_t>(Cap.sequences) * E * N];
  };

  /// With an initial state (null: zeros) and a final one (null: not wanted; may be the same object), so that a text can
  /// be taken in pieces or one model's state handed to another.
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void forward(B& on, const weights<W>& w, rows<const T, in> u, rows<T, out> out_rows, Saved& s,
                      const State* initial = nullptr, State* final = nullptr) {
    scratch_frame frame(on);
    const auto gated = frame.template rows<T, E>(u.of);
    mix(on, w, u, gated, s, initial, final);
    kernel::linear<B, E, out>::forward(on, w.out_proj.weight, w.out_proj.bias, constant(gated), out_rows);
  }
  /// The same, added to base: out_rows = base + forward's.
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void forward_onto(B& on, const weights<W>& w, rows<const T, in> u, rows<const T, out> base,
                           rows<T, out> out_rows, Saved& s, const State* initial = nullptr, State* final = nullptr) {
    scratch_frame frame(on);
    const auto gated = frame.template rows<T, E>(u.of);
    mix(on, w, u, gated, s, initial, final);
    kernel::linear<B, E, out>::forward_onto(on, w.out_proj.weight, w.out_proj.bias, constant(gated), base, out_rows);
  }

  /// dfinal: gradient of the loss in the final state (null: none); dinitial: in the initial one (overwritten; null: not
  /// wanted).
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void backward(B& on, const weights<W>& w, rows<const T, in> u, const Saved& s, rows<const T, out> dout,
                       rows<T, in> du, weights<W>& dw, const State* initial = nullptr, const State* dfinal = nullptr,
                       State* dinitial = nullptr) {
    const sequences of = u.of;
    scratch_frame frame(on);
    const auto dgated = frame.template rows<T, E>(of);
    const auto dx = frame.template rows<T, E>(of);
    const auto dxz = frame.template rows<T, 2 * E>(of);
    const auto drow = frame.template rows<T, row_width>(of);
    const auto xz = s.xz.of(of);
    kernel::linear<B, E, out>::backward_data(on, w.out_proj.weight, dout, dgated);
    scan<B>::template backward<Saved::cap>(
        on, scan_weights(w), s.x.of(of), s.row.of(of), xz.template columns<E, E>(), s.y.of(of), s.scan,
        constant(dgated), dgated, dx, drow, dxz.template columns<E, E>(),
        {dw.dt_proj.weight, dw.dt_proj.bias, dw.A_log, dw.D}, {initial ? initial->h : nullptr, nullptr},
        {dfinal ? dfinal->h : nullptr, dinitial ? dinitial->h : nullptr});
    kernel::linear<B, E, out>::backward_weight(on, constant(dgated), dout, dw.out_proj.weight, dw.out_proj.bias);
    using row_projection = kernel::linear<B, E, row_width>;
    row_projection::backward_weight(on, s.x.of(of), constant(drow), dw.x_proj.weight, dw.x_proj.bias);
    row_projection::template backward_data<into::add>(on, w.x_proj.weight, constant(drow), dx);
    kernel::causal_conv1d<B, E, K>::backward(on, w.conv1d.weight, w.conv1d.bias, xz.template columns<0, E>(),
                                             constant(dx), dxz.template columns<0, E>(), dw.conv1d.weight,
                                             dw.conv1d.bias, {initial ? initial->conv : nullptr, nullptr},
                                             {dfinal ? dfinal->conv : nullptr, dinitial ? dinitial->conv : nullptr});
    kernel::linear<B, in, 2 * E>::backward_weight(on, u, constant(dxz), dw.in_proj.weight, dw.in_proj.bias);
    kernel::linear<B, in, 2 * E>::backward_data(on, w.in_proj.weight, constant(dxz), du);
  }

  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, rows<const T, in> u, rows<T, out> y, state<T, Cap>& s) {
    scratch_frame frame(on);
    forward(on, w, u, y, *frame.template take<saved<T, capacity{Cap.sequences, 1}>>(1), &std::as_const(s), &s);
  }

  /// As released: A_log = log(1 .. N), D = 1, delta log-uniform in [dt_min, dt_max], dt_proj U(-1, 1) / sqrt(R),
  /// out_proj divided by sqrt(number of layers), everything else PyTorch's defaults.
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    at.fan_in(w.in_proj.weight, in);
    at.fan_in(w.conv1d.weight, K);
    at.fan_in(w.conv1d.bias, K);
    at.fan_in(w.x_proj.weight, E);
    at.fan_in(w.dt_proj.weight, R);
    at.each_index(w.dt_proj.bias, [](int, draw d) {
      const double log_dt = std::log(C.dt_min) + uniform(d) * (std::log(C.dt_max) - std::log(C.dt_min));
      const double dt = std::max<double>(std::exp(log_dt), C.dt_floor);
      return dt + std::log(-std::expm1(-dt));  // softplus^-1
    });
    at.each_index(w.A_log, [](int i, draw) { return std::log(1.0 + i % N); });
    at.constant(w.D, 1);
    at.fan_in(w.out_proj.weight, E, 1 / std::sqrt(at.depth));
  }

 private:
  /// All but the last product.
  template <class B, class W, class T, class Saved, class State>
  static void mix(B& on, const weights<W>& w, rows<const T, in> u, rows<T, E> gated, Saved& s, const State* initial,
                  State* final) {
    const sequences of = u.of;
    const auto xz = s.xz.of(of);
    kernel::linear<B, in, 2 * E>::forward(on, w.in_proj.weight, w.in_proj.bias, u, xz);
    const auto x = xz.template columns<0, E>(), z = xz.template columns<E, E>();
    kernel::causal_conv1d<B, E, K>::forward(on, w.conv1d.weight, w.conv1d.bias, constant(x), s.x.of(of),
                                            {initial ? initial->conv : nullptr, final ? final->conv : nullptr});
    kernel::linear<B, E, row_width>::forward(on, w.x_proj.weight, w.x_proj.bias, constant(s.x.of(of)), s.row.of(of));
    scan<B>::template forward<Saved::cap>(on, scan_weights(w), constant(s.x.of(of)), constant(s.row.of(of)),
                                          constant(z), s.y.of(of), gated, s.scan,
                                          {initial ? initial->h : nullptr, final ? final->h : nullptr});
  }
  template <class B> using scan = kernel::selective_scan<B, C.scan()>;
  template <class T> static kernel::scan_weights<T, C.scan()> scan_weights(const weights<T>& w) {
    return {w.dt_proj.weight, w.dt_proj.bias, w.A_log, w.D};
  }
};

}  // namespace krait
