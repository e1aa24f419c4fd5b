// krait/backend/cuda/launch.cuh: the one way in which kernels are started. Its last step, cudaLaunchKernelEx, is what a
// host harness implements to run the same kernels without a device; nothing in a kernel asks who compiles it.
#pragma once
#include <cuda_runtime.h>

#include <cstddef>
#include <krait/backend/cuda/check.cuh>
#include <utility>

namespace krait::backend {

/// Runs kernel(arguments...) on `stream`. An empty grid is not launched. Throws cuda_error.
template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t shared_bytes, cudaStream_t stream,
            Arguments&&... arguments) {
  if (grid.x == 0 || grid.y == 0 || grid.z == 0) return;
  if (shared_bytes > 48 * 1024)
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shared_bytes)),
          "cudaFuncSetAttribute");
  cudaLaunchConfig_t config{};
  config.gridDim = grid;
  config.blockDim = block;
  config.dynamicSmemBytes = shared_bytes;
  config.stream = stream;
  check(cudaLaunchKernelEx(&config, kernel, std::forward<Arguments>(arguments)...), "cudaLaunchKernelEx");
}

/// The dynamic shared memory of a block, of which there is one: kernels come here for it.
template <class T> __device__ T* dynamic_shared() {
  extern __shared__ __align__(16) unsigned char dynamic_shared_bytes[];
  return reinterpret_cast<T*>(dynamic_shared_bytes);
}

}  // namespace krait::backend
