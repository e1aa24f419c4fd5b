// krait/kernel/pointwise_loss/reference.hpp: the equation.
#pragma once
#include <krait/backend/reference.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/pointwise_loss/losses.hpp>
#include <krait/kernel/pointwise_loss/pointwise_loss.hpp>
#include <type_traits>

namespace krait::kernel {

template <class Loss, int Width> struct pointwise_loss<backend::reference, Loss, Width> {
  template <class T, int SY, int ST>
  static double forward(backend::reference&, rows<const T, Width, SY> y, rows<const T, Width, ST> target,
                        const float* weights) {
    double total = 0;
    for (int t = 0; t < y.tokens(); ++t) {
      if (weights && weights[t] == 0) continue;
      T sum = 0;
      for (int i = 0; i < Width; ++i) sum += Loss::value(y[t][i], target[t][i]);
      total += (weights ? double(weights[t]) : 1.) * double(sum);
    }
    return total;
  }
  template <class T, int SY, int ST, int SD>
  static void backward(backend::reference&, rows<const T, Width, SY> y, rows<const T, Width, ST> target,
                       const float* weights, std::type_identity_t<T> scale, rows<T, Width, SD> dy) {
    for (int t = 0; t < y.tokens(); ++t) {
      const T factor = weights ? scale * T(weights[t]) : scale;
      for (int i = 0; i < Width; ++i) dy[t][i] = factor == 0 ? T(0) : factor * Loss::slope(y[t][i], target[t][i]);
    }
  }
};

}  // namespace krait::kernel
