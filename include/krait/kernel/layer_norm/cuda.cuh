// krait/kernel/layer_norm/cuda.cuh: a block a row, as rms_norm.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/add_parts.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/layer_norm/layer_norm.hpp>

namespace krait::kernel {

namespace detail {

template <int Width, bool Scaled, bool Shifted, class X, class Y, class P, class R>
__global__ void __launch_bounds__(backend::row_threads(Width))
    layer_norm_forward(X x, const P* weight, const P* bias, Y y, R* mean, R* inverse_deviation, float eps) {
  using sum_type = backend::sum_type<typename Y::value_type>;
  constexpr int threads = backend::row_threads(Width);
  const int t = blockIdx.x;
  sum_type sum = 0, squares = 0;
  for (int i = threadIdx.x; i < Width; i += threads) sum += static_cast<sum_type>(x[t][i]);
  const sum_type middle = backend::block_sum<threads>(sum) / Width;
  for (int i = threadIdx.x; i < Width; i += threads) {
    const sum_type off = static_cast<sum_type>(x[t][i]) - middle;
    squares += off * off;
  }
  const sum_type r = 1 / sqrt(backend::block_sum<threads>(squares) / Width + static_cast<sum_type>(eps));
  if (threadIdx.x == 0) {
    mean[t] = static_cast<R>(middle);
    inverse_deviation[t] = static_cast<R>(r);
  }
  for (int i = threadIdx.x; i < Width; i += threads) {
    const sum_type scale = Scaled ? static_cast<sum_type>(weight[i]) : sum_type(1);
    const sum_type shift = Shifted ? static_cast<sum_type>(bias[i]) : sum_type(0);
    y[t][i] = static_cast<typename Y::value_type>((static_cast<sum_type>(x[t][i]) - middle) * r * scale + shift);
  }
}

/// Rows blockIdx.x, blockIdx.x + gridDim.x, ...: dx, and this part of the gradients of weight and bias.
template <int Width, bool Scaled, bool Onto, class X, class DY, class Base, class DX, class P, class R, class Sum>
__global__ void __launch_bounds__(backend::row_threads(Width))
    layer_norm_backward(X x, const P* weight, const R* mean, const R* inverse_deviation, DY dy, Base base, DX dx,
                        Sum* weight_parts, Sum* bias_parts) {
  constexpr int threads = backend::row_threads(Width), each = (Width + threads - 1) / threads;
  Sum dweight[each] = {}, dbias[each] = {};
  for (int t = blockIdx.x; t < x.tokens(); t += gridDim.x) {
    const Sum middle = static_cast<Sum>(mean[t]), r = static_cast<Sum>(inverse_deviation[t]);
    Sum sum = 0, dot = 0;
#pragma unroll
    for (int k = 0; k < each; ++k) {
      const int i = threadIdx.x + k * threads;
      if (i >= Width) break;
      const Sum n = (static_cast<Sum>(x[t][i]) - middle) * r, d = static_cast<Sum>(dy[t][i]);
      const Sum g = d * (Scaled ? static_cast<Sum>(weight[i]) : Sum(1));
      sum += g;
      dot += g * n;
      dweight[k] += d * n;
      dbias[k] += d;
    }
    const Sum mean_g = backend::block_sum<threads>(sum) / Width, mean_gn = backend::block_sum<threads>(dot) / Width;
    for (int i = threadIdx.x; i < Width; i += threads) {
      const Sum n = (static_cast<Sum>(x[t][i]) - middle) * r;
      const Sum g = static_cast<Sum>(dy[t][i]) * (Scaled ? static_cast<Sum>(weight[i]) : Sum(1));
      const Sum more = Onto ? static_cast<Sum>(base[t][i]) : Sum(0);
      dx[t][i] = static_cast<typename DX::value_type>(more + r * (g - mean_g - n * mean_gn));
    }
  }
  for (int k = 0, i = threadIdx.x; i < Width; ++k, i += threads) {
    const long at = static_cast<long>(blockIdx.x) * Width + i;
    weight_parts[at] = dweight[k];
    bias_parts[at] = dbias[k];
  }
}

}  // namespace detail

template <int Width> struct layer_norm<backend::cuda, Width> {
  /// Weight and bias may have another scalar than the activations.
  template <class T, class P, int Scale, int Bias, int SX, int SY, class R>
  static void forward(backend::cuda& on, const tensor<P, Scale>& weight, const tensor<P, Bias>& bias,
                      rows<const T, Width, SX> x, rows<T, Width, SY> y, R* mean, R* inverse_deviation, float eps) {
    backend::launch(
        detail::layer_norm_forward<Width, (Scale > 0), (Bias > 0), rows<const T, Width, SX>, rows<T, Width, SY>, P, R>,
        x.tokens(), backend::row_threads(Width), 0, on.stream, x, static_cast<const P*>(weight.data),
        static_cast<const P*>(bias.data), y, mean, inverse_deviation, eps);
  }
  template <class T, class P, int Scale, int Bias, int SX, int SDy, int SDx, class R>
  static void backward(backend::cuda& on, const tensor<P, Scale>& weight, rows<const T, Width, SX> x, const R* mean,
                       const R* inverse_deviation, rows<const T, Width, SDy> dy, rows<T, Width, SDx> dx,
                       tensor<P, Scale>& dweight, tensor<P, Bias>& dbias) {
    run<false>(on, weight, x, mean, inverse_deviation, dy, rows<const T, Width>{}, dx, dweight, dbias);
  }
  template <class T, class P, int Scale, int Bias, int SX, int SDy, int SB, int SDx, class R>
  static void backward_onto(backend::cuda& on, const tensor<P, Scale>& weight, rows<const T, Width, SX> x,
                            const R* mean, const R* inverse_deviation, rows<const T, Width, SDy> dy,
                            rows<const T, Width, SB> base, rows<T, Width, SDx> dx, tensor<P, Scale>& dweight,
                            tensor<P, Bias>& dbias) {
    run<true>(on, weight, x, mean, inverse_deviation, dy, base, dx, dweight, dbias);
  }

 private:
  template <bool Onto, class T, class P, int Scale, int Bias, int SX, int SDy, int SB, int SDx, class R>
  static void run(backend::cuda& on, const tensor<P, Scale>& weight, rows<const T, Width, SX> x, const R* mean,
                  const R* inverse_deviation, rows<const T, Width, SDy> dy, rows<const T, Width, SB> base,
                  rows<T, Width, SDx> dx, tensor<P, Scale>& dweight, tensor<P, Bias>& dbias) {
    using sum_type = backend::sum_type<T>;
    backend::device_arena::frame frame(on.scratch);
    const int count = x.tokens() < backend::row_parts ? x.tokens() : backend::row_parts;
    auto* weight_parts = frame.template take<sum_type>(static_cast<std::size_t>(count) * Width);
    auto* bias_parts = frame.template take<sum_type>(static_cast<std::size_t>(count) * Width);
    backend::launch(
        detail::layer_norm_backward<Width, (Scale > 0), Onto, rows<const T, Width, SX>, rows<const T, Width, SDy>,
                                    rows<const T, Width, SB>, rows<T, Width, SDx>, P, R, sum_type>,
        count, backend::row_threads(Width), 0, on.stream, x, static_cast<const P*>(weight.data), mean,
        inverse_deviation, dy, base, dx, weight_parts, bias_parts);
    if constexpr (Scale > 0) backend::add_parts(on.stream, weight_parts, count, Width, dweight.data);
    if constexpr (Bias > 0) backend::add_parts(on.stream, bias_parts, count, Width, dbias.data);
  }
};

}  // namespace krait::kernel
