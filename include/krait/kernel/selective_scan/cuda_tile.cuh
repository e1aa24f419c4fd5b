// krait/kernel/selective_scan/cuda_tile.cuh: how a device divides a scan. The states of a channel lie in registers,
// spread over a few lanes of a warp; tokens come through shared memory, a tile at a time. Batch x channels x lanes
// alone fill a device: 64 prompts of 512 channels are 131,072 threads.
#pragma once
#include <cuda/std/limits>
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/lanes.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/core/rows.hpp>
#include <krait/kernel/selective_scan/device_policy.hpp>
#include <krait/kernel/selective_scan/zero_order_hold.hpp>
#include <type_traits>

namespace krait::kernel::detail {

/// Sequences cut into chunks. A chunk has a number, over all sequences.
struct scan_chunks {
  int length, chunk;
  KRAIT_HOST_DEVICE constexpr int each() const {
    return chunk >= length ? 1 : (length + chunk - 1) / chunk;
  }  // of a sequence
  KRAIT_HOST_DEVICE constexpr int begin(int number) const { return number / each() * length + number % each() * chunk; }
  KRAIT_HOST_DEVICE constexpr int tokens(int number) const {
    const int left = length - number % each() * chunk;
    return left < chunk ? left : chunk;
  }
};

/// Where the state of `channel` before token `begin` > 0 of a sequence lies in `saved`, which has one every `every`
/// tokens. Beyond 32 bits for long texts.
template <scan_config C>
KRAIT_HOST_DEVICE constexpr long scan_saved_at(sequences of, int every, int sequence, int begin, int channel) {
  const long each = (of.length - 1) / every;
  return ((sequence * each + begin / every - 1) * C.channels + channel) * C.d_state;
}

/// What a sequential scan's kernels know at compile time.
template <scan_config C> struct scan_shape {
  using tuning = scan_sequential_tuning<C>;
  static constexpr int E = C.channels, N = C.d_state, R = C.dt_rank, row_width = R + 2 * N;
  static constexpr int lanes = tuning::lanes, threads = tuning::threads, tokens = tuning::tokens;
  static constexpr int states = (N + lanes - 1) / lanes;  // of a lane: n = lane * states + s
  static constexpr int padded = lanes * states;           // those from N on have B = C = 0
  static constexpr int channels = tuning::channels;       // of a block
  static constexpr int warps = threads / backend::warp_size;
  static constexpr int groups = (E + channels - 1) / channels;  // blocks for all channels
  static_assert(threads % backend::warp_size == 0 && (lanes & (lanes - 1)) == 0 && lanes <= backend::warp_size,
                "scan_sequential_tuning: threads must be whole warps and lanes a power of two up to 32");
};

/// The scan's parameters on the device.
template <class W> struct scan_pointers { const W *dt_weight, *dt_bias, *A_log, *D; };

/// A tile of tokens of one sequence, for the channels of one block. A masked token has delta, x, B and C of zero and so
/// changes nothing.
template <scan_config C, class Sum> struct scan_tile {
  using shape = scan_shape<C>;
  alignas(16) Sum B[shape::tokens][shape::padded];
  alignas(16) Sum c[shape::tokens][shape::padded];  // C
  Sum x[shape::tokens][shape::channels], delta[shape::tokens][shape::channels];
  Sum dt[shape::tokens][shape::R], dt_weight[shape::R][shape::channels];
  bool start[shape::tokens];
};
template <scan_config C, class Sum> struct scan_forward_tile : scan_tile<C, Sum> {
  Sum y[scan_shape<C>::tokens][scan_shape<C>::channels];
};

template <class Sum> __device__ Sum softplus(Sum v) { return v > Sum(20) ? v : log1p(exp(v)); }
template <class Sum> __device__ Sum sigmoid(Sum v) { return Sum(1) / (Sum(1) + exp(-v)); }

/// exp(delta A) and the gain of B, from delta and A (Euler: A log2 e).
template <scan_config C, class Sum> struct scan_step {
  static constexpr bool euler = C.b == discretisation::euler;
  Sum decay, gain;
  __device__ scan_step(Sum delta, Sum A) {
    if constexpr (euler) {
      decay = exp2(delta * A);
      gain = delta;
    } else {
      decay = exp(delta * A);
      gain = delta * zero_order_hold<Sum>(delta * A, decay).gain;
    }
  }
  /// d gain / d A, for zero-order hold.
  static __device__ Sum gain_slope(Sum delta, Sum A, Sum decay) {
    return delta * delta * zero_order_hold<Sum>(delta * A, decay).slope;
  }
  /// A as the constructor wants it, from A_log and back. Neither 0 nor infinite, so that a delta of 0 and an infinite
  /// one (decay_over) have their limits.
  static __device__ Sum scaled(Sum A_log) {
    constexpr Sum least = cuda::std::numeric_limits<Sum>::min(), most = cuda::std::numeric_limits<Sum>::max();
    const Sum size = exp(A_log) * (euler ? Sum(1.4426950408889634074) : Sum(1));
    return size < least ? -least : size > most ? -most : -size;
  }
  /// What is left of a state over tokens whose deltas sum to this; A as the constructor wants it.
  static __device__ Sum decay_over(Sum deltas, Sum A) { return euler ? exp2(deltas * A) : exp(deltas * A); }
  static __device__ Sum unscaled(Sum A) { return A * (euler ? Sum(0.69314718055994530942) : Sum(1)); }
};

// (Kernels spell a configuration as numbers: nvcc cannot name one that is a template's argument.)

/// The states of one lane: state number s is n = lane * states + s of its channel.
template <scan_config C, class Sum> struct scan_lane {
  using shape = scan_shape<C>;
  int n0, channel;
  bool active;  // else the block has more channels than there are, and this thread only goes to the barriers
  explicit __device__ scan_lane(int group)
      : n0(threadIdx.x % shape::lanes * shape::states),
        channel(group * shape::channels + threadIdx.x / shape::lanes),
        active(channel < shape::E) {}
  __device__ bool real(int s) const { return active && (shape::N == shape::padded || n0 + s < shape::N); }
  /// From (..., channels, d_state) at `from`; null: zeros.
  template <class T> __device__ void load(Sum* values, const T* from) const {
#pragma unroll
    for (int s = 0; s < shape::states; ++s) values[s] = from && real(s) ? static_cast<Sum>(from[n0 + s]) : Sum(0);
  }
  template <class T> __device__ void store(const Sum* values, T* to) const {
#pragma unroll
    for (int s = 0; s < shape::states; ++s)
      if (to && real(s)) to[n0 + s] = static_cast<T>(values[s]);
  }
  template <class T> __device__ void load_A(Sum* A, const T* A_log) const {
    load(A, A_log + static_cast<long>(channel) * shape::N);
#pragma unroll
    for (int s = 0; s < shape::states; ++s) A[s] = scan_step<C, Sum>::scaled(A[s]);
  }
};

/// Brings x, rows and flags of `count` tokens from `first` on, for the channels from channel0 on. All threads of the
/// block must call it, and wait at a barrier before they read the tile.
template <scan_config C, class Tile, class X, class Row>
__device__ void load_scan_tile(Tile& tile, X x, Row row, int first, int count, int channel0) {
  using shape = scan_shape<C>;
  using Sum = std::remove_reference_t<decltype(tile.x[0][0])>;
  const auto kept = [&](int t) { return !x.of.keep || x.of.keep[first + t]; };
  for (int i = threadIdx.x; i < count * shape::channels; i += shape::threads) {
    const int t = i / shape::channels, e = channel0 + i % shape::channels;
    tile.x[t][i % shape::channels] = e < shape::E && kept(t) ? static_cast<Sum>(x[first + t][e]) : Sum(0);
  }
  for (int i = threadIdx.x; i < count * shape::R; i += shape::threads) {
    const int t = i / shape::R, r = i % shape::R;
    tile.dt[t][r] = kept(t) ? static_cast<Sum>(row[first + t][r]) : Sum(0);
  }
  for (int i = threadIdx.x; i < count * shape::padded; i += shape::threads) {
    const int t = i / shape::padded, n = i % shape::padded;
    const bool real = n < shape::N && kept(t);
    tile.B[t][n] = real ? static_cast<Sum>(row[first + t][shape::R + n]) : Sum(0);
    tile.c[t][n] = real ? static_cast<Sum>(row[first + t][shape::R + shape::N + n]) : Sum(0);
  }
  for (int t = threadIdx.x; t < count; t += shape::threads) tile.start[t] = x.of.starts && x.of.starts[first + t];
}
template <scan_config C, class Tile, class W>
__device__ void load_dt_weight(Tile& tile, scan_pointers<W> w, int channel0) {
  using shape = scan_shape<C>;
  using Sum = std::remove_reference_t<decltype(tile.x[0][0])>;
  for (int i = threadIdx.x; i < shape::channels * shape::R; i += shape::threads) {
    const int c = i / shape::R, e = channel0 + c;
    tile.dt_weight[i % shape::R][c] =
        e < shape::E ? static_cast<Sum>(w.dt_weight[e * shape::R + i % shape::R]) : Sum(0);
  }
}
/// delta of the tile's tokens. A barrier stands before and after.
template <scan_config C, class Tile, class W>
__device__ void make_delta(Tile& tile, scan_pointers<W> w, sequences of, int first, int count, int channel0) {
  using shape = scan_shape<C>;
  using Sum = std::remove_reference_t<decltype(tile.x[0][0])>;
  for (int i = threadIdx.x; i < count * shape::channels; i += shape::threads) {
    const int t = i / shape::channels, c = i % shape::channels;
    Sum v = channel0 + c < shape::E ? static_cast<Sum>(w.dt_bias[channel0 + c]) : Sum(0);
    for (int r = 0; r < shape::R; ++r) v += tile.dt_weight[r][c] * tile.dt[t][r];
    tile.delta[t][c] = !of.keep || of.keep[first + t] ? softplus(v) : Sum(0);
  }
}

}  // namespace krait::kernel::detail
