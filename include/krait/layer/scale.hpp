// krait/layer/scale.hpp: y = factor * x, as Gemma's embeddings by sqrt(d_model).
#pragma once
#include <krait/core/layer.hpp>
#include <krait/kernel/activation/activation.hpp>

namespace krait {

struct scale_config {
  double factor;
};

/// (tokens, Width) -> (tokens, Width). No weights and no state.
template <int Width, scale_config C> struct scale {
  static constexpr int in = Width, out = Width;
  struct times {
    template <class T> KRAIT_HOST_DEVICE static T value(T x) { return x * T(C.factor); }
    template <class T> KRAIT_HOST_DEVICE static T slope(T) { return T(C.factor); }
  };
  template <class B> using op = kernel::activation<B, times, Width>;

  template <class T> struct weights {
    using nothing = tensor<T, 0>;
    BOOST_HANA_DEFINE_STRUCT(weights, (nothing, none));
  };
  template <class T, capacity> struct saved {};

  template <class B, class W, class T, class Saved>
  static void forward(B& on, const weights<W>&, rows<const T, in> x, rows<T, out> y, Saved&) {
    op<B>::forward(on, x, y);
  }
  template <class B, class W, class T, class Saved>
  static void backward(B& on, const weights<W>&, rows<const T, in> x, const Saved&, rows<const T, out> dy,
                       rows<T, in> dx, weights<W>&) {
    op<B>::backward(on, x, dy, dx);
  }
  template <class T> static void initialise(weights<T>&, initialiser&) {}
};
static_assert(layer<scale<8, scale_config{2}>>);

}  // namespace krait
