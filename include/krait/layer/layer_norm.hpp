// krait/layer/layer_norm.hpp: y = weight * (x - mean(x)) / sqrt(var(x) + eps) + bias. Ba et al. 2016
// (arXiv:1607.06450).
#pragma once
#include <krait/core/layer.hpp>
#include <krait/kernel/layer_norm/layer_norm.hpp>

namespace krait {

struct layer_norm_config {
  float eps = 1e-5f;                // added to the variance
  bool weight = true, bias = true;  // OLMo has neither
};

/// (tokens, Width) -> (tokens, Width). No state: a step is forward on one row.
template <int Width, layer_norm_config C = layer_norm_config{}> struct layer_norm {
  static constexpr int in = Width, out = Width;
  static constexpr float eps = C.eps;
  template <class B> using op = kernel::layer_norm<B, Width>;

  template <class T> struct weights {
    using scale = tensor<T, C.weight ? Width : 0>;
    using shift = tensor<T, C.bias ? Width : 0>;
    BOOST_HANA_DEFINE_STRUCT(weights, (scale, weight), (shift, bias));
  };
  template <class T, capacity Cap> struct saved { sum_type<T> mean[Cap.tokens()], inverse_deviation[Cap.tokens()]; };

  template <class B, class W, class T, class Saved>
  static void forward(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, Saved& s) {
    op<B>::forward(on, w.weight, w.bias, x, y, s.mean, s.inverse_deviation, C.eps);
  }
  /// dx may be dy.
  template <class B, class W, class T, class Saved>
  static void backward(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                       rows<T, in> dx, weights<W>& dw) {
    op<B>::backward(on, w.weight, x, s.mean, s.inverse_deviation, dy, dx, dw.weight, dw.bias);
  }
  template <class B, class W, class T, class Saved>
  static void backward_onto(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                            rows<const T, in> base, rows<T, in> dx, weights<W>& dw) {
    op<B>::backward_onto(on, w.weight, x, s.mean, s.inverse_deviation, dy, base, dx, dw.weight, dw.bias);
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    at.constant(w.weight, 1);
    at.constant(w.bias, 0);
  }
};
static_assert(layer<layer_norm<8>>);

}  // namespace krait
