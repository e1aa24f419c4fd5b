// krait/kernel/attention/cuda_backward.cuh: dS = P (dP - sum(dy y)), with P made again from the saved log-sums. Dao et
// al. 2022 (arXiv:2205.14135), appendix B. One kernel owns keys and walks queries, one owns queries and walks keys:
// nothing is added atomically.
#pragma once
#include <krait/kernel/attention/cuda_tile.cuh>

namespace krait::kernel::detail {

/// product[token][head] = sum(dy y) over the head. A thread a token and head.
template <int Heads, int HeadWidth, class Y, class DY, class Sum>
__global__ void __launch_bounds__(128) attention_products(Y y, DY dy, Sum* product) {
  const int n = blockIdx.x * blockDim.x + threadIdx.x;
  if (n >= y.tokens() * Heads) return;
  const int token = n / Heads, column = n % Heads * HeadWidth;
  Sum sum = 0;
  for (int d = 0; d < HeadWidth; ++d)
    sum += static_cast<Sum>(dy[token][column + d]) * static_cast<Sum>(y[token][column + d]);
  product[n] = sum;
}

/// dk and dv of `owned` keys of one key head and sequence, over all queries of the heads that share it, in order.
template <int Heads, int KvHeads, int HeadWidth, class Q, class K, class V, class DY, class DK, class DV, class Sum>
__global__ void __launch_bounds__(attention_shape<HeadWidth>::threads, attention_tuning<HeadWidth>::blocks)
    attention_backward_keys(Q q, K k, V v, const Sum* lse, DY dy, const Sum* product, DK dk, DV dv,
                            const int* first_seen) {
  using shape = attention_shape<HeadWidth>;
  struct tile_type {
    Sum q[shape::met][shape::padded], dy[shape::met][shape::padded];
  };
  auto& tile = *backend::dynamic_shared<tile_type>();
  constexpr int share = Heads / KvHeads;
  const sequences of = q.of;
  const int tiles = (of.length + shape::owned - 1) / shape::owned;
  const int sequence = blockIdx.x / tiles, kv_column = blockIdx.y * HeadWidth;
  const int j0 = blockIdx.x % tiles * shape::owned, j = j0 + static_cast<int>(threadIdx.x) / shape::lanes;
  const int base = sequence * of.length, token = base + j;
  const bool there = j < of.length, active = there && attention_kept(of, token);
  const Sum scale = 1 / sqrt(Sum(HeadWidth));

  attention_row<HeadWidth, Sum> key, value, dkey, dvalue;
  key.load(there ? &k[token][kv_column] : nullptr, active);
  value.load(there ? &v[token][kv_column] : nullptr, active);
  dkey.clear();
  dvalue.clear();
  for (int h = 0; h < share; ++h) {
    const int head = blockIdx.y * share + h;
    for (int i0 = j0; i0 < of.length; i0 += shape::met) {
      const int count = min(shape::met, of.length - i0);
      __syncthreads();  // before the tile is overwritten
      load_met<HeadWidth>(tile.q, q, base + i0, count, head * HeadWidth);
      load_met<HeadWidth>(tile.dy, dy, base + i0, count, head * HeadWidth);
      __syncthreads();
      for (int r = 0; r < count; ++r) {
        const int i = i0 + r, query = base + i;
        const Sum score = key.dot(tile.q[r]) * scale, dp = value.dot(tile.dy[r]);
        const bool seen = active && j <= i && attention_kept(of, query) && (!first_seen || j >= first_seen[query]);
        const Sum p = seen ? exp(score - lse[query * Heads + head]) : Sum(0);
        dvalue.add(p, tile.dy[r]);
        dkey.add(p * (dp - product[query * Heads + head]) * scale, tile.q[r]);
      }
    }
  }
  dkey.store(there ? &dk[token][kv_column] : nullptr, there);
  dvalue.store(there ? &dv[token][kv_column] : nullptr, there);
}

/// dq of `owned` queries of one head and sequence. dq may be dy: a row's own dy is read before.
template <int Heads, int KvHeads, int HeadWidth, class Q, class K, class V, class DY, class DQ, class Sum>
__global__ void __launch_bounds__(attention_shape<HeadWidth>::threads, attention_tuning<HeadWidth>::blocks)
    attention_backward_queries(Q q, K k, V v, const Sum* lse, DY dy, const Sum* product, DQ dq, const int* first_seen) {
  using shape = attention_shape<HeadWidth>;
  struct tile_type {
    Sum k[shape::met][shape::padded], v[shape::met][shape::padded];
  };
  auto& tile = *backend::dynamic_shared<tile_type>();
  const sequences of = q.of;
  const int tiles = (of.length + shape::owned - 1) / shape::owned;
  const int sequence = blockIdx.x / tiles, head = blockIdx.y, kv_column = head / (Heads / KvHeads) * HeadWidth;
  const int i0 = blockIdx.x % tiles * shape::owned, i = i0 + static_cast<int>(threadIdx.x) / shape::lanes;
  const int base = sequence * of.length, token = base + i;
  const bool there = i < of.length, active = there && attention_kept(of, token);
  const int from = active && first_seen ? first_seen[token] : 0;
  const Sum scale = 1 / sqrt(Sum(HeadWidth));

  attention_row<HeadWidth, Sum> query, dout, dquery;
  query.load(there ? &q[token][head * HeadWidth] : nullptr, active);
  dout.load(there ? &dy[token][head * HeadWidth] : nullptr, active);
  dquery.clear();
  const Sum log_sum = active ? lse[token * Heads + head] : Sum(0);
  const Sum mean = active ? product[token * Heads + head] : Sum(0);
  const int last = min(i0 + shape::owned, of.length);
  for (int j0 = first_seen ? first_seen[base + i0] : 0; j0 < last; j0 += shape::met) {
    const int count = min(shape::met, last - j0);
    __syncthreads();  // before the tile is overwritten
    load_met<HeadWidth>(tile.k, k, base + j0, count, kv_column);
    load_met<HeadWidth>(tile.v, v, base + j0, count, kv_column);
    __syncthreads();
    for (int r = 0; r < count; ++r) {
      const int j = j0 + r;
      const Sum score = query.dot(tile.k[r]) * scale, dp = dout.dot(tile.v[r]);
      const bool sees = active && j <= i && j >= from && attention_kept(of, base + j);
      const Sum p = sees ? exp(score - log_sum) : Sum(0);
      dquery.add(p * (dp - mean) * scale, tile.k[r]);
    }
  }
  dquery.store(there ? &dq[token][head * HeadWidth] : nullptr, there);
}

}  // namespace krait::kernel::detail
