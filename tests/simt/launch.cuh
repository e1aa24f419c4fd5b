// tests/simt/launch.cuh: a bare launch, which asks for nothing on the kernel's behalf, for the tests of the harness
// itself.
#pragma once
#include <cuda_runtime.h>

#include <cstddef>
#include <utility>

namespace simt_tests {

template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t shared_bytes, cudaStream_t stream,
            Arguments&&... arguments) {
  cudaLaunchConfig_t config{};
  config.gridDim = grid;
  config.blockDim = block;
  config.dynamicSmemBytes = shared_bytes;
  config.stream = stream;
  cudaLaunchKernelEx(&config, kernel, std::forward<Arguments>(arguments)...);
}

template <class T> __device__ T* dynamic_shared() {
  extern __shared__ __align__(16) unsigned char dynamic_shared_bytes[];
  return reinterpret_cast<T*>(dynamic_shared_bytes);
}
SIMT_DYNAMIC_SHARED(unsigned char, dynamic_shared_bytes);

}  // namespace simt_tests
