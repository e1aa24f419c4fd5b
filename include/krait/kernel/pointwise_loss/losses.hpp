// krait/kernel/pointwise_loss/losses.hpp: losses of one output y with its target z, and their slopes in y. A loss of
// your own is a type with the same two members; it then runs a scalar at a time on the CPU, unless it takes vectors
// too.
#pragma once
#include <cmath>
#include <krait/core/config.hpp>

namespace krait::kernel::losses {

/// (y - z)^2, of regressions.
struct squared_error {
  static constexpr bool of_vectors = true;    // V may be a vector of T
  static constexpr bool zero_at_zero = true;  // value(0, 0) = 0: what pads a row adds nothing
  template <class T, class V = T> [[gnu::always_inline]] KRAIT_HOST_DEVICE static V value(V y, V z) {
    const V off = y - z;
    return off * off;
  }
  template <class T, class V = T> [[gnu::always_inline]] KRAIT_HOST_DEVICE static V slope(V y, V z) {
    return (y - z) * T(2);
  }
};

/// max(0, 1 - z y), of classifiers with labels -1 and 1. At the kink the slope is 0.
struct hinge {
  static constexpr bool of_vectors = true;
  template <class T, class V = T> [[gnu::always_inline]] KRAIT_HOST_DEVICE static V value(V y, V z) {
    const V short_by = T(1) - y * z;
    return short_by < T(0) ? V{} : short_by;  // (a NaN passes)
  }
  template <class T, class V = T> [[gnu::always_inline]] KRAIT_HOST_DEVICE static V slope(V y, V z) {
    return y * z < T(1) ? -z : V{};
  }
};

/// log(1 + exp(-z y)), of classifiers with labels -1 and 1: cross-entropy of the probability 1 / (1 + exp(-y)). No
/// power overflows, and a small loss keeps its digits.
struct logistic {
  template <class T> KRAIT_HOST_DEVICE static T value(T y, T z) {
    using std::exp, std::log1p;
    const T margin = z * y;
    return margin < T(0) ? log1p(exp(margin)) - margin : log1p(exp(-margin));
  }
  template <class T> KRAIT_HOST_DEVICE static T slope(T y, T z) {
    using std::exp;
    return -z / (T(1) + exp(z * y));
  }
};

}  // namespace krait::kernel::losses
