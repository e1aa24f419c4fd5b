// krait/layer/linear_attention.hpp: causal attention without a softmax, plain or with a gate that forgets.
// Katharopoulos et al. 2020 (arXiv:2006.16236); one gate a head and token: Peng et al. 2021 (arXiv:2103.02143).
#pragma once
#include <cmath>
#include <krait/core/layer.hpp>
#include <krait/kernel/activation/activation.hpp>
#include <krait/kernel/linear/linear.hpp>
#include <krait/kernel/linear_attention/linear_attention.hpp>

namespace krait {

/// How much of a head's state is left before a token is added.
enum class forget_gate {
  none,    // all of it: plain linear attention
  sigmoid  // sigmoid(w . x + b), one a head and token
};

struct linear_attention_config {
  int d_model, heads = 1;
  int key_width = 0;  // of a head; 0: d_model / heads
  forget_gate gate = forget_gate::none;
  float first_gate = 4;    // the gate's bias at the start: it then keeps sigmoid(4) = 98 %
  bool value_proj = true;  // false: a head's values are its slice of the input
  bool out_proj = true;    // false: the heads' outputs side by side are the output
  /// Above 0: q_proj and k_proj begin as this multiple of (1 0 .. ; 0 1 ..), and g_proj as N(0, 1 / d_model).
  float diagonal = 0;
  constexpr int head_width() const { return d_model / heads; }
  constexpr int keys() const { return key_width > 0 ? key_width : head_width(); }
  constexpr kernel::linear_attention_config op() const { return {heads, keys(), head_width()}; }
};

/// (tokens, d_model) -> (tokens, d_model), per head:
///   q, k, v = q_proj x, k_proj x, v_proj x;  g = sigmoid(g_proj x) or 1
///   S_t = g_t S_{t-1} + k_t v_t^T;  y = out_proj (S_t^T q_t)
template <linear_attention_config C> struct linear_attention {
  static constexpr int in = C.d_model, out = in, heads = C.heads;
  static_assert(C.heads > 0 && C.d_model % C.heads == 0, "linear_attention: d_model is no multiple of the heads");
  static constexpr bool gated = C.gate == forget_gate::sigmoid;
  static constexpr int keys = C.op().keys();
  template <class B> using op = kernel::linear_attention<B, C.op()>;

  template <class T, int Out, int In, bool Bias = false> struct projection {
    using matrix = tensor<T, Out, In>;
    using vector = tensor<T, Bias ? Out : 0>;
    BOOST_HANA_DEFINE_STRUCT(projection, (matrix, weight), (vector, bias));
  };
  template <class T> struct weights {
    using keys_of = projection<T, keys, in>;
    using values_of = projection<T, C.value_proj ? in : 0, in>;
    using gates_of = projection<T, gated ? heads : 0, in, gated>;
    using outputs_of = projection<T, C.out_proj ? out : 0, in>;
    BOOST_HANA_DEFINE_STRUCT(weights, (keys_of, q_proj), (keys_of, k_proj), (values_of, v_proj), (gates_of, g_proj),
                             (outputs_of, out_proj));
  };
  template <class T, capacity Cap> struct saved {
    activations<T, Cap, keys> q, k;
    activations<T, C.value_proj ? Cap : capacity{}, in> v;
    activations<T, gated ? Cap : capacity{}, heads> before_gate, g;
    activations<T, C.out_proj ? Cap : capacity{}, in> y;
    sum_type<T> states[kernel::linear_attention_saved_size<C.op()>(Cap)];
  };
  /// S of every sequence, (sequences, heads, key width, value width).
  template <class T, capacity Cap> struct state {
    sum_type<T> S[static_cast<std::size_t>(Cap.sequences) * C.op().state_size()];
  };

  /// With an initial state (null: zeros) and a final one (null: not wanted; may be the same object).
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void forward(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, Saved& s,
                      const State* initial = nullptr, State* final = nullptr) {
    const sequences of = x.of;
    kernel::linear<B, in, keys>::forward(on, w.q_proj.weight, w.q_proj.bias, x, s.q.of(of));
    kernel::linear<B, in, keys>::forward(on, w.k_proj.weight, w.k_proj.bias, x, s.k.of(of));
    if constexpr (C.value_proj) kernel::linear<B, in, in>::forward(on, w.v_proj.weight, w.v_proj.bias, x, s.v.of(of));
    if constexpr (gated) {
      kernel::linear<B, in, heads>::forward(on, w.g_proj.weight, w.g_proj.bias, x, s.before_gate.of(of));
      gate_op<B>::forward(on, constant(s.before_gate.of(of)), s.g.of(of));
    }
    rows<T, out> mixed = y;
    if constexpr (C.out_proj) mixed = s.y.of(of);
    op<B>::forward(on, constant(s.q.of(of)), constant(s.k.of(of)), values(x, s), gates<T>(s, of), mixed, s.states,
                   {initial ? initial->S : nullptr, final ? final->S : nullptr});
    if constexpr (C.out_proj)
      kernel::linear<B, in, out>::forward(on, w.out_proj.weight, w.out_proj.bias, constant(mixed), y);
  }

  /// dfinal: gradient of the loss in the final state (null: none); dinitial: in the initial one (overwritten; null: not
  /// wanted).
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void backward(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                       rows<T, in> dx, weights<W>& dw, const State* initial = nullptr, const State* dfinal = nullptr,
                       State* dinitial = nullptr) {
    const sequences of = x.of;
    scratch_frame frame(on);
    const auto take = [&]<int Width>(std::integral_constant<int, Width>) { return frame.template rows<T, Width>(of); };
    const auto dq = take(width_of<keys>{}), dk = take(width_of<keys>{});
    const auto dv = C.value_proj ? take(width_of<in>{}) : dx;
    const auto dg = gated ? take(width_of<heads>{}) : rows<T, heads>{nullptr, of};
    rows<const T, out> dmixed = dy;
    if constexpr (C.out_proj) {
      const auto d = take(width_of<in>{});
      kernel::linear<B, in, out>::backward_weight(on, s.y.of(of), dy, dw.out_proj.weight, dw.out_proj.bias);
      kernel::linear<B, in, out>::backward_data(on, w.out_proj.weight, dy, d);
      dmixed = d;
    }
    op<B>::backward(on, s.q.of(of), s.k.of(of), values(x, s), gates<T>(s, of), s.states, dmixed, dq, dk, dv, dg,
                    {initial ? initial->S : nullptr, nullptr},
                    {dfinal ? dfinal->S : nullptr, dinitial ? dinitial->S : nullptr});
    if constexpr (C.value_proj) through<into::overwrite, B, in>(on, w.v_proj, x, constant(dv), dx, dw.v_proj);
    through<into::add, B, keys>(on, w.q_proj, x, constant(dq), dx, dw.q_proj);
    through<into::add, B, keys>(on, w.k_proj, x, constant(dk), dx, dw.k_proj);
    if constexpr (gated) {
      gate_op<B>::backward(on, s.before_gate.of(of), constant(dg), dg);
      through<into::add, B, heads>(on, w.g_proj, x, constant(dg), dx, dw.g_proj);
    }
  }

  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    scratch_frame frame(on);
    forward(on, w, x, y, *frame.template take<saved<T, capacity{Cap.sequences, 1}>>(1), &std::as_const(s), &s);
  }

  /// Matrices as PyTorch's Linear, out_proj divided by sqrt(number of branches); or as C.diagonal says.
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    for (auto* m : {&w.q_proj.weight, &w.k_proj.weight})
      if (C.diagonal > 0)
        at.each_index(*m, [](int i, draw) { return i / in % C.keys() == i % in ? C.diagonal : 0; });
      else
        at.fan_in(*m, in);
    at.fan_in(w.v_proj.weight, in);
    C.diagonal > 0 ? at.normal(w.g_proj.weight, 1 / std::sqrt(in)) : at.fan_in(w.g_proj.weight, in);
    at.constant(w.g_proj.bias, C.first_gate);
    at.fan_in(w.out_proj.weight, in, 1 / std::sqrt(at.depth));
  }

 private:
  template <class B> using gate_op = kernel::activation<B, kernel::activation_function::sigmoid, heads>;
  template <int Width> using width_of = std::integral_constant<int, Width>;
  template <class T, class Saved> static rows<const T, in> values(rows<const T, in> x, const Saved& s) {
    if constexpr (C.value_proj)
      return s.v.of(x.of);
    else
      return x;
  }
  template <class T, class Saved> static rows<const T, heads> gates(const Saved& s, sequences of) {
    if constexpr (gated)
      return s.g.of(of);
    else
      return {nullptr, of};
  }
  /// Back through a projection: dy -> dx and dw.
  template <into Into, class B, int Width, class W, class T>
  static void through(B& on, const W& w, rows<const T, in> x, rows<const T, Width> dy, rows<T, in> dx, W& dw) {
    kernel::linear<B, in, Width>::template backward_data<Into>(on, w.weight, dy, dx);
    kernel::linear<B, in, Width>::backward_weight(on, x, dy, dw.weight, dw.bias);
  }
};
static_assert(stateful_layer<linear_attention<linear_attention_config{8, 2}>>);

}  // namespace krait
