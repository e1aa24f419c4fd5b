// krait/kernel/scalar_decay/cpu.hpp: a head's channels in lanes; its few numbers a token one at a time.
#pragma once
#include <cmath>
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/activation/function.hpp>
#include <krait/kernel/scalar_decay/scalar_decay.hpp>

namespace krait::kernel {

template <int Heads, int P> struct scalar_decay<backend::cpu, Heads, P> {
  template <class T, int SDt, int SX, int SD, int SG, int SV>
  static void forward(backend::cpu&, const scalar_decay_weights<T, Heads>& w, rows<const T, Heads, SDt> dt,
                      rows<const T, Heads * P, SX> x, rows<T, Heads, SD> delta, rows<T, Heads, SG> g,
                      rows<T, Heads * P, SV> v) {
    T A[Heads];
    find(w, A);
    for (int t = 0; t < x.tokens(); ++t)
      for (int h = 0; h < Heads; ++h) {
        const T d = activation_function::softplus::value(dt[t][h] + w.dt_bias[h]);
        delta[t][h] = d;
        g[t][h] = std::exp(A[h] * d);
        const T* from = x[t] + h * P;
        T* to = v[t] + h * P;
        simd::each_part<T, P>([&](int i, auto n) { simd::store(to + i, simd::load(from + i, n) * d, n); });
      }
  }
  template <class T, int SDt, int SX, int SD, int SG, int SDg, int SDv, int SDdt, int SDx>
  static void backward(backend::cpu&, const scalar_decay_weights<T, Heads>& w, rows<const T, Heads, SDt> dt,
                       rows<const T, Heads * P, SX> x, rows<const T, Heads, SD> delta, rows<const T, Heads, SG> g,
                       rows<const T, Heads, SDg> dg, rows<const T, Heads * P, SDv> dv, rows<T, Heads, SDdt> ddt,
                       rows<T, Heads * P, SDx> dx, const scalar_decay_gradients<T, Heads>& dw) {
    T A[Heads];
    find(w, A);
    for (int t = 0; t < x.tokens(); ++t)
      for (int h = 0; h < Heads; ++h) {
        const T d = delta[t][h], dexponent = dg[t][h] * g[t][h];
        const T *in = x[t] + h * P, *gradient = dv[t] + h * P;
        T* to = dx[t] + h * P;
        simd::vec<T> dot{};
        simd::each_part<T, P>([&](int i, auto n) {
          const simd::vec<T> dvt = simd::load(gradient + i, n);
          dot += dvt * simd::load(in + i, n);
          simd::store(to + i, dvt * d, n);
        });
        ddt[t][h] =
            (dexponent * A[h] + simd::sum<T>(dot)) * activation_function::softplus::slope(dt[t][h] + w.dt_bias[h]);
        dw.A_log[h] += dexponent * A[h] * d;
        dw.dt_bias[h] += ddt[t][h];
      }
  }
  template <class T, int SX, int SY>
  static void add_skip(backend::cpu&, const tensor<T, Heads>& D, rows<const T, Heads * P, SX> x,
                       rows<T, Heads * P, SY> y) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int h = 0; h < Heads; ++h) {
        const T* from = x[t] + h * P;
        T *to = y[t] + h * P, skip = D[h];
        simd::each_part<T, P>(
            [&](int i, auto n) { simd::store(to + i, simd::load(to + i, n) + simd::load(from + i, n) * skip, n); });
      }
  }
  template <class T, int SX, int SDy, int SDx>
  static void add_skip_backward(backend::cpu&, const tensor<T, Heads>& D, rows<const T, Heads * P, SX> x,
                                rows<const T, Heads * P, SDy> dy, rows<T, Heads * P, SDx> dx, tensor<T, Heads>& dD) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int h = 0; h < Heads; ++h) {
        const T *in = x[t] + h * P, *gradient = dy[t] + h * P, skip = D[h];
        T* to = dx[t] + h * P;
        simd::vec<T> dot{};
        simd::each_part<T, P>([&](int i, auto n) {
          const simd::vec<T> dyt = simd::load(gradient + i, n);
          dot += dyt * simd::load(in + i, n);
          simd::store(to + i, simd::load(to + i, n) + dyt * skip, n);
        });
        dD[h] += simd::sum<T>(dot);
      }
  }

 private:
  template <class T> static void find(const scalar_decay_weights<T, Heads>& w, T* A) {
    for (int h = 0; h < Heads; ++h) A[h] = -std::exp(w.A_log[h]);
  }
};

}  // namespace krait::kernel
