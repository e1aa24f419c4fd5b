// krait/kernel/rms_norm/cpu.hpp: a row at a time, in vectors; the row stays in the first cache for its second reading.
#pragma once
#include <cmath>
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/rms_norm/rms_norm.hpp>

namespace krait::kernel {

template <int Width> struct rms_norm<backend::cpu, Width> {
  template <class T, int Scale, int SX, int SY>
  static void forward(backend::cpu&, const tensor<T, Scale>& weight, rows<const T, Width, SX> x, rows<T, Width, SY> y,
                      T* inverse_rms, float eps) {
    for (int t = 0; t < x.tokens(); ++t) {
      const T* from = x[t];
      T* to = y[t];
      simd::vec<T> squares{};
      simd::each_part<T, Width>([&](int i, auto n) {
        const simd::vec<T> v = simd::load(from + i, n);
        squares += v * v;
      });
      const T r = T(1) / std::sqrt(simd::sum<T>(squares) / Width + T(eps));
      inverse_rms[t] = r;
      simd::each_part<T, Width>([&](int i, auto n) {
        simd::vec<T> v = simd::load(from + i, n) * r;
        if constexpr (Scale > 0) v *= simd::load(weight.data + i, n);
        simd::store(to + i, v, n);
      });
    }
  }
  template <class T, int Scale, int SX, int SDy, int SDx>
  static void backward(backend::cpu& on, const tensor<T, Scale>& weight, rows<const T, Width, SX> x,
                       const T* inverse_rms, rows<const T, Width, SDy> dy, rows<T, Width, SDx> dx,
                       tensor<T, Scale>& dweight) {
    run<false>(on, weight, x, inverse_rms, dy, rows<const T, Width>{}, dx, dweight);
  }
  template <class T, int Scale, int SX, int SDy, int SB, int SDx>
  static void backward_onto(backend::cpu& on, const tensor<T, Scale>& weight, rows<const T, Width, SX> x,
                            const T* inverse_rms, rows<const T, Width, SDy> dy, rows<const T, Width, SB> base,
                            rows<T, Width, SDx> dx, tensor<T, Scale>& dweight) {
    run<true>(on, weight, x, inverse_rms, dy, base, dx, dweight);
  }

 private:
  template <bool Onto, class T, int Scale, int SX, int SDy, int SB, int SDx>
  static void run(backend::cpu&, const tensor<T, Scale>& weight, rows<const T, Width, SX> x, const T* inverse_rms,
                  rows<const T, Width, SDy> dy, [[maybe_unused]] rows<const T, Width, SB> base, rows<T, Width, SDx> dx,
                  tensor<T, Scale>& dweight) {
    for (int t = 0; t < x.tokens(); ++t) {
      const T *from = x[t], *gradient = dy[t];
      T* to = dx[t];
      const T r = inverse_rms[t];
      simd::vec<T> dots{};
      simd::each_part<T, Width>([&](int i, auto n) {
        simd::vec<T> g = simd::load(gradient + i, n) * simd::load(from + i, n);
        if constexpr (Scale > 0) {
          simd::store(dweight.data + i, simd::load(dweight.data + i, n) + g * r, n);
          g *= simd::load(weight.data + i, n);
        }
        dots += g;
      });
      const T shrink = simd::sum<T>(dots) * r * r * r / Width;
      simd::each_part<T, Width>([&](int i, auto n) {
        simd::vec<T> g = simd::load(gradient + i, n) * r;
        if constexpr (Scale > 0) g *= simd::load(weight.data + i, n);
        simd::vec<T> d = g - simd::load(from + i, n) * shrink;
        if constexpr (Onto) d += simd::load(base[t] + i, n);
        simd::store(to + i, d, n);
      });
    }
  }
};

}  // namespace krait::kernel
