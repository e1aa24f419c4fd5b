// simt/runtime.hpp: the CUDA runtime on host memory. Streams are in order and every call is complete when it returns.
// Device memory comes from the heap, at its exact size (AddressSanitizer sees what lies beyond) and filled with NaN.
#pragma once
#include <cstdlib>
#include <map>
#include <simt/graph.hpp>
#include <simt/launch.hpp>
#include <string>
#include <type_traits>

#define CUDART_VERSION 13000
#define CUDART_CB
// Half-precision types are the harness's own; libcu++ need not know them.
#ifndef CCCL_DISABLE_FP16_SUPPORT
#define CCCL_DISABLE_FP16_SUPPORT
#endif
#ifndef CCCL_DISABLE_BF16_SUPPORT
#define CCCL_DISABLE_BF16_SUPPORT
#endif

enum cudaError_t {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInsufficientDriver = 35,
  cudaErrorDevicesUnavailable = 46,
  cudaErrorNoDevice = 100,
  cudaErrorNoKernelImageForDevice = 209,
  cudaErrorECCUncorrectable = 214,
  cudaErrorIllegalAddress = 700,
  cudaErrorLaunchFailure = 719,
  cudaErrorNotSupported = 801,
  cudaErrorStreamCaptureUnsupported = 900,
  cudaErrorUnknown = 999
};
using cudaError = cudaError_t;
enum cudaMemcpyKind {
  cudaMemcpyHostToHost,
  cudaMemcpyHostToDevice,
  cudaMemcpyDeviceToHost,
  cudaMemcpyDeviceToDevice,
  cudaMemcpyDefault
};
enum cudaFuncAttribute {
  cudaFuncAttributeMaxDynamicSharedMemorySize = 8,
  cudaFuncAttributePreferredSharedMemoryCarveout = 9,
  cudaFuncAttributeNonPortableClusterSizeAllowed = 13,
};
enum cudaDeviceAttr {
  cudaDevAttrMaxThreadsPerBlock = 1,
  cudaDevAttrMaxSharedMemoryPerBlock = 8,
  cudaDevAttrWarpSize = 10,
  cudaDevAttrMultiProcessorCount = 16,
  cudaDevAttrMaxThreadsPerMultiProcessor = 39,
  cudaDevAttrComputeCapabilityMajor = 75,
  cudaDevAttrComputeCapabilityMinor = 76,
  cudaDevAttrMaxSharedMemoryPerMultiprocessor = 81,
  cudaDevAttrMaxSharedMemoryPerBlockOptin = 97,
};
enum cudaSharedMemConfig {
  cudaSharedMemBankSizeDefault,
  cudaSharedMemBankSizeFourByte,
  cudaSharedMemBankSizeEightByte
};
enum : unsigned {
  cudaStreamDefault = 0,
  cudaStreamNonBlocking = 1,
  cudaEventDefault = 0,
  cudaEventDisableTiming = 2,
  cudaHostAllocDefault = 0
};

using cudaEvent_t = struct CUevent_st*;

struct cudaDeviceProp {
  char name[256];
  std::size_t totalGlobalMem, sharedMemPerBlock, sharedMemPerBlockOptin, sharedMemPerMultiprocessor,
      reservedSharedMemPerBlock;
  int regsPerBlock, warpSize, maxThreadsPerBlock, maxThreadsPerMultiProcessor, multiProcessorCount, major, minor,
      l2CacheSize;
  int maxThreadsDim[3], maxGridSize[3];
};
enum cudaLaunchAttributeID {
  cudaLaunchAttributeIgnore = 0,
  cudaLaunchAttributeProgrammaticStreamSerialization = 6,
  cudaLaunchAttributePriority = 8
};
struct cudaLaunchAttribute {
  cudaLaunchAttributeID id;
  union {
    int programmaticStreamSerializationAllowed, priority;
  } val;
};
struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  std::size_t dynamicSmemBytes = 0;
  cudaStream_t stream = nullptr;
  cudaLaunchAttribute* attrs = nullptr;
  unsigned numAttrs = 0;
};

namespace simt {

/// Calls that are to fail, for tests of what a program does then: by name, the error and how many succeed before.
struct fault {
  cudaError_t error;
  long after = 0;
};
inline std::map<std::string, fault>& faults() {
  static std::map<std::string, fault> wanted;
  return wanted;
}
inline cudaError_t fate(const char* call) {
  const auto found = faults().find(call);
  return found == faults().end() || found->second.after-- > 0 ? cudaSuccess : found->second.error;
}

}  // namespace simt

/// Where a device would return an error the harness throws simt::error, which says more.
template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments&&... arguments) {
  if (const cudaError_t e = simt::fate("cudaLaunchKernelEx")) return e;
  if (simt::sanitizers::address && !simt::options().host_pointers) {
    [[maybe_unused]] const auto who = [kernel] {
      return "kernel " + simt::symbols::of_program().readable(reinterpret_cast<const void*>(kernel));
    };
    (simt::refuse_host_pointers(std::remove_cvref_t<Parameters>(arguments), who), ...);
  }
  simt::enqueue(config->stream, [kernel, at = *config,
                                 held = std::tuple<Parameters...>(std::forward<Arguments>(arguments)...)] {
    std::apply(
        [&](const Parameters&... each) { simt::launch(kernel, at.gridDim, at.blockDim, at.dynamicSmemBytes, each...); },
        held);
  });
  return cudaSuccess;
}

inline const char* cudaGetErrorName(cudaError_t error) {
#define SIMT_NAME(error) \
  case error:            \
    return #error;
  switch (error) {
    SIMT_NAME(cudaSuccess)
    SIMT_NAME(cudaErrorInvalidValue)
    SIMT_NAME(cudaErrorMemoryAllocation)
    SIMT_NAME(cudaErrorInsufficientDriver)
    SIMT_NAME(cudaErrorDevicesUnavailable)
    SIMT_NAME(cudaErrorNoDevice)
    SIMT_NAME(cudaErrorNoKernelImageForDevice)
    SIMT_NAME(cudaErrorECCUncorrectable)
    SIMT_NAME(cudaErrorIllegalAddress)
    SIMT_NAME(cudaErrorLaunchFailure)
    SIMT_NAME(cudaErrorNotSupported)
    SIMT_NAME(cudaErrorStreamCaptureUnsupported)
    SIMT_NAME(cudaErrorUnknown)
  }
#undef SIMT_NAME
  return "unknown error";
}
inline const char* cudaGetErrorString(cudaError_t error) { return cudaGetErrorName(error); }
inline cudaError_t cudaGetLastError() { return cudaSuccess; }
inline cudaError_t cudaPeekAtLastError() { return cudaSuccess; }

// ---- memory
namespace simt {
template <class T> cudaError_t allocate(T** memory, std::size_t bytes, bool device_only) {
  *memory = nullptr;
  if (const cudaError_t e = fate("cudaMalloc")) return e;
  if (bytes == 0) return cudaSuccess;
  void* made = nullptr;  // aligned as on a device
  if (posix_memalign(&made, 256, bytes) != 0) return cudaErrorMemoryAllocation;
  fill_with_nan(made, bytes);
  device_memory::all().add(made, bytes, device_only);
  *memory = static_cast<T*>(made);
  return cudaSuccess;
}
}  // namespace simt
template <class T> cudaError_t cudaMalloc(T** memory, std::size_t bytes) { return simt::allocate(memory, bytes, true); }
inline cudaError_t cudaFree(void* memory) {
  simt::device_memory::all().remove(memory);
  return std::free(memory), cudaSuccess;
}
template <class T> cudaError_t cudaMallocAsync(T** memory, std::size_t bytes, cudaStream_t) {
  return cudaMalloc(memory, bytes);
}
inline cudaError_t cudaFreeAsync(void* memory, cudaStream_t) { return cudaFree(memory); }
template <class T> cudaError_t cudaMallocHost(T** memory, std::size_t bytes, unsigned = 0) {
  return simt::allocate(memory, bytes, false);
}
template <class T> cudaError_t cudaHostAlloc(T** memory, std::size_t bytes, unsigned) {
  return simt::allocate(memory, bytes, false);
}
inline cudaError_t cudaFreeHost(void* memory) { return cudaFree(memory); }
template <class T> cudaError_t cudaMallocManaged(T** memory, std::size_t bytes, unsigned = 1) {
  return simt::allocate(memory, bytes, false);
}
inline cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind) {
  simt::not_captured("cudaMemcpy");
  const simt::on_device scope;
  if (bytes) std::memmove(to, from, bytes);
  return cudaSuccess;
}
inline cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                                   cudaStream_t stream = nullptr) {
  (void)kind;
  simt::enqueue(stream, [=] {
    if (bytes) std::memmove(to, from, bytes);
  });
  return cudaSuccess;
}
inline cudaError_t cudaMemset(void* memory, int byte, std::size_t bytes) {
  const simt::on_device scope;
  if (bytes) std::memset(memory, byte, bytes);
  return cudaSuccess;
}
inline cudaError_t cudaMemsetAsync(void* memory, int byte, std::size_t bytes, cudaStream_t stream = nullptr) {
  simt::enqueue(stream, [=] { cudaMemset(memory, byte, bytes); });
  return cudaSuccess;
}
template <class T>
cudaError_t cudaMemcpyToSymbol(T& symbol, const void* from, std::size_t bytes, std::size_t offset = 0,
                               cudaMemcpyKind = cudaMemcpyHostToDevice) {
  if (offset + bytes > sizeof(T)) return cudaErrorInvalidValue;
  const simt::on_device scope;
  std::memcpy(reinterpret_cast<char*>(&const_cast<std::remove_const_t<T>&>(symbol)) + offset, from, bytes);
  return cudaSuccess;
}
template <class T>
cudaError_t cudaMemcpyFromSymbol(void* to, const T& symbol, std::size_t bytes, std::size_t offset = 0,
                                 cudaMemcpyKind = cudaMemcpyDeviceToHost) {
  if (offset + bytes > sizeof(T)) return cudaErrorInvalidValue;
  const simt::on_device scope;
  std::memcpy(to, reinterpret_cast<const char*>(&symbol) + offset, bytes);
  return cudaSuccess;
}

// ---- streams, graphs and events
inline cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  return *stream = new CUstream_st, cudaSuccess;
}
inline cudaError_t cudaStreamCreate(cudaStream_t* stream) { return cudaStreamCreateWithFlags(stream, 0); }
inline cudaError_t cudaStreamDestroy(cudaStream_t stream) { return delete stream, cudaSuccess; }
inline cudaError_t cudaStreamSynchronize(cudaStream_t) {
  return simt::not_captured("cudaStreamSynchronize"), simt::fate("cudaStreamSynchronize");
}
inline cudaError_t cudaDeviceSynchronize() { return simt::not_captured("cudaDeviceSynchronize"), cudaSuccess; }
enum cudaStreamCaptureMode {
  cudaStreamCaptureModeGlobal,
  cudaStreamCaptureModeThreadLocal,
  cudaStreamCaptureModeRelaxed
};
inline cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  simt::not_captured("cudaStreamBeginCapture");
  if (!stream) return cudaErrorStreamCaptureUnsupported;
  simt::capturing() = {stream, new CUgraph_st};
  return cudaSuccess;
}
inline cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  if (simt::capturing().stream != stream) return cudaErrorInvalidValue;
  *graph = std::exchange(simt::capturing(), {}).graph;
  return cudaSuccess;
}
inline cudaError_t cudaGraphDestroy(cudaGraph_t graph) { return delete graph, cudaSuccess; }
inline cudaError_t cudaGraphInstantiate(cudaGraphExec_t* made, cudaGraph_t graph, unsigned long long = 0) {
  return *made = reinterpret_cast<cudaGraphExec_t>(new CUgraph_st(*graph)), cudaSuccess;
}
inline cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graph) {
  return delete reinterpret_cast<cudaGraph_t>(graph), cudaSuccess;
}
inline cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t) {
  simt::not_captured("cudaGraphLaunch");
  const simt::on_device scope;
  for (const auto& node : reinterpret_cast<cudaGraph_t>(graph)->nodes) node();
  return cudaSuccess;
}
inline cudaError_t cudaGraphGetNodes(cudaGraph_t graph, void*, std::size_t* count) {
  return *count = graph->nodes.size(), cudaSuccess;
}
inline cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned = 0) { return cudaSuccess; }
inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) { return *event = nullptr, cudaSuccess; }
inline cudaError_t cudaEventDestroy(cudaEvent_t) { return cudaSuccess; }
inline cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t = nullptr) { return cudaSuccess; }
inline cudaError_t cudaEventSynchronize(cudaEvent_t) { return cudaSuccess; }

// ---- the device: the limits of sm_90
inline cudaError_t cudaGetDevice(int* device) { return *device = 0, cudaSuccess; }
inline cudaError_t cudaSetDevice(int device) { return device == 0 ? cudaSuccess : cudaErrorInvalidValue; }
inline cudaError_t cudaGetDeviceCount(int* count) { return *count = 1, simt::fate("cudaGetDeviceCount"); }
/// A device whose memory is spent has 1 MiB left.
inline cudaError_t cudaMemGetInfo(std::size_t* available, std::size_t* total) {
  *total = std::size_t{80} << 30;
  *available = simt::fate("cudaMemGetInfo") ? std::size_t{1} << 20 : *total;
  return cudaSuccess;
}
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* device, int) {
  *device = {.name = "host SIMT harness",
             .totalGlobalMem = std::size_t{80} << 30,
             .sharedMemPerBlock = simt::largest_shared_by_default,
             .sharedMemPerBlockOptin = simt::largest_shared,
             .sharedMemPerMultiprocessor = 228 * 1024,
             .reservedSharedMemPerBlock = 1024,
             .regsPerBlock = 65536,
             .warpSize = 32,
             .maxThreadsPerBlock = 1024,
             .maxThreadsPerMultiProcessor = 2048,
             .multiProcessorCount = 132,
             .major = 9,
             .minor = 0,
             .l2CacheSize = 50 << 20,
             .maxThreadsDim = {1024, 1024, 64},
             .maxGridSize = {2147483647, 65535, 65535}};
  return cudaSuccess;
}
inline cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  switch (attribute) {
    case cudaDevAttrMaxThreadsPerBlock:
      *value = 1024;
      break;
    case cudaDevAttrMaxSharedMemoryPerBlock:
      *value = simt::largest_shared_by_default;
      break;
    case cudaDevAttrWarpSize:
      *value = 32;
      break;
    case cudaDevAttrMultiProcessorCount:
      *value = 132;
      break;
    case cudaDevAttrMaxThreadsPerMultiProcessor:
      *value = 2048;
      break;
    case cudaDevAttrComputeCapabilityMajor:
      *value = 9;
      break;
    case cudaDevAttrComputeCapabilityMinor:
      *value = 0;
      break;
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
      *value = 228 * 1024;
      break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
      *value = simt::largest_shared;
      break;
  }
  return cudaSuccess;
}

// ---- kernels
template <class Kernel> cudaError_t cudaFuncSetAttribute(Kernel* kernel, cudaFuncAttribute attribute, int value) {
  if (attribute == cudaFuncAttributeMaxDynamicSharedMemorySize) {
    const auto* function = reinterpret_cast<const void*>(kernel);
    if (value < 0 || static_cast<std::size_t>(value) + simt::static_shared_bytes(function) > simt::largest_shared)
      return cudaErrorInvalidValue;
    simt::shared_allowances()[function] = static_cast<std::size_t>(value);
  }
  return cudaSuccess;
}
/// From threads and shared memory alone: the harness knows nothing of registers.
template <class Kernel>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Kernel* kernel, int threads,
                                                          std::size_t shared_bytes) {
  const std::size_t shared = shared_bytes + simt::static_shared_bytes(reinterpret_cast<const void*>(kernel)) + 1024;
  const std::size_t by_shared = 228 * 1024 / shared,
                    by_threads = 2048 / static_cast<std::size_t>((threads + 31) / 32 * 32);
  *blocks = static_cast<int>(std::min({by_shared, by_threads, std::size_t{32}}));
  return cudaSuccess;
}
