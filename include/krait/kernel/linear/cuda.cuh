// krait/kernel/linear/cuda.cuh: the three products by cuBLASLt; rows are columns to it. The bias' gradient is a sum
// over parts of the rows in one order.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/add_parts.cuh>
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
  template <class T, int Bias, int SX, int SY>
  static void forward(backend::cuda& on, const tensor<T, Out, In>& weight, const tensor<T, Bias>& bias,
                      rows<const T, In, SX> x, rows<T, Out, SY> y) {
    on.product->run<T>(on.stream,
                       {.type = backend::product_type<T>,
                        .a_transposed = true,
                        .b_transposed = false,
                        .add = false,
                        .bias = (Bias > 0),
                        .m = Out,
                        .n = x.tokens(),
                        .k = In,
                        .lda = In,
                        .ldb = SX,
                        .ldd = SY},
                       weight.data, x.data, y.data, Bias > 0 ? bias.data : nullptr);
  }
  template <into Into = into::overwrite, class T, int SY, int SX>
  static void backward_data(backend::cuda& on, const tensor<T, Out, In>& weight, rows<const T, Out, SY> dy,
                            rows<T, In, SX> dx) {
    on.product->run<T>(on.stream,
                       {.type = backend::product_type<T>,
                        .a_transposed = false,
                        .b_transposed = false,
                        .add = Into == into::add,
                        .bias = false,
                        .m = In,
                        .n = dy.tokens(),
                        .k = Out,
                        .lda = In,
                        .ldb = SY,
                        .ldd = SX},
                       weight.data, dy.data, dx.data);
  }
  template <class T, int Bias, int SX, int SY>
  static void backward_weight(backend::cuda& on, rows<const T, In, SX> x, rows<const T, Out, SY> dy,
                              tensor<T, Out, In>& dweight, tensor<T, Bias>& dbias) {
    on.product->run<T>(on.stream,
                       {.type = backend::product_type<T>,
                        .a_transposed = false,
                        .b_transposed = true,
                        .add = true,
                        .bias = false,
                        .m = In,
                        .n = Out,
                        .k = x.tokens(),
                        .lda = SX,
                        .ldb = SY,
                        .ldd = In},
                       x.data, dy.data, dweight.data);
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
};

}  // namespace krait::kernel
