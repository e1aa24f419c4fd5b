// broken.cuh: kernels with one mistake each. Most would seem to work on a device, on most days.
#pragma once
#include <cub/block/block_reduce.cuh>
#include <cub/block/block_scan.cuh>

#include "launch.cuh"

namespace broken {

// Each kernel reverses, sums or moves x; `right` kernels show what is missing.

/// What kernels are given by value.
struct table {
  int rows;
  float* data;
};
__global__ inline void clear(table t) { t.data[threadIdx.x] = 0; }

template <bool Right>
__global__ void reverse_in_block(float* x) {  // wrong: reads what other threads write, without a barrier
  __shared__ float copy[64];
  copy[threadIdx.x] = x[threadIdx.x];
  if (Right) __syncthreads();
  x[threadIdx.x] = copy[63 - threadIdx.x];
}

template <bool Right>
__global__ void rotate_again(float* x, int times) {  // wrong: writes what others may still have to read
  __shared__ float copy[64];
  for (int i = 0; i < times; ++i) {
    copy[threadIdx.x] = x[threadIdx.x];
    __syncthreads();
    x[threadIdx.x] = copy[(threadIdx.x + 1) % 64];
    if (Right) __syncthreads();
  }
}

template <bool Right>
__global__ void trust_the_warp(float* x) {  // wrong: lanes of a warp are not in lockstep since Volta
  __shared__ float copy[32];
  copy[threadIdx.x] = x[threadIdx.x];
  if (Right) __syncwarp();
  x[threadIdx.x] = copy[31 - threadIdx.x];
}

template <bool Right>
__global__ void reuse_storage(const float* x, float* sums) {  // wrong: TempStorage again, no barrier
  using reduce = cub::BlockReduce<float, 64>;
  __shared__ typename reduce::TempStorage storage;
  const float sum = reduce(storage).Sum(x[threadIdx.x]);
  if (Right) __syncthreads();
  const float twice = reduce(storage).Sum(2 * x[threadIdx.x]);
  if (threadIdx.x == 0) {
    sums[0] = sum;
    sums[1] = twice;
  }
}

template <bool Right> __global__ void use_everywhere(const float* x, float* y) {  // wrong: only thread 0 has the sum
  using reduce = cub::BlockReduce<float, 64>;
  __shared__ typename reduce::TempStorage storage;
  __shared__ float all;
  const float sum = reduce(storage).Sum(x[threadIdx.x]);
  if (threadIdx.x == 0) all = sum;
  __syncthreads();
  y[threadIdx.x] = x[threadIdx.x] / (Right ? all : sum);
}

template <bool Right>
__global__ void sum_uninitialised(const float* x, float* y) {  // wrong: the sum begins with what was there
  __shared__ float sum;
  if (Right && threadIdx.x == 0) sum = 0;
  __syncthreads();
  atomicAdd(&sum, x[threadIdx.x]);
  __syncthreads();
  if (threadIdx.x == 0) *y = sum;
}

static __global__ void leave_before_barrier(float* x, int n) {  // wrong if n < blockDim.x
  const int i = static_cast<int>(threadIdx.x);
  if (i >= n) return;
  __syncthreads();
  x[i] += 1;
}

static __global__ void barrier_in_branch(float* x) {  // wrong: half of the threads at one barrier, half at another
  if (threadIdx.x < blockDim.x / 2) {
    x[threadIdx.x] = 1;
    __syncthreads();
  } else {
    x[threadIdx.x] = 2;
    __syncthreads();
  }
}

static __global__ void barriers_of_two_kinds(int* x) {  // wrong: a vote is no answer to a barrier
  if (threadIdx.x % 2)
    x[threadIdx.x] = __syncthreads_or(1);
  else
    __syncthreads();
}

static __global__ void warp_in_branch(float* x) {  // wrong: the mask names lanes that never come
  if (threadIdx.x < 16) x[threadIdx.x] += __shfl_xor_sync(0xFFFFFFFFu, x[threadIdx.x], 1);
  __syncthreads();
}

static __global__ void shuffle_from_outside(float* x) {  // wrong: lane 0 reads lane 16, which the mask leaves out
  if (threadIdx.x < 16) x[threadIdx.x] += __shfl_down_sync(0x0000FFFFu, x[threadIdx.x], 16);
}

static __global__ void shuffle_from_exited(float* x) {  // wrong: lane 31 has left
  if (threadIdx.x == 31) return;
  x[threadIdx.x] = __shfl_sync(0xFFFFFFFFu, x[threadIdx.x], 31);
}

static __global__ void mask_without_me(float* x) {  // wrong: the caller is not in its own mask
  x[threadIdx.x] = __shfl_sync(0x0000FFFFu, x[threadIdx.x], 0);
}

static __global__ void wait_for_other_block(int* flag) {  // wrong: blocks need not run at the same time
  if (blockIdx.x == 0) {
    while (atomicAdd(flag, 0) == 0) __nanosleep(100);
  } else {
    atomicAdd(flag, 1);
  }
}

static __global__ void beyond_dynamic(float* x) {  // wrong if launched with less than a float for each thread
  float* copy = simt_tests::dynamic_shared<float>();
  copy[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  x[threadIdx.x] = copy[blockDim.x - 1 - threadIdx.x];
}

static __global__ void beyond_static(float* x, int shift) {  // wrong if shift > 0
  __shared__ float copy[32];
  copy[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  x[threadIdx.x] = copy[threadIdx.x + shift];
}

static __global__ void beyond_global(float* x, int n) {  // wrong: <= for <
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i <= n) x[i] = 1;
}

static __global__ void reduce_of_other_size(const float* x, float* y) {  // wrong unless 128 threads are launched
  using reduce = cub::BlockReduce<float, 128>;
  __shared__ typename reduce::TempStorage storage;
  const float sum = reduce(storage).Sum(x[threadIdx.x]);
  if (threadIdx.x == 0) *y = sum;
}

static __global__ void two_blocks_one_place(float* x) {
  x[threadIdx.x] = static_cast<float>(blockIdx.x);
}  // wrong: a race of blocks

static __global__ void nothing() {}

}  // namespace broken
