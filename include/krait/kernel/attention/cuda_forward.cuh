// krait/kernel/attention/cuda_forward.cuh: softmax as the keys come, rescaled when a greater score is met. Milakov &
// Gimelshein 2018 (arXiv:1805.02867); Dao et al. 2022 (arXiv:2205.14135), algorithm 1.
#pragma once
#include <krait/kernel/attention/cuda_tile.cuh>

namespace krait::kernel::detail {

/// A block takes `owned` queries of one head and sequence. Keys come in tiles, scores in groups of 8.
template <int Heads, int KvHeads, int HeadWidth, class Q, class K, class V, class Y, class Sum>
__global__ void __launch_bounds__(attention_shape<HeadWidth>::threads, attention_tuning<HeadWidth>::blocks)
    attention_forward(Q q, K k, V v, Y y, Sum* lse, const int* first_seen) {
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

  attention_row<HeadWidth, Sum> query, out;
  query.load(there ? &q[token][head * HeadWidth] : nullptr, active);
  out.clear();
  Sum top = 0, sum = 0;
  const int last = min(i0 + shape::owned, of.length);
  for (int j0 = first_seen ? first_seen[base + i0] : 0; j0 < last; j0 += shape::met) {
    const int count = min(shape::met, last - j0);
    __syncthreads();  // before the tile is overwritten
    load_met<HeadWidth>(tile.k, k, base + j0, count, kv_column);
    load_met<HeadWidth>(tile.v, v, base + j0, count, kv_column);
    __syncthreads();
    constexpr int group = 8;
    for (int r0 = 0; r0 < count; r0 += group) {
      Sum score[group];
      bool sees[group];
      Sum greatest = top;
      bool any = sum > Sum(0);
#pragma unroll
      for (int g = 0; g < group; ++g) {
        const int r = min(r0 + g, count - 1), j = j0 + r;  // all lanes must meet in dot
        score[g] = query.dot(tile.k[r]) * scale;
        sees[g] = r0 + g < count && active && j <= i && j >= from && attention_kept(of, base + j);
        if (sees[g]) {
          greatest = any ? max(greatest, score[g]) : score[g];
          any = true;
        }
      }
      if (!any) continue;
      const Sum shrink = sum > Sum(0) ? exp(top - greatest) : Sum(0);
      top = greatest;
      sum *= shrink;
#pragma unroll
      for (Sum& part : out.part) part *= shrink;
#pragma unroll
      for (int g = 0; g < group; ++g) {
        const Sum p = sees[g] ? exp(score[g] - top) : Sum(0);
        sum += p;
        out.add(p, tile.v[min(r0 + g, count - 1)]);
      }
    }
  }
  if (sum > Sum(0))
#pragma unroll
    for (Sum& part : out.part) part /= sum;
  out.store(there ? &y[token][head * HeadWidth] : nullptr, there);
  if (there && threadIdx.x % shape::lanes == 0) lse[token * Heads + head] = sum > Sum(0) ? top + log(sum) : Sum(0);
}

}  // namespace krait::kernel::detail
