// krait/kernel/linear_attention/cuda_tile.cuh: what forward and backward share. A block takes one head of one sequence,
// and some of the state's columns, which know nothing of each other. Inside a tile of tokens the recurrence is written
// out as products of small matrices; from tile to tile the state is handed on. Yang et al. 2024 (arXiv:2312.06635).
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/lanes.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/core/rows.hpp>
#include <krait/kernel/linear_attention/linear_attention.hpp>

namespace krait::kernel::detail {

/// Four scalars that are loaded and stored as one.
template <class T> struct alignas(sizeof(T) < 4 ? 4 * sizeof(T) : 16) four { T at[4]; };
template <class T> __device__ four<T> load_four(const T* from) { return *reinterpret_cast<const four<T>*>(from); }
/// The first `left` of them, if there are less.
template <class T, class Sum> __device__ void store_four(T* to, const Sum (&values)[4], int left) {
  const four<T> all{
      {static_cast<T>(values[0]), static_cast<T>(values[1]), static_cast<T>(values[2]), static_cast<T>(values[3])}};
  if (left >= 4 && reinterpret_cast<std::size_t>(to) % alignof(four<T>) == 0) {
    *reinterpret_cast<four<T>*>(to) = all;
    return;
  }
#pragma unroll
  for (int c = 0; c < 4; ++c)
    if (c < left) to[c] = all.at[c];
}

// A thread's part of a product: R rows of 4 columns, from matrices in shared memory whose rows begin SA and SB apart.

/// acc += A B over n < count, a multiple of 4.
template <int SA, int SB, int R, class Sum>
__device__ void add_ab(Sum (&acc)[R][4], const Sum* a, const Sum* b, int count) {
#pragma unroll 1
  for (int n = 0; n < count; n += 4) {
    four<Sum> row[R];
#pragma unroll
    for (int r = 0; r < R; ++r) row[r] = load_four(a + r * SA + n);
#pragma unroll
    for (int m = 0; m < 4; ++m) {
      const four<Sum> column = load_four(b + (n + m) * SB);
#pragma unroll
      for (int r = 0; r < R; ++r)
#pragma unroll
        for (int c = 0; c < 4; ++c) acc[r][c] += row[r].at[m] * column.at[c];
    }
  }
}
/// acc += A B^T over n < count, a multiple of 4. The columns are the rows of b, Step rows apart.
template <int SA, int SB, int Step, int R, class Sum>
__device__ void add_abt(Sum (&acc)[R][4], const Sum* a, const Sum* b, int count) {
#pragma unroll 1
  for (int n = 0; n < count; n += 4) {
    four<Sum> row[R];
#pragma unroll
    for (int r = 0; r < R; ++r) row[r] = load_four(a + r * SA + n);
#pragma unroll
    for (int c = 0; c < 4; ++c) {
      const four<Sum> column = load_four(b + c * Step * SB + n);
#pragma unroll
      for (int r = 0; r < R; ++r)
#pragma unroll
        for (int m = 0; m < 4; ++m) acc[r][c] += row[r].at[m] * column.at[m];
    }
  }
}
/// acc += A^T diag(scale) B over begin <= n < end; null: a scale of 1. Columns of B are Step scalars apart.
template <int SA, int SB, int Step, class Sum>
__device__ void add_atb(Sum (&acc)[4][4], const Sum* a, const Sum* b, const Sum* scale, int begin, int end) {
#pragma unroll 1
  for (int n = begin; n < end; ++n) {
    const four<Sum> row = load_four(a + n * SA);
    const Sum s = scale ? scale[n] : Sum(1);
    four<Sum> column;
    if constexpr (Step == 1)
      column = load_four(b + n * SB);
    else
#pragma unroll
      for (int c = 0; c < 4; ++c) column.at[c] = b[n * SB + c * Step];
#pragma unroll
    for (int r = 0; r < 4; ++r)
#pragma unroll
      for (int c = 0; c < 4; ++c) acc[r][c] += row.at[r] * s * column.at[c];
  }
}
template <class Sum> __device__ void scale_row(Sum (&row)[4], Sum by) {
#pragma unroll
  for (Sum& x : row) x *= by;
}

/// What the kernels know at compile time.
template <int H, int K, int V, class Sum> struct linear_attention_shape {
  static constexpr int tile = linear_attention_tuning<linear_attention_config{H, K, V}>::device_tile;
  static constexpr int threads = K > 64 ? 256 : 128, warps = threads / backend::warp_size;
  /// A row in shared memory: zeros up to a multiple of 4, and an odd number of fours, so that threads which read one
  /// below the other meet no bank twice.
  static constexpr int stride(int width) { return 4 * ((width + 3) / 4 | 1); }
  static constexpr int key_fours = (K + 3) / 4, key_stride = stride(K), pair_stride = stride(tile);
  /// Scalars of shared memory that backward takes for a number of columns.
  static constexpr int scalars(int columns) {
    return 2 * tile * (key_stride + stride(columns) + 2 * pair_stride) + round_up(columns, 4) * key_stride +
           4 * key_fours * stride(columns) + 2 * tile * (key_fours + 2);
  }
  /// The state's columns that a block takes: as many as leave room for two blocks on a multiprocessor.
  static constexpr int fit() {
    int columns = round_up(V, 4);
    while (columns > 4 && scalars(columns) * sizeof(Sum) > 112 * 1024) columns = round_up(columns / 2, 4);
    return columns;
  }
  static constexpr int columns = fit(), column_fours = columns / 4, column_stride = stride(columns);
  static constexpr int groups = (V + columns - 1) / columns;  // blocks for all columns
};

/// A tile of tokens of one head. A token that is masked, or is none, has zeros and a gate of 1, and so changes nothing;
/// where a text begins the gate is 0.
template <class Shape, class Sum> struct linear_attention_tile {
  alignas(16) Sum q[Shape::tile][Shape::key_stride], k[Shape::tile][Shape::key_stride];
  alignas(16) Sum v[Shape::tile][Shape::column_stride];
  alignas(16) Sum scores[Shape::tile][Shape::pair_stride];  // decay (q_t . k_s), 0 for s > t
  Sum decay[Shape::tile][Shape::pair_stride];               // [t][s] = g_{s+1} ... g_t, 0 for s > t
  Sum gate[Shape::tile];
  Sum from_start[Shape::tile];  // what is left after t of the state before the tile
  Sum to_end[Shape::tile];      // what is left after the tile of the state after t
};

__device__ inline bool linear_attention_kept(sequences of, int token) { return !of.keep || of.keep[token]; }

/// Brings `count` rows, from column `column` on. All of the loads wait for a barrier.
template <int Width, int Threads, int Fours, int Stride, class Sum, class Rows>
__device__ void load_rows(Sum (*to)[Stride], Rows from, int first, int count, int column, int width = Width) {
  for (int i = threadIdx.x; i < round_up(count, 4) * 4 * Fours; i += Threads) {
    const int t = i / (4 * Fours), n = i % (4 * Fours);
    const bool there = t < count && n < width && linear_attention_kept(from.of, first + t);
    to[t][n] = there ? static_cast<Sum>(from[first + t][column + n]) : Sum(0);
  }
}
template <int Threads, class Sum, class Gates>
__device__ void load_gates(Sum* to, Gates g, sequences of, int first, int count, int head) {
  for (int t = threadIdx.x; t < round_up(count, 4); t += Threads) {
    Sum gate = 1;
    if (t < count && g.data && linear_attention_kept(of, first + t)) gate = static_cast<Sum>(g[first + t][head]);
    if (t < count && of.starts && of.starts[first + t]) gate = 0;
    to[t] = gate;
  }
}

/// The decay between rows t, t + 1 and columns s, s + Step, ..., from one walk back over the gates.
template <int Step, class Sum> __device__ void find_decay(Sum (&decay)[2][4], const Sum* gate, int t, int s) {
  Sum left = 1;
  int at = t;
#pragma unroll
  for (int c = 3; c >= 0; --c) {
    const int column = s + c * Step;
    for (; at > column; --at) left *= gate[at];
    decay[0][c] = column <= t ? left : Sum(0);
    decay[1][c] = column <= t ? left * gate[t + 1] : column == t + 1 ? Sum(1) : Sum(0);
  }
}

/// f(t, s, score, decay) for pairs of tokens, where score is q_t . k_s; fills decay, from_start and to_end. A barrier
/// stands before and after.
template <class Shape, class Tile, class F> __device__ void each_pair(Tile& tile, int count, F&& f) {
  constexpr int step = Shape::tile / 4, stride = Shape::key_stride;
  using Sum = std::remove_reference_t<decltype(tile.gate[0])>;
  const int last = round_up(count, 4) - 1;
  for (int item = threadIdx.x; item < (last + 1) / 2 * step; item += Shape::threads) {
    const int t = item / step * 2, s = item % step;
    Sum decay[2][4], score[2][4] = {};
    find_decay<step>(decay, tile.gate, t, s);
    add_abt<stride, stride, step>(score, tile.q[t], tile.k[s], 4 * Shape::key_fours);
    f(t, s, score, decay);
#pragma unroll
    for (int r = 0; r < 2; ++r)
#pragma unroll
      for (int c = 0; c < 4; ++c) {
        const int column = s + c * step;
        tile.decay[t + r][column] = decay[r][c];
        tile.scores[t + r][column] = decay[r][c] * score[r][c];
        if (t + r == last) tile.to_end[column] = decay[r][c];
        if (column == 0) tile.from_start[t + r] = decay[r][c] * tile.gate[0];
      }
  }
}

/// The block's columns of a state (K, V), null: zeros. In shared memory a row a key, or Transposed a row a column.
template <class Shape, int K, int V, bool Transposed, class Sum>
__device__ void load_state(Sum* to, const Sum* from, int column0) {
  constexpr int width = 4 * Shape::column_fours;
  for (int e = threadIdx.x; e < 4 * Shape::key_fours * width; e += Shape::threads) {
    const int i = e / width, j = e % width;
    const bool there = from && i < K && column0 + j < V;
    to[Transposed ? j * Shape::key_stride + i : i * Shape::column_stride + j] =
        there ? from[i * V + column0 + j] : Sum(0);
  }
}
template <class Shape, int K, int V, class Sum> __device__ void store_state(const Sum* from, Sum* to, int column0) {
  constexpr int width = 4 * Shape::column_fours;
  for (int e = threadIdx.x; e < K * width; e += Shape::threads) {
    const int i = e / width, j = e % width;
    if (to && column0 + j < V) to[i * V + column0 + j] = from[i * Shape::column_stride + j];
  }
}
/// state = state * what the tile leaves of it + A^T diag(scale) B, over the tile's tokens.
template <class Shape, class Sum>
__device__ void renew_state(Sum (*state)[Shape::column_stride], Sum left, const Sum (*a)[Shape::key_stride],
                            const Sum* scale, const Sum (*b)[Shape::column_stride], int count) {
  for (int item = threadIdx.x; item < Shape::key_fours * Shape::column_fours; item += Shape::threads) {
    const int i = item / Shape::column_fours * 4, j = item % Shape::column_fours * 4;
    Sum acc[4][4] = {};
    add_atb<Shape::key_stride, Shape::column_stride, 1>(acc, &a[0][i], &b[0][j], scale, 0, count);
#pragma unroll
    for (int r = 0; r < 4; ++r)
#pragma unroll
      for (int c = 0; c < 4; ++c) state[i + r][j + c] = state[i + r][j + c] * left + acc[r][c];
  }
}

}  // namespace krait::kernel::detail
