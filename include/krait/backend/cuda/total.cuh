// krait/backend/cuda/total.cuh: one number from many, in an order that depends on nothing but how many there are.
#pragma once
#include <krait/backend/cuda/launch.cuh>
#include <krait/backend/cuda/row.cuh>

namespace krait::backend {

namespace detail {
inline constexpr int total_threads = 256;
template <class T> __global__ void __launch_bounds__(total_threads) total(const T* parts, int count, T* to) {
  T sum = 0;
  for (int i = threadIdx.x; i < count; i += total_threads) sum += parts[i];
  sum = block_sum<total_threads>(sum);
  if (threadIdx.x == 0) *to = sum;
}
}  // namespace detail

/// *to = parts[0] + parts[1] + ...
template <class T> void total(cudaStream_t stream, const T* parts, int count, T* to) {
  launch(detail::total<T>, 1, detail::total_threads, 0, stream, parts, count, to);
}

}  // namespace krait::backend
