// krait/kernel/selective_scan/cuda_block.cuh: few sequences of some length: the threads of a block lie over time. What
// a token does to a state is a pair, h -> decay h + input, and pairs can be joined in any grouping: a thread joins
// those of its own tokens, cub::BlockScan joins the threads'. States come one after another, the channels of a block
// together.
#pragma once
#include <cub/block/block_scan.cuh>
#include <krait/backend/cuda/lanes.cuh>
#include <krait/kernel/selective_scan/cuda_tile.cuh>

namespace krait::kernel::detail {

/// What a block scan's kernels know at compile time.
template <scan_config C, class Sum> struct scan_block_shape {
  using tuning = scan_block_tuning<C>;
  static constexpr int E = C.channels, N = C.d_state, R = C.dt_rank, row_width = R + 2 * N;
  static constexpr int threads = tuning::threads, channels = tuning::channels, warps = threads / backend::warp_size;
  static constexpr int items = sizeof(Sum) <= 4 ? tuning::items : tuning::items >= 4 ? tuning::items / 4 : 1;
  static constexpr int tokens = threads * items;                // of a tile
  static constexpr int groups = (E + channels - 1) / channels;  // blocks for all channels
  static_assert(threads % backend::warp_size == 0 && items <= 32, "scan_block_tuning: threads must be whole warps");
  static_assert(tokens >= scan_tuning<C>::device_tile, "scan_block_tuning: a tile is shorter than those saved for");
};

/// What some tokens in a row do to a state of each channel: h -> decay h + input.
template <int Channels, class Sum> struct scan_pairs {
  Sum decay[Channels], input[Channels];
  static __device__ scan_pairs nothing() {
    scan_pairs made;
#pragma unroll
    for (int c = 0; c < Channels; ++c) made.decay[c] = 1, made.input[c] = 0;
    return made;
  }
  /// Joined with others: the state itself.
  static __device__ scan_pairs state(const Sum* h) {
    scan_pairs made;
#pragma unroll
    for (int c = 0; c < Channels; ++c) made.decay[c] = 1, made.input[c] = h[c];
    return made;
  }
  /// One more token behind.
  __device__ void then(int c, Sum a, Sum b) {
    decay[c] *= a;
    input[c] = a * input[c] + b;
  }
};
struct scan_join_pairs {
  template <int Channels, class Sum>
  __device__ scan_pairs<Channels, Sum> operator()(const scan_pairs<Channels, Sum>& first,
                                                  const scan_pairs<Channels, Sum>& second) const {
    scan_pairs<Channels, Sum> both = first;
#pragma unroll
    for (int c = 0; c < Channels; ++c) both.then(c, second.decay[c], second.input[c]);
    return both;
  }
};

template <scan_config C, class Sum> struct scan_block_tile {
  using shape = scan_block_shape<C, Sum>;
  using pairs = scan_pairs<shape::channels, Sum>;
  /// Not BLOCK_SCAN_WARP_SCANS: pairs of several channels are so wide that it makes backward spill.
  using scan = cub::BlockScan<pairs, shape::threads, cub::BLOCK_SCAN_RAKING>;
  typename scan::TempStorage storage;
  Sum A[shape::N][shape::channels], h[shape::N][shape::channels];  // h: before the tile
  Sum dt_weight[shape::R][shape::channels], dt_bias[shape::channels], D[shape::channels];

  /// `before` = the pairs of all threads before this one, behind the state h. All threads must call it.
  __device__ void run(const pairs& mine, const Sum* state, pairs& before) {
    scan(storage).ExclusiveScan(mine, before, pairs::state(state), scan_join_pairs{});
    __syncthreads();  // before the next one comes
  }
  /// The weights of the block's channels; those that there are not have zeros. A barrier stands behind it.
  template <class W> __device__ void load_weights(scan_pointers<W> w, int channel0) {
    for (int i = threadIdx.x; i < shape::channels * shape::N; i += shape::threads) {
      const int c = i / shape::N, n = i % shape::N, e = channel0 + c;
      A[n][c] = scan_step<C, Sum>::scaled(e < shape::E ? static_cast<Sum>(w.A_log[e * shape::N + n]) : Sum(0));
    }
    for (int i = threadIdx.x; i < shape::channels * shape::R; i += shape::threads) {
      const int c = i / shape::R, r = i % shape::R, e = channel0 + c;
      dt_weight[r][c] = e < shape::E ? static_cast<Sum>(w.dt_weight[e * shape::R + r]) : Sum(0);
    }
    for (int c = threadIdx.x; c < shape::channels; c += shape::threads) {
      const bool real = channel0 + c < shape::E;
      dt_bias[c] = real ? static_cast<Sum>(w.dt_bias[channel0 + c]) : Sum(0);
      D[c] = real ? static_cast<Sum>(w.D[channel0 + c]) : Sum(0);
    }
  }
  /// [state][channel] values from and to (channels, d_state) at `from`, which may be null: zeros, not wanted.
  static __device__ void load(Sum (*to)[shape::channels], const Sum* from, int channel0) {
    for (int i = threadIdx.x; i < shape::channels * shape::N; i += shape::threads) {
      const int c = i / shape::N, n = i % shape::N;
      to[n][c] = from && channel0 + c < shape::E ? from[c * shape::N + n] : Sum(0);
    }
  }
  static __device__ void store(const Sum (*from)[shape::channels], Sum* to, int channel0) {
    if (!to) return;
    for (int i = threadIdx.x; i < shape::channels * shape::N; i += shape::threads) {
      const int c = i / shape::N, n = i % shape::N;
      if (channel0 + c < shape::E) to[c * shape::N + n] = from[n][c];
    }
  }
};

/// The tokens of one thread: first, first + 1, ... below `end`. A masked token and one beyond the end have delta, x, B
/// and C of zero and so change nothing.
template <scan_config C, class Sum> struct scan_block_tokens {
  using shape = scan_block_shape<C, Sum>;
  static constexpr int items = shape::items, channels = shape::channels;
  int first, end;
  unsigned kept = 0, starts = 0;  // a bit a token
  Sum x[items][channels], delta[items][channels];

  template <class X, class Row>
  __device__ scan_block_tokens(const scan_block_tile<C, Sum>& tile, X from, Row row, int first_, int end_, int channel0)
      : first(first_), end(end_) {
#pragma unroll
    for (int i = 0; i < items; ++i) {
      const int token = first + i;
      const bool keep = token < end && (!from.of.keep || from.of.keep[token]);
      kept |= static_cast<unsigned>(keep) << i;
      starts |= static_cast<unsigned>(token < end && from.of.starts && from.of.starts[token]) << i;
#pragma unroll
      for (int c = 0; c < channels; ++c) {
        x[i][c] = keep && channel0 + c < shape::E ? static_cast<Sum>(from[token][channel0 + c]) : Sum(0);
        delta[i][c] = tile.dt_bias[c];
      }
      for (int r = 0; r < shape::R && keep; ++r) {
        const Sum dt = static_cast<Sum>(row[token][r]);
#pragma unroll
        for (int c = 0; c < channels; ++c) delta[i][c] += tile.dt_weight[r][c] * dt;
      }
#pragma unroll
      for (int c = 0; c < channels; ++c) delta[i][c] = keep ? softplus(delta[i][c]) : Sum(0);
    }
  }
  __device__ bool exists(int i) const { return first + i < end; }
  __device__ bool keeps(int i) const { return kept >> i & 1; }
  __device__ bool begins(int i) const { return starts >> i & 1; }
  /// One column of the tokens' rows.
  template <class Row> __device__ void column(Row row, int at, Sum* to) const {
#pragma unroll
    for (int i = 0; i < items; ++i) to[i] = keeps(i) ? static_cast<Sum>(row[first + i][at]) : Sum(0);
  }
};

template <int E, int N, int R, discretisation Form, class W, class Sum, class X, class Row, class Z, class Y,
          class Gated>
__global__ void __launch_bounds__(scan_block_shape<scan_config{E, N, R, Form}, Sum>::threads, 1)
    device_scan_block_forward(scan_pointers<W> w, X x, Row row, Z z, Y y, Gated gated, Sum* saved,
                              scan_states<Sum> at) {
  constexpr scan_config C{E, N, R, Form};
  using shape = scan_block_shape<C, Sum>;
  using tile_type = scan_block_tile<C, Sum>;
  constexpr int items = shape::items, channels = shape::channels;
  auto& tile = *backend::dynamic_shared<tile_type>();
  const int channel0 = blockIdx.x * channels;
  tile.load_weights(w, channel0);
  for (int sequence = blockIdx.y; sequence < x.of.count; sequence += gridDim.y) {
    const long state = (static_cast<long>(sequence) * E + channel0) * N;
    const int origin = sequence * x.of.length, end = origin + x.of.length;
    tile.load(tile.h, at.initial ? at.initial + state : nullptr, channel0);
    __syncthreads();
    for (int begin = 0; begin < x.of.length; begin += shape::tokens) {
      if (begin > 0)
        tile.store(tile.h, saved + scan_saved_at<C>(x.of, shape::tokens, sequence, begin, channel0), channel0);
      const scan_block_tokens<C, Sum> my(tile, x, row, origin + begin + static_cast<int>(threadIdx.x) * items, end,
                                         channel0);
      Sum out[items][channels];
#pragma unroll
      for (int i = 0; i < items; ++i)
#pragma unroll
        for (int c = 0; c < channels; ++c) out[i][c] = tile.D[c] * my.x[i][c];
#pragma unroll 1  // a state at a time: their registers would not fit
      for (int n = 0; n < N; ++n) {
        Sum B[items], c_n[items], decay[items][channels], input[items][channels];
        my.column(row, R + n, B);
        my.column(row, R + N + n, c_n);
        auto all = tile_type::pairs::nothing(), before = all;
#pragma unroll
        for (int i = 0; i < items; ++i)
#pragma unroll
          for (int c = 0; c < channels; ++c) {
            const scan_step<C, Sum> now(my.delta[i][c], tile.A[n][c]);
            decay[i][c] = my.begins(i) ? Sum(0) : now.decay;
            input[i][c] = now.gain * B[i] * my.x[i][c];
            all.then(c, decay[i][c], input[i][c]);
          }
        tile.run(all, tile.h[n], before);
#pragma unroll
        for (int c = 0; c < channels; ++c) {
          Sum h = before.input[c];
#pragma unroll
          for (int i = 0; i < items; ++i) {
            h = decay[i][c] * h + input[i][c];
            out[i][c] += c_n[i] * h;
          }
          if (threadIdx.x == shape::threads - 1) tile.h[n][c] = h;
        }
      }
#pragma unroll
      for (int i = 0; i < items; ++i)
#pragma unroll
        for (int c = 0; c < channels; ++c) {
          const int token = my.first + i, e = channel0 + c;
          if (!my.exists(i) || e >= E) continue;
          const Sum gate = static_cast<Sum>(z[token][e]);
          y[token][e] = static_cast<typename Y::value_type>(out[i][c]);  // 0 where masked, for C and x are
          gated[token][e] =
              static_cast<typename Gated::value_type>(my.keeps(i) ? out[i][c] * gate * sigmoid(gate) : Sum(0));
        }
      __syncthreads();  // the last thread has put the states there
    }
    tile.store(tile.h, at.final ? at.final + state : nullptr, channel0);
    __syncthreads();  // before the next sequence comes
  }
}

}  // namespace krait::kernel::detail
