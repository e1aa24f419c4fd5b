// krait/kernel/positions/reference.hpp: the sum, one scalar at a time.
#pragma once
#include <krait/backend/reference.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/positions/positions.hpp>

namespace krait::kernel {

template <int Length, int Width> struct positions<backend::reference, Length, Width> {
  template <class T, int SX, int SY>
  static void forward(backend::reference&, const tensor<T, Length, Width>& weight, rows<const T, Width, SX> x,
                      rows<T, Width, SY> y, position_states states = {}) {
    detail::each_position<Length>(x.of, states, [&](int t, int p) {
      for (int i = 0; i < Width; ++i) y[t][i] = x[t][i] + (p == detail::no_position ? T(0) : weight[p * Width + i]);
    });
  }
  template <class T, int SDy, int SDx>
  static void backward(backend::reference&, rows<const T, Width, SDy> dy, rows<T, Width, SDx> dx,
                       tensor<T, Length, Width>& dweight, const int* initial = nullptr) {
    detail::each_position<Length>(dy.of, {initial}, [&](int t, int p) {
      for (int i = 0; i < Width; ++i) {
        if (p != detail::no_position) dweight[p * Width + i] += dy[t][i];
        dx[t][i] = dy[t][i];
      }
    });
  }
};

}  // namespace krait::kernel
