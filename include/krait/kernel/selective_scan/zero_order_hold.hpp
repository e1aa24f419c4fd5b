// krait/kernel/selective_scan/zero_order_hold.hpp: what multiplies B x under zero-order hold, (exp(delta A) - 1) / A,
// and its slope: one function for scalars and vectors, on a host and on a device.
#pragma once
#include <krait/core/config.hpp>
#include <type_traits>

namespace krait::kernel {

/// With u = delta A: (exp(u) - 1) / A = delta gain; its derivatives are exp(u) in delta and delta^2 slope in A.
template <class V> struct hold_factors {
  V gain;   // phi(u) = (e^u - 1) / u
  V slope;  // phi'(u) = (e^u - phi(u)) / u
};

namespace detail {

/// Polynomials of phi and phi' on [-1, 0]. float: interpolated at Chebyshev's nodes, exact at 0, within 1.2 ulp;
/// double: Taylor.
template <class T> struct hold_polynomials {
  static constexpr int terms = sizeof(T) == 4 ? 7 : 19;
  T gain[terms], slope[terms];
};
template <class T> KRAIT_HOST_DEVICE constexpr hold_polynomials<T> make_hold_polynomials() {
  if constexpr (sizeof(T) == 4) {
    return {{1.f, 0.5f, 0.16666603f, 0.041659255f, 0.0083011705f, 0.001324818f, 0.00013742418f},
            {0.5f, 0.33333331f, 0.12499944f, 0.033326771f, 0.0069159628f, 0.0011337142f, 0.00011953101f}};
  } else {
    hold_polynomials<T> made{};
    T factorial = 1;  // of k
    for (int k = 0; k < hold_polynomials<T>::terms; ++k) {
      factorial *= k < 2 ? 1 : k;
      made.gain[k] = 1 / (factorial * (k + 1));
      made.slope[k] = 1 / (factorial * (k + 2));
    }
    return made;
  }
}

}  // namespace detail

/// For u <= 0 and decay = exp(u), of a scalar or (not under nvcc, whose devices have none) a vector V of T. Near 0 a
/// polynomial stands for what would cancel; both are right to some ulp for every u, -infinity included, and 1 and 1/2
/// where A or delta is too small for a T.
template <class T, class V>
[[gnu::always_inline]] KRAIT_HOST_DEVICE inline hold_factors<V> zero_order_hold(V u, V decay) {
  constexpr auto near = detail::make_hold_polynomials<T>();
  constexpr int last = detail::hold_polynomials<T>::terms - 1;
  V gain = u * near.gain[last] + near.gain[last - 1], slope = u * near.slope[last] + near.slope[last - 1];
#ifdef __CUDACC__
#pragma unroll
#else
#pragma GCC unroll 18
#endif
  for (int k = last - 2; k >= 0; --k) {
    gain = gain * u + near.gain[k];
    slope = slope * u + near.slope[k];
  }
  const V inverse = T(1) / u, far = (decay - T(1)) * inverse;
  return {u > T(-1) ? gain : far, u > T(-1) ? slope : (decay - far) * inverse};
}

}  // namespace krait::kernel
