// krait/kernel/add/reference.hpp: the sum, one scalar at a time.
#pragma once
#include <krait/backend/reference.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/add/add.hpp>

namespace krait::kernel {

template <int Width> struct add<backend::reference, Width> {
  template <class T, int SA, int SB, int SY>
  static void forward(backend::reference&, rows<const T, Width, SA> a, rows<const T, Width, SB> b,
                      rows<T, Width, SY> y) {
    for (int t = 0; t < y.tokens(); ++t)
      for (int i = 0; i < Width; ++i) y[t][i] = a[t][i] + b[t][i];
  }
};

}  // namespace krait::kernel
