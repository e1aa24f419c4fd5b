// krait/train/device_run.cuh: what a run has on a device: one allocation, a stream, pinned memory for what goes
// there and back at every step, and a captured graph for every shape of a batch.
#pragma once
#include <cuda_runtime.h>

#include <array>
#include <cstddef>
#include <krait/backend/cuda.cuh>
#include <krait/core/error.hpp>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace krait::train {

/// Bytes of a run, by what they hold.
using device_bytes = std::vector<std::pair<std::string, std::size_t>>;

/// Throws cuda_error with what to do where there is no device that can be used.
inline void require_device() {
  int count = 0;
  backend::check(cudaGetDeviceCount(&count), "cudaGetDeviceCount");
  backend::check(count > 0 ? cudaSuccess : cudaErrorNoDevice, "cudaGetDeviceCount");
}

/// Throws device_error, with the bytes of each part, where they are more than the device has left.
inline void require_memory(const device_bytes& parts) {
  std::size_t available = 0, total = 0, wanted = 0;
  backend::check(cudaMemGetInfo(&available, &total), "cudaMemGetInfo");
  std::string text;
  for (const auto& [name, bytes] : parts) {
    wanted += bytes;
    text += (text.empty() ? "" : ", ") + name + " " + std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB";
  }
  if (wanted > available)
    throw device_error("The run takes " + std::to_string(wanted >> 20) + " MiB on the device (" + text + ") and " +
                       std::to_string(available >> 20) +
                       " MiB are free; use a smaller batch or model, or --device cpu.");
}

/// Memory: the struct on the device. Transfer: the struct in pinned memory. Neither is initialised.
template <class Memory, class Transfer> class device_run {
  static_assert(std::is_trivially_copyable_v<Memory> && std::is_trivially_copyable_v<Transfer>);

 public:
  /// enqueue(on, memory) gives a step of the greatest shape to a stream: it is captured, to learn how much scratch
  /// memory it takes.
  template <class F> device_run(device_bytes parts, F&& enqueue) {
    require_device();
    backend::check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
    backend::check(cudaMallocHost(&transfer_, sizeof(Transfer)), "cudaMallocHost");
    parts.emplace_back("matrix products", workspace_bytes);
    parts.emplace_back("scratch", std::size_t{16} << 20);
    for (;;) {
      require_memory(parts);
      allocate(parts.back().second);
      try {
        capture([&](backend::cuda& on) { enqueue(on, *memory_); });
        break;
      } catch (const backend::scratch_spent&) {
        parts.back().second *= 2;
      }
    }
    parts.back().second = on_.scratch.peak();
    allocate(parts.back().second);
  }
  ~device_run() {
    graphs_.clear();
    release();
    cudaFreeHost(transfer_);
    cudaStreamDestroy(stream_);
  }
  device_run(const device_run&) = delete;
  device_run& operator=(const device_run&) = delete;

  Memory& device() { return *memory_; }  // its address only
  Transfer& host() { return *transfer_; }
  std::size_t bytes() const { return bytes_; }
  /// Graphs captured so far.
  std::size_t graphs() const { return graphs_.size(); }

  /// Runs a step of this shape and waits for it. The first time enqueue(on, memory) is captured.
  template <class F> void launch(std::array<int, 3> shape, F&& enqueue) {
    auto& graph = graphs_[shape];
    if (!graph) graph = capture([&](backend::cuda& on) { enqueue(on, *memory_); });
    backend::check(cudaGraphLaunch(graph.get(), stream_), "cudaGraphLaunch");
    backend::check(cudaStreamSynchronize(stream_), "cudaStreamSynchronize");
  }

  template <class T> void send(T& to, const T& from) { copy(&to, &from, sizeof(T), cudaMemcpyHostToDevice); }
  template <class T> void fetch(T& to, const T& from) { copy(&to, &from, sizeof(T), cudaMemcpyDeviceToHost); }

 private:
  static constexpr std::size_t workspace_bytes = std::size_t{32} << 20;
  struct destroy {
    void operator()(cudaGraphExec_t graph) const { cudaGraphExecDestroy(graph); }
  };
  using graph_type = std::unique_ptr<std::remove_pointer_t<cudaGraphExec_t>, destroy>;

  static std::size_t aligned(std::size_t bytes) { return (bytes + 255) / 256 * 256; }

  void allocate(std::size_t scratch_bytes) {
    release();
    bytes_ = aligned(sizeof(Memory)) + workspace_bytes + aligned(scratch_bytes);
    std::byte* made = nullptr;
    backend::check(cudaMalloc(&made, bytes_), "cudaMalloc");
    memory_ = reinterpret_cast<Memory*>(made);
    products_ = std::make_unique<backend::products>(made + aligned(sizeof(Memory)), workspace_bytes);
    on_ = {.stream = stream_,
           .scratch = {made + aligned(sizeof(Memory)) + workspace_bytes, aligned(scratch_bytes)},
           .product = products_.get()};
  }
  void release() {
    products_.reset();
    cudaFree(memory_);
    memory_ = nullptr;
  }

  template <class F> graph_type capture(F&& enqueue) {
    backend::check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeRelaxed), "cudaStreamBeginCapture");
    cudaGraph_t graph = nullptr;
    try {
      enqueue(on_);
    } catch (...) {
      if (cudaStreamEndCapture(stream_, &graph) == cudaSuccess && graph) cudaGraphDestroy(graph);
      throw;
    }
    backend::check(cudaStreamEndCapture(stream_, &graph), "cudaStreamEndCapture");
    cudaGraphExec_t made = nullptr;
    const cudaError_t status = cudaGraphInstantiate(&made, graph, 0);
    cudaGraphDestroy(graph);
    backend::check(status, "cudaGraphInstantiate");
    return graph_type(made);
  }

  void copy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
    backend::check(cudaMemcpyAsync(to, from, bytes, kind, stream_), "cudaMemcpyAsync");
    backend::check(cudaStreamSynchronize(stream_), "cudaStreamSynchronize");
  }

  cudaStream_t stream_ = nullptr;
  Transfer* transfer_ = nullptr;
  Memory* memory_ = nullptr;
  std::size_t bytes_ = 0;
  std::unique_ptr<backend::products> products_;
  backend::cuda on_;
  std::map<std::array<int, 3>, graph_type> graphs_;
};

}  // namespace krait::train
