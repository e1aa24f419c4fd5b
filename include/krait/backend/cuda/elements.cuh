// krait/backend/cuda/elements.cuh: a thread for every scalar of rows.
#pragma once
#include <krait/backend/cuda/launch.cuh>

namespace krait::backend {

/// Threads of a block that works on single scalars.
inline constexpr int element_threads = 256;

namespace detail {
template <int Width, class F> __global__ void __launch_bounds__(element_threads) each_element(long size, F f) {
  const long i = static_cast<long>(blockIdx.x) * element_threads + threadIdx.x;
  if (i < size) f(static_cast<int>(i / Width), static_cast<int>(i % Width));
}
}  // namespace detail

/// f(token, i) for every scalar of `tokens` rows; F is a struct with a __device__ operator().
template <int Width, class F> void each_element(cudaStream_t stream, int tokens, F f) {
  const long size = static_cast<long>(tokens) * Width;
  launch(detail::each_element<Width, F>, static_cast<unsigned>((size + element_threads - 1) / element_threads),
         element_threads, 0, stream, size, f);
}

}  // namespace krait::backend
