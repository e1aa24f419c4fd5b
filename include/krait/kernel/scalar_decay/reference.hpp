// krait/kernel/scalar_decay/reference.hpp: a head of a token at a time.
#pragma once
#include <cmath>
#include <krait/backend/reference.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/activation/function.hpp>
#include <krait/kernel/scalar_decay/scalar_decay.hpp>

namespace krait::kernel {

template <int Heads, int P> struct scalar_decay<backend::reference, Heads, P> {
  template <class T, int SDt, int SX, int SD, int SG, int SV>
  static void forward(backend::reference&, const scalar_decay_weights<T, Heads>& w, rows<const T, Heads, SDt> dt,
                      rows<const T, Heads * P, SX> x, rows<T, Heads, SD> delta, rows<T, Heads, SG> g,
                      rows<T, Heads * P, SV> v) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int h = 0; h < Heads; ++h) {
        const T d = activation_function::softplus::value(dt[t][h] + w.dt_bias[h]);
        delta[t][h] = d;
        g[t][h] = std::exp(-std::exp(w.A_log[h]) * d);
        for (int p = 0; p < P; ++p) v[t][h * P + p] = d * x[t][h * P + p];
      }
  }
  template <class T, int SDt, int SX, int SD, int SG, int SDg, int SDv, int SDdt, int SDx>
  static void backward(backend::reference&, const scalar_decay_weights<T, Heads>& w, rows<const T, Heads, SDt> dt,
                       rows<const T, Heads * P, SX> x, rows<const T, Heads, SD> delta, rows<const T, Heads, SG> g,
                       rows<const T, Heads, SDg> dg, rows<const T, Heads * P, SDv> dv, rows<T, Heads, SDdt> ddt,
                       rows<T, Heads * P, SDx> dx, const scalar_decay_gradients<T, Heads>& dw) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int h = 0; h < Heads; ++h) {
        const T d = delta[t][h], A = -std::exp(w.A_log[h]), dexponent = dg[t][h] * g[t][h];
        T ddelta = dexponent * A;
        for (int p = 0; p < P; ++p) {
          ddelta += dv[t][h * P + p] * x[t][h * P + p];
          dx[t][h * P + p] = d * dv[t][h * P + p];
        }
        ddt[t][h] = ddelta * activation_function::softplus::slope(dt[t][h] + w.dt_bias[h]);
        dw.A_log[h] += dexponent * A * d;
        dw.dt_bias[h] += ddt[t][h];
      }
  }
  template <class T, int SX, int SY>
  static void add_skip(backend::reference&, const tensor<T, Heads>& D, rows<const T, Heads * P, SX> x,
                       rows<T, Heads * P, SY> y) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int i = 0; i < Heads * P; ++i) y[t][i] += D[i / P] * x[t][i];
  }
  template <class T, int SX, int SDy, int SDx>
  static void add_skip_backward(backend::reference&, const tensor<T, Heads>& D, rows<const T, Heads * P, SX> x,
                                rows<const T, Heads * P, SDy> dy, rows<T, Heads * P, SDx> dx, tensor<T, Heads>& dD) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int i = 0; i < Heads * P; ++i) {
        dx[t][i] += D[i / P] * dy[t][i];
        dD[i / P] += x[t][i] * dy[t][i];
      }
  }
};

}  // namespace krait::kernel
