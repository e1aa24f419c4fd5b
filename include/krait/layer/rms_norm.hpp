// krait/layer/rms_norm.hpp: y = weight * x / sqrt(mean(x^2) + eps). Zhang & Sennrich 2019 (arXiv:1910.07467), eq. 4.
#pragma once
#include <krait/core/layer.hpp>
#include <krait/kernel/rms_norm/rms_norm.hpp>

namespace krait {

struct rms_norm_config {
  float eps = 1e-5f;  // added to the mean square
};

/// (tokens, Width) -> (tokens, Width). No state: a step is forward on one row.
template <int Width, rms_norm_config C = rms_norm_config{}> struct rms_norm {
  static constexpr int in = Width, out = Width;
  static constexpr float eps = C.eps;
  template <class B> using op = kernel::rms_norm<B, Width>;

  template <class T> struct weights {
    using vector = tensor<T, Width>;
    BOOST_HANA_DEFINE_STRUCT(weights, (vector, weight));
  };
  template <class T, capacity Cap> struct saved { sum_type<T> inverse_rms[Cap.tokens()]; };

  template <class B, class W, class T, class Saved>
  static void forward(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, Saved& s) {
    op<B>::forward(on, w.weight, x, y, s.inverse_rms, C.eps);
  }
  /// dx may be dy.
  template <class B, class W, class T, class Saved>
  static void backward(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                       rows<T, in> dx, weights<W>& dw) {
    op<B>::backward(on, w.weight, x, s.inverse_rms, dy, dx, dw.weight);
  }
  template <class B, class W, class T, class Saved>
  static void backward_onto(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                            rows<const T, in> base, rows<T, in> dx, weights<W>& dw) {
    op<B>::backward_onto(on, w.weight, x, s.inverse_rms, dy, base, dx, dw.weight);
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) { at.constant(w.weight, 1); }
};
static_assert(layer<rms_norm<8>>);

}  // namespace krait
