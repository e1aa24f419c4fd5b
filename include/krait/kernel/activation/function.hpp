// krait/kernel/activation/function.hpp: functions of one scalar and their derivatives. A function of your own is a type
// with the same two members; it then runs a scalar at a time on the CPU, unless kernel/activation/vector.hpp is
// specialised for it.
#pragma once
#include <cmath>
#include <krait/core/config.hpp>

namespace krait::kernel::activation_function {

namespace detail {
template <class T> KRAIT_HOST_DEVICE T sigmoid(T x) {
  using std::exp;
  return T(1) / (T(1) + exp(-x));
}
}  // namespace detail

/// x: a gate of it is a plain product.
struct identity {
  template <class T> KRAIT_HOST_DEVICE static T value(T x) { return x; }
  template <class T> KRAIT_HOST_DEVICE static T slope(T) { return T(1); }
};

/// 1 / (1 + e^-x).
struct sigmoid {
  template <class T> KRAIT_HOST_DEVICE static T value(T x) { return detail::sigmoid(x); }
  template <class T> KRAIT_HOST_DEVICE static T slope(T x) { return detail::sigmoid(x) * detail::sigmoid(-x); }
};

/// x sigmoid(x). Elfwing et al. 2017 (arXiv:1702.03118).
struct silu {
  template <class T> KRAIT_HOST_DEVICE static T value(T x) { return x * detail::sigmoid(x); }
  template <class T> KRAIT_HOST_DEVICE static T slope(T x) {
    const T s = detail::sigmoid(x);
    return s + x * s * (T(1) - s);
  }
};

/// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2: GPT-2's form. Hendrycks & Gimpel 2016 (arXiv:1606.08415).
struct gelu_tanh {
  template <class T> KRAIT_HOST_DEVICE static T value(T x) {
    using std::tanh;
    return T(0.5) * x * (T(1) + tanh(inner(x)));
  }
  template <class T> KRAIT_HOST_DEVICE static T slope(T x) {
    using std::tanh;
    const T t = tanh(inner(x));
    return T(0.5) * (T(1) + t) + T(0.5) * x * (T(1) - t * t) * T(root) * (T(1) + T(3 * cubic) * x * x);
  }
  static constexpr double root = 0.79788456080286535588, cubic = 0.044715;  // sqrt(2 / pi)

 private:
  template <class T> KRAIT_HOST_DEVICE static T inner(T x) { return T(root) * (x + T(cubic) * x * x * x); }
};

/// x Phi(x), Phi the normal distribution function. Hendrycks & Gimpel 2016 (arXiv:1606.08415), eq. 1.
struct gelu_erf {
  template <class T> KRAIT_HOST_DEVICE static T value(T x) { return x * phi(x); }
  template <class T> KRAIT_HOST_DEVICE static T slope(T x) {
    using std::exp;
    return phi(x) + x * T(0.39894228040143267794) * exp(T(-0.5) * x * x);  // 1 / sqrt(2 pi)
  }

 private:
  template <class T> KRAIT_HOST_DEVICE static T phi(T x) {
    using std::erfc;
    return T(0.5) * erfc(-x * T(0.70710678118654752440));
  }
};

/// max(x, 0); slope 0 at 0.
struct relu {
  template <class T> KRAIT_HOST_DEVICE static T value(T x) { return x > T(0) ? x : T(0); }
  template <class T> KRAIT_HOST_DEVICE static T slope(T x) { return x > T(0) ? T(1) : T(0); }
};

/// log(1 + e^x).
struct softplus {
  template <class T> KRAIT_HOST_DEVICE static T value(T x) {
    using std::exp, std::log1p;
    return x > T(0) ? x + log1p(exp(-x)) : log1p(exp(x));
  }
  template <class T> KRAIT_HOST_DEVICE static T slope(T x) { return detail::sigmoid(x); }
};

}  // namespace krait::kernel::activation_function
