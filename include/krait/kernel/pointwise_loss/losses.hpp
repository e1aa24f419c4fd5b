// krait/kernel/pointwise_loss/losses.hpp: losses of one output y with its target z, and their slopes in y. A loss of
// your own is a type with the same two members; it then runs a scalar at a time on the CPU, unless vector_loss
// (cpu.hpp) is specialised for it.
#pragma once
#include <cmath>
#include <krait/core/config.hpp>

namespace krait::kernel::losses {

/// (y - z)^2, of regressions.
struct squared_error {
  template <class T> KRAIT_HOST_DEVICE static T value(T y, T z) { return (y - z) * (y - z); }
  template <class T> KRAIT_HOST_DEVICE static T slope(T y, T z) { return (y - z) * T(2); }
};

/// max(0, 1 - z y), of classifiers with labels -1 and 1. At the kink the slope is 0.
struct hinge {
  template <class T> KRAIT_HOST_DEVICE static T value(T y, T z) {
    const T short_by = T(1) - y * z;
    return short_by < T(0) ? T(0) : short_by;  // (a NaN passes)
  }
  template <class T> KRAIT_HOST_DEVICE static T slope(T y, T z) { return y * z < T(1) ? -z : T(0); }
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
