// krait/layer/offset_rms_norm.hpp: y = (1 + weight) * x / sqrt(mean(x^2) + eps): Gemma's RMSNorm, whose weights lie
// around 0. Gemma Team 2024 (arXiv:2403.08295) and its released code.
#pragma once
#include <krait/core/layer.hpp>
#include <krait/layer/rms_norm.hpp>

namespace krait {

/// (tokens, Width) -> (tokens, Width). No state: a step is forward on one row.
template <int Width, rms_norm_config C = rms_norm_config{}> struct offset_rms_norm {
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
    scratch_frame frame(on);
    op<B>::forward(on, scale(frame, w), x, y, s.inverse_rms, C.eps);
  }
  /// dx may be dy.
  template <class B, class W, class T, class Saved>
  static void backward(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                       rows<T, in> dx, weights<W>& dw) {
    scratch_frame frame(on);
    op<B>::backward(on, scale(frame, w), x, s.inverse_rms, dy, dx, dw.weight);
  }
  template <class B, class W, class T, class Saved>
  static void backward_onto(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                            rows<const T, in> base, rows<T, in> dx, weights<W>& dw) {
    scratch_frame frame(on);
    op<B>::backward_onto(on, scale(frame, w), x, s.inverse_rms, dy, base, dx, dw.weight);
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) { at.constant(w.weight, 0); }

 private:
  template <class B, class W> static const tensor<W, Width>& scale(scratch_frame<B>& frame, const weights<W>& w) {
    static_assert(!device_backend<B>,
                  "offset_rms_norm: there is no kernel of it on a device; take rms_norm, or --device cpu");
    auto& all = *frame.template take<tensor<W, Width>>(1);
    for (int i = 0; i < tensor<W, Width>::storage; ++i) all.data[i] = W(1) + w.weight.data[i];
    return all;
  }
};
static_assert(layer<offset_rms_norm<8>>);

}  // namespace krait
