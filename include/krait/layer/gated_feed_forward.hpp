// krait/layer/gated_feed_forward.hpp: a feed-forward layer whose hidden numbers are gated: SwiGLU with silu, GeGLU with
// gelu_tanh. Shazeer 2020 (arXiv:2002.05202), eq. 6.
#pragma once
#include <krait/core/layer.hpp>
#include <krait/kernel/gated/gated.hpp>
#include <krait/layer/linear.hpp>

namespace krait {

struct gated_feed_forward_config {
  int d_model, d_hidden;
  bool bias = false;
  initial_weight weight = initial_weight::normal, out_weight = initial_weight::normal_by_depth;
};

/// (tokens, d_model) -> (tokens, d_model): down_proj (f(gate_proj x) * up_proj x). No state.
template <gated_feed_forward_config C, class Function = kernel::activation_function::silu> struct gated_feed_forward {
  static constexpr int in = C.d_model, out = in, hidden = C.d_hidden;
  static_assert(hidden > 0, "gated_feed_forward: d_hidden must be positive");
  using up = linear<linear_config{in, hidden, C.bias, C.weight}>;
  using down = linear<linear_config{hidden, out, C.bias, C.out_weight}>;
  template <class B> using op = kernel::gated<B, Function, hidden>;

  template <class T> struct weights {
    using up_weights = typename up::template weights<T>;
    using down_weights = typename down::template weights<T>;
    BOOST_HANA_DEFINE_STRUCT(weights, (up_weights, gate_proj), (up_weights, up_proj), (down_weights, down_proj));
  };
  template <class T, capacity Cap> struct saved { activations<T, Cap, hidden> gate, up, product; };

  template <class B, class W, class T, class Saved>
  static void forward(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, Saved& s) {
    down::forward(on, w.down_proj, gated(on, w, x, s), y, s);
  }
  template <class B, class W, class T, class Saved>
  static void forward_onto(B& on, const weights<W>& w, rows<const T, in> x, rows<const T, out> base, rows<T, out> y,
                           Saved& s) {
    down::forward_onto(on, w.down_proj, gated(on, w, x, s), base, y, s);
  }
  template <class B, class W, class T, class Saved>
  static void backward(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                       rows<T, in> dx, weights<W>& dw) {
    scratch_frame frame(on);
    const auto d = frame.template rows<T, hidden>(x.of), dgate = frame.template rows<T, hidden>(x.of);
    down::backward(on, w.down_proj, s.product.of(x.of), s, dy, d, dw.down_proj);
    op<B>::backward(on, s.gate.of(x.of), s.up.of(x.of), rows<const T, hidden>(d), dgate, d);
    up::backward(on, w.gate_proj, x, s, rows<const T, hidden>(dgate), dx, dw.gate_proj);
    using product = kernel::linear<B, in, hidden>;
    product::template backward_data<into::add>(on, w.up_proj.weight, rows<const T, hidden>(d), dx);
    product::backward_weight(on, x, rows<const T, hidden>(d), dw.up_proj.weight, dw.up_proj.bias);
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    up::initialise(w.gate_proj, at);
    up::initialise(w.up_proj, at);
    down::initialise(w.down_proj, at);
  }

 private:
  template <class B, class W, class T, class Saved>
  static rows<const T, hidden> gated(B& on, const weights<W>& w, rows<const T, in> x, Saved& s) {
    up::forward(on, w.gate_proj, x, s.gate.of(x.of), s);
    up::forward(on, w.up_proj, x, s.up.of(x.of), s);
    op<B>::forward(on, std::as_const(s.gate).of(x.of), std::as_const(s.up).of(x.of), s.product.of(x.of));
    return std::as_const(s.product).of(x.of);
  }
};
static_assert(layer<gated_feed_forward<gated_feed_forward_config{8, 12}>>);

}  // namespace krait
