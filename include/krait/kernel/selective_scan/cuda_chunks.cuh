// krait/kernel/selective_scan/cuda_chunks.cuh: what lets chunks of few and long sequences be scanned side by side. A
// chunk's last state is linear in its first one: with h = 0 before it a short pass finds what it adds, and the sum of
// its deltas says how much it keeps, exp(A sum delta). A third kernel joins chunks in their order, and then every chunk
// knows the state before it. The same backwards for the states' gradients. No block waits for another, and the order of
// all sums is fixed (look-back while others are still at work would make it depend on who comes first).
#pragma once
#include <krait/kernel/selective_scan/cuda_sequential.cuh>

namespace krait::kernel::detail {

/// Forward: state[chunk] = the last state of a chunk that begins with none, deltas[chunk][channel] = the sum of its
/// deltas, infinite where a text begins in it. A block has the same channels as in the full pass.
template <int E, int N, int R, discretisation Form, class W, class Sum, class X, class Row>
__global__ void __launch_bounds__(scan_shape<scan_config{E, N, R, Form}>::threads,
                                  scan_sequential_tuning<scan_config{E, N, R, Form}>::blocks)
    scan_chunk_states(scan_pointers<W> w, X x, Row row, Sum* state, Sum* deltas, scan_chunks chunks) {
  constexpr scan_config C{E, N, R, Form};
  using shape = scan_shape<C>;
  constexpr int states = shape::states;
  auto& tile = *backend::dynamic_shared<scan_tile<C, Sum>>();
  const scan_lane<C, Sum> lane;
  const int mine = threadIdx.x / shape::lanes, channel0 = blockIdx.x * shape::channels;
  Sum A[states], h[states];
  lane.load_A(A, w.A_log);
  load_dt_weight<C>(tile, w, channel0);
  for (int number = blockIdx.y; number < x.of.count * chunks.each(); number += gridDim.y) {
    Sum total = 0;
#pragma unroll
    for (int s = 0; s < states; ++s) h[s] = 0;
    const int length = chunks.tokens(number);
    for (int begin = 0; begin < length; begin += shape::tokens) {
      const int first = chunks.begin(number) + begin, count = min(length - begin, shape::tokens);
      load_scan_tile<C>(tile, x, row, first, count, channel0);
      __syncthreads();
      make_delta<C>(tile, w, x.of, first, count, channel0);
      __syncthreads();
      for (int t = 0; t < count; ++t) {
        const Sum delta = tile.delta[t][mine], value = tile.x[t][mine];
        if (tile.start[t]) total = INFINITY;
        total += delta;
#pragma unroll
        for (int s = 0; s < states; ++s) {
          const scan_step<C, Sum> now(delta, A[s]);
          h[s] = (tile.start[t] ? Sum(0) : now.decay * h[s]) + now.gain * tile.B[t][lane.n0 + s] * value;
        }
      }
      __syncthreads();  // before the next tile comes
    }
    lane.store(h, state + (static_cast<long>(number) * E + lane.channel) * N);
    if (lane.active && lane.n0 == 0) deltas[static_cast<long>(number) * E + lane.channel] = total;
  }
}

/// Backward: gradient[chunk] = the gradient in a chunk's first state where there is none in its last one.
template <int E, int N, int R, discretisation Form, class W, class Sum, class X, class Row, class Z, class DGated>
__global__ void __launch_bounds__(scan_shape<scan_config{E, N, R, Form}>::threads,
                                  scan_sequential_tuning<scan_config{E, N, R, Form}>::blocks)
    scan_chunk_gradients(scan_pointers<W> w, X x, Row row, Z z, DGated dgated, Sum* gradient, scan_chunks chunks) {
  constexpr scan_config C{E, N, R, Form};
  using shape = scan_shape<C>;
  constexpr int states = shape::states, tokens = shape::tokens;
  auto& tile = *backend::dynamic_shared<scan_forward_tile<C, Sum>>();  // its y holds dy
  const scan_lane<C, Sum> lane;
  const int mine = threadIdx.x / shape::lanes, channel0 = blockIdx.x * shape::channels;
  Sum A[states], g[states];
  lane.load_A(A, w.A_log);
  load_dt_weight<C>(tile, w, channel0);
  for (int chunk = blockIdx.y; chunk < x.of.count * chunks.each(); chunk += gridDim.y) {
#pragma unroll
    for (int s = 0; s < states; ++s) g[s] = 0;
    const int length = chunks.tokens(chunk);
    for (int number = (length + tokens - 1) / tokens - 1; number >= 0; --number) {
      const int first = chunks.begin(chunk) + number * tokens, count = min(length - number * tokens, tokens);
      load_scan_tile<C>(tile, x, row, first, count, channel0);
      for (int i = threadIdx.x; i < count * shape::channels; i += shape::threads) {
        const int t = i / shape::channels, e = channel0 + i % shape::channels;
        const Sum gate = e < E ? static_cast<Sum>(z[first + t][e]) : Sum(0);
        tile.y[t][i % shape::channels] = e < E && (!x.of.keep || x.of.keep[first + t])
                                             ? static_cast<Sum>(dgated[first + t][e]) * gate * sigmoid(gate)
                                             : Sum(0);
      }
      __syncthreads();
      make_delta<C>(tile, w, x.of, first, count, channel0);
      __syncthreads();
      for (int t = count - 1; t >= 0; --t) {
        const Sum delta = tile.delta[t][mine], dy = tile.y[t][mine];
#pragma unroll
        for (int s = 0; s < states; ++s) {
          const Sum G = g[s] + dy * tile.c[t][lane.n0 + s];
          g[s] = tile.start[t] ? Sum(0) : G * scan_step<C, Sum>(delta, A[s]).decay;
        }
      }
      __syncthreads();  // before the next tile comes
    }
    lane.store(g, gradient + (static_cast<long>(chunk) * E + lane.channel) * N);
  }
}

/// What each chunk adds becomes the state before it (Forward) or the gradient in the state after it, from one end of a
/// sequence to the other. A thread a state: `from` of its sequence at first (null: 0), `to` in the end (null: not
/// wanted).
template <bool Forward, int E, int N, class W, class Sum>
__global__ void __launch_bounds__(128) scan_join_chunks(const W* A_log, const Sum* deltas, Sum* each, const Sum* from,
                                                        Sum* to, int sequences_count, int chunks) {
  const long i = static_cast<long>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= static_cast<long>(sequences_count) * E * N) return;
  const long state = i % (E * N), sequence = i / (E * N);
  const Sum A = -exp(static_cast<Sum>(A_log[state]));
  Sum now = from ? from[i] : Sum(0);
  for (int c = 0; c < chunks; ++c) {
    const long number = sequence * chunks + (Forward ? c : chunks - 1 - c);
    Sum& here = each[number * (E * N) + state];
    const Sum added = here;
    here = now;
    now = exp(A * deltas[number * E + state / N]) * now + added;
  }
  if (to) to[i] = now;
}

}  // namespace krait::kernel::detail
