// krait/layer/identity.hpp: y = x; where a norm is asked for and none is wanted.
#pragma once
#include <krait/core/layer.hpp>
#include <krait/kernel/assign/assign.hpp>

namespace krait {

/// (tokens, Width) -> (tokens, Width). No weights and no state.
template <int Width> struct identity {
  static constexpr int in = Width, out = Width;
  template <class T> struct weights {
    using none = tensor<T, 0>;
    BOOST_HANA_DEFINE_STRUCT(weights, (none, empty));
  };
  template <class T, capacity> struct saved {};

  template <class B> using op = kernel::assign<B, Width>;

  /// y may be x.
  template <class B, class W, class T, class Saved>
  static void forward(B& on, const weights<W>&, rows<const T, in> x, rows<T, out> y, Saved&) {
    op<B>::copy(on, x, y);
  }
  /// dx may be dy.
  template <class B, class W, class T, class Saved>
  static void backward(B& on, const weights<W>&, rows<const T, in>, const Saved&, rows<const T, out> dy, rows<T, in> dx,
                       weights<W>&) {
    op<B>::copy(on, dy, dx);
  }
  template <class T> static void initialise(weights<T>&, initialiser&) {}
};
static_assert(layer<identity<8>>);

}  // namespace krait
