// krait/kernel/attention/attention.hpp: causal softmax attention with grouped keys. Vaswani et al. 2017
// (arXiv:1706.03762), eq. 1; Ainslie et al. 2023 (arXiv:2305.13245) for the groups; the backward pass from saved
// log-sums as in Dao et al. 2022 (arXiv:2205.14135), appendix B.
#pragma once

namespace krait::kernel {

/// Query head i reads key and value head i / (Heads / KvHeads); scores are q k^T / sqrt(HeadWidth). Within a sequence
/// of q.of a token attends to itself and to earlier tokens of its own packed text (a start cuts the past off). A masked
/// token (keep 0) is attended to by nobody, puts out zero and takes and passes no gradient.
///
/// forward(on, q, k, v, y, lse): q (tokens, Heads * HeadWidth), k and v (tokens, KvHeads * HeadWidth) -> y (tokens,
/// Heads *
///   HeadWidth; may be q) and lse (tokens, Heads), the natural logarithm of each query's sum of e^score; 0 where
///   masked.
/// backward(on, q, k, v, y, lse, dy, dq, dk, dv): y and lse as forward put them out -> dq, dk, dv (overwritten; dq may
/// be
///   dy and nothing else may alias).
/// step(on, q, k_cache, v_cache, length_capacity, lengths, y): one new token of each of q.tokens() sequences; the
/// caches
///   hold (sequences, length_capacity, KvHeads * HeadWidth) without gaps, lengths[s] >= 1 tokens of them are attended
///   to, the new one among them: its key and value have been written already. -> y (sequences, Heads * HeadWidth; may
///   be q).
template <class Backend, int Heads, int KvHeads, int HeadWidth> struct attention;

}  // namespace krait::kernel
