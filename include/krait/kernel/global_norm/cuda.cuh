// krait/kernel/global_norm/cuda.cuh: sums in double, over a fixed number of parts and then over these.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/backend/cuda/total.cuh>
#include <krait/kernel/global_norm/global_norm.hpp>
#include <span>

namespace krait::kernel {

namespace detail {
inline constexpr int norm_parts = 512, norm_threads = 256;
template <class T>
__global__ void __launch_bounds__(norm_threads) square_sums(const T* values, std::size_t count, double* parts) {
  double sum = 0;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * norm_threads + threadIdx.x; i < count;
       i += static_cast<std::size_t>(norm_parts) * norm_threads)
    sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  sum = backend::block_sum<norm_threads>(sum);
  if (threadIdx.x == 0) parts[blockIdx.x] = sum;
}
}  // namespace detail

template <> struct global_norm<backend::cuda> {
  /// *to, on the device, is what the other backends return.
  template <class T> static void square_sum(backend::cuda& on, std::span<const T> values, double* to) {
    backend::device_arena::frame frame(on.scratch);
    double* parts = frame.template take<double>(detail::norm_parts);
    backend::launch(detail::square_sums<T>, detail::norm_parts, detail::norm_threads, 0, on.stream, values.data(),
                    values.size(), parts);
    backend::total(on.stream, static_cast<const double*>(parts), detail::norm_parts, to);
  }
};

}  // namespace krait::kernel
