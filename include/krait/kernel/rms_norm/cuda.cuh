// krait/kernel/rms_norm/cuda.cuh: a block a row. Sums are made in float whatever the activations are; the weight's
// gradient is summed over parts of the rows in one order.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/add_parts.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/rms_norm/rms_norm.hpp>

namespace krait::kernel {

namespace detail {

template <int Width, bool Scaled, class X, class Y, class P, class R>
__global__ void __launch_bounds__(backend::row_threads(Width))
    rms_norm_forward(X x, const P* weight, Y y, R* inverse_rms, float eps) {
  using sum_type = backend::sum_type<typename Y::value_type>;
  constexpr int threads = backend::row_threads(Width);
  const int t = blockIdx.x;
  sum_type squares = 0;
  for (int i = threadIdx.x; i < Width; i += threads) {
    const auto value = static_cast<sum_type>(x[t][i]);
    squares += value * value;
  }
  const sum_type r = 1 / sqrt(backend::block_sum<threads>(squares) / Width + static_cast<sum_type>(eps));
  if (threadIdx.x == 0) inverse_rms[t] = static_cast<R>(r);
  for (int i = threadIdx.x; i < Width; i += threads) {
    const sum_type scale = Scaled ? static_cast<sum_type>(weight[i]) : sum_type(1);
    y[t][i] = static_cast<typename Y::value_type>(static_cast<sum_type>(x[t][i]) * r * scale);
  }
}

/// Rows blockIdx.x, blockIdx.x + gridDim.x, ...: dx, and this part of the weight's gradient.
template <int Width, bool Scaled, bool Onto, class X, class DY, class Base, class DX, class P, class R, class Sum>
__global__ void __launch_bounds__(backend::row_threads(Width))
    rms_norm_backward(X x, const P* weight, const R* inverse_rms, DY dy, Base base, DX dx, Sum* parts) {
  constexpr int threads = backend::row_threads(Width), each = (Width + threads - 1) / threads;
  Sum dweight[each] = {};
  for (int t = blockIdx.x; t < x.tokens(); t += gridDim.x) {
    const auto r = static_cast<Sum>(inverse_rms[t]);
    Sum dot = 0;
#pragma unroll
    for (int k = 0; k < each; ++k) {
      const int i = threadIdx.x + k * threads;
      if (i >= Width) break;
      const Sum value = static_cast<Sum>(x[t][i]), g = static_cast<Sum>(dy[t][i]);
      dot += g * value * (Scaled ? static_cast<Sum>(weight[i]) : Sum(1));
      dweight[k] += g * value * r;
    }
    const Sum shrink = backend::block_sum<threads>(dot) * r * r * r / Width;
    for (int i = threadIdx.x; i < Width; i += threads) {
      const Sum g = static_cast<Sum>(dy[t][i]) * (Scaled ? static_cast<Sum>(weight[i]) : Sum(1));
      const Sum more = Onto ? static_cast<Sum>(base[t][i]) : Sum(0);
      dx[t][i] = static_cast<typename DX::value_type>(more + (g * r - static_cast<Sum>(x[t][i]) * shrink));
    }
  }
  if constexpr (Scaled)
    for (int k = 0, i = threadIdx.x; i < Width; ++k, i += threads)
      parts[static_cast<long>(blockIdx.x) * Width + i] = dweight[k];
}

}  // namespace detail

template <int Width> struct rms_norm<backend::cuda, Width> {
  /// The weight may have another scalar than the activations.
  template <class T, class P, int Scale, int SX, int SY, class R>
  static void forward(backend::cuda& on, const tensor<P, Scale>& weight, rows<const T, Width, SX> x,
                      rows<T, Width, SY> y, R* inverse_rms, float eps) {
    backend::launch(detail::rms_norm_forward<Width, (Scale > 0), rows<const T, Width, SX>, rows<T, Width, SY>, P, R>,
                    x.tokens(), backend::row_threads(Width), 0, on.stream, x, static_cast<const P*>(weight.data), y,
                    inverse_rms, eps);
  }
  template <class T, class P, int Scale, int SX, int SDy, int SDx, class R>
  static void backward(backend::cuda& on, const tensor<P, Scale>& weight, rows<const T, Width, SX> x,
                       const R* inverse_rms, rows<const T, Width, SDy> dy, rows<T, Width, SDx> dx,
                       tensor<P, Scale>& dweight) {
    run<false>(on, weight, x, inverse_rms, dy, rows<const T, Width>{}, dx, dweight);
  }
  template <class T, class P, int Scale, int SX, int SDy, int SB, int SDx, class R>
  static void backward_onto(backend::cuda& on, const tensor<P, Scale>& weight, rows<const T, Width, SX> x,
                            const R* inverse_rms, rows<const T, Width, SDy> dy, rows<const T, Width, SB> base,
                            rows<T, Width, SDx> dx, tensor<P, Scale>& dweight) {
    run<true>(on, weight, x, inverse_rms, dy, base, dx, dweight);
  }

 private:
  template <bool Onto, class T, class P, int Scale, int SX, int SDy, int SB, int SDx, class R>
  static void run(backend::cuda& on, const tensor<P, Scale>& weight, rows<const T, Width, SX> x, const R* inverse_rms,
                  rows<const T, Width, SDy> dy, rows<const T, Width, SB> base, rows<T, Width, SDx> dx,
                  tensor<P, Scale>& dweight) {
    using sum_type = backend::sum_type<T>;
    backend::device_arena::frame frame(on.scratch);
    const int count = x.tokens() < backend::row_parts ? x.tokens() : backend::row_parts;
    auto* parts = frame.template take<sum_type>(Scale > 0 ? static_cast<std::size_t>(count) * Width : 1);
    backend::launch(
        detail::rms_norm_backward<Width, (Scale > 0), Onto, rows<const T, Width, SX>, rows<const T, Width, SDy>,
                                  rows<const T, Width, SB>, rows<T, Width, SDx>, P, R, sum_type>,
        count, backend::row_threads(Width), 0, on.stream, x, static_cast<const P*>(weight.data), inverse_rms, dy, base,
        dx, parts);
    if constexpr (Scale > 0) backend::add_parts(on.stream, parts, count, Width, dweight.data);
  }
};

}  // namespace krait::kernel
