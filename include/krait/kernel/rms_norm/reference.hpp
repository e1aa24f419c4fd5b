// krait/kernel/rms_norm/reference.hpp: the equation as loops.
#pragma once
#include <cmath>
#include <krait/backend/reference.hpp>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/rms_norm/rms_norm.hpp>

namespace krait::kernel {

template <int Width> struct rms_norm<backend::reference, Width> {
  template <class T, int Scale, int SX, int SY>
  static void forward(backend::reference&, const tensor<T, Scale>& weight, rows<const T, Width, SX> x,
                      rows<T, Width, SY> y, T* inverse_rms, float eps) {
    for (int t = 0; t < x.tokens(); ++t) {
      T squares = 0;
      for (int i = 0; i < Width; ++i) squares += x[t][i] * x[t][i];
      inverse_rms[t] = T(1) / std::sqrt(squares / Width + T(eps));
      for (int i = 0; i < Width; ++i) y[t][i] = (Scale ? weight[i] : T(1)) * x[t][i] * inverse_rms[t];
    }
  }
  /// dx_i = r (w_i dy_i - x_i r^2 mean(w dy x)), r = inverse_rms.
  template <class T, int Scale, int SX, int SDy, int SDx>
  static void backward(backend::reference& on, const tensor<T, Scale>& weight, rows<const T, Width, SX> x,
                       const T* inverse_rms, rows<const T, Width, SDy> dy, rows<T, Width, SDx> dx,
                       tensor<T, Scale>& dweight) {
    run<false>(on, weight, x, inverse_rms, dy, rows<const T, Width>{}, dx, dweight);
  }
  template <class T, int Scale, int SX, int SDy, int SB, int SDx>
  static void backward_onto(backend::reference& on, const tensor<T, Scale>& weight, rows<const T, Width, SX> x,
                            const T* inverse_rms, rows<const T, Width, SDy> dy, rows<const T, Width, SB> base,
                            rows<T, Width, SDx> dx, tensor<T, Scale>& dweight) {
    run<true>(on, weight, x, inverse_rms, dy, base, dx, dweight);
  }

 private:
  template <bool Onto, class T, int Scale, int SX, int SDy, int SB, int SDx>
  static void run(backend::reference&, const tensor<T, Scale>& weight, rows<const T, Width, SX> x, const T* inverse_rms,
                  rows<const T, Width, SDy> dy, [[maybe_unused]] rows<const T, Width, SB> base, rows<T, Width, SDx> dx,
                  tensor<T, Scale>& dweight) {
    for (int t = 0; t < x.tokens(); ++t) {
      const T r = inverse_rms[t];
      T dot = 0;
      for (int i = 0; i < Width; ++i) dot += (Scale ? weight[i] : T(1)) * dy[t][i] * x[t][i];
      for (int i = 0; i < Width; ++i) {
        const T g = dy[t][i];
        if (Scale) dweight[i] += g * x[t][i] * r;
        dx[t][i] = (Onto ? base[t][i] : T(0)) + r * ((Scale ? weight[i] : T(1)) * g - x[t][i] * r * r * dot / Width);
      }
    }
  }
};

}  // namespace krait::kernel
