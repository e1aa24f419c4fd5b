// krait/backend/cuda/check.cuh: CUDA calls are checked; an error says which call, where, and what to do.
#pragma once
#include <cuda_runtime.h>

#include <krait/core/error.hpp>
#include <string>
#include <string_view>

namespace krait {

/// A call of the CUDA runtime or of one of its libraries that failed.
struct cuda_error : device_error {
  using device_error::device_error;
};

namespace backend {

/// What a user can do about an error of the runtime; the CPU is suggested, never silently taken.
inline std::string_view remedy(cudaError_t e) {
  switch (e) {
    case cudaErrorNoDevice:
      return "there is no CUDA device here: use --device cpu";
    case cudaErrorInsufficientDriver:
      return "the driver is older than the CUDA toolkit of this build: update the driver, build with an older toolkit, "
             "or "
             "use --device cpu";
    case cudaErrorNoKernelImageForDevice:
      return "this build has no code for this device: add its architecture to CMAKE_CUDA_ARCHITECTURES and build again";
    case cudaErrorMemoryAllocation:
      return "the device has too little free memory: end other programs on it, use a smaller batch, or --device cpu";
    case cudaErrorDevicesUnavailable:
      return "the device is in use by another program: wait, or choose another with CUDA_VISIBLE_DEVICES";
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchFailure:
    case cudaErrorECCUncorrectable:
    case cudaErrorUnknown:
      return "the device was lost in the middle of the run: start again with --resume";
    default:
      return "see the CUDA runtime's documentation of this error, or use --device cpu";
  }
}

/// Throws cuda_error unless e is success.
inline void check(cudaError_t e, std::string_view call, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  if (e == cudaSuccess) return;
  throw cuda_error(std::string(call) + " failed at " + file + ":" + std::to_string(line) + " (" +
                   cudaGetErrorString(e) + "): " + std::string(remedy(e)) + ".");
}

}  // namespace backend
}  // namespace krait
