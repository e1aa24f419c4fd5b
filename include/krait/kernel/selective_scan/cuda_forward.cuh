// krait/kernel/selective_scan/cuda_forward.cuh: one pass over time. The states of a channel lie in registers, spread
// over a few lanes of a warp; tokens come through shared memory, a tile at a time. Batch x channels x lanes alone fill
// a device: 64 prompts of 512 channels are 131,072 threads. Few and long sequences are chained: cuda_chained.cuh.
#pragma once
#include <krait/kernel/selective_scan/cuda_chained.cuh>

namespace krait::kernel::detail {

template <bool Chained, int E, int N, int R, discretisation Form, class W, class Sum, class X, class Row, class Z,
          class Y, class Gated>
__global__ void __launch_bounds__(scan_shape<scan_config{E, N, R, Form}>::threads,
                                  scan_sequential_tuning<scan_config{E, N, R, Form}>::blocks)
    device_scan_forward(scan_pointers<W> w, X x, Row row, Z z, Y y, Gated gated, Sum* saved, scan_states<Sum> at,
                        scan_chain<Sum> chain) {
  constexpr scan_config C{E, N, R, Form};
  using shape = scan_shape<C>;
  constexpr int states = shape::states;
  auto& tile = *backend::dynamic_shared<scan_forward_tile<C, Sum>>();
  const scan_work work = scan_take_work<Chained, true, shape::groups>(chain, x.of.count);
  const scan_lane<C, Sum> lane(work.group);
  const scan_chunks chunks = chain.chunks;
  const int mine = threadIdx.x / shape::lanes, channel0 = work.group * shape::channels,
            each = Chained ? chunks.each() : 1;
  Sum A[states], h[states];
  lane.load_A(A, w.A_log);
  const Sum D = lane.active ? static_cast<Sum>(w.D[lane.channel]) : Sum(0);
  load_dt_weight<C>(tile, w, channel0);

  for (int number = work.first; number < x.of.count * each; number += work.step) {
    const int length = chunks.tokens(number), place = number % each;
    const long state = (static_cast<long>(number / each) * shape::E + lane.channel) * N;
    if (place == 0) lane.load(h, at.initial ? at.initial + state : nullptr);
    if constexpr (Chained)
      if (place > 0) {
        const bool last = place + 1 == each;
        Sum deltas = 0, before[states];
        if (!last) deltas = scan_added_state<C>(tile, w, x, row, chunks.begin(number), length, channel0, A, lane.n0, h);
        scan_wait_for<C>(chain, lane, number - 1, work.group, before);
        if (!last) {
          scan_join<C>(h, before, A, deltas);
          scan_hand_on<C>(chain, lane, number, work.group, h);
        }
#pragma unroll
        for (int s = 0; s < states; ++s) h[s] = before[s];
      }
    for (int begin = 0; begin < length; begin += shape::tokens) {
      const int first = chunks.begin(number) + begin, count = min(length - begin, shape::tokens);
      load_scan_tile<C>(tile, x, row, first, count, channel0);
      const int token_in_sequence = place * chunks.chunk + begin;
      if (token_in_sequence > 0)
        lane.store(h, saved + scan_saved_at<C>(x.of, shape::tokens, number / each, token_in_sequence, lane.channel));
      __syncthreads();
      make_delta<C>(tile, w, x.of, first, count, channel0);
      __syncthreads();
      for (int t = 0; t < count; ++t) {
        const Sum delta = tile.delta[t][mine], value = tile.x[t][mine];
        if (tile.start[t])
#pragma unroll
          for (int s = 0; s < states; ++s) h[s] = 0;
        Sum out = 0;
#pragma unroll
        for (int s = 0; s < states; ++s) {
          const scan_step<C, Sum> now(delta, A[s]);
          h[s] = now.decay * h[s] + now.gain * tile.B[t][lane.n0 + s] * value;
          out += tile.c[t][lane.n0 + s] * h[s];
        }
        out = backend::lane_sum<shape::lanes>(out);
        if (lane.n0 == 0) tile.y[t][mine] = out + D * value;
      }
      __syncthreads();
      for (int i = threadIdx.x; i < count * shape::channels; i += shape::threads) {
        const int t = i / shape::channels, token = first + t, e = channel0 + i % shape::channels;
        if (e >= shape::E) continue;
        const Sum gate = static_cast<Sum>(z[token][e]), out = tile.y[t][i % shape::channels];
        y[token][e] = static_cast<typename Y::value_type>(out);  // 0 where masked, for C and x are
        gated[token][e] = static_cast<typename Gated::value_type>(
            x.of.keep && !x.of.keep[token] ? Sum(0) : out * gate * sigmoid(gate));
      }
      __syncthreads();  // before the next tile comes
    }
    if (place + 1 == each)
      lane.store(h, at.final ? at.final + state : nullptr);
    else if (Chained && place == 0)
      scan_hand_on<C>(chain, lane, number, work.group, h);
    if constexpr (Chained) break;
  }
}

}  // namespace krait::kernel::detail
