// krait/kernel/layer_norm/cpu.hpp: a row at a time, in vectors; the row stays in the first cache for its further
// readings.
#pragma once
#include <cmath>
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/layer_norm/layer_norm.hpp>

namespace krait::kernel {

template <int Width> struct layer_norm<backend::cpu, Width> {
  template <class T, int Scale, int Bias, int SX, int SY>
  static void forward(backend::cpu&, const tensor<T, Scale>& weight, const tensor<T, Bias>& bias,
                      rows<const T, Width, SX> x, rows<T, Width, SY> y, T* mean, T* inverse_deviation, float eps) {
    for (int t = 0; t < x.tokens(); ++t) {
      const T* from = x[t];
      T* to = y[t];
      simd::vec<T> sums{};
      simd::each_part<T, Width>([&](int i, auto n) { sums += simd::load(from + i, n); });
      const T middle = simd::sum<T>(sums) / Width;
      simd::vec<T> squares{};
      simd::each_part<T, Width>([&](int i, auto n) {
        const simd::vec<T> v = centred(from + i, middle, n);
        squares += v * v;
      });
      const T r = T(1) / std::sqrt(simd::sum<T>(squares) / Width + T(eps));
      mean[t] = middle;
      inverse_deviation[t] = r;
      simd::each_part<T, Width>([&](int i, auto n) {
        simd::vec<T> v = (simd::load(from + i, n) - middle) * r;
        if constexpr (Scale > 0) v *= simd::load(weight.data + i, n);
        if constexpr (Bias > 0) v += simd::load(bias.data + i, n);
        simd::store(to + i, v, n);
      });
    }
  }
  template <class T, int Scale, int Bias, int SX, int SDy, int SDx>
  static void backward(backend::cpu& on, const tensor<T, Scale>& weight, rows<const T, Width, SX> x, const T* mean,
                       const T* inverse_deviation, rows<const T, Width, SDy> dy, rows<T, Width, SDx> dx,
                       tensor<T, Scale>& dweight, tensor<T, Bias>& dbias) {
    run<false>(on, weight, x, mean, inverse_deviation, dy, rows<const T, Width>{}, dx, dweight, dbias);
  }
  template <class T, int Scale, int Bias, int SX, int SDy, int SB, int SDx>
  static void backward_onto(backend::cpu& on, const tensor<T, Scale>& weight, rows<const T, Width, SX> x, const T* mean,
                            const T* inverse_deviation, rows<const T, Width, SDy> dy, rows<const T, Width, SB> base,
                            rows<T, Width, SDx> dx, tensor<T, Scale>& dweight, tensor<T, Bias>& dbias) {
    run<true>(on, weight, x, mean, inverse_deviation, dy, base, dx, dweight, dbias);
  }

 private:
  template <bool Onto, class T, int Scale, int Bias, int SX, int SDy, int SB, int SDx>
  static void run(backend::cpu&, const tensor<T, Scale>& weight, rows<const T, Width, SX> x, const T* mean,
                  const T* inverse_deviation, rows<const T, Width, SDy> dy,
                  [[maybe_unused]] rows<const T, Width, SB> base, rows<T, Width, SDx> dx, tensor<T, Scale>& dweight,
                  tensor<T, Bias>& dbias) {
    for (int t = 0; t < x.tokens(); ++t) {
      const T *from = x[t], *gradient = dy[t];
      T* to = dx[t];
      const T middle = mean[t], r = inverse_deviation[t];
      simd::vec<T> sums{}, dots{};
      simd::each_part<T, Width>([&](int i, auto n) {
        simd::vec<T> g = simd::load(gradient + i, n);
        const simd::vec<T> normal = (simd::load(from + i, n) - middle) * r;
        if constexpr (Bias > 0) simd::store(dbias.data + i, simd::load(dbias.data + i, n) + g, n);
        if constexpr (Scale > 0) {
          simd::store(dweight.data + i, simd::load(dweight.data + i, n) + g * normal, n);
          g *= simd::load(weight.data + i, n);
        }
        sums += g;
        dots += g * normal;
      });
      const T sum = simd::sum<T>(sums) / Width, dot = simd::sum<T>(dots) / Width;
      simd::each_part<T, Width>([&](int i, auto n) {
        simd::vec<T> g = simd::load(gradient + i, n);
        const simd::vec<T> normal = (simd::load(from + i, n) - middle) * r;
        if constexpr (Scale > 0) g *= simd::load(weight.data + i, n);
        simd::vec<T> d = (g - sum - normal * dot) * r;
        if constexpr (Onto) d += simd::load(base[t] + i, n);
        simd::store(to + i, d, n);
      });
    }
  }
  /// x - middle in the first N lanes, 0 in the others.
  template <class T, int N> [[gnu::always_inline]] static simd::vec<T> centred(const T* x, T middle, simd::part<N> n) {
    const simd::vec<T> v = simd::load(x, n) - middle;
    if constexpr (N == simd::lanes<T>)
      return v;
    else
      return simd::lane_numbers<T>() < T(N) ? v : simd::vec<T>{};
  }
};

}  // namespace krait::kernel
