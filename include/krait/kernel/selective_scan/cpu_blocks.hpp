// krait/kernel/selective_scan/cpu_blocks.hpp: the inner loops of the CPU scan: a block is one vector of channels.
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/backend/arena.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/backend/cpu/simd.hpp>
#include <krait/backend/cpu/transpose.hpp>
#include <krait/kernel/selective_scan/selective_scan.hpp>
#include <krait/kernel/selective_scan/zero_order_hold.hpp>

namespace krait::kernel::detail {

inline constexpr double log2_e = 1.4426950408889634, ln_2 = 0.6931471805599453;

/// The parameters with channels in lanes, and the loops over them.
template <scan_config C, class T> struct scan_blocks {
  using vec = simd::vec<T>;
  static constexpr int E = C.channels, N = C.d_state, R = C.dt_rank, row_width = R + 2 * N;
  static constexpr int lanes = simd::lanes<T>, count = (E + lanes - 1) / lanes, wide = round_up(E, 16);
  static constexpr bool in_tiles = N % lanes == 0;  // states go from memory to lanes and back in squares
  static constexpr bool zero_order_hold = C.b == discretisation::zero_order_hold;
  static constexpr int ahead = 4;  // tokens, about as long as the third cache takes

  scan_blocks(const scan_weights<T, C>& w, backend::arena::frame& frame)
      : A2(frame.take<vec>(count * N)),
        dt_weight(frame.take<vec>(count * R)),
        dt_bias(frame.take<vec>(count)),
        D(frame.take<vec>(count)) {
    for (int b = 0; b < count; ++b)
      for (int l = 0; l < lanes; ++l) {
        const int e = b * lanes + l;
        for (int n = 0; n < N; ++n) A2[b * N + n][l] = e < E ? w.A_log[e * N + n] : T(0);
        for (int r = 0; r < R; ++r) dt_weight[b * R + r][l] = e < E ? w.dt_weight[e * R + r] : T(0);
        dt_bias[b][l] = e < E ? w.dt_bias[e] : T(0);
        D[b][l] = e < E ? w.D[e] : T(0);
      }
    for (int i = 0; i < count * N; ++i) A2[i] = simd::exp(A2[i]) * T(-log2_e);
  }

  vec* A2;  // A log2(e): decay = 2^(delta A2)
  vec *dt_weight, *dt_bias, *D;

  static constexpr int width(int block) { return std::min(lanes, E - block * lanes); }
  [[gnu::always_inline]] static vec load(const T* p, int width) {
    if constexpr (E % lanes == 0)
      return simd::load(p);
    else
      return width == lanes ? simd::load(p) : simd::load_first(p, width);
  }
  [[gnu::always_inline]] static void store(T* p, vec v, int width) {
    if constexpr (E % lanes == 0)
      simd::store(p, v);
    else if (width == lanes)
      simd::store(p, v);
    else
      simd::store_first(p, v, width);
  }

  /// States of sequence s, (channels, N) in memory, to and from [state] vectors; null loads zeros.
  static void load_state(const T* states, int s, int block, vec* h) {
    if (in_tiles && states && width(block) == lanes) {
      const T* from = states + (static_cast<long>(s) * E + block * lanes) * N;
      for (int n = 0; n + lanes <= N; n += lanes) {
        for (int l = 0; l < lanes; ++l) h[n + l] = simd::load(from + l * N + n);
        simd::transpose<T>(h + n);
      }
      return;
    }
    for (int n = 0; n < N; ++n) {
      h[n] = vec{};
      if (states)
        for (int l = 0; l < width(block); ++l) h[n][l] = states[(static_cast<long>(s) * E + block * lanes + l) * N + n];
    }
  }
  static void store_state(T* states, int s, int block, const vec* h) {
    if (in_tiles && width(block) == lanes) {
      T* to = states + (static_cast<long>(s) * E + block * lanes) * N;
      for (int n = 0; n + lanes <= N; n += lanes) {
        vec tile[lanes];
        for (int l = 0; l < lanes; ++l) tile[l] = h[n + l];
        simd::transpose<T>(tile);
        for (int l = 0; l < lanes; ++l) simd::store(to + l * N + n, tile[l]);
      }
      return;
    }
    for (int n = 0; n < N; ++n)
      for (int l = 0; l < width(block); ++l) states[(static_cast<long>(s) * E + block * lanes + l) * N + n] = h[n][l];
  }
  /// State before chunk + 1 of a sequence that keeps `chunks` of them.
  static T* kept(T* saved, int s, int chunk, int chunks, int block) {
    return saved + ((static_cast<long>(s) * chunks + chunk) * wide + block * lanes) * N;
  }
  static void keep_state(T* saved, int s, int chunk, int chunks, int block, const vec* h) {
    T* to = kept(saved, s, chunk, chunks, block);
    for (int n = 0; n < N; ++n) simd::store(to + n * lanes, h[n]);
  }
  static void load_kept(const T* saved, int s, int chunk, int chunks, int block, vec* h) {
    const T* from = kept(const_cast<T*>(saved), s, chunk, chunks, block);
    for (int n = 0; n < N; ++n) h[n] = simd::load(from + n * lanes);
  }
  /// Where delta of one block of a sequence is kept, a vector a token, and after all of them its slopes.
  template <class P> static P* kept_deltas(P* saved, sequences of, int chunks, int s, int block) {
    return saved + (static_cast<long>(of.count) * chunks * N + 2L * s * of.length) * wide +
           2L * block * lanes * of.length;
  }

  /// (a) delta = softplus(v), and sigmoid(v) = d delta / d v: a vector a token, to delta and to slope.
  void deltas(int block, const T* row, int stride, int tokens, T* delta, T* slope) const {
    vec weight[R];
    for (int r = 0; r < R; ++r) weight[r] = dt_weight[block * R + r];
    const vec bias = dt_bias[block];
    for (int i = 0; i < tokens; ++i, row += stride) {
      vec part[4] = {bias, {}, {}, {}};  // four sums that do not wait for each other
      for (int r = 0; r < R; r += 4)
#pragma GCC unroll 4
        for (int j = 0; j < 4; ++j)
          if (r + j < R) part[j] += weight[r + j] * simd::all(row[r + j]);
      vec sigmoid_v;
      simd::store(delta + i * lanes, simd::softplus((part[0] + part[1]) + (part[2] + part[3]), &sigmoid_v));
      simd::store(slope + i * lanes, sigmoid_v);
    }
  }

  /// Zero-order hold: how B x is multiplied, beyond delta, and how that changes; delta2 = delta A2.
  [[gnu::always_inline]] static hold_factors<vec> hold(vec delta2, vec decay) {
    const vec u = delta2 * T(ln_2);
#ifdef __CUDACC__  // which does not take vectors in a function that is for devices too
    hold_factors<vec> by{};
    for (int l = 0; l < lanes; ++l) {
      const auto lane = kernel::zero_order_hold<T>(T(u[l]), T(decay[l]));
      by.gain[l] = lane.gain, by.slope[l] = lane.slope;
    }
    return by;
#else
    return kernel::zero_order_hold<T>(u, decay);
#endif
  }

  /// (b) tokens t0 .. of one block: h is updated in place, y written before the gate. soon: what the gate's loop needs.
  template <int SX, int SR, int SY, class... Soon>
  void recur(int block, rows<const T, E, SX> x, rows<const T, row_width, SR> row, int t0, int tokens, const T* delta,
             vec* h, rows<T, E, SY> y, Soon... soon) const {
    const vec* a2 = A2 + block * N;
    const vec skip = D[block];
    const int at = block * lanes, w = width(block);
    for (int i = 0; i < tokens; ++i) {
      const int t = t0 + i;
      simd::prefetch<1>(t + ahead, at, x, y);
      simd::prefetch<1>(t, at, soon...);
      if (x.of.starts && x.of.starts[t]) std::fill(h, h + N, vec{});
      if (x.of.keep && !x.of.keep[t]) {
        store(y[t] + at, vec{}, w);
        continue;
      }
      const T *B = row[t] + R, *Cn = B + N;
      const vec xt = load(x[t] + at, w), d = simd::load(delta + i * lanes), dtx = d * xt;
      vec out = skip * xt;
#pragma GCC unroll 16
      for (int n = 0; n < N; ++n) {
        const vec d2 = d * a2[n], a = simd::exp2(d2);
        const vec in = zero_order_hold ? hold(d2, a).gain * dtx : dtx;
        h[n] = a * h[n] + in * simd::all(B[n]);
        out += h[n] * simd::all(Cn[n]);
      }
      store(y[t] + at, out, w);
    }
  }
};

}  // namespace krait::kernel::detail
