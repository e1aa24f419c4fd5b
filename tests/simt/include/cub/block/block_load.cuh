// Stands in for cub::BlockLoad (see simt/cub.hpp). Every algorithm leaves the items in blocked order, but the striped
// one.
#pragma once
#include <cub/block/block_exchange.cuh>

namespace cub {

enum BlockLoadAlgorithm {
  BLOCK_LOAD_DIRECT,
  BLOCK_LOAD_STRIPED,
  BLOCK_LOAD_VECTORIZE,
  BLOCK_LOAD_TRANSPOSE,
  BLOCK_LOAD_WARP_TRANSPOSE,
  BLOCK_LOAD_WARP_TRANSPOSE_TIMESLICED,
};

template <class T, int X, int N, BlockLoadAlgorithm Algorithm = BLOCK_LOAD_DIRECT, int Y = 1, int Z = 1>
class BlockLoad {
  static constexpr int threads = X * Y * Z;
  static constexpr bool transposes = Algorithm == BLOCK_LOAD_TRANSPOSE,
                        warp_transposes = Algorithm >= BLOCK_LOAD_WARP_TRANSPOSE;
  using order = arrangement<threads, N>;
  using exchange = BlockExchange<T, X, N, false, Y, Z>;
  struct nothing {};

 public:
  using TempStorage = std::conditional_t<transposes || warp_transposes, typename exchange::TempStorage, nothing>;
  BlockLoad() : storage_(own()) {}
  explicit BlockLoad(TempStorage& storage) : storage_(storage) {}

  template <class Iterator> void Load(Iterator from, T (&items)[N]) { load(from, items, threads * N, nullptr); }
  /// Items from `valid` on are left alone; after a transposition they hold nothing.
  template <class Iterator> void Load(Iterator from, T (&items)[N], int valid) { load(from, items, valid, nullptr); }
  template <class Iterator, class Default> void Load(Iterator from, T (&items)[N], int valid, Default otherwise) {
    const T value = static_cast<T>(otherwise);
    load(from, items, valid, &value);
  }

 private:
  template <class Iterator> void load(Iterator from, T (&items)[N], int valid, const T* otherwise) {
    simt::check_block<X, Y, Z>("cub::BlockLoad");
    const int me = simt::thread_in_block();
    for (int i = 0; i < N; ++i) {
      const int at = Algorithm == BLOCK_LOAD_STRIPED || transposes ? order::striped(me, i)
                     : warp_transposes                             ? order::warp_striped(me, i)
                                                                   : order::blocked(me, i);
      if (at < valid)
        items[i] = from[at];
      else if (otherwise)
        items[i] = *otherwise;
      else if (transposes || warp_transposes)
        items[i] = simt::without_value<T>();
    }
    if constexpr (transposes) exchange(storage_).StripedToBlocked(items, items);
    if constexpr (warp_transposes) exchange(storage_).WarpStripedToBlocked(items, items);
  }
  static TempStorage& own() {
    __shared__ TempStorage storage;
    return storage;
  }
  TempStorage& storage_;
};

}  // namespace cub
