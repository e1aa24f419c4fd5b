// krait/kernel/gated/reference.hpp: a scalar at a time.
#pragma once
#include <krait/backend/reference.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/gated/gated.hpp>

namespace krait::kernel {

template <class Function, int Width> struct gated<backend::reference, Function, Width> {
  template <class T, int SG, int SX, int SY>
  static void forward(backend::reference&, rows<const T, Width, SG> gate, rows<const T, Width, SX> x,
                      rows<T, Width, SY> y) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int i = 0; i < Width; ++i) y[t][i] = Function::value(gate[t][i]) * x[t][i];
  }
  template <class T, int SG, int SX, int SDy, int SDg, int SDx>
  static void backward(backend::reference&, rows<const T, Width, SG> gate, rows<const T, Width, SX> x,
                       rows<const T, Width, SDy> dy, rows<T, Width, SDg> dgate, rows<T, Width, SDx> dx) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int i = 0; i < Width; ++i) {
        const T g = gate[t][i], v = x[t][i], d = dy[t][i];
        dgate[t][i] = Function::slope(g) * v * d;
        dx[t][i] = Function::value(g) * d;
      }
  }
};

}  // namespace krait::kernel
