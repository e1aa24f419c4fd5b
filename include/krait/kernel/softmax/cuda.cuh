// krait/kernel/softmax/cuda.cuh: a block a row. Powers are made twice, so that none is rounded before it is divided.
#pragma once
#include <cub/block/block_reduce.cuh>
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/core/rows.hpp>
#include <krait/kernel/softmax/softmax.hpp>

namespace krait::kernel {

namespace detail {

struct greater_score {
  template <class Sum> __device__ Sum operator()(Sum a, Sum b) const { return a > b ? a : b; }
};

template <int Width, class X, class Y>
__global__ void __launch_bounds__(backend::row_threads(Width)) softmax_forward(X x, Y y) {
  using Sum = backend::sum_type<typename Y::value_type>;
  constexpr int threads = backend::row_threads(Width);
  using reduce = cub::BlockReduce<Sum, threads>;
  __shared__ typename reduce::TempStorage storage;
  __shared__ Sum greatest;
  const int t = blockIdx.x;
  // A thread beyond a narrow row offers a score that others have offered.
  Sum mine = static_cast<Sum>(x[t][threadIdx.x < Width ? threadIdx.x : 0]);
  for (int i = threadIdx.x + threads; i < Width; i += threads) mine = greater_score{}(mine, static_cast<Sum>(x[t][i]));
  mine = reduce(storage).Reduce(mine, greater_score{});
  if (threadIdx.x == 0) greatest = mine;
  __syncthreads();
  const Sum top = greatest;
  Sum sum = 0;
  for (int i = threadIdx.x; i < Width; i += threads) sum += exp(static_cast<Sum>(x[t][i]) - top);
  const Sum factor = 1 / backend::block_sum<threads>(sum);
  for (int i = threadIdx.x; i < Width; i += threads)
    y[t][i] = static_cast<typename Y::value_type>(exp(static_cast<Sum>(x[t][i]) - top) * factor);
}

template <int Width, class Y, class DY, class DX>
__global__ void __launch_bounds__(backend::row_threads(Width)) softmax_backward(Y y, DY dy, DX dx) {
  using Sum = backend::sum_type<typename DX::value_type>;
  constexpr int threads = backend::row_threads(Width);
  const int t = blockIdx.x;
  Sum part = 0;
  for (int i = threadIdx.x; i < Width; i += threads) part += static_cast<Sum>(y[t][i]) * static_cast<Sum>(dy[t][i]);
  const Sum dot = backend::block_sum<threads>(part);
  for (int i = threadIdx.x; i < Width; i += threads)
    dx[t][i] = static_cast<typename DX::value_type>(static_cast<Sum>(y[t][i]) * (static_cast<Sum>(dy[t][i]) - dot));
}

}  // namespace detail

template <int Width> struct softmax<backend::cuda, Width> {
  template <class T, int SX, int SY>
  static void forward(backend::cuda& on, rows<const T, Width, SX> x, rows<T, Width, SY> y) {
    backend::launch(detail::softmax_forward<Width, rows<const T, Width, SX>, rows<T, Width, SY>>,
                    static_cast<unsigned>(x.tokens()), backend::row_threads(Width), 0, on.stream, x, y);
  }
  template <class T, int SY, int SDy, int SDx>
  static void backward(backend::cuda& on, rows<const T, Width, SY> y, rows<const T, Width, SDy> dy,
                       rows<T, Width, SDx> dx) {
    backend::launch(
        detail::softmax_backward<Width, rows<const T, Width, SY>, rows<const T, Width, SDy>, rows<T, Width, SDx>>,
        static_cast<unsigned>(y.tokens()), backend::row_threads(Width), 0, on.stream, y, dy, dx);
  }
};

}  // namespace krait::kernel
