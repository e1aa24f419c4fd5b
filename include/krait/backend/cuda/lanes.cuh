// krait/backend/cuda/lanes.cuh: sums over lanes of a warp by shuffles, in one order.
#pragma once
#include <cuda_runtime.h>

namespace krait::backend {

inline constexpr int warp_size = 32;

/// The sum of x over `Lanes` neighbouring lanes (a power of two), in each of them. All lanes of the warp must call it.
template <int Lanes, class T> __device__ T lane_sum(T x) {
#pragma unroll
  for (int bit = Lanes / 2; bit > 0; bit /= 2) x += __shfl_xor_sync(0xFFFFFFFFu, x, bit);
  return x;
}

/// Sums Count values each over the lanes that differ in the bits of Step, 2 Step, ... 16. While the values can be
/// halved, two lanes share them: each sends one half and keeps the other, so that 8 values over 8 lanes take 7 shuffles
/// and not 24. Afterwards values[0 .. left) are the sums of the values number first(lane) onwards.
template <int Count, int Step> struct scatter_sum {
  static constexpr bool halves = Count % 2 == 0;
  using next = scatter_sum<halves ? Count / 2 : Count, 2 * Step>;
  /// How many values a lane is left with.
  static constexpr int left = next::left;

  template <class T> static __device__ void run(T* values, int lane) {
    const bool upper = lane & Step;
    if constexpr (halves) {
#pragma unroll
      for (int i = 0; i < Count / 2; ++i) {
        const T sent = upper ? values[i] : values[i + Count / 2], kept = upper ? values[i + Count / 2] : values[i];
        values[i] = kept + __shfl_xor_sync(0xFFFFFFFFu, sent, Step);
      }
    } else {
#pragma unroll
      for (int i = 0; i < Count; ++i) values[i] += __shfl_xor_sync(0xFFFFFFFFu, values[i], Step);
    }
    next::run(values, lane);
  }
  /// The number of a lane's first value.
  static __device__ int first(int lane) { return (halves && (lane & Step) ? Count / 2 : 0) + next::first(lane); }
  /// Whether this lane is the one that speaks for all that hold the same sums.
  static __device__ bool speaks(int lane) { return (halves || !(lane & Step)) && next::speaks(lane); }
};
template <int Count> struct scatter_sum<Count, warp_size> {
  static constexpr int left = Count;
  template <class T> static __device__ void run(T*, int) {}
  static __device__ int first(int) { return 0; }
  static __device__ bool speaks(int) { return true; }
};

}  // namespace krait::backend
