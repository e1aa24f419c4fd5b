// krait/backend/cuda/row.cuh: a block works on one row of features at a time.
#pragma once
#include <cub/block/block_reduce.cuh>
#include <krait/core/bfloat16.hpp>
#include <krait/core/config.hpp>

namespace krait::backend {

using krait::sum_type;

/// Threads of a block for rows of this width: whole warps, 256 at most.
KRAIT_HOST_DEVICE constexpr int row_threads(int width) { return width >= 256 ? 256 : round_up(width, 32); }

/// The sum of x over a block of Threads, in every thread. All threads must call it.
template <int Threads, class Sum> __device__ Sum block_sum(Sum x) {
  using reduce = cub::BlockReduce<Sum, Threads>;
  __shared__ typename reduce::TempStorage storage;
  __shared__ Sum total;
  const Sum sum = reduce(storage).Sum(x);
  if (threadIdx.x == 0) total = sum;
  __syncthreads();
  const Sum result = total;
  __syncthreads();  // before the next sum overwrites it
  return result;
}

}  // namespace krait::backend
