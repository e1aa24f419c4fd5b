// Stands in for cub::DeviceReduce.
#pragma once
#include <iterator>
#include <limits>
#include <simt/device_algorithm.hpp>

namespace cub {

struct DeviceReduce {
  template <class In, class Out, class Count, class Op, class T>
  static cudaError_t Reduce(void* storage, std::size_t& bytes, In in, Out out, Count count, Op op, T initial,
                            cudaStream_t stream = nullptr) {
    return simt::in_two_calls(storage, bytes, simt::wanted_for(0, 0), stream, [=]() mutable {
      T total = initial;
      for (Count i = 0; i < count; ++i) total = op(total, in[i]);
      *out = total;
    });
  }
  template <class In, class Out, class Count>
  static cudaError_t Sum(void* storage, std::size_t& bytes, In in, Out out, Count count,
                         cudaStream_t stream = nullptr) {
    using T = typename std::iterator_traits<In>::value_type;
    return Reduce(
        storage, bytes, in, out, count, [](T a, T b) -> T { return a + b; }, T{}, stream);
  }
  template <class In, class Out, class Count>
  static cudaError_t Min(void* storage, std::size_t& bytes, In in, Out out, Count count,
                         cudaStream_t stream = nullptr) {
    using T = typename std::iterator_traits<In>::value_type;
    return Reduce(
        storage, bytes, in, out, count, [](T a, T b) { return b < a ? b : a; }, std::numeric_limits<T>::max(), stream);
  }
  template <class In, class Out, class Count>
  static cudaError_t Max(void* storage, std::size_t& bytes, In in, Out out, Count count,
                         cudaStream_t stream = nullptr) {
    using T = typename std::iterator_traits<In>::value_type;
    return Reduce(
        storage, bytes, in, out, count, [](T a, T b) { return a < b ? b : a; }, std::numeric_limits<T>::lowest(),
        stream);
  }
  /// Runs of equal neighbouring keys: each key once, and the reduction of its values.
  template <class Keys, class Unique, class Values, class Out, class Runs, class Op, class Count>
  static cudaError_t ReduceByKey(void* storage, std::size_t& bytes, Keys keys, Unique unique, Values values, Out out,
                                 Runs runs, Op op, Count count, cudaStream_t stream = nullptr) {
    return simt::in_two_calls(storage, bytes, simt::wanted_for(0, 0), stream, [=]() mutable {
      Count run = 0;
      for (Count begin = 0, i = 0; begin < count; begin = i, ++run) {
        auto total = values[begin];
        for (i = begin + 1; i < count && keys[i] == keys[begin]; ++i) total = op(total, values[i]);
        unique[run] = keys[begin];
        out[run] = total;
      }
      *runs = run;
    });
  }
};

}  // namespace cub
