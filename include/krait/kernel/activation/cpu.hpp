// krait/kernel/activation/cpu.hpp: a vector at a time.
#pragma once
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/activation/activation.hpp>
#include <krait/kernel/activation/vector.hpp>

namespace krait::kernel {

template <class Function, int Width> struct activation<backend::cpu, Function, Width> {
  template <class T, int SX, int SY>
  static void forward(backend::cpu&, rows<const T, Width, SX> x, rows<T, Width, SY> y) {
    for (int t = 0; t < x.tokens(); ++t) {
      const T* from = x[t];
      T* to = y[t];
      simd::each_part<T, Width>(
          [&](int i, auto n) { simd::store(to + i, vector_function<Function, T>::value(simd::load(from + i, n)), n); });
    }
  }
  template <class T, int SX, int SDy, int SDx>
  static void backward(backend::cpu&, rows<const T, Width, SX> x, rows<const T, Width, SDy> dy,
                       rows<T, Width, SDx> dx) {
    for (int t = 0; t < x.tokens(); ++t) {
      const T *from = x[t], *gradient = dy[t];
      T* to = dx[t];
      simd::each_part<T, Width>([&](int i, auto n) {
        const simd::vec<T> slope = vector_function<Function, T>::slope(simd::load(from + i, n));
        simd::store(to + i, slope * simd::load(gradient + i, n), n);
      });
    }
  }
};

}  // namespace krait::kernel
