// krait/kernel/hinge/cpu.hpp: a row at a time, in vectors; rows of weight 0 cost nothing.
#pragma once
#include <algorithm>
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/hinge/hinge.hpp>
#include <type_traits>

namespace krait::kernel {

template <int Width> struct hinge<backend::cpu, Width> {
  template <class T, int SY, int ST>
  static double forward(backend::cpu&, rows<const T, Width, SY> y, rows<const T, Width, ST> target,
                        const float* weights) {
    double total = 0;
    for (int t = 0; t < y.tokens(); ++t) {
      if (weights && weights[t] == 0) continue;
      const T *from = y[t], *wanted = target[t];
      simd::vec<T> losses{};
      simd::each_part<T, Width>([&](int i, auto n) {
        const simd::vec<T> loss =
            simd::max<T>(simd::vec<T>{}, T(1) - simd::load(from + i, n) * simd::load(wanted + i, n));
        losses += n.value == simd::lanes<T> ? loss : first_lanes(loss, n);
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
          const simd::vec<T> z = simd::load(wanted + i, n);
          simd::store(to + i, simd::load(from + i, n) * z < T(1) ? z * -factor : simd::vec<T>{}, n);
        });
    }
  }

 private:
  /// Lanes past a row's end hold zeros, whose hinge would be 1.
  template <int N, class T> static T first_lanes(T v, simd::part<N>) {
    for (int i = N; i < static_cast<int>(sizeof(T) / sizeof(v[0])); ++i) v[i] = 0;
    return v;
  }
};

}  // namespace krait::kernel
