// krait/kernel/linear/cuda.cuh: the three products by cuBLASLt; rows are columns to it. The bias' gradient is a sum
// over parts of the rows in one order. With rows of bfloat16, weights are rounded to it for the product and their
// gradients come out as float.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/add_parts.cuh>
#include <krait/backend/cuda/as.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/linear/linear.hpp>

namespace krait::kernel {

namespace detail {
/// This part's sum of rows blockIdx.y, blockIdx.y + gridDim.y, ...
template <int Width, class Rows, class Sum> __global__ void __launch_bounds__(128) sum_of_rows(Rows rows, Sum* parts) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= Width) return;
  Sum sum = 0;
  for (int t = blockIdx.y; t < rows.tokens(); t += gridDim.y) sum += static_cast<Sum>(rows[t][i]);
  parts[static_cast<long>(blockIdx.y) * Width + i] = sum;
}
}  // namespace detail

template <int In, int Out> struct linear<backend::cuda, In, Out> {
  template <class W, class T, int Bias, int SX, int SY>
  static void forward(backend::cuda& on, const tensor<W, Out, In>& weight, const tensor<W, Bias>& bias,
                      rows<const T, In, SX> x, rows<T, Out, SY> y) {
    multiply<into::overwrite>(on, weight, bias, x, rows<const T, Out, SY>(y), y);
  }
  template <class W, class T, int Bias, int SX, int SB, int SY>
  static void forward_onto(backend::cuda& on, const tensor<W, Out, In>& weight, const tensor<W, Bias>& bias,
                           rows<const T, In, SX> x, rows<const T, Out, SB> base, rows<T, Out, SY> y) {
    multiply<into::add>(on, weight, bias, x, base, y);
  }
  template <into Into = into::overwrite, class W, class T, int SY, int SX>
  static void backward_data(backend::cuda& on, const tensor<W, Out, In>& weight, rows<const T, Out, SY> dy,
                            rows<T, In, SX> dx) {
    backend::device_arena::frame frame(on.scratch);
    on.product->run(on.stream,
                    {.type = backend::product_type<T>,
                     .result = backend::product_type<T>,
                     .a_transposed = false,
                     .b_transposed = false,
                     .add = Into == into::add,
                     .bias = false,
                     .m = In,
                     .n = dy.tokens(),
                     .k = Out,
                     .lda = In,
                     .ldb = SY,
                     .ldc = SX,
                     .ldd = SX},
                    backend::as<T>(on, weight, frame), dy.data, dx.data, dx.data);
  }
  template <class W, class T, int Bias, int SX, int SY>
  static void backward_weight(backend::cuda& on, rows<const T, In, SX> x, rows<const T, Out, SY> dy,
                              tensor<W, Out, In>& dweight, tensor<W, Bias>& dbias) {
    on.product->run(on.stream,
                    {.type = backend::product_type<T>,
                     .result = backend::product_type<W>,
                     .a_transposed = false,
                     .b_transposed = true,
                     .add = true,
                     .bias = false,
                     .m = In,
                     .n = Out,
                     .k = x.tokens(),
                     .lda = SX,
                     .ldb = SY,
                     .ldc = In,
                     .ldd = In},
                    x.data, dy.data, dweight.data, dweight.data);
    if constexpr (Bias > 0) {
      using sum_type = backend::sum_type<T>;
      backend::device_arena::frame frame(on.scratch);
      const int count = x.tokens() < backend::row_parts ? x.tokens() : backend::row_parts;
      auto* parts = frame.template take<sum_type>(static_cast<std::size_t>(count) * Out);
      backend::launch(detail::sum_of_rows<Out, rows<const T, Out, SY>, sum_type>,
                      dim3((Out + 127) / 128, static_cast<unsigned>(count)), 128, 0, on.stream, dy, parts);
      backend::add_parts(on.stream, parts, count, Out, dbias.data);
    }
  }

 private:
  /// y = x weight^T + bias [+ base].
  template <into Into, class W, class T, int Bias, int SX, int SB, int SY>
  static void multiply(backend::cuda& on, const tensor<W, Out, In>& weight, const tensor<W, Bias>& bias,
                       rows<const T, In, SX> x, rows<const T, Out, SB> base, rows<T, Out, SY> y) {
    backend::device_arena::frame frame(on.scratch);
    on.product->run(on.stream,
                    {.type = backend::product_type<T>,
                     .result = backend::product_type<T>,
                     .a_transposed = true,
                     .b_transposed = false,
                     .add = Into == into::add,
                     .bias = (Bias > 0),
                     .m = Out,
                     .n = x.tokens(),
                     .k = In,
                     .lda = In,
                     .ldb = SX,
                     .ldc = SB,
                     .ldd = SY},
                    backend::as<T>(on, weight, frame), x.data, base.data, y.data,
                    Bias > 0 ? backend::as<T>(on, bias, frame) : nullptr);
  }
};

}  // namespace krait::kernel
