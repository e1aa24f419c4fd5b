// krait/kernel/activation/vector.hpp: the functions of function.hpp on vectors of the CPU.
#pragma once
#include <krait/backend/cpu/row.hpp>
#include <krait/kernel/activation/function.hpp>
#include <type_traits>

namespace krait::kernel {

/// value and slope on vectors: lane by lane in general, by polynomials for float where a specialisation below has them.
template <class Function, class T> struct vector_function {
  static simd::vec<T> value(simd::vec<T> x) {
    for (int i = 0; i < simd::lanes<T>; ++i) x[i] = Function::value(x[i]);
    return x;
  }
  static simd::vec<T> slope(simd::vec<T> x) {
    for (int i = 0; i < simd::lanes<T>; ++i) x[i] = Function::slope(x[i]);
    return x;
  }
};

template <class T> struct vector_function<activation_function::relu, T> {
  [[gnu::always_inline]] static simd::vec<T> value(simd::vec<T> x) { return x > T(0) ? x : simd::vec<T>{}; }
  [[gnu::always_inline]] static simd::vec<T> slope(simd::vec<T> x) {
    return x > T(0) ? simd::all(T(1)) : simd::vec<T>{};
  }
};

template <> struct vector_function<activation_function::silu, float> {
  using vec = simd::vec<float>;
  [[gnu::always_inline]] static vec value(vec x) { return x * simd::sigmoid(x); }
  [[gnu::always_inline]] static vec slope(vec x) {
    const vec s = simd::sigmoid(x);
    return s + x * s * (1.f - s);
  }
};

template <> struct vector_function<activation_function::softplus, float> {
  using vec = simd::vec<float>;
  [[gnu::always_inline]] static vec value(vec x) { return simd::softplus(x); }
  [[gnu::always_inline]] static vec slope(vec x) { return simd::sigmoid(x); }
};

/// (1 + tanh(u)) / 2 = sigmoid(2 u).
template <> struct vector_function<activation_function::gelu_tanh, float> {
  using vec = simd::vec<float>;
  static constexpr float twice = float(2 * activation_function::gelu_tanh::root);
  static constexpr float cubic = float(activation_function::gelu_tanh::cubic);
  [[gnu::always_inline]] static vec value(vec x) { return x * simd::sigmoid(x * (x * x * (twice * cubic) + twice)); }
  [[gnu::always_inline]] static vec slope(vec x) {
    const vec square = x * x, s = simd::sigmoid(x * (square * (twice * cubic) + twice));
    return s + x * s * (1.f - s) * (square * (3 * twice * cubic) + twice);
  }
};

/// erfc(z) = t exp(-z^2 + p(t)), t = 1 / (1 + z / 2), z >= 0, to 1.2e-7 relative: Press et al. 1992, "Numerical recipes
/// in C", section 6.2.
template <> struct vector_function<activation_function::gelu_erf, float> {
  using vec = simd::vec<float>;
  [[gnu::always_inline]] static vec value(vec x) { return x * distribution(x); }
  [[gnu::always_inline]] static vec slope(vec x) {
    return distribution(x) + x * (0.39894228f * simd::exp(-0.5f * (x * x)));  // 1 / sqrt(2 pi)
  }

 private:
  [[gnu::always_inline]] static vec distribution(vec x) {
    const vec z = simd::abs(x) * 0.70710678f, t = 1.f / (1.f + 0.5f * z);
    vec p = t * 0.17087277f - 0.82215223f;
    p = p * t + 1.48851587f;
    p = p * t - 1.13520398f;
    p = p * t + 0.27886807f;
    p = p * t - 0.18628806f;
    p = p * t + 0.09678418f;
    p = p * t + 0.37409196f;
    p = p * t + 1.00002368f;
    p = p * t - 1.26551223f;
    const vec tail = 0.5f * t * simd::exp(p - z * z);
    return x > 0.f ? 1.f - tail : tail;
  }
};

}  // namespace krait::kernel
