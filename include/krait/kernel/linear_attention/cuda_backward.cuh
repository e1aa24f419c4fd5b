// krait/kernel/linear_attention/cuda_backward.cuh: tiles from the last to the first. With S the state before a tile, dS
// the gradient of the one after it, D[t][s] the gates' product from s + 1 to t, and w_ts = dy_t . v_s:
//   dq_t = D[t][before] S dy_t + sum over s <= t of D[t][s] w_ts k_s
//   dk_s = D[end][s] dS v_s    + sum over t >= s of D[t][s] w_ts q_t
//   dv_s = D[end][s] dS^T k_s  + sum over t >= s of D[t][s] (q_t . k_s) dy_t
// and the gate's gradient <dS_t, S_{t-1}> is, all sums multiplied out, with s and u running beyond the tile's ends,
//   dg_t = sum over s < t <= u of D[u][t] (q_u . k_s) w_us D[t-1][s].
#pragma once
#include <krait/backend/cuda/elements.cuh>
#include <krait/kernel/linear_attention/cuda_tile.cuh>

namespace krait::kernel::detail {

template <class Shape, class Sum> struct linear_attention_backward_tile : linear_attention_tile<Shape, Sum> {
  alignas(16) Sum dy[Shape::tile][Shape::column_stride];
  alignas(16) Sum before[4 * Shape::column_fours][Shape::key_stride];  // S, a row a column
  alignas(16) Sum dstate[4 * Shape::key_fours][Shape::column_stride];
  alignas(16) Sum values[Shape::tile][Shape::pair_stride];  // decay w_ts, 0 for s > t
  Sum pairs[Shape::tile][Shape::pair_stride];               // (q_t . k_s) w_ts
  // For the gate: q_t^T S dy_t and k_t^T dS v_t, in parts and whole, and <S, dS> in parts.
  Sum q_parts[Shape::tile][Shape::key_fours], k_parts[Shape::tile][Shape::key_fours];
  Sum of_before[Shape::tile], of_end[Shape::tile], both[Shape::warps];
};

/// Where a block's dq, dk and dg go: where there are groups of columns each has a part, to be added up.
template <int H, int K, class Sum> struct linear_attention_parts {
  static constexpr int width = 2 * K + 1;
  Sum* data;
  __device__ Sum* at(int group, int tokens, int token, int head) const {
    return data + ((static_cast<long>(group) * tokens + token) * H + head) * width;
  }
};
/// Adds the parts of one of (token, heads * (2 K + 1)).
template <int H, int K, int Groups, class Sum, class DQ, class DK, class DG> struct linear_attention_total {
  linear_attention_parts<H, K, Sum> parts;
  DQ dq;
  DK dk;
  DG dg;
  __device__ void operator()(int token, int i) const {
    const int head = i / (2 * K + 1), n = i % (2 * K + 1);
    if (n == 2 * K && !dg.data) return;
    Sum sum = 0;
    for (int group = 0; group < Groups; ++group) sum += parts.at(group, dq.tokens(), token, head)[n];
    using T = typename DQ::value_type;
    if (n == 2 * K)
      dg[token][head] = static_cast<typename DG::value_type>(sum);
    else
      (n < K ? dq[token][head * K + n] : dk[token][head * K + n - K]) = static_cast<T>(sum);
  }
};

/// What the gates' gradients need of the two states alone.
template <class Shape, class Tile> __device__ void multiply_states(Tile& tile) {
  using Sum = std::remove_reference_t<decltype(tile.gate[0])>;
  Sum sum = 0;
  for (int e = threadIdx.x; e < 4 * Shape::key_fours * 4 * Shape::column_fours; e += Shape::threads) {
    const int j = e / (4 * Shape::key_fours), i = e % (4 * Shape::key_fours);
    sum += tile.before[j][i] * tile.dstate[i][j];
  }
  sum = backend::lane_sum<backend::warp_size>(sum);
  if (threadIdx.x % backend::warp_size == 0) tile.both[threadIdx.x / backend::warp_size] = sum;
}
template <class Shape, class Tile> __device__ void add_gate_parts(Tile& tile, int count) {
  using Sum = std::remove_reference_t<decltype(tile.gate[0])>;
  for (int item = threadIdx.x; item < 2 * count; item += Shape::threads) {
    const int t = item / 2;
    const auto& parts = item % 2 ? tile.k_parts[t] : tile.q_parts[t];
    Sum sum = 0;
    for (int n = 0; n < Shape::key_fours; ++n) sum += parts[n];
    (item % 2 ? tile.of_end : tile.of_before)[t] = sum;
  }
}
/// dg_t, in all lanes of a warp; a lane is a token s before t, and one u from t on.
template <class Shape, class Tile> __device__ auto gate_gradient(const Tile& tile, int t, int count) {
  using Sum = std::remove_const_t<std::remove_reference_t<decltype(tile.gate[0])>>;
  const int lane = threadIdx.x % backend::warp_size;
  const Sum from_before = t > 0 ? tile.from_start[t - 1] : Sum(1), to_end = tile.to_end[t];
  Sum sum = 0;
  if (lane < t) {
    Sum after = to_end * tile.of_end[lane];
    for (int u = t; u < count; ++u) after += tile.decay[u][t] * tile.pairs[u][lane];
    sum = tile.decay[t - 1][lane] * after;
  } else if (lane < count) {
    sum = from_before * tile.decay[lane][t] * tile.of_before[lane];
  }
  if (lane == 0)
    for (const Sum part : tile.both) sum += from_before * to_end * part;
  return backend::lane_sum<backend::warp_size>(sum);
}

template <int H, int K, int V, class Sum, class Queries, class Keys, class Values, class Gates, class DY, class DQ,
          class DK, class DV, class DG>
__global__ void __launch_bounds__(linear_attention_shape<H, K, V, Sum>::threads, 2)
    linear_attention_backward(Queries q, Keys k, Values v, Gates g, const Sum* saved, DY dy, DQ dq, DK dk, DV dv, DG dg,
                              linear_attention_parts<H, K, Sum> parts, linear_attention_states<Sum> states,
                              linear_attention_state_gradients<Sum> dstates) {
  using shape = linear_attention_shape<H, K, V, Sum>;
  using T = typename DQ::value_type;
  constexpr int tokens = shape::tile, threads = shape::threads, key_fours = shape::key_fours,
                key_stride = shape::key_stride, column_stride = shape::column_stride, pair_stride = shape::pair_stride;
  constexpr bool split = shape::groups > 1;
  auto& tile = *backend::dynamic_shared<linear_attention_backward_tile<shape, Sum>>();
  const sequences of = q.of;
  const int sequence = blockIdx.x / H, head = blockIdx.x % H, column0 = blockIdx.y * shape::columns;
  const int width = min(V - column0, shape::columns), kept = (of.length - 1) / tokens;
  const long place = static_cast<long>(blockIdx.x) * K * V;
  const bool gated = g.data;
  load_state<shape, K, V, false>(tile.dstate[0], dstates.final ? dstates.final + place : nullptr, column0);

  for (int number = (of.length + tokens - 1) / tokens - 1; number >= 0; --number) {
    const int first = sequence * of.length + number * tokens, count = min(of.length - number * tokens, tokens);
    const int fours = (count + 3) / 4;
    load_rows<K, threads, key_fours>(tile.q, q, first, count, head * K);
    load_rows<K, threads, key_fours>(tile.k, k, first, count, head * K);
    load_rows<V, threads, shape::column_fours>(tile.v, v, first, count, head * V + column0, width);
    load_rows<V, threads, shape::column_fours>(tile.dy, dy, first, count, head * V + column0, width);
    load_gates<threads>(tile.gate, g, of, first, count, head);
    const Sum* before = states.initial ? states.initial + place : nullptr;
    if (number > 0) before = saved + (static_cast<long>(blockIdx.x) * kept + number - 1) * K * V;
    load_state<shape, K, V, true>(tile.before[0], before, column0);
    __syncthreads();

    each_pair<shape>(tile, count, [&](int t, int s, const Sum(&score)[2][4], const Sum(&decay)[2][4]) {
      constexpr int step = tokens / 4;
      Sum value[2][4] = {};
      add_abt<column_stride, column_stride, step>(value, tile.dy[t], tile.v[s], 4 * shape::column_fours);
#pragma unroll
      for (int r = 0; r < 2; ++r)
#pragma unroll
        for (int c = 0; c < 4; ++c) {
          tile.values[t + r][s + c * step] = decay[r][c] * value[r][c];
          tile.pairs[t + r][s + c * step] = score[r][c] * value[r][c];
        }
    });
    if (gated) multiply_states<shape>(tile);
    __syncthreads();

    for (int item = threadIdx.x; item < fours * key_fours; item += threads) {  // dq
      const int t = item / key_fours * 4, n = item % key_fours, i = 4 * n;
      Sum acc[4][4] = {};
      add_ab<column_stride, key_stride>(acc, tile.dy[t], &tile.before[0][i], 4 * shape::column_fours);
#pragma unroll
      for (int r = 0; r < 4; ++r) {
        Sum part = 0;
#pragma unroll
        for (int c = 0; c < 4; ++c) part += acc[r][c] * tile.q[t + r][i + c];
        tile.q_parts[t + r][n] = part;
        scale_row(acc[r], tile.from_start[t + r]);
      }
      add_ab<pair_stride, key_stride>(acc, tile.values[t], &tile.k[0][i], t + 4);
#pragma unroll
      for (int r = 0; r < 4; ++r) {
        const int token = first + t + r;
        if (t + r >= count) continue;
        if constexpr (split)
          store_four(parts.at(blockIdx.y, q.tokens(), token, head) + i, acc[r], K - i);
        else
          store_four<T>(dq[token] + head * K + i, acc[r], K - i);
      }
    }
    for (int item = threadIdx.x; item < fours * key_fours; item += threads) {  // dk, of keys n, n + key_fours, ...
      const int t = item / key_fours * 4, n = item % key_fours;
      Sum acc[4][4] = {};
      add_abt<column_stride, column_stride, key_fours>(acc, tile.v[t], tile.dstate[n], 4 * shape::column_fours);
#pragma unroll
      for (int r = 0; r < 4; ++r) {
        Sum part = 0;
#pragma unroll
        for (int c = 0; c < 4; ++c) part += acc[r][c] * tile.k[t + r][n + c * key_fours];
        tile.k_parts[t + r][n] = part;
        scale_row(acc[r], tile.to_end[t + r]);
      }
      add_atb<pair_stride, key_stride, key_fours>(acc, &tile.values[0][t], &tile.q[0][n],
                                                  static_cast<const Sum*>(nullptr), t, count);
#pragma unroll
      for (int r = 0; r < 4; ++r) {
        const int token = first + t + r;
        if (t + r >= count) continue;
#pragma unroll
        for (int c = 0; c < 4; ++c) {
          const int i = n + c * key_fours;
          if (i >= K) continue;
          if constexpr (split)
            parts.at(blockIdx.y, q.tokens(), token, head)[K + i] = acc[r][c];
          else
            dk[token][head * K + i] = static_cast<T>(acc[r][c]);
        }
      }
    }
    for (int item = threadIdx.x; item < fours * shape::column_fours; item += threads) {  // dv
      const int t = item / shape::column_fours * 4, j = item % shape::column_fours * 4;
      Sum acc[4][4] = {};
      add_ab<key_stride, column_stride>(acc, tile.k[t], &tile.dstate[0][j], 4 * key_fours);
#pragma unroll
      for (int r = 0; r < 4; ++r) scale_row(acc[r], tile.to_end[t + r]);
      add_atb<pair_stride, column_stride, 1>(acc, &tile.scores[0][t], &tile.dy[0][j], static_cast<const Sum*>(nullptr),
                                             t, count);
#pragma unroll
      for (int r = 0; r < 4; ++r)
        if (t + r < count) store_four<T>(dv[first + t + r] + head * V + column0 + j, acc[r], width - j);
    }
    __syncthreads();

    renew_state<shape, Sum>(tile.dstate, tile.from_start[count - 1], tile.q, tile.from_start, tile.dy, count);
    if (gated) add_gate_parts<shape>(tile, count);
    __syncthreads();
    if (!gated) continue;
    for (int t = threadIdx.x / backend::warp_size; t < count; t += shape::warps) {
      const Sum gradient = gate_gradient<shape>(tile, t, count);
      const int token = first + t;
      const bool none = !linear_attention_kept(of, token) || (of.starts && of.starts[token]);
      if (threadIdx.x % backend::warp_size > 0) continue;
      if constexpr (split)
        parts.at(blockIdx.y, q.tokens(), token, head)[2 * K] = none ? Sum(0) : gradient;
      else
        dg[token][head] = static_cast<typename DG::value_type>(none ? Sum(0) : gradient);
    }
  }
  if (of.length == 0) __syncthreads();
  store_state<shape, K, V>(tile.dstate[0], dstates.initial ? dstates.initial + place : nullptr, column0);
}

}  // namespace krait::kernel::detail
