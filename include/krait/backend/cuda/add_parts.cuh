// krait/backend/cuda/add_parts.cuh: sums over blocks without atomics: every block writes its part, and parts are added
// in one order, so results have the same bits in every run.
#pragma once
#include <krait/backend/cuda/launch.cuh>

namespace krait::backend {

/// Into how many parts a sum over rows is cut, whatever the device is.
inline constexpr int row_parts = 256;

namespace detail {
template <class T, class Part>
__global__ void __launch_bounds__(128) add_parts(const Part* parts, int count, int size, T* total) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= size) return;
  Part sum = 0;
  for (int part = 0; part < count; ++part) sum += parts[static_cast<long>(part) * size + i];
  total[i] = static_cast<T>(static_cast<Part>(total[i]) + sum);
}
}  // namespace detail

/// total[i] += parts[0][i] + parts[1][i] + ..., for i < size.
template <class T, class Part> void add_parts(cudaStream_t stream, const Part* parts, int count, int size, T* total) {
  launch(detail::add_parts<T, Part>, (size + 127) / 128, 128, 0, stream, parts, count, size, total);
}

}  // namespace krait::backend
