// krait/kernel/squared_error/cpu.hpp: a row at a time, in vectors; rows of weight 0 cost nothing.
#pragma once
#include <algorithm>
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/squared_error/squared_error.hpp>
#include <type_traits>

namespace krait::kernel {

template <int Width> struct squared_error<backend::cpu, Width> {
  template <class T, int SY, int ST>
  static double forward(backend::cpu&, rows<const T, Width, SY> y, rows<const T, Width, ST> target,
                        const float* weights) {
    double total = 0;
    for (int t = 0; t < y.tokens(); ++t) {
      if (weights && weights[t] == 0) continue;
      const T *from = y[t], *wanted = target[t];
      simd::vec<T> squares{};
      simd::each_part<T, Width>([&](int i, auto n) {
        const simd::vec<T> off = simd::load(from + i, n) - simd::load(wanted + i, n);
        squares += off * off;
      });
      total += (weights ? double(weights[t]) : 1.) * double(simd::sum<T>(squares));
    }
    return total;
  }
  template <class T, int SY, int ST, int SD>
  static void backward(backend::cpu&, rows<const T, Width, SY> y, rows<const T, Width, ST> target, const float* weights,
                       std::type_identity_t<T> scale, rows<T, Width, SD> dy) {
    for (int t = 0; t < y.tokens(); ++t) {
      const T factor = T(2) * (weights ? scale * T(weights[t]) : scale);
      const T *from = y[t], *wanted = target[t];
      T* to = dy[t];
      if (factor == 0)
        std::fill(to, to + Width, T(0));
      else
        simd::each_part<T, Width>([&](int i, auto n) {
          simd::store(to + i, (simd::load(from + i, n) - simd::load(wanted + i, n)) * factor, n);
        });
    }
  }
};

}  // namespace krait::kernel
