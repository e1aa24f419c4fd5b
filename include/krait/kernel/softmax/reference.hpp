// krait/kernel/softmax/reference.hpp: the equation, the largest score taken off first.
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/backend/reference.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/softmax/softmax.hpp>

namespace krait::kernel {

template <int Width> struct softmax<backend::reference, Width> {
  template <class T, int SX, int SY>
  static void forward(backend::reference&, rows<const T, Width, SX> x, rows<T, Width, SY> y) {
    for (int t = 0; t < x.tokens(); ++t) {
      const T top = *std::max_element(x[t], x[t] + Width);
      T sum = 0;
      for (int i = 0; i < Width; ++i) sum += y[t][i] = std::exp(x[t][i] - top);
      for (int i = 0; i < Width; ++i) y[t][i] /= sum;
    }
  }
  template <class T, int SY, int SDy, int SDx>
  static void backward(backend::reference&, rows<const T, Width, SY> y, rows<const T, Width, SDy> dy,
                       rows<T, Width, SDx> dx) {
    for (int t = 0; t < y.tokens(); ++t) {
      T dot = 0;
      for (int i = 0; i < Width; ++i) dot += y[t][i] * dy[t][i];
      for (int i = 0; i < Width; ++i) dx[t][i] = y[t][i] * (dy[t][i] - dot);
    }
  }
};

}  // namespace krait::kernel
