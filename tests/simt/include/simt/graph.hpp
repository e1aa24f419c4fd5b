// simt/graph.hpp: streams and CUDA graphs. What a stream is given while it is captured is not run but kept, with its
// arguments by value, and run whenever the graph is launched; else everything is done at once.
#pragma once
#include <functional>
#include <simt/device_memory.hpp>
#include <simt/error.hpp>
#include <utility>
#include <vector>

struct CUstream_st {};
struct CUgraph_st {
  std::vector<std::function<void()>> nodes;
};
using cudaStream_t = CUstream_st*;
using cudaGraph_t = CUgraph_st*;
using cudaGraphExec_t = struct CUgraphExec_st*;

namespace simt {

/// The capture under way, if any.
struct capture {
  cudaStream_t stream = nullptr;
  cudaGraph_t graph = nullptr;
};
inline capture& capturing() {
  static capture now;
  return now;
}

/// Runs f, or keeps it where `stream` is being captured.
template <class F> void enqueue(cudaStream_t stream, F&& f) {
  if (!capturing().graph) {
    const on_device scope;
    return f();
  }
  if (stream != capturing().stream) throw error("simt: something is given to one stream while another is captured");
  capturing().graph->nodes.emplace_back(std::forward<F>(f));
}
/// To be called by what a device refuses during a capture.
inline void not_captured(const char* call) {
  if (capturing().graph) throw error(std::string("simt: ") + call + " is not allowed while a stream is captured");
}

}  // namespace simt
