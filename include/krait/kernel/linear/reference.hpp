// krait/kernel/linear/reference.hpp: the product as three loops.
#pragma once
#include <krait/backend/reference.hpp>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/linear/linear.hpp>

namespace krait::kernel {

template <int In, int Out> struct linear<backend::reference, In, Out> {
  template <class T, int Bias, int SX, int SY>
  static void forward(backend::reference&, const tensor<T, Out, In>& weight, const tensor<T, Bias>& bias,
                      rows<const T, In, SX> x, rows<T, Out, SY> y) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int o = 0; o < Out; ++o) {
        T sum = Bias ? bias[o] : T(0);
        for (int i = 0; i < In; ++i) sum += x[t][i] * weight[o * In + i];
        y[t][o] = sum;
      }
  }
  template <class T, int Bias, int SX, int SB, int SY>
  static void forward_onto(backend::reference&, const tensor<T, Out, In>& weight, const tensor<T, Bias>& bias,
                           rows<const T, In, SX> x, rows<const T, Out, SB> base, rows<T, Out, SY> y) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int o = 0; o < Out; ++o) {
        T sum = base[t][o] + (Bias ? bias[o] : T(0));
        for (int i = 0; i < In; ++i) sum += x[t][i] * weight[o * In + i];
        y[t][o] = sum;
      }
  }
  template <into Into = into::overwrite, class T, int SY, int SX>
  static void backward_data(backend::reference&, const tensor<T, Out, In>& weight, rows<const T, Out, SY> dy,
                            rows<T, In, SX> dx) {
    for (int t = 0; t < dy.tokens(); ++t)
      for (int i = 0; i < In; ++i) {
        T sum = Into == into::add ? dx[t][i] : T(0);
        for (int o = 0; o < Out; ++o) sum += dy[t][o] * weight[o * In + i];
        dx[t][i] = sum;
      }
  }
  template <class T, int Bias, int SX, int SY>
  static void backward_weight(backend::reference&, rows<const T, In, SX> x, rows<const T, Out, SY> dy,
                              tensor<T, Out, In>& dweight, tensor<T, Bias>& dbias) {
    for (int t = 0; t < dy.tokens(); ++t)
      for (int o = 0; o < Out; ++o) {
        for (int i = 0; i < In; ++i) dweight[o * In + i] += dy[t][o] * x[t][i];
        if (Bias) dbias[o] += dy[t][o];
      }
  }
};

}  // namespace krait::kernel
