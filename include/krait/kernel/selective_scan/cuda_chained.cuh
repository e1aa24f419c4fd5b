// krait/kernel/selective_scan/cuda_chained.cuh: few and long sequences are cut into chunks that are scanned side by
// side. A chunk's last state is linear in its first one: with h = 0 before it a short pass finds what it adds, and the
// sum of its deltas says how much it keeps, exp(A sum delta). So a block has the state after its chunk as soon as it
// knows the one before, hands it on, and only then makes its outputs, from tokens that the second cache still holds.
// Merrill & Garland 2016, "Single-pass parallel prefix scan with decoupled look-back"; but a block looks back no
// further than to its neighbour: the order of all sums is fixed, and the bits do not depend on who comes first.
#pragma once
#include <krait/kernel/selective_scan/cuda_tile.cuh>

namespace krait::kernel::detail {

/// How sequences are cut, and what blocks hand on, on the device. Not chained: a chunk is a whole sequence.
template <class Sum> struct scan_chain {
  scan_chunks chunks;
  int* ticket = nullptr;  // 0 at first
  int* ready = nullptr;   // (chunks, groups of channels): 1 once a state is there, 0 at first
  Sum* state = nullptr;   // (chunks, channels, d_state): forward after a chunk, backward the gradient before it
};

/// A block's channels, and its chunks: first, first + step, ...; chained only the first.
struct scan_work {
  int group, first, step;
};

/// Chunks are dealt by ticket in the order of time, so whoever is waited for is at work already.
template <bool Chained, bool Forward, int Groups, class Sum>
__device__ scan_work scan_take_work(scan_chain<Sum> chain, int sequences_count) {
  if constexpr (Chained) {
    __shared__ int ticket;
    if (threadIdx.x == 0) ticket = atomicAdd(chain.ticket, 1);
    __syncthreads();
    const int each = chain.chunks.each(), turn = ticket / Groups, place = turn / sequences_count;
    return {ticket % Groups, turn % sequences_count * each + (Forward ? place : each - 1 - place), 0};
  } else {
    return {static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.y), static_cast<int>(gridDim.y)};
  }
}

template <scan_config C, class Sum>
__device__ void scan_hand_on(scan_chain<Sum> chain, const scan_lane<C, Sum>& lane, int number, int group,
                             const Sum* state) {
  lane.store(state, chain.state + (static_cast<long>(number) * C.channels + lane.channel) * C.d_state);
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) atomicExch(chain.ready + number * scan_shape<C>::groups + group, 1);
}
/// Waits for what chunk `number` hands on.
template <scan_config C, class Sum>
__device__ void scan_wait_for(scan_chain<Sum> chain, const scan_lane<C, Sum>& lane, int number, int group, Sum* state) {
  if (threadIdx.x == 0) {
    while (atomicAdd(chain.ready + number * scan_shape<C>::groups + group, 0) == 0) __nanosleep(64);
    __threadfence();
  }
  __syncthreads();
  lane.load(state, chain.state + (static_cast<long>(number) * C.channels + lane.channel) * C.d_state);
}

/// state = what a chunk makes of `before`: what it adds, which `state` holds, and what it keeps.
template <scan_config C, class Sum> __device__ void scan_join(Sum* state, const Sum* before, const Sum* A, Sum deltas) {
#pragma unroll
  for (int s = 0; s < scan_shape<C>::states; ++s) state[s] += scan_step<C, Sum>::decay_over(deltas, A[s]) * before[s];
}

/// h = the last state of a chunk of `length` tokens from `first` on that begins with none. Returns the sum of its
/// deltas, infinite where a text begins in it.
template <scan_config C, class Tile, class W, class X, class Row, class Sum>
__device__ Sum scan_added_state(Tile& tile, scan_pointers<W> w, X x, Row row, int first, int length, int channel0,
                                const Sum* A, int n0, Sum* h) {
  using shape = scan_shape<C>;
  const int mine = threadIdx.x / shape::lanes;
  Sum deltas = 0;
#pragma unroll
  for (int s = 0; s < shape::states; ++s) h[s] = 0;
  for (int begin = 0; begin < length; begin += shape::tokens) {
    const int count = min(length - begin, shape::tokens);
    load_scan_tile<C>(tile, x, row, first + begin, count, channel0);
    __syncthreads();
    make_delta<C>(tile, w, x.of, first + begin, count, channel0);
    __syncthreads();
    for (int t = 0; t < count; ++t) {
      const Sum delta = tile.delta[t][mine], value = tile.x[t][mine];
      deltas = tile.start[t] ? Sum(INFINITY) : deltas + delta;
#pragma unroll
      for (int s = 0; s < shape::states; ++s) {
        const scan_step<C, Sum> now(delta, A[s]);
        h[s] = (tile.start[t] ? Sum(0) : now.decay * h[s]) + now.gain * tile.B[t][n0 + s] * value;
      }
    }
    __syncthreads();  // before the next tile comes
  }
  return deltas;
}

/// g = the gradient in a chunk's first state where there is none in its last one; tile.dy is written. Returns the sum
/// of its deltas, infinite where a text begins in it.
template <scan_config C, class Tile, class W, class X, class Row, class Z, class DGated, class Sum>
__device__ Sum scan_added_gradient(Tile& tile, scan_pointers<W> w, X x, Row row, Z z, DGated dgated, int first,
                                   int length, int channel0, const Sum* A, int n0, Sum* g) {
  using shape = scan_shape<C>;
  constexpr int tokens = shape::tokens;
  const int mine = threadIdx.x / shape::lanes;
  Sum deltas = 0;
#pragma unroll
  for (int s = 0; s < shape::states; ++s) g[s] = 0;
  for (int number = (length + tokens - 1) / tokens - 1; number >= 0; --number) {
    const int from = first + number * tokens, count = min(length - number * tokens, tokens);
    load_scan_tile<C>(tile, x, row, from, count, channel0);
    for (int i = threadIdx.x; i < count * shape::channels; i += shape::threads) {
      const int t = i / shape::channels, e = channel0 + i % shape::channels;
      const Sum gate = e < shape::E ? static_cast<Sum>(z[from + t][e]) : Sum(0);
      tile.dy[t][i % shape::channels] = e < shape::E && (!x.of.keep || x.of.keep[from + t])
                                            ? static_cast<Sum>(dgated[from + t][e]) * gate * sigmoid(gate)
                                            : Sum(0);
    }
    __syncthreads();
    make_delta<C>(tile, w, x.of, from, count, channel0);
    __syncthreads();
    for (int t = count - 1; t >= 0; --t) {
      const Sum delta = tile.delta[t][mine], dy = tile.dy[t][mine];
      deltas = tile.start[t] ? Sum(INFINITY) : deltas + delta;
#pragma unroll
      for (int s = 0; s < shape::states; ++s) {
        const Sum G = g[s] + dy * tile.c[t][n0 + s];
        g[s] = tile.start[t] ? Sum(0) : G * scan_step<C, Sum>(delta, A[s]).decay;
      }
    }
    __syncthreads();  // before the next tile comes
  }
  return deltas;
}

}  // namespace krait::kernel::detail
