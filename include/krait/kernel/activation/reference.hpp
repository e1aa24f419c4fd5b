// krait/kernel/activation/reference.hpp: a scalar at a time.
#pragma once
#include <krait/backend/reference.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/activation/activation.hpp>

namespace krait::kernel {

template <class Function, int Width> struct activation<backend::reference, Function, Width> {
  template <class T, int SX, int SY>
  static void forward(backend::reference&, rows<const T, Width, SX> x, rows<T, Width, SY> y) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int i = 0; i < Width; ++i) y[t][i] = Function::value(x[t][i]);
  }
  template <class T, int SX, int SDy, int SDx>
  static void backward(backend::reference&, rows<const T, Width, SX> x, rows<const T, Width, SDy> dy,
                       rows<T, Width, SDx> dx) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int i = 0; i < Width; ++i) dx[t][i] = Function::slope(x[t][i]) * dy[t][i];
  }
};

}  // namespace krait::kernel
