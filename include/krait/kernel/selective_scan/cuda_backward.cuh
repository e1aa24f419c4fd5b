// krait/kernel/selective_scan/cuda_backward.cuh: the scan's gradients. Tiles are walked from the last; the states
// inside a tile are made again from the one saved before it and wait in shared memory, a thread's own in a column of
// its own. Nothing is added atomically: what all channels share (B, C and delta's input) is summed over lanes by
// shuffles, over warps in shared memory, and over blocks by a kernel of its own, always in one order.
#pragma once
#include <krait/backend/cuda/add_parts.cuh>
#include <krait/kernel/selective_scan/cuda_chained.cuh>

namespace krait::kernel::detail {

/// Parts of the weights' gradients, one for every block of a group, and of the rows', one for every group.
template <class Sum> struct scan_parts { Sum *dt_weight, *dt_bias, *A_log, *D, *row; };

template <scan_config C, class Sum> struct scan_backward_tile : scan_tile<C, Sum> {
  using shape = scan_shape<C>;
  static constexpr int lines = 2 * shape::padded;  // dB and dC of a token
  /// Tokens between two sums over warps: as many as fit 16 KiB.
  static constexpr int fit = 16 * 1024 / (shape::warps * lines * static_cast<int>(sizeof(Sum)));
  static constexpr int flush = fit < 1 ? 1 : fit > shape::tokens ? shape::tokens : fit;
  alignas(16) Sum before[shape::tokens][shape::threads][shape::states];  // h before each token
  Sum dy[shape::tokens][shape::channels], dx[shape::tokens][shape::channels], dv[shape::tokens][shape::channels];
  Sum shared_gradients[shape::warps][flush][lines];
  Sum ddt_weight[shape::R][shape::channels], dbias[shape::channels];  // of the block; each has its own thread
};

/// drow[t][column] = sum over blocks of their parts.
template <int Groups, class Sum, class Row>
__global__ void __launch_bounds__(128) scan_sum_rows(const Sum* parts, Row drow) {
  const long i = static_cast<long>(blockIdx.x) * blockDim.x + threadIdx.x;
  const long size = static_cast<long>(drow.tokens()) * Row::width;
  if (i >= size) return;
  Sum sum = 0;
  for (int g = 0; g < Groups; ++g) sum += parts[g * size + i];
  drow[static_cast<int>(i / Row::width)][i % Row::width] = static_cast<typename Row::value_type>(sum);
}

template <bool Chained, int E, int N, int R, discretisation Form, class W, class Sum, class X, class Row, class Z,
          class Y, class DGated, class Gated, class DX, class DZ>
__global__ void __launch_bounds__(scan_shape<scan_config{E, N, R, Form}>::threads,
                                  scan_sequential_tuning<scan_config{E, N, R, Form}>::blocks)
    device_scan_backward(scan_pointers<W> w, X x, Row row, Z z, Y y, const Sum* saved, DGated dgated, Gated gated,
                         DX dx, DZ dz, scan_parts<Sum> parts, scan_states<Sum> at, scan_state_gradients<Sum> dat,
                         scan_chain<Sum> chain) {
  constexpr scan_config C{E, N, R, Form};
  using shape = scan_shape<C>;
  using step = scan_step<C, Sum>;
  using tile_type = scan_backward_tile<C, Sum>;
  constexpr int states = shape::states, tokens = shape::tokens, channels = shape::channels, threads = shape::threads,
                flush = tile_type::flush;
  using scatter = backend::scatter_sum<2 * states, shape::lanes>;
  auto& tile = *backend::dynamic_shared<tile_type>();
  const scan_work work = scan_take_work<Chained, false, shape::groups>(chain, x.of.count);
  const scan_lane<C, Sum> lane(work.group);
  const scan_chunks chunks = chain.chunks;
  const int in_warp = threadIdx.x % backend::warp_size, warp = threadIdx.x / backend::warp_size;
  const int mine = threadIdx.x / shape::lanes, channel0 = work.group * channels, each = Chained ? chunks.each() : 1;
  Sum A[states], g[states], dA[states] = {}, dD = 0;
  lane.load_A(A, w.A_log);
  const Sum D = lane.active ? static_cast<Sum>(w.D[lane.channel]) : Sum(0);
  load_dt_weight<C>(tile, w, channel0);
  for (int i = threadIdx.x; i < channels * R; i += threads) tile.ddt_weight[i / channels][i % channels] = 0;
  for (int c = threadIdx.x; c < channels; c += threads) tile.dbias[c] = 0;

  for (int chunk = work.first; chunk < x.of.count * each; chunk += work.step) {
    const int length = chunks.tokens(chunk), place = chunk % each;
    const long state = (static_cast<long>(chunk / each) * E + lane.channel) * N;
    if (place + 1 == each) lane.load(g, dat.final ? dat.final + state : nullptr);
    if constexpr (Chained)
      if (place + 1 < each) {
        Sum deltas = 0, after[states];
        if (place > 0)
          deltas =
              scan_added_gradient<C>(tile, w, x, row, z, dgated, chunks.begin(chunk), length, channel0, A, lane.n0, g);
        scan_wait_for<C>(chain, lane, chunk + 1, work.group, after);
        if (place > 0) {
          scan_join<C>(g, after, A, deltas);
          scan_hand_on<C>(chain, lane, chunk, work.group, g);
        }
#pragma unroll
        for (int s = 0; s < states; ++s) g[s] = after[s];
      }
    for (int number = (length + tokens - 1) / tokens - 1; number >= 0; --number) {
      const int first = chunks.begin(chunk) + number * tokens, count = min(length - number * tokens, tokens);
      load_scan_tile<C>(tile, x, row, first, count, channel0);
      __syncthreads();
      make_delta<C>(tile, w, x.of, first, count, channel0);
      for (int i = threadIdx.x; i < count * channels; i += threads) {  // through the gate
        const int t = i / channels, token = first + t, e = channel0 + i % channels;
        Sum dy = 0;
        if (e < E) {
          const Sum gate = static_cast<Sum>(z[token][e]), s = sigmoid(gate), d = static_cast<Sum>(dgated[token][e]);
          const Sum out = static_cast<Sum>(y[token][e]);
          const bool kept = !x.of.keep || x.of.keep[token];
          if (kept) dy = d * gate * s;
          gated[token][e] = static_cast<typename Gated::value_type>(kept ? out * gate * s : Sum(0));
          dz[token][e] = static_cast<typename DZ::value_type>(kept ? d * out * s * (1 + gate * (1 - s)) : Sum(0));
        }
        tile.dy[t][i % channels] = dy;
      }
      __syncthreads();

      Sum h[states];
      const int token_in_sequence = place * chunks.chunk + number * tokens;
      const Sum* from = token_in_sequence > 0
                            ? saved + scan_saved_at<C>(x.of, tokens, chunk / each, token_in_sequence, lane.channel)
                        : at.initial ? at.initial + state
                                     : nullptr;
      lane.load(h, from);
      for (int t = 0; t < count; ++t) {
        const Sum delta = tile.delta[t][mine], value = tile.x[t][mine];
        if (tile.start[t])
#pragma unroll
          for (int s = 0; s < states; ++s) h[s] = 0;
#pragma unroll
        for (int s = 0; s < states; ++s) {
          tile.before[t][threadIdx.x][s] = h[s];
          const step now(delta, A[s]);
          h[s] = now.decay * h[s] + now.gain * tile.B[t][lane.n0 + s] * value;
        }
      }

      for (int t = count - 1; t >= 0; --t) {
        Sum both[2 * states];  // dB, then dC, of this channel and lane
        Sum dx_sum = 0, ddelta = 0;
        const Sum delta = tile.delta[t][mine], value = tile.x[t][mine], dy = tile.dy[t][mine];
#pragma unroll
        for (int s = 0; s < states; ++s) {
          const step now(delta, A[s]);
          const Sum before = tile.before[t][threadIdx.x][s], B = tile.B[t][lane.n0 + s], A_n = step::unscaled(A[s]);
          const Sum G = g[s] + dy * tile.c[t][lane.n0 + s], decayed = G * before * now.decay, dgain = G * B * value;
          both[s] = G * value * now.gain;
          both[states + s] = dy * (now.decay * before + now.gain * B * value);
          dx_sum += G * now.gain * B;
          ddelta += decayed * A_n + dgain * (step::euler ? Sum(1) : now.decay);
          dA[s] += decayed * delta;
          if constexpr (!step::euler) dA[s] += dgain * step::gain_slope(delta, A[s], now.decay);
          g[s] = tile.start[t] ? Sum(0) : G * now.decay;
        }
        dx_sum = backend::lane_sum<shape::lanes>(dx_sum);
        ddelta = backend::lane_sum<shape::lanes>(ddelta);
        if (lane.n0 == 0) {
          tile.dx[t][mine] = dx_sum + D * dy;
          tile.dv[t][mine] = ddelta * -expm1(-delta);  // softplus' slope is 1 - e^-softplus; 0 where masked
        }
        dD += dy * value;
        scatter::run(both, in_warp);
        const int slot = (count - 1 - t) % flush;
        if (scatter::speaks(in_warp))
#pragma unroll
          for (int i = 0; i < scatter::left; ++i) {
            const int k = scatter::first(in_warp) + i;  // dB or dC, of state k % states
            tile.shared_gradients[warp][slot][k / states * shape::padded + lane.n0 + k % states] = both[i];
          }
        if (slot == flush - 1 || t == 0) {  // over warps, tokens t .. t + slot
          __syncthreads();
          for (int i = threadIdx.x; i < (slot + 1) * 2 * N; i += threads) {
            const int p = i / (2 * N), which = i / N % 2, n = i % N;
            Sum sum = 0;
            for (int k = 0; k < shape::warps; ++k) sum += tile.shared_gradients[k][p][which * shape::padded + n];
            const long token = static_cast<long>(work.group) * x.tokens() + first + t + slot - p;
            parts.row[token * shape::row_width + R + which * N + n] = sum;
          }
          __syncthreads();
        }
      }

      for (int i = threadIdx.x; i < count * channels; i += threads) {
        const int t = i / channels, e = channel0 + i % channels;
        if (e < E) dx[first + t][e] = static_cast<typename DX::value_type>(tile.dx[t][i % channels]);
      }
      for (int i = threadIdx.x; i < count * R; i += threads) {
        const int t = i / R, r = i % R;
        Sum sum = 0;
        for (int c = 0; c < channels; ++c) sum += tile.dv[t][c] * tile.dt_weight[r][c];
        parts.row[(static_cast<long>(work.group) * x.tokens() + first + t) * shape::row_width + r] = sum;
      }
      for (int i = threadIdx.x; i < channels * R; i += threads) {
        const int c = i % channels, r = i / channels;
        Sum sum = tile.ddt_weight[r][c];
        for (int t = 0; t < count; ++t) sum += tile.dv[t][c] * tile.dt[t][r];
        tile.ddt_weight[r][c] = sum;
      }
      for (int c = threadIdx.x; c < channels; c += threads)
        for (int t = 0; t < count; ++t) tile.dbias[c] += tile.dv[t][c];
      __syncthreads();  // before the next tile comes
    }
    if (place == 0)
      lane.store(g, dat.initial ? dat.initial + state : nullptr);
    else if (Chained && place + 1 == each)
      scan_hand_on<C>(chain, lane, chunk, work.group, g);
    if constexpr (Chained) break;
  }

  const long part = static_cast<long>(work.first) * E;
#pragma unroll
  for (int s = 0; s < states; ++s) dA[s] *= step::unscaled(A[s]);
  lane.store(dA, parts.A_log + (part + lane.channel) * N);
  if (lane.active && lane.n0 == 0) parts.D[part + lane.channel] = dD;
  for (int c = threadIdx.x; c < channels && channel0 + c < E; c += threads)
    parts.dt_bias[part + channel0 + c] = tile.dbias[c];
  for (int i = threadIdx.x; i < channels * R; i += threads) {
    const int c = i % channels, r = i / channels;
    if (channel0 + c < E) parts.dt_weight[(part + channel0 + c) * R + r] = tile.ddt_weight[r][c];
  }
}

}  // namespace krait::kernel::detail
