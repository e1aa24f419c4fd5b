// krait/layer/s4d.hpp: S4D: a diagonal state-space model that is the same for every token, a function and a gated
// product. Gu, Gupta, Goel & Re 2022 (arXiv:2206.11893); the block of the released s4d.py.
#pragma once
#include <array>
#include <cmath>
#include <krait/core/layer.hpp>
#include <krait/kernel/activation/activation.hpp>
#include <krait/kernel/gated/gated.hpp>
#include <krait/kernel/s4d_scan/s4d_scan.hpp>
#include <krait/layer/linear.hpp>
#include <string_view>

namespace krait {

struct s4d_config {
  int d_model;
  int d_state = 16;                      // real numbers a channel: half as many pairs of poles
  float dt_min = 1e-3f, dt_max = 1e-1f;  // dt at the start, log-uniform
  constexpr int pairs() const { return d_state / 2; }
};

/// The parameters of S4D's scan over Channels, with their first values: A = -1/2 + i pi n, C complex normal.
template <int Channels, int Pairs> struct s4d_poles {
  template <class T> struct weights {
    using matrix = tensor<T, Channels, Pairs>;
    using complex_matrix = tensor<T, Channels, Pairs, 2>;
    using vector = tensor<T, Channels>;
    BOOST_HANA_DEFINE_STRUCT(weights, (complex_matrix, C), (vector, log_dt), (matrix, log_A_real), (matrix, A_imag));
    static constexpr std::array<std::string_view, 3> no_weight_decay{"log_dt", "log_A_real", "A_imag"};  // as released
  };
  template <class T, class W> static kernel::s4d_weights<T, Channels, Pairs> of(const weights<T>& w, const W& D) {
    return {w.log_dt, w.log_A_real, w.A_imag, w.C, D};
  }
  template <class T, class W> static kernel::s4d_gradients<T, Channels, Pairs> of(weights<T>& w, W& D) {
    return {w.log_dt, w.log_A_real, w.A_imag, w.C, D};
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at, float dt_min, float dt_max) {
    at.normal(w.C, std::sqrt(0.5));
    at.uniform(w.log_dt, std::log(dt_min), std::log(dt_max));
    at.constant(w.log_A_real, std::log(0.5));
    at.each_index(w.A_imag, [](int i, draw) { return 3.14159265358979323846 * (i % Pairs); });
  }
};

/// (tokens, d_model) -> (tokens, d_model):
///   v = GELU(scan(u) + D u);  [p; g] = output_linear v;  y = p sigmoid(g)
template <s4d_config C> struct s4d {
  static constexpr int in = C.d_model, out = in, E = in, P = C.pairs();
  static_assert(C.d_state >= 2 && C.d_state % 2 == 0, "s4d: d_state counts pairs of conjugate poles, so it is even");
  using poles = s4d_poles<E, P>;
  using output = linear<linear_config{.in = E, .out = 2 * E}>;

  template <class T> struct weights {
    using pole_weights = typename poles::template weights<T>;
    using vector = tensor<T, E>;
    using outputs = std::array<typename output::template weights<T>, 1>;  // the first of a list: output_linear.0
    BOOST_HANA_DEFINE_STRUCT(weights, (vector, D), (pole_weights, kernel), (outputs, output_linear));
  };
  template <class T, capacity Cap> struct saved {
    activations<T, Cap, E> before, after;  // the function
    activations<T, Cap, 2 * E> gated;      // p, g
    sum_type<T> scan[kernel::s4d_saved_size<E, P>(Cap)];
  };
  /// Of every sequence, (sequences, d_model, pairs, 2).
  template <class T, capacity Cap> struct state { sum_type<T> h[static_cast<std::size_t>(Cap.sequences) * E * P * 2]; };

  /// With an initial state (null: zeros) and a final one (null: not wanted; may be the same object).
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void forward(B& on, const weights<W>& w, rows<const T, in> u, rows<T, out> y, Saved& s,
                      const State* initial = nullptr, State* final = nullptr) {
    const auto before = s.before.of(u.of), after = s.after.of(u.of);
    scan<B>::forward(on, poles::of(w.kernel, w.D), u, before, s.scan,
                     {initial ? initial->h : nullptr, final ? final->h : nullptr});
    function<B>::forward(on, constant(before), after);
    output::forward(on, w.output_linear[0], constant(after), s.gated.of(u.of), s);
    const auto pg = constant(s.gated.of(u.of));
    gate<B>::forward(on, pg.template columns<E, E>(), pg.template columns<0, E>(), y);
  }

  /// dfinal: gradient of the loss in the final state (null: none); dinitial: in the initial one (overwritten; null: not
  /// wanted).
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void backward(B& on, const weights<W>& w, rows<const T, in> u, const Saved& s, rows<const T, out> dy,
                       rows<T, in> du, weights<W>& dw, const State* initial = nullptr, const State* dfinal = nullptr,
                       State* dinitial = nullptr) {
    scratch_frame frame(on);
    const auto dpg = frame.template rows<T, 2 * E>(u.of);
    const auto d = frame.template rows<T, E>(u.of);
    const auto pg = s.gated.of(u.of);
    gate<B>::backward(on, pg.template columns<E, E>(), pg.template columns<0, E>(), dy, dpg.template columns<E, E>(),
                      dpg.template columns<0, E>());
    output::backward(on, w.output_linear[0], s.after.of(u.of), s, constant(dpg), d, dw.output_linear[0]);
    function<B>::backward(on, s.before.of(u.of), constant(d), d);
    scan<B>::backward(on, poles::of(w.kernel, w.D), u, s.scan, constant(d), du, poles::of(dw.kernel, dw.D),
                      {initial ? initial->h : nullptr, nullptr},
                      {dfinal ? dfinal->h : nullptr, dinitial ? dinitial->h : nullptr});
  }

  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, rows<const T, in> u, rows<T, out> y, state<T, Cap>& s) {
    scratch_frame frame(on);
    forward(on, w, u, y, *frame.template take<saved<T, capacity{Cap.sequences, 1}>>(1), &std::as_const(s), &s);
  }

  /// As released: D normal, output_linear PyTorch's default.
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    at.normal(w.D, 1);
    poles::initialise(w.kernel, at, C.dt_min, C.dt_max);
    output::initialise(w.output_linear[0], at);
  }

 private:
  template <class B> using scan = kernel::s4d_scan<B, E, P>;
  template <class B> using function = kernel::activation<B, kernel::activation_function::gelu_erf, E>;
  template <class B> using gate = kernel::gated<B, kernel::activation_function::sigmoid, E>;
};
static_assert(stateful_layer<s4d<s4d_config{8}>>);

}  // namespace krait
