// krait/layer/feed_forward.hpp: two products with a function between them. Vaswani et al. 2017 (arXiv:1706.03762),
// eq. 2.
#pragma once
#include <krait/core/layer.hpp>
#include <krait/kernel/activation/activation.hpp>
#include <krait/layer/linear.hpp>

namespace krait {

struct feed_forward_config {
  int d_model;
  int d_hidden = 0;  // 0: 4 d_model
  bool bias = true;
  initial_weight weight = initial_weight::normal, out_weight = initial_weight::normal_by_depth;
  constexpr int hidden() const { return d_hidden > 0 ? d_hidden : 4 * d_model; }
};

/// (tokens, d_model) -> (tokens, d_model): down_proj f(up_proj x). No state.
template <feed_forward_config C, class Function = kernel::activation_function::gelu_tanh> struct feed_forward {
  static constexpr int in = C.d_model, out = in, hidden = C.hidden();
  using up = linear<linear_config{in, hidden, C.bias, C.weight}>;
  using down = linear<linear_config{hidden, out, C.bias, C.out_weight}>;
  template <class B> using op = kernel::activation<B, Function, hidden>;

  template <class T> struct weights {
    using up_weights = typename up::template weights<T>;
    using down_weights = typename down::template weights<T>;
    BOOST_HANA_DEFINE_STRUCT(weights, (up_weights, up_proj), (down_weights, down_proj));
  };
  template <class T, capacity Cap> struct saved {
    activations<T, Cap, hidden> before, after;  // the function
  };

  template <class B, class W, class T, class Saved>
  static void forward(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, Saved& s) {
    down::forward(on, w.down_proj, activated(on, w, x, s), y, s);
  }
  template <class B, class W, class T, class Saved>
  static void forward_onto(B& on, const weights<W>& w, rows<const T, in> x, rows<const T, out> base, rows<T, out> y,
                           Saved& s) {
    down::forward_onto(on, w.down_proj, activated(on, w, x, s), base, y, s);
  }
  template <class B, class W, class T, class Saved>
  static void backward(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                       rows<T, in> dx, weights<W>& dw) {
    scratch_frame frame(on);
    const auto d = frame.template rows<T, hidden>(x.of);
    down::backward(on, w.down_proj, s.after.of(x.of), s, dy, d, dw.down_proj);
    op<B>::backward(on, s.before.of(x.of), rows<const T, hidden>(d), d);
    up::backward(on, w.up_proj, x, s, rows<const T, hidden>(d), dx, dw.up_proj);
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    up::initialise(w.up_proj, at);
    down::initialise(w.down_proj, at);
  }

 private:
  template <class B, class W, class T, class Saved>
  static rows<const T, hidden> activated(B& on, const weights<W>& w, rows<const T, in> x, Saved& s) {
    up::forward(on, w.up_proj, x, s.before.of(x.of), s);
    op<B>::forward(on, std::as_const(s.before).of(x.of), s.after.of(x.of));
    return std::as_const(s.after).of(x.of);
  }
};
static_assert(layer<feed_forward<feed_forward_config{8}>>);

}  // namespace krait
