// krait/kernel/linear/cpu.hpp: register tiles over panels that are packed once a step (backend/cpu/product.hpp).
#pragma once
#include <krait/backend/cpu.hpp>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/add/cpu.hpp>
#include <krait/kernel/linear/linear.hpp>

namespace krait::kernel {

template <int In, int Out> struct linear<backend::cpu, In, Out> {
  template <class T, int Bias, int SX, int SY>
  static void forward(backend::cpu& on, const tensor<T, Out, In>& weight, const tensor<T, Bias>& bias,
                      rows<const T, In, SX> x, rows<T, Out, SY> y) {
    backend::arena::frame frame(on.scratch);
    backend::product<In, Out, SX, SY>(x.data, x.tokens(), on.panels_by_rows(weight, frame), Bias ? bias.data : nullptr,
                                      y.data);
  }
  template <class T, int Bias, int SX, int SB, int SY>
  static void forward_onto(backend::cpu& on, const tensor<T, Out, In>& weight, const tensor<T, Bias>& bias,
                           rows<const T, In, SX> x, rows<const T, Out, SB> base, rows<T, Out, SY> y) {
    backend::arena::frame frame(on.scratch);
    if (base.data == y.data) {
      const rows<T, Out, SY> made{frame.template take<T>(static_cast<std::size_t>(y.tokens()) * SY), y.of};
      forward(on, weight, bias, x, made);
      add<backend::cpu, Out>::forward(on, base, rows<const T, Out, SY>(made), y);
    } else {
      forward(on, weight, bias, x, y);
      add<backend::cpu, Out>::forward(on, base, rows<const T, Out, SY>(y), y);
    }
  }
  template <into Into = into::overwrite, class T, int SY, int SX>
  static void backward_data(backend::cpu& on, const tensor<T, Out, In>& weight, rows<const T, Out, SY> dy,
                            rows<T, In, SX> dx) {
    backend::arena::frame frame(on.scratch);
    backend::product<Out, In, SY, SX, Into>(dy.data, dy.tokens(), on.panels_by_columns(weight, frame),
                                            static_cast<const T*>(nullptr), dx.data);
  }
  template <class T, int Bias, int SX, int SY>
  static void backward_weight(backend::cpu&, rows<const T, In, SX> x, rows<const T, Out, SY> dy,
                              tensor<T, Out, In>& dweight, tensor<T, Bias>& dbias) {
    backend::outer_product<Out, In, SY, SX>(dy.data, x.data, dy.tokens(), dweight.data);
    if constexpr (Bias > 0)
      for (int t = 0; t < dy.tokens(); ++t)
        for (int o = 0; o < Out; ++o) dbias[o] += dy[t][o];
  }
};

}  // namespace krait::kernel
