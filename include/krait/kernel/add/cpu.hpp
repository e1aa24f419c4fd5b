// krait/kernel/add/cpu.hpp: a row at a time, in vectors.
#pragma once
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/add/add.hpp>

namespace krait::kernel {

template <int Width> struct add<backend::cpu, Width> {
  template <class T, int SA, int SB, int SY>
  static void forward(backend::cpu&, rows<const T, Width, SA> a, rows<const T, Width, SB> b, rows<T, Width, SY> y) {
    for (int t = 0; t < y.tokens(); ++t) {
      const T *one = a[t], *other = b[t];
      T* to = y[t];
      simd::each_part<T, Width>(
          [&](int i, auto n) { simd::store(to + i, simd::load(one + i, n) + simd::load(other + i, n), n); });
    }
  }
};

}  // namespace krait::kernel
