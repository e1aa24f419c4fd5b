// Stands in for cub::DeviceRadixSort (pointer pairs; the form with double buffers is not there).
#pragma once
#include <algorithm>
#include <numeric>
#include <simt/device_algorithm.hpp>
#include <simt/radix.hpp>

namespace cub {

struct DeviceRadixSort {
  template <class Key, class Value, class Count>
  static cudaError_t SortPairs(void* storage, std::size_t& bytes, const Key* keys_in, Key* keys_out,
                               const Value* values_in, Value* values_out, Count count, int begin = 0,
                               int end = sizeof(Key) * 8, cudaStream_t stream = nullptr) {
    return sort(storage, bytes, keys_in, keys_out, values_in, values_out, count, {begin, end, false}, stream);
  }
  template <class Key, class Value, class Count>
  static cudaError_t SortPairsDescending(void* storage, std::size_t& bytes, const Key* keys_in, Key* keys_out,
                                         const Value* values_in, Value* values_out, Count count, int begin = 0,
                                         int end = sizeof(Key) * 8, cudaStream_t stream = nullptr) {
    return sort(storage, bytes, keys_in, keys_out, values_in, values_out, count, {begin, end, true}, stream);
  }
  template <class Key, class Count>
  static cudaError_t SortKeys(void* storage, std::size_t& bytes, const Key* keys_in, Key* keys_out, Count count,
                              int begin = 0, int end = sizeof(Key) * 8, cudaStream_t stream = nullptr) {
    return sort<Key, char>(storage, bytes, keys_in, keys_out, nullptr, nullptr, count, {begin, end, false}, stream);
  }
  template <class Key, class Count>
  static cudaError_t SortKeysDescending(void* storage, std::size_t& bytes, const Key* keys_in, Key* keys_out,
                                        Count count, int begin = 0, int end = sizeof(Key) * 8,
                                        cudaStream_t stream = nullptr) {
    return sort<Key, char>(storage, bytes, keys_in, keys_out, nullptr, nullptr, count, {begin, end, true}, stream);
  }

 private:
  template <class Key, class Value, class Count>
  static cudaError_t sort(void* storage, std::size_t& bytes, const Key* keys_in, Key* keys_out, const Value* values_in,
                          Value* values_out, Count count, simt::radix<Key> less, cudaStream_t stream) {
    return simt::in_two_calls(
        storage, bytes, simt::wanted_for(static_cast<std::uint64_t>(count), sizeof(Key)), stream, [=] {
          std::vector<Count> order(static_cast<std::size_t>(count));
          std::iota(order.begin(), order.end(), Count{0});
          std::stable_sort(order.begin(), order.end(), [&](Count a, Count b) { return less(keys_in[a], keys_in[b]); });
          for (Count i = 0; i < count; ++i) keys_out[i] = keys_in[order[static_cast<std::size_t>(i)]];
          if (values_in)
            for (Count i = 0; i < count; ++i) values_out[i] = values_in[order[static_cast<std::size_t>(i)]];
        });
  }
};

}  // namespace cub
