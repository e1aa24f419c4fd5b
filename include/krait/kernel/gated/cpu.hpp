// krait/kernel/gated/cpu.hpp: a vector at a time.
#pragma once
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/activation/vector.hpp>
#include <krait/kernel/gated/gated.hpp>

namespace krait::kernel {

template <class Function, int Width> struct gated<backend::cpu, Function, Width> {
  template <class T, int SG, int SX, int SY>
  static void forward(backend::cpu&, rows<const T, Width, SG> gate, rows<const T, Width, SX> x, rows<T, Width, SY> y) {
    for (int t = 0; t < x.tokens(); ++t) {
      const T *gates = gate[t], *from = x[t];
      T* to = y[t];
      simd::each_part<T, Width>([&](int i, auto n) {
        const simd::vec<T> f = vector_function<Function, T>::value(simd::load(gates + i, n));
        simd::store(to + i, f * simd::load(from + i, n), n);
      });
    }
  }
  template <class T, int SG, int SX, int SDy, int SDg, int SDx>
  static void backward(backend::cpu&, rows<const T, Width, SG> gate, rows<const T, Width, SX> x,
                       rows<const T, Width, SDy> dy, rows<T, Width, SDg> dgate, rows<T, Width, SDx> dx) {
    for (int t = 0; t < x.tokens(); ++t) {
      const T *gates = gate[t], *from = x[t], *gradient = dy[t];
      T *to_gate = dgate[t], *to = dx[t];
      simd::each_part<T, Width>([&](int i, auto n) {
        const simd::vec<T> g = simd::load(gates + i, n), v = simd::load(from + i, n), d = simd::load(gradient + i, n);
        simd::store(to_gate + i, vector_function<Function, T>::slope(g) * v * d, n);
        simd::store(to + i, vector_function<Function, T>::value(g) * d, n);
      });
    }
  }
};

}  // namespace krait::kernel
