// krait/layer/s4_mamba.hpp: Mamba's block with S4D in place of the selective scan, as in Park et al. 2024
// (arXiv:2402.04248), appendix A: what of Mamba is its convolution and gate, and what its selection?
#pragma once
#include <array>
#include <cmath>
#include <krait/core/layer.hpp>
#include <krait/kernel/causal_conv1d/causal_conv1d.hpp>
#include <krait/kernel/gated/gated.hpp>
#include <krait/layer/linear.hpp>
#include <krait/layer/s4d.hpp>
#include <string_view>

namespace krait {

struct s4_mamba_config {
  int d_model;
  int d_state = 16, d_conv = 4, expand = 2;
  float dt_min = 1e-3f, dt_max = 1e-1f;
  bool silu_gate = false;  // y * SiLU(z), as Mamba has it; the released code multiplies by z itself
  constexpr int d_inner() const { return expand * d_model; }
};

/// (tokens, d_model) -> (tokens, d_model):
///   [x; z] = in_proj u;  x <- SiLU(conv1d(x));  y = out_proj ((scan(x) + D x) * z)
template <s4_mamba_config C> struct s4_mamba {
  static constexpr int in = C.d_model, out = in, E = C.d_inner(), P = C.d_state / 2, K = C.d_conv;
  static_assert(C.d_state >= 2 && C.d_state % 2 == 0,
                "s4_mamba: d_state counts pairs of conjugate poles, so it is even");
  static_assert(K >= 2, "s4_mamba: d_conv must be at least 2");
  using poles = s4d_poles<E, P>;
  using input = linear<linear_config{.in = in, .out = 2 * E, .bias = false}>;
  using output = linear<linear_config{.in = E, .out = out, .bias = false}>;

  template <class T> struct conv_weights {
    using matrix = tensor<T, E, K>;
    using vector = tensor<T, E>;
    BOOST_HANA_DEFINE_STRUCT(conv_weights, (matrix, weight), (vector, bias));
  };
  template <class T> struct weights {
    using in_projection = typename input::template weights<T>;
    using conv = conv_weights<T>;
    using pole_weights = typename poles::template weights<T>;
    using vector = tensor<T, E>;
    using out_projection = typename output::template weights<T>;
    BOOST_HANA_DEFINE_STRUCT(weights, (in_projection, in_proj), (conv, conv1d), (pole_weights, kernel), (vector, D),
                             (out_projection, out_proj));
    static constexpr std::array<std::string_view, 1> no_weight_decay{"D"};
  };
  template <class T, capacity Cap> struct saved {
    activations<T, Cap, 2 * E> xz;
    activations<T, Cap, E> x, y, gated;  // after the convolution, the scan, the gate
    sum_type<T> scan[kernel::s4d_saved_size<E, P>(Cap)];
  };
  /// The last d_conv - 1 inputs of the convolution and the states, (sequences, d_inner, pairs, 2).
  template <class T, capacity Cap> struct state {
    T conv[static_cast<std::size_t>(Cap.sequences) * E * (K - 1)];
    sum_type<T> h[static_cast<std::size_t>(Cap.sequences) * E * P * 2];
  };

  /// With an initial state (null: zeros) and a final one (null: not wanted; may be the same object).
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void forward(B& on, const weights<W>& w, rows<const T, in> u, rows<T, out> y, Saved& s,
                      const State* initial = nullptr, State* final = nullptr) {
    const sequences of = u.of;
    const auto xz = s.xz.of(of);
    input::forward(on, w.in_proj, u, xz, s);
    conv<B>::forward(on, w.conv1d.weight, w.conv1d.bias, constant(xz).template columns<0, E>(), s.x.of(of),
                     {initial ? initial->conv : nullptr, final ? final->conv : nullptr});
    scan<B>::forward(on, poles::of(w.kernel, w.D), constant(s.x.of(of)), s.y.of(of), s.scan,
                     {initial ? initial->h : nullptr, final ? final->h : nullptr});
    gate<B>::forward(on, constant(xz).template columns<E, E>(), constant(s.y.of(of)), s.gated.of(of));
    output::forward(on, w.out_proj, constant(s.gated.of(of)), y, s);
  }

  /// dfinal: gradient of the loss in the final state (null: none); dinitial: in the initial one (overwritten; null: not
  /// wanted).
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void backward(B& on, const weights<W>& w, rows<const T, in> u, const Saved& s, rows<const T, out> dy,
                       rows<T, in> du, weights<W>& dw, const State* initial = nullptr, const State* dfinal = nullptr,
                       State* dinitial = nullptr) {
    const sequences of = u.of;
    scratch_frame frame(on);
    const auto d = frame.template rows<T, E>(of), dx = frame.template rows<T, E>(of);
    const auto dxz = frame.template rows<T, 2 * E>(of);
    const auto xz = s.xz.of(of);
    output::backward(on, w.out_proj, s.gated.of(of), s, dy, d, dw.out_proj);
    gate<B>::backward(on, xz.template columns<E, E>(), s.y.of(of), constant(d), dxz.template columns<E, E>(), d);
    scan<B>::backward(on, poles::of(w.kernel, w.D), s.x.of(of), s.scan, constant(d), dx, poles::of(dw.kernel, dw.D),
                      {initial ? initial->h : nullptr, nullptr},
                      {dfinal ? dfinal->h : nullptr, dinitial ? dinitial->h : nullptr});
    conv<B>::backward(on, w.conv1d.weight, w.conv1d.bias, xz.template columns<0, E>(), constant(dx),
                      dxz.template columns<0, E>(), dw.conv1d.weight, dw.conv1d.bias,
                      {initial ? initial->conv : nullptr, nullptr},
                      {dfinal ? dfinal->conv : nullptr, dinitial ? dinitial->conv : nullptr});
    input::backward(on, w.in_proj, u, s, constant(dxz), du, dw.in_proj);
  }

  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, rows<const T, in> u, rows<T, out> y, state<T, Cap>& s) {
    scratch_frame frame(on);
    forward(on, w, u, y, *frame.template take<saved<T, capacity{Cap.sequences, 1}>>(1), &std::as_const(s), &s);
  }

  /// As Mamba and S4D begin.
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    input::initialise(w.in_proj, at);
    at.fan_in(w.conv1d.weight, K);
    at.fan_in(w.conv1d.bias, K);
    poles::initialise(w.kernel, at, C.dt_min, C.dt_max);
    at.normal(w.D, 1);
    at.fan_in(w.out_proj.weight, E, 1 / std::sqrt(at.depth));
  }

 private:
  template <class B> using scan = kernel::s4d_scan<B, E, P>;
  template <class B> using conv = kernel::causal_conv1d<B, E, K>;
  using gate_function =
      std::conditional_t<C.silu_gate, kernel::activation_function::silu, kernel::activation_function::identity>;
  template <class B> using gate = kernel::gated<B, gate_function, E>;
};
static_assert(stateful_layer<s4_mamba<s4_mamba_config{8}>>);

}  // namespace krait
