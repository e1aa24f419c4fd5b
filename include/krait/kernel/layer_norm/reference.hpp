// krait/kernel/layer_norm/reference.hpp: the equation as loops.
#pragma once
#include <cmath>
#include <krait/backend/reference.hpp>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/layer_norm/layer_norm.hpp>

namespace krait::kernel {

template <int Width> struct layer_norm<backend::reference, Width> {
  template <class T, int Scale, int Bias, int SX, int SY>
  static void forward(backend::reference&, const tensor<T, Scale>& weight, const tensor<T, Bias>& bias,
                      rows<const T, Width, SX> x, rows<T, Width, SY> y, T* mean, T* inverse_deviation, float eps) {
    for (int t = 0; t < x.tokens(); ++t) {
      T sum = 0, squares = 0;
      for (int i = 0; i < Width; ++i) sum += x[t][i];
      mean[t] = sum / Width;
      for (int i = 0; i < Width; ++i) squares += (x[t][i] - mean[t]) * (x[t][i] - mean[t]);
      inverse_deviation[t] = T(1) / std::sqrt(squares / Width + T(eps));
      for (int i = 0; i < Width; ++i)
        y[t][i] = (Scale ? weight[i] : T(1)) * (x[t][i] - mean[t]) * inverse_deviation[t] + (Bias ? bias[i] : T(0));
    }
  }
  /// With n = (x - mean) r and g = w dy: dx = r (g - mean(g) - n mean(g n)).
  template <class T, int Scale, int Bias, int SX, int SDy, int SDx>
  static void backward(backend::reference& on, const tensor<T, Scale>& weight, rows<const T, Width, SX> x,
                       const T* mean, const T* inverse_deviation, rows<const T, Width, SDy> dy, rows<T, Width, SDx> dx,
                       tensor<T, Scale>& dweight, tensor<T, Bias>& dbias) {
    run<false>(on, weight, x, mean, inverse_deviation, dy, rows<const T, Width>{}, dx, dweight, dbias);
  }
  template <class T, int Scale, int Bias, int SX, int SDy, int SB, int SDx>
  static void backward_onto(backend::reference& on, const tensor<T, Scale>& weight, rows<const T, Width, SX> x,
                            const T* mean, const T* inverse_deviation, rows<const T, Width, SDy> dy,
                            rows<const T, Width, SB> base, rows<T, Width, SDx> dx, tensor<T, Scale>& dweight,
                            tensor<T, Bias>& dbias) {
    run<true>(on, weight, x, mean, inverse_deviation, dy, base, dx, dweight, dbias);
  }

 private:
  template <bool Onto, class T, int Scale, int Bias, int SX, int SDy, int SB, int SDx>
  static void run(backend::reference&, const tensor<T, Scale>& weight, rows<const T, Width, SX> x, const T* mean,
                  const T* inverse_deviation, rows<const T, Width, SDy> dy,
                  [[maybe_unused]] rows<const T, Width, SB> base, rows<T, Width, SDx> dx, tensor<T, Scale>& dweight,
                  tensor<T, Bias>& dbias) {
    for (int t = 0; t < x.tokens(); ++t) {
      const T r = inverse_deviation[t];
      T sum = 0, dot = 0;
      for (int i = 0; i < Width; ++i) {
        const T g = (Scale ? weight[i] : T(1)) * dy[t][i];
        sum += g;
        dot += g * (x[t][i] - mean[t]) * r;
      }
      for (int i = 0; i < Width; ++i) {
        const T n = (x[t][i] - mean[t]) * r, g = (Scale ? weight[i] : T(1)) * dy[t][i];
        if (Scale) dweight[i] += dy[t][i] * n;
        if (Bias) dbias[i] += dy[t][i];
        dx[t][i] = (Onto ? base[t][i] : T(0)) + r * (g - sum / Width - n * dot / Width);
      }
    }
  }
};

}  // namespace krait::kernel
