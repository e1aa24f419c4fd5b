// Stands in for cub::DeviceScan.
#pragma once
#include <iterator>
#include <simt/device_algorithm.hpp>

namespace cub {

struct DeviceScan {
  template <class In, class Out, class Op, class Count>
  static cudaError_t InclusiveScan(void* storage, std::size_t& bytes, In in, Out out, Op op, Count count,
                                   cudaStream_t stream = nullptr) {
    return simt::in_two_calls(storage, bytes, simt::wanted_for(0, 0), stream, [=]() mutable {
      if (count <= 0) return;
      auto total = in[0];
      out[0] = total;
      for (Count i = 1; i < count; ++i) out[i] = total = op(total, in[i]);
    });
  }
  template <class In, class Out, class Op, class T, class Count>
  static cudaError_t InclusiveScanInit(void* storage, std::size_t& bytes, In in, Out out, Op op, T initial, Count count,
                                       cudaStream_t stream = nullptr) {
    return simt::in_two_calls(storage, bytes, simt::wanted_for(0, 0), stream, [=]() mutable {
      T total = initial;
      for (Count i = 0; i < count; ++i) out[i] = total = op(total, in[i]);
    });
  }
  template <class In, class Out, class Op, class T, class Count>
  static cudaError_t ExclusiveScan(void* storage, std::size_t& bytes, In in, Out out, Op op, T initial, Count count,
                                   cudaStream_t stream = nullptr) {
    return simt::in_two_calls(storage, bytes, simt::wanted_for(0, 0), stream, [=]() mutable {
      T total = initial;
      for (Count i = 0; i < count; ++i) {
        const T next = op(total, in[i]);  // out may be in
        out[i] = total;
        total = next;
      }
    });
  }
  template <class In, class Out, class Count>
  static cudaError_t InclusiveSum(void* storage, std::size_t& bytes, In in, Out out, Count count,
                                  cudaStream_t stream = nullptr) {
    using T = typename std::iterator_traits<In>::value_type;
    return InclusiveScan(
        storage, bytes, in, out, [](T a, T b) -> T { return a + b; }, count, stream);
  }
  template <class In, class Out, class Count>
  static cudaError_t ExclusiveSum(void* storage, std::size_t& bytes, In in, Out out, Count count,
                                  cudaStream_t stream = nullptr) {
    using T = typename std::iterator_traits<In>::value_type;
    return ExclusiveScan(
        storage, bytes, in, out, [](T a, T b) -> T { return a + b; }, T{}, count, stream);
  }
};

}  // namespace cub
