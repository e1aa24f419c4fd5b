// krait/kernel/linear_attention/cuda_forward.cuh: with D[t][s] the gates' product from s + 1 to t, and S the state
// before a tile,   y_t = D[t][before] S^T q_t + sum over s <= t of D[t][s] (q_t . k_s) v_s.
#pragma once
#include <krait/kernel/linear_attention/cuda_tile.cuh>

namespace krait::kernel::detail {

template <class Shape, class Sum> struct linear_attention_forward_tile : linear_attention_tile<Shape, Sum> {
  alignas(16) Sum state[4 * Shape::key_fours][Shape::column_stride];
};

template <int H, int K, int V, class Sum, class Queries, class Keys, class Values, class Gates, class Out>
__global__ void __launch_bounds__(linear_attention_shape<H, K, V, Sum>::threads, 2)
    linear_attention_forward(Queries q, Keys k, Values v, Gates g, Out y, Sum* saved,
                             linear_attention_states<Sum> states) {
  using shape = linear_attention_shape<H, K, V, Sum>;
  using T = typename Out::value_type;
  constexpr int tokens = shape::tile;
  auto& tile = *backend::dynamic_shared<linear_attention_forward_tile<shape, Sum>>();
  const sequences of = q.of;
  const int sequence = blockIdx.x / H, head = blockIdx.x % H, column0 = blockIdx.y * shape::columns;
  const int width = min(V - column0, shape::columns), kept = (of.length - 1) / tokens;
  const long place = static_cast<long>(blockIdx.x) * K * V;
  load_state<shape, K, V, false>(tile.state[0], states.initial ? states.initial + place : nullptr, column0);

  for (int begin = 0; begin < of.length; begin += tokens) {
    const int first = sequence * of.length + begin, count = min(of.length - begin, tokens);
    load_rows<K, shape::threads, shape::key_fours>(tile.q, q, first, count, head * K);
    load_rows<K, shape::threads, shape::key_fours>(tile.k, k, first, count, head * K);
    load_rows<V, shape::threads, shape::column_fours>(tile.v, v, first, count, head * V + column0, width);
    load_gates<shape::threads>(tile.gate, g, of, first, count, head);
    if (begin > 0)
      store_state<shape, K, V>(tile.state[0],
                               saved + (static_cast<long>(blockIdx.x) * kept + begin / tokens - 1) * K * V, column0);
    __syncthreads();
    each_pair<shape>(tile, count, [](int, int, const auto&, const auto&) {});
    __syncthreads();
    for (int item = threadIdx.x; item < (count + 3) / 4 * shape::column_fours; item += shape::threads) {
      const int t = item / shape::column_fours * 4, j = item % shape::column_fours * 4;
      Sum acc[4][4] = {};
      add_ab<shape::key_stride, shape::column_stride>(acc, tile.q[t], &tile.state[0][j], 4 * shape::key_fours);
#pragma unroll
      for (int r = 0; r < 4; ++r) scale_row(acc[r], tile.from_start[t + r]);
      add_ab<shape::pair_stride, shape::column_stride>(acc, tile.scores[t], &tile.v[0][j], t + 4);
#pragma unroll
      for (int r = 0; r < 4; ++r)
        if (t + r < count) store_four<T>(y[first + t + r] + head * V + column0 + j, acc[r], width - j);
    }
    __syncthreads();
    renew_state<shape, Sum>(tile.state, tile.from_start[count - 1], tile.k, tile.to_end, tile.v, count);
    __syncthreads();  // before the next tile comes
  }
  if (of.length == 0) __syncthreads();
  store_state<shape, K, V>(tile.state[0], states.final ? states.final + place : nullptr, column0);
}

}  // namespace krait::kernel::detail
