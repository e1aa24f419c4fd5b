// krait/kernel/attention/cuda_tile.cuh: how attention's kernels divide their work. A row of a head (a query, or a key
// with its value) belongs to a few lanes of a warp and lies in their registers; the rows that it meets come through
// shared memory.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/lanes.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/core/rows.hpp>
#include <krait/kernel/attention/attention.hpp>

namespace krait::kernel::detail {

/// Shapes of a block; specialise for a head width.
template <int HeadWidth> struct attention_tuning {
  static constexpr int threads = 128;
  /// Blocks that a multiprocessor should hold at least: a budget of 128 registers a thread.
  static constexpr int blocks = 4;
  /// Lanes of a row, a power of two; about 8 numbers each.
  static constexpr int lanes = HeadWidth <= 8     ? 1
                               : HeadWidth <= 16  ? 2
                               : HeadWidth <= 32  ? 4
                               : HeadWidth <= 64  ? 8
                               : HeadWidth <= 128 ? 16
                                                  : 32;
  static constexpr int met = HeadWidth <= 128 ? 32 : 16;  // rows in shared memory
};

template <int HeadWidth> struct attention_shape {
  using tuning = attention_tuning<HeadWidth>;
  static constexpr int threads = tuning::threads, lanes = tuning::lanes, met = tuning::met;
  static constexpr int each = (HeadWidth + lanes - 1) / lanes;  // numbers of a lane: number e is d = e * lanes + lane
  static constexpr int padded = each * lanes;                   // those from HeadWidth on are zero
  static constexpr int owned = threads / lanes;                 // rows of a block
};

/// A lane's part of one row. Reads and writes only where the row is there.
template <int HeadWidth, class Sum> struct attention_row {
  using shape = attention_shape<HeadWidth>;
  Sum part[shape::each];
  template <class T> __device__ void load(const T* from, bool there) {
    const int lane = threadIdx.x % shape::lanes;
#pragma unroll
    for (int e = 0; e < shape::each; ++e) {
      const int d = e * shape::lanes + lane;
      part[e] = there && d < HeadWidth ? static_cast<Sum>(from[d]) : Sum(0);
    }
  }
  template <class T> __device__ void store(T* to, bool there) const {
    const int lane = threadIdx.x % shape::lanes;
#pragma unroll
    for (int e = 0; e < shape::each; ++e) {
      const int d = e * shape::lanes + lane;
      if (there && d < HeadWidth) to[d] = static_cast<T>(part[e]);
    }
  }
  __device__ void clear() {
#pragma unroll
    for (Sum& p : part) p = 0;
  }
  /// The product with a row in shared memory, in every lane of this row.
  __device__ Sum dot(const Sum (&other)[shape::padded]) const {
    const int lane = threadIdx.x % shape::lanes;
    Sum sum = 0;
#pragma unroll
    for (int e = 0; e < shape::each; ++e) sum += part[e] * other[e * shape::lanes + lane];
    return backend::lane_sum<shape::lanes>(sum);
  }
  __device__ void add(Sum factor, const Sum (&other)[shape::padded]) {
    const int lane = threadIdx.x % shape::lanes;
#pragma unroll
    for (int e = 0; e < shape::each; ++e) part[e] += factor * other[e * shape::lanes + lane];
  }
};

/// Brings `count` rows of one head into shared memory. All threads of the block must call it; barriers stand around it.
template <int HeadWidth, class Sum, class Rows>
__device__ void load_met(Sum (*tile)[attention_shape<HeadWidth>::padded], Rows rows, int first, int count, int column) {
  using shape = attention_shape<HeadWidth>;
  for (int i = threadIdx.x; i < count * shape::padded; i += shape::threads) {
    const int r = i / shape::padded, d = i % shape::padded;
    tile[r][d] = d < HeadWidth ? static_cast<Sum>(rows[first + r][column + d]) : Sum(0);
  }
}

/// The first token that each token sees, by its place in the sequence: where its packed text begins. A thread a
/// sequence.
template <class Int> __global__ void __launch_bounds__(128) find_first_seen(sequences of, Int* first) {
  const int s = blockIdx.x * blockDim.x + threadIdx.x;
  if (s >= of.count) return;
  int begin = 0;
  for (int i = 0; i < of.length; ++i) {
    const int t = s * of.length + i;
    if (of.starts[t]) begin = i;
    first[t] = begin;
  }
}
__device__ inline bool attention_kept(sequences of, int token) { return !of.keep || of.keep[token]; }

}  // namespace krait::kernel::detail
