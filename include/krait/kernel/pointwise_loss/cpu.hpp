// krait/kernel/pointwise_loss/cpu.hpp: a row at a time, in vectors; rows of weight 0 cost nothing.
#pragma once
#include <algorithm>
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/pointwise_loss/losses.hpp>
#include <krait/kernel/pointwise_loss/pointwise_loss.hpp>
#include <type_traits>

namespace krait::kernel {

/// A loss on vectors: lane by lane in general; specialised where that is faster.
template <class Loss, class T> struct vector_loss {
  static simd::vec<T> value(simd::vec<T> y, simd::vec<T> z) {
    for (int i = 0; i < simd::lanes<T>; ++i) y[i] = Loss::value(T(y[i]), T(z[i]));
    return y;
  }
  static simd::vec<T> slope(simd::vec<T> y, simd::vec<T> z) {
    for (int i = 0; i < simd::lanes<T>; ++i) y[i] = Loss::slope(T(y[i]), T(z[i]));
    return y;
  }
};
template <class T> struct vector_loss<losses::squared_error, T> {
  using vec = simd::vec<T>;
  static constexpr bool zero_at_zero = true;  // value(0, 0) = 0: what pads a row adds nothing
  [[gnu::always_inline]] static vec value(vec y, vec z) {
    const vec off = y - z;
    return off * off;
  }
  [[gnu::always_inline]] static vec slope(vec y, vec z) { return (y - z) * T(2); }
};
template <class T> struct vector_loss<losses::hinge, T> {
  using vec = simd::vec<T>;
  [[gnu::always_inline]] static vec value(vec y, vec z) { return simd::max<T>(vec{}, T(1) - y * z); }
  [[gnu::always_inline]] static vec slope(vec y, vec z) { return y * z < T(1) ? -z : vec{}; }
};
template <> struct vector_loss<losses::logistic, float> {
  using vec = simd::vec<float>;
  [[gnu::always_inline]] static vec value(vec y, vec z) { return simd::softplus(-(z * y)); }
  [[gnu::always_inline]] static vec slope(vec y, vec z) { return -z * simd::sigmoid(-(z * y)); }
};

template <class Loss, int Width> struct pointwise_loss<backend::cpu, Loss, Width> {
  template <class T, int SY, int ST>
  static double forward(backend::cpu&, rows<const T, Width, SY> y, rows<const T, Width, ST> target,
                        const float* weights) {
    double total = 0;
    for (int t = 0; t < y.tokens(); ++t) {
      if (weights && weights[t] == 0) continue;
      const T *from = y[t], *wanted = target[t];
      simd::vec<T> losses{};
      simd::each_part<T, Width>([&](int i, auto n) {
        const simd::vec<T> loss = vector_loss<Loss, T>::value(simd::load(from + i, n), simd::load(wanted + i, n));
        if constexpr (requires { vector_loss<Loss, T>::zero_at_zero; } || n.value == simd::lanes<T>)
          losses += loss;
        else
          losses += first_lanes(loss, n);
      });
      total += (weights ? double(weights[t]) : 1.) * double(simd::sum<T>(losses));
    }
    return total;
  }
  template <class T, int SY, int ST, int SD>
  static void backward(backend::cpu&, rows<const T, Width, SY> y, rows<const T, Width, ST> target, const float* weights,
                       std::type_identity_t<T> scale, rows<T, Width, SD> dy) {
    for (int t = 0; t < y.tokens(); ++t) {
      const T factor = weights ? scale * T(weights[t]) : scale;
      const T *from = y[t], *wanted = target[t];
      T* to = dy[t];
      if (factor == 0)
        std::fill(to, to + Width, T(0));
      else
        simd::each_part<T, Width>([&](int i, auto n) {
          const simd::vec<T> slope = vector_loss<Loss, T>::slope(simd::load(from + i, n), simd::load(wanted + i, n));
          simd::store(to + i, slope * factor, n);
        });
    }
  }

 private:
  /// Lanes past a row's end hold zeros, whose loss need not be 0.
  template <int N, class V> static V first_lanes(V v, simd::part<N>) {
    for (int i = N; i < static_cast<int>(sizeof(V) / sizeof(v[0])); ++i) v[i] = 0;
    return v;
  }
};

}  // namespace krait::kernel
