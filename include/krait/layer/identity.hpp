// krait/layer/identity.hpp: y = x; where a norm is asked for and none is wanted.
#pragma once
#include <algorithm>
#include <krait/core/layer.hpp>

namespace krait {

/// (tokens, Width) -> (tokens, Width). No weights and no state.
template <int Width> struct identity {
  static constexpr int in = Width, out = Width;
  template <class T> struct weights {
    using none = tensor<T, 0>;
    BOOST_HANA_DEFINE_STRUCT(weights, (none, empty));
  };
  template <class T, capacity> struct saved {};

  template <class B, class T, class Saved>
  static void forward(B&, const weights<T>&, rows<const T, in> x, rows<T, out> y, Saved&) {
    copy(x, y);
  }
  /// dx may be dy.
  template <class B, class T, class Saved>
  static void backward(B&, const weights<T>&, rows<const T, in>, const Saved&, rows<const T, out> dy, rows<T, in> dx,
                       weights<T>&) {
    copy(dy, dx);
  }
  template <class T> static void initialise(weights<T>&, initialiser&) {}

 private:
  template <class T> static void copy(rows<const T, Width> from, rows<T, Width> to) {
    for (int t = 0; t < from.tokens() && to.data != from.data; ++t) std::copy_n(from[t], Width, to[t]);
  }
};
static_assert(layer<identity<8>>);

}  // namespace krait
