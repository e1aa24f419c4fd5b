// Stands in for cub::BlockRadixSort (see simt/cub.hpp).
#pragma once
#include <algorithm>
#include <cub/block/block_exchange.cuh>
#include <cub/block/block_scan.cuh>
#include <cub/util_type.cuh>
#include <simt/radix.hpp>
#include <utility>
#include <vector>

namespace cub {

template <class Key, int X, int N, class Value = NullType, int RadixBits = 4, bool Memoize = true,
          BlockScanAlgorithm = BLOCK_SCAN_WARP_SCANS, cudaSharedMemConfig = cudaSharedMemBankSizeFourByte, int Y = 1,
          int Z = 1>
class BlockRadixSort {
  static constexpr int threads = X * Y * Z;
  using order = arrangement<threads, N>;

 public:
  struct TempStorage {
    simt::room<Key, threads * N> keys;
    simt::room<Value, threads * N> values;
  };
  BlockRadixSort() : storage_(own()) {}
  explicit BlockRadixSort(TempStorage& storage) : storage_(storage) {}

  void Sort(Key (&keys)[N], int begin = 0, int end = sizeof(Key) * 8) {
    sort(keys, none(), {begin, end, false}, order::blocked);
  }
  void Sort(Key (&keys)[N], Value (&values)[N], int begin = 0, int end = sizeof(Key) * 8) {
    sort(keys, values, {begin, end, false}, order::blocked);
  }
  void SortDescending(Key (&keys)[N], int begin = 0, int end = sizeof(Key) * 8) {
    sort(keys, none(), {begin, end, true}, order::blocked);
  }
  void SortDescending(Key (&keys)[N], Value (&values)[N], int begin = 0, int end = sizeof(Key) * 8) {
    sort(keys, values, {begin, end, true}, order::blocked);
  }
  void SortBlockedToStriped(Key (&keys)[N], int begin = 0, int end = sizeof(Key) * 8) {
    sort(keys, none(), {begin, end, false}, order::striped);
  }
  void SortBlockedToStriped(Key (&keys)[N], Value (&values)[N], int begin = 0, int end = sizeof(Key) * 8) {
    sort(keys, values, {begin, end, false}, order::striped);
  }

 private:
  using values_type = Value[N];
  values_type& none() { return none_; }

  void sort(Key (&keys)[N], Value (&values)[N], simt::radix<Key> less, int (*result)(int, int)) {
    simt::check_block<X, Y, Z>("cub::BlockRadixSort");
    const int me = simt::thread_in_block();
    for (int i = 0; i < N; ++i) {
      storage_.keys[order::blocked(me, i)] = keys[i];
      storage_.values[order::blocked(me, i)] = values[i];
    }
    __syncthreads();
    if (me == 0) {
      std::vector<std::pair<Key, Value>> both;
      for (int i = 0; i < threads * N; ++i) both.emplace_back(storage_.keys[i], storage_.values[i]);
      std::stable_sort(both.begin(), both.end(), [&](const auto& a, const auto& b) { return less(a.first, b.first); });
      for (int i = 0; i < threads * N; ++i) {
        storage_.keys[i] = both[static_cast<std::size_t>(i)].first;
        storage_.values[i] = both[static_cast<std::size_t>(i)].second;
      }
    }
    __syncthreads();
    for (int i = 0; i < N; ++i) {
      keys[i] = storage_.keys[result(me, i)];
      values[i] = storage_.values[result(me, i)];
    }
  }
  static TempStorage& own() {
    __shared__ TempStorage storage;
    return storage;
  }
  TempStorage& storage_;
  values_type none_{};
};

}  // namespace cub
