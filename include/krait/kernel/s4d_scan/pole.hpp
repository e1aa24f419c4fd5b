// krait/kernel/s4d_scan/pole.hpp: one pole of a diagonal state-space model: from its parameters to what a recurrence
// needs, and gradients back. Gu, Gupta, Goel & Re 2022 (arXiv:2206.11893), section 4; zero-order hold, B = 1.
#pragma once
#include <cmath>
#include <krait/core/config.hpp>
#include <krait/core/elementary.hpp>

namespace krait::kernel::detail {

template <class T> struct complex_of {
  T re, im;
  friend KRAIT_HOST_DEVICE complex_of operator+(complex_of a, complex_of b) { return {a.re + b.re, a.im + b.im}; }
  friend KRAIT_HOST_DEVICE complex_of operator*(complex_of a, complex_of b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
  }
  friend KRAIT_HOST_DEVICE complex_of operator*(T a, complex_of b) { return {a * b.re, a * b.im}; }
  KRAIT_HOST_DEVICE complex_of conjugate() const { return {re, -im}; }
  KRAIT_HOST_DEVICE T square() const { return re * re + im * im; }
};
template <class T> KRAIT_HOST_DEVICE complex_of<T> inverse(complex_of<T> z) {
  const T over = 1 / z.square();
  return {z.re * over, -z.im * over};
}

/// phi(z) = (e^z - 1) / z and its derivative; by their series near 0, where the differences lose digits.
template <class T> struct phi_of {
  complex_of<T> power, value, slope;  // e^z, phi(z), phi'(z)
  explicit KRAIT_HOST_DEVICE phi_of(complex_of<T> z) {
    const T size = std::exp(z.re);
    const elementary::cos_and_sin turned(static_cast<double>(z.im));
    power = {size * static_cast<T>(turned.cos), size * static_cast<T>(turned.sin)};
    if (z.square() < T(0.09)) {
      constexpr int terms = sizeof(T) == 4 ? 8 : 15;
      value = slope = {0, 0};  // sums of z^k / (k + 1)! and (k + 1) z^k / (k + 2)!, from the last term
      for (int k = terms; k >= 1; --k) {
        value = (1 / T(k + 1)) * (z * (complex_of<T>{1, 0} + value));
        slope = (T(k + 1) / (T(k) * T(k + 2))) * (z * (complex_of<T>{1, 0} + slope));
      }
      value = complex_of<T>{1, 0} + value;
      slope = T(0.5) * (complex_of<T>{1, 0} + slope);
    } else {
      const complex_of<T> over = inverse(z);
      value = (power + complex_of<T>{-1, 0}) * over;
      slope = (power + T(-1) * value) * over;
    }
  }
};

/// A = -exp(log_A_real) + i A_imag and C of a pair of conjugate poles, dt = exp(log_dt) of a channel. The state is
/// s_t = a s_{t-1} + x_t and puts out Re(c s_t), so that the convolution's kernel is K_l = Re(c a^l):
///   a = exp(dt A);  c = 2 C (a - 1) / A
template <class T> struct s4d_pole {
  complex_of<T> A, C;
  T dt;
  phi_of<T> of;
  KRAIT_HOST_DEVICE s4d_pole(T log_dt, T log_A_real, T A_imag, T C_re, T C_im)
      : A{-std::exp(log_A_real), A_imag}, C{C_re, C_im}, dt(std::exp(log_dt)), of(dt * A) {}
  KRAIT_HOST_DEVICE complex_of<T> a() const { return of.power; }
  KRAIT_HOST_DEVICE complex_of<T> c() const { return (2 * dt) * (C * of.value); }

  struct gradients {
    T log_dt, log_A_real, A_imag, C_re, C_im;
  };
  /// da and dc: derivatives of the loss by real and imaginary part.
  KRAIT_HOST_DEVICE gradients backward(complex_of<T> da, complex_of<T> dc) const {
    const complex_of<T> dC = (2 * dt) * (of.value.conjugate() * dc);
    const complex_of<T> dq = T(2) * (C.conjugate() * dc);  // q = (a - 1) / A = dt phi(dt A)
    const complex_of<T> dA = (dt * dt) * (of.slope.conjugate() * dq) + dt * (of.power.conjugate() * da);
    const T ddt = (of.power.conjugate() * dq).re + ((A * of.power).conjugate() * da).re;  // dq/d dt = a
    return {dt * ddt, dA.re * A.re, dA.im, dC.re, dC.im};
  }
};

}  // namespace krait::kernel::detail
