// krait/layer/mamba2.hpp: the Mamba-2 block: one decay a head and token. Dao & Gu 2024 (arXiv:2405.21060), section 7;
// released as Mamba2 in mamba_ssm.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <krait/core/layer.hpp>
#include <krait/kernel/activation/function.hpp>
#include <krait/kernel/add/add.hpp>
#include <krait/kernel/assign/assign.hpp>
#include <krait/kernel/causal_conv1d/causal_conv1d.hpp>
#include <krait/kernel/linear/linear.hpp>
#include <krait/kernel/linear_attention/linear_attention.hpp>
#include <krait/kernel/scalar_decay/scalar_decay.hpp>
#include <krait/layer/gated_norm.hpp>
#include <string_view>
#include <utility>

namespace krait {

struct mamba2_config {
  int d_model;
  int d_state = 128;
  int d_conv = 4;  // width of the causal convolution; 1: no token sees another through it
  int expand = 2;  // d_inner = expand * d_model
  int head_width = 64;
  int groups = 1;    // heads that share a group have the same B and C
  bool skip = true;  // D x
  bool gate = true;  // z
  gated_norm_kind norm = gated_norm_kind::rms_after_gate;
  float A_min = 1, A_max = 16;                             // -A at the start, uniform
  float dt_min = 1e-3f, dt_max = 1e-1f, dt_floor = 1e-4f;  // delta at the start, log-uniform
  float deviation = 0;                                     // above 0: in_proj begins as N(0, deviation)
  constexpr int d_inner() const { return expand * d_model; }
  constexpr int heads() const { return d_inner() / head_width; }
  constexpr kernel::linear_attention_config op() const { return {heads(), d_state, head_width}; }
};

/// (tokens, d_model) -> (tokens, d_model):
///   [z; x; B; C; dt] = in_proj u;  [x; B; C] <- Function(conv1d([x; B; C]))
///   per head: delta = softplus(dt + dt_bias);  H_t = exp(-exp(A_log) delta_t) H_{t-1} + delta_t x_t B_t^T
///             y = H C + D x
///   out = out_proj (y and z as gated_norm_kind says, f = Function)
/// Weights under mamba_ssm's names; with several groups their norms stand in a list (norm.0.weight).
template <mamba2_config C, class Function = kernel::activation_function::silu> struct mamba2 {
  static constexpr int in = C.d_model, out = C.d_model;
  static constexpr int E = C.d_inner(), N = C.d_state, P = C.head_width, H = C.heads(), G = C.groups, K = C.d_conv;
  static_assert(P > 0 && E % P == 0, "mamba2: d_inner = expand * d_model is no multiple of head_width");
  static_assert(G > 0 && H % G == 0, "mamba2: the heads are no multiple of the groups");
  static_assert(K >= 1 && N >= 1, "mamba2: d_conv and d_state must be at least 1");
  static constexpr int gate_width = C.gate ? E : 0, conv_width = E + 2 * G * N, row_width = gate_width + conv_width + H;
  static constexpr bool shared = G != H;  // B and C are copied to every head
  using end = gated_norm<E, G, C.norm, C.gate, Function>;

  template <class T, int Out, int In> struct projection {
    using matrix = tensor<T, Out, In>;
    BOOST_HANA_DEFINE_STRUCT(projection, (matrix, weight));
  };
  template <class T> struct conv_weights {
    using matrix = tensor<T, conv_width, K>;
    using vector = tensor<T, conv_width>;
    BOOST_HANA_DEFINE_STRUCT(conv_weights, (matrix, weight), (vector, bias));
  };
  template <class T> struct weights {
    using in_projection = projection<T, row_width, in>;
    using conv = conv_weights<T>;
    using per_head = tensor<T, H>;
    using skips = tensor<T, C.skip ? H : 0>;
    using norms = typename end::template weights<T>;
    using out_projection = projection<T, out, E>;
    BOOST_HANA_DEFINE_STRUCT(weights, (in_projection, in_proj), (conv, conv1d), (per_head, dt_bias), (per_head, A_log),
                             (skips, D), (norms, norm), (out_projection, out_proj));
    static constexpr std::array<std::string_view, 3> no_weight_decay{"A_log", "D", "dt_bias"};  // as released
  };
  template <class T, capacity Cap> struct saved {
    activations<T, Cap, row_width> row;         // in_proj's output
    activations<T, Cap, conv_width> x;          // x, B, C after the convolution
    activations<sum_type<T>, Cap, H> delta, g;  // g: what is left of the state
    activations<T, Cap, E> v, y, gated;         // delta x; with D x; before out_proj
    activations<T, shared ? Cap : capacity{}, H * N> keys, queries;
    sum_type<T> states[kernel::linear_attention_saved_size<C.op()>(Cap)];
    typename end::template saved<T, Cap> norm;
  };
  /// The last d_conv - 1 inputs of the convolution and H, (sequences, heads, d_state, head_width).
  template <class T, capacity Cap> struct state {
    T conv[std::max<std::size_t>(1, static_cast<std::size_t>(Cap.sequences) * conv_width * (K - 1))];
    sum_type<T> h[static_cast<std::size_t>(Cap.sequences) * C.op().state_size()];
  };

  /// With an initial state (null: zeros) and a final one (null: not wanted; may be the same object).
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void forward(B& on, const weights<W>& w, rows<const T, in> u, rows<T, out> out_rows, Saved& s,
                      const State* initial = nullptr, State* final = nullptr) {
    const sequences of = u.of;
    const auto row = s.row.of(of);
    const auto v = s.v.of(of), y = s.y.of(of);
    tensor<W, 0> none;
    kernel::linear<B, in, row_width>::forward(on, w.in_proj.weight, none, u, row);
    convolution<B>::forward(on, w.conv1d.weight, w.conv1d.bias,
                            constant(row.template columns<gate_width, conv_width>()), s.x.of(of),
                            {initial ? initial->conv : nullptr, final ? final->conv : nullptr});
    const auto x = constant(s.x.of(of).template columns<0, E>());
    decay<B>::forward(on, decay_weights(w), constant(row.template columns<gate_width + conv_width, H>()), x,
                      s.delta.of(of), s.g.of(of), v);
    if constexpr (shared) {
      spread<B>(on, constant(s.x.of(of).template columns<E, G * N>()), s.keys.of(of));
      spread<B>(on, constant(s.x.of(of).template columns<E + G * N, G * N>()), s.queries.of(of));
    }
    op<B>::forward(on, queries<T>(s, of), keys<T>(s, of), constant(v), constant(s.g.of(of)), y, s.states,
                   {initial ? initial->h : nullptr, final ? final->h : nullptr});
    if constexpr (C.skip) decay<B>::add_skip(on, w.D, x, y);
    end::forward(on, w.norm, constant(y), gate_of<T>(s, of), s.gated.of(of), s.norm);
    kernel::linear<B, E, out>::forward(on, w.out_proj.weight, none, constant(s.gated.of(of)), out_rows);
  }

  /// dfinal: gradient of the loss in the final state (null: none); dinitial: in the initial one (overwritten; null: not
  /// wanted).
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void backward(B& on, const weights<W>& w, rows<const T, in> u, const Saved& s, rows<const T, out> dout,
                       rows<T, in> du, weights<W>& dw, const State* initial = nullptr, const State* dfinal = nullptr,
                       State* dinitial = nullptr) {
    const sequences of = u.of;
    scratch_frame frame(on);
    const auto drow = frame.template rows<T, row_width>(of);
    const auto dx = frame.template rows<T, conv_width>(of);
    const auto dy = frame.template rows<T, E>(of);
    const auto dv = frame.template rows<T, E>(of);
    const auto dg = frame.template rows<sum_type<T>, H>(of);
    const auto x = s.x.of(of).template columns<0, E>();
    const auto dx_alone = dx.template columns<0, E>();
    tensor<W, 0> none;
    kernel::linear<B, E, out>::backward_weight(on, s.gated.of(of), dout, dw.out_proj.weight, none);
    kernel::linear<B, E, out>::backward_data(on, w.out_proj.weight, dout, dy);
    end::backward(on, w.norm, s.y.of(of), gate_of<T>(s, of), s.norm, constant(dy), dy,
                  drow.template columns<0, gate_width>(), dw.norm);
    const auto scan_backward = [&](auto dq, auto dk) {
      op<B>::backward(on, queries<T>(s, of), keys<T>(s, of), s.v.of(of), s.g.of(of), s.states, constant(dy), dq, dk, dv,
                      dg, {initial ? initial->h : nullptr, nullptr},
                      {dfinal ? dfinal->h : nullptr, dinitial ? dinitial->h : nullptr});
    };
    const auto dB = dx.template columns<E, G * N>(), dC = dx.template columns<E + G * N, G * N>();
    if constexpr (shared) {
      const auto dk = frame.template rows<T, H * N>(of), dq = frame.template rows<T, H * N>(of);
      scan_backward(dq, dk);
      gather<B>(on, constant(dk), dB);
      gather<B>(on, constant(dq), dC);
    } else {
      scan_backward(dC, dB);
    }
    decay<B>::backward(on, decay_weights(w), s.row.of(of).template columns<gate_width + conv_width, H>(), x,
                       s.delta.of(of), s.g.of(of), constant(dg), constant(dv),
                       drow.template columns<gate_width + conv_width, H>(), dx_alone, {dw.A_log, dw.dt_bias});
    if constexpr (C.skip) decay<B>::add_skip_backward(on, w.D, x, constant(dy), dx_alone, dw.D);
    convolution<B>::backward(on, w.conv1d.weight, w.conv1d.bias,
                             s.row.of(of).template columns<gate_width, conv_width>(), constant(dx),
                             drow.template columns<gate_width, conv_width>(), dw.conv1d.weight, dw.conv1d.bias,
                             {initial ? initial->conv : nullptr, nullptr},
                             {dfinal ? dfinal->conv : nullptr, dinitial ? dinitial->conv : nullptr});
    kernel::linear<B, in, row_width>::backward_weight(on, u, constant(drow), dw.in_proj.weight, none);
    kernel::linear<B, in, row_width>::backward_data(on, w.in_proj.weight, constant(drow), du);
  }

  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, rows<const T, in> u, rows<T, out> y, state<T, Cap>& s) {
    scratch_frame frame(on);
    forward(on, w, u, y, *frame.template take<saved<T, capacity{Cap.sequences, 1}>>(1), &std::as_const(s), &s);
  }

  /// As released: -A uniform in [A_min, A_max], delta log-uniform in [dt_min, dt_max], D and the norm 1, out_proj
  /// divided by sqrt(number of layers), everything else PyTorch's defaults.
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    C.deviation > 0 ? at.normal(w.in_proj.weight, C.deviation) : at.fan_in(w.in_proj.weight, in);
    at.fan_in(w.conv1d.weight, K);
    at.fan_in(w.conv1d.bias, K);
    at.each_index(w.dt_bias, [](int, draw d) {
      const double log_dt = std::log(C.dt_min) + uniform(d) * (std::log(C.dt_max) - std::log(C.dt_min));
      const double dt = std::max<double>(std::exp(log_dt), C.dt_floor);
      return dt + std::log(-std::expm1(-dt));  // softplus^-1
    });
    at.each_index(w.A_log, [](int, draw d) { return std::log(C.A_min + uniform(d) * (C.A_max - C.A_min)); });
    at.constant(w.D, 1);
    end::initialise(w.norm, at);
    at.fan_in(w.out_proj.weight, E, 1 / std::sqrt(at.depth));
  }

 private:
  template <class B> using convolution = kernel::causal_conv1d<B, conv_width, K, Function>;
  template <class B> using decay = kernel::scalar_decay<B, H, P>;
  template <class B> using op = kernel::linear_attention<B, C.op()>;
  template <class T> static kernel::scalar_decay_weights<T, H> decay_weights(const weights<T>& w) {
    return {w.A_log, w.dt_bias};
  }
  template <class T, class Saved> static auto keys(const Saved& s, sequences of) {
    if constexpr (shared)
      return s.keys.of(of);
    else
      return s.x.of(of).template columns<E, G * N>();
  }
  template <class T, class Saved> static auto queries(const Saved& s, sequences of) {
    if constexpr (shared)
      return s.queries.of(of);
    else
      return s.x.of(of).template columns<E + G * N, G * N>();
  }
  /// z, or rows that nobody reads.
  template <class T, class Saved> static auto gate_of(const Saved& s, sequences of) {
    return constant(s.row.of(of)).template columns<0, gate_width>();
  }
  template <class F> static void each_head(F&& f) {
    [&]<int... I>(std::integer_sequence<int, I...>) { (f(std::integral_constant<int, I>{}), ...); }
    (std::make_integer_sequence<int, H>{});
  }
  /// A group's columns to all of its heads, and their gradients back.
  template <class B, class T, int S> static void spread(B& on, rows<const T, G * N, S> from, rows<T, H * N> to) {
    each_head([&](auto h) {
      kernel::assign<B, N>::copy(on, from.template columns<h() / (H / G) * N, N>(), to.template columns<h() * N, N>());
    });
  }
  template <class B, class T, int S> static void gather(B& on, rows<const T, H * N> from, rows<T, G * N, S> to) {
    each_head([&](auto h) {
      const auto total = to.template columns<h() / (H / G) * N, N>();
      const auto own = from.template columns<h() * N, N>();
      if constexpr (h() % (H / G) == 0)
        kernel::assign<B, N>::copy(on, own, total);
      else
        kernel::add<B, N>::forward(on, constant(total), own, total);
    });
  }
};
static_assert(stateful_layer<mamba2<mamba2_config{.d_model = 8, .d_state = 4, .head_width = 8}>>);

}  // namespace krait
