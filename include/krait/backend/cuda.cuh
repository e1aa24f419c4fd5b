// krait/backend/cuda.cuh: the CUDA backend: a stream and scratch memory. Kernels given to it are enqueued, in order.
#pragma once
#include <krait/backend/cuda/check.cuh>
#include <krait/backend/cuda/device_arena.cuh>
#include <krait/backend/cuda/launch.cuh>

namespace krait::backend {

/// Every view, weight and buffer that a kernel of this backend is given lies on the device; layers only compute
/// addresses and never read them.
struct cuda {
  cudaStream_t stream = nullptr;  // the one in which everything is enqueued
  device_arena scratch;
  double* sum = nullptr;  // on the device: where a loss puts its sum
};

}  // namespace krait::backend
