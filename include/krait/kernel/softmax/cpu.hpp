// krait/kernel/softmax/cpu.hpp: a row at a time, in vectors.
#pragma once
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/softmax/softmax.hpp>

namespace krait::kernel {

template <int Width> struct softmax<backend::cpu, Width> {
  template <class T, int SX, int SY>
  static void forward(backend::cpu&, rows<const T, Width, SX> x, rows<T, Width, SY> y) {
    for (int t = 0; t < x.tokens(); ++t) {
      const T* from = x[t];
      T* to = y[t];
      const T top = simd::row_max<Width>(from);
      T sum = 0;
      simd::vec<T> sums{};
      simd::each_part<T, Width>([&](int i, auto n) {
        const simd::vec<T> e = simd::exp(simd::load(from + i, n) - top);
        simd::store(to + i, e, n);
        if constexpr (n() == simd::lanes<T>)
          sums += e;
        else
          for (int lane = 0; lane < n(); ++lane) sum += e[lane];
      });
      const T factor = T(1) / (sum + simd::sum<T>(sums));
      simd::each_part<T, Width>([&](int i, auto n) { simd::store(to + i, simd::load(to + i, n) * factor, n); });
    }
  }
  template <class T, int SY, int SDy, int SDx>
  static void backward(backend::cpu&, rows<const T, Width, SY> y, rows<const T, Width, SDy> dy,
                       rows<T, Width, SDx> dx) {
    for (int t = 0; t < y.tokens(); ++t) {
      const T *from = y[t], *gradient = dy[t];
      T* to = dx[t];
      simd::vec<T> dots{};
      simd::each_part<T, Width>([&](int i, auto n) { dots += simd::load(from + i, n) * simd::load(gradient + i, n); });
      const T dot = simd::sum<T>(dots);
      simd::each_part<T, Width>([&](int i, auto n) {
        simd::store(to + i, simd::load(from + i, n) * (simd::load(gradient + i, n) - dot), n);
      });
    }
  }
};

}  // namespace krait::kernel
