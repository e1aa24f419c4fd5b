// krait/kernel/selective_scan/cpu_backward.hpp: the inner loops of the CPU scan's backward pass.
#pragma once
#include <algorithm>
#include <krait/backend/arena.hpp>
#include <krait/backend/cpu/simd.hpp>
#include <krait/kernel/selective_scan/cpu_blocks.hpp>

namespace krait::kernel::detail {

/// What backward recomputes of a chunk for one block of channels: [token] or [token][state].
template <scan_config C, class T, int Chunk> struct scan_chunk {
  using vec = simd::vec<T>;
  explicit scan_chunk(backend::arena::frame& frame)
      : dy(frame.take<vec>(Chunk)),
        by_decay(frame.take<vec>(Chunk)),
        by_input(frame.take<vec>(Chunk)),
        by_gain(frame.take<vec>(Chunk)),
        decay(frame.take<vec>(static_cast<std::size_t>(Chunk) * C.d_state)),
        before(frame.take<vec>(static_cast<std::size_t>(Chunk + 1) * C.d_state)),
        zero(frame.take<vec>(C.d_state)) {
    std::fill(zero, zero + C.d_state, vec{});
  }
  /// State that token i starts from: nothing where a packed text begins.
  const vec* state_before(int i, bool start) const { return start ? zero : before + static_cast<long>(i) * C.d_state; }

  const T *delta = nullptr, *slope = nullptr;  // as forward has kept them
  vec* dy;
  vec *by_decay, *by_input, *by_gain;  // gradients that a token's states share, see walk_back
  vec* decay;
  vec* before;  // [0]: at the chunk's start; [i + 1]: after token i
  vec* zero;
};

/// Gradients of the parameters, by block and lane, added to the model's at the end.
template <scan_config C, class T> struct scan_sums {
  using vec = simd::vec<T>;
  static constexpr int E = C.channels, N = C.d_state, R = C.dt_rank, lanes = simd::lanes<T>;
  static constexpr int count = (E + lanes - 1) / lanes;
  explicit scan_sums(backend::arena::frame& frame)
      : A(frame.take<vec>(count * N)),
        dt_weight(frame.take<vec>(count * R)),
        dt_bias(frame.take<vec>(count)),
        D(frame.take<vec>(count)) {
    std::fill(A, A + count * N, vec{});
    std::fill(dt_weight, dt_weight + count * R, vec{});
    std::fill(dt_bias, dt_bias + count, vec{});
    std::fill(D, D + count, vec{});
  }
  /// A2: as in scan_blocks; dA_log = dA A.
  void add_to(const vec* A2, scan_gradients<T, C> dw) const {
    for (int e = 0; e < E; ++e) {
      const int b = e / lanes, l = e % lanes;
      for (int n = 0; n < N; ++n) dw.A_log[e * N + n] += A[b * N + n][l] * A2[b * N + n][l] * T(ln_2);
      for (int r = 0; r < R; ++r) dw.dt_weight[e * R + r] += dt_weight[b * R + r][l];
      dw.dt_bias[e] += dt_bias[b][l];
      dw.D[e] += D[b][l];
    }
  }
  vec *A, *dt_weight, *dt_bias, *D;
};

/// A chunk is taken back in four loops: remember() makes decays and states again, walk_back() goes through them against
/// time, finish() does what a token's states share, and row_gradients() sums over channels.
template <scan_config C, class T> struct scan_backward : scan_blocks<C, T> {
  using blocks = scan_blocks<C, T>;
  using vec = typename blocks::vec;
  using blocks::A2, blocks::ahead, blocks::count, blocks::D, blocks::dt_weight, blocks::E, blocks::hold, blocks::lanes,
      blocks::load, blocks::N, blocks::R, blocks::row_width, blocks::store, blocks::width, blocks::zero_order_hold;
  using blocks::scan_blocks;

  /// (b) again for backward: the decays and the states before every token, from now.before[0 .. N-1] on. soon: what the
  /// gate's loop needs. (Inlined into its callers it would find no registers left, as walk_back().)
  template <int SX, int SR, class Chunk, class... Soon>
  [[gnu::noinline]] void remember(int block, rows<const T, E, SX> x, rows<const T, row_width, SR> row, int t0,
                                  int tokens, Chunk& now, Soon... soon) const {
    const vec* a2 = A2 + block * N;
    const int at = block * lanes, w = width(block);
    for (int i = 0; i < tokens; ++i) {
      const int t = t0 + i;
      simd::prefetch<1>(t + ahead, at, x);
      simd::prefetch<1>(t, at, soon...);
      const vec* h = now.state_before(i, x.of.starts && x.of.starts[t]);
      vec *after = now.before + static_cast<long>(i + 1) * N, *decay = now.decay + static_cast<long>(i) * N;
      if (x.of.keep && !x.of.keep[t]) {
        std::copy(h, h + N, after);
        continue;
      }
      const T* B = row[t] + R;
      const vec xt = load(x[t] + at, w), d = simd::load(now.delta + i * lanes), dtx = d * xt;
#pragma GCC unroll 16
      for (int n = 0; n < N; ++n) {
        const vec d2 = d * a2[n], a = simd::exp2(d2);
        const vec in = zero_order_hold ? hold(d2, a).gain * dtx : dtx;
        decay[n] = a;
        after[n] = a * h[n] + in * simd::all(B[n]);
      }
    }
  }

  /// From the chunk's last token to its first, V blocks from `block` on at a time, so that they share broadcasts and
  /// the row gradients' traffic. dh is updated in place; gradients of B and C are added by lane into lane_sums; what
  /// the states of a token share is left for finish(): d delta through A2, d (B x), and (zero-order hold) d delta
  /// through the gain. dx, which finish() writes, is asked of the caches on the way.
  template <int V, int SX, int SR, class Chunk>
  [[gnu::noinline]] void walk_back(int block, rows<const T, E, SX> x, rows<const T, row_width, SR> row, int t0,
                                   int tokens, const Chunk* now, vec* dh, vec* lane_sums, rows<T, E, SX> dx,
                                   scan_sums<C, T>& sums) const {
    const vec* a2 = A2 + block * N;
    vec* dA = sums.A + block * N;
    const int at = block * lanes, w = width(block + V - 1);
    for (int i = tokens - 1; i >= 0; --i) {
      const int t = t0 + i;
      const bool start = x.of.starts && x.of.starts[t];
      simd::prefetch<V>(t, at, dx);
      vec by_decay[V], by_input[V], by_gain[V];
      for (int v = 0; v < V; ++v) by_decay[v] = by_input[v] = by_gain[v] = vec{};
      if (!x.of.keep || x.of.keep[t]) {
        const T *B = row[t] + R, *Cn = B + N;
        vec *dB = lane_sums + static_cast<long>(i) * 2 * N, *dC = dB + N;
        const vec *decay[V], *after[V], *h[V];
        vec xt[V], d[V], dy[V], dtx[V];
#pragma GCC unroll 2
        for (int v = 0; v < V; ++v) {
          decay[v] = now[v].decay + static_cast<long>(i) * N;
          after[v] = now[v].before + static_cast<long>(i + 1) * N;
          h[v] = now[v].state_before(i, start);
          xt[v] = load(x[t] + at + v * lanes, v + 1 < V ? lanes : w);
          d[v] = simd::load(now[v].delta + i * lanes), dy[v] = now[v].dy[i], dtx[v] = d[v] * xt[v];
        }
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) {
          // Read first, written last: the compiler cannot know that these are not in each other's way.
          const vec Bn = simd::all(B[n]), Ct = simd::all(Cn[n]);
          vec to_B = dB[n], to_C = dC[n], dh_n[V], dA_n[V];
#pragma GCC unroll 2
          for (int v = 0; v < V; ++v) dh_n[v] = dh[v * N + n], dA_n[v] = dA[v * N + n];
#pragma GCC unroll 2
          for (int v = 0; v < V; ++v) {
            const vec a = decay[v][n], g = dh_n[v] + dy[v] * Ct, ga = g * a, through = ga * h[v][n], gB = g * Bn;
            to_C += dy[v] * after[v][n];
            by_decay[v] += through * a2[v * N + n];
            if constexpr (zero_order_hold) {
              const hold_factors<vec> by = hold(d[v] * a2[v * N + n], a);
              to_B += g * dtx[v] * by.gain;
              by_input[v] += gB * by.gain;
              by_gain[v] += gB * xt[v] * a;
              dA_n[v] += (through + gB * dtx[v] * by.slope) * d[v];
            } else {
              to_B += g * dtx[v];
              by_input[v] += gB;
              dA_n[v] += through * d[v];
            }
            dh_n[v] = ga;
          }
#pragma GCC unroll 2
          for (int v = 0; v < V; ++v) dh[v * N + n] = dh_n[v], dA[v * N + n] = dA_n[v];
          dB[n] = to_B;
          dC[n] = to_C;
        }
      }
#pragma GCC unroll 2
      for (int v = 0; v < V; ++v) {
        now[v].by_decay[i] = by_decay[v];
        now[v].by_input[i] = by_input[v];
        if constexpr (zero_order_hold) now[v].by_gain[i] = by_gain[v];
      }
      if (start) std::fill(dh, dh + V * N, vec{});
    }
  }

  /// The rest of backward for one block of a chunk, in loops of their own whose tokens do not wait for each other: dx,
  /// dv (of softplus's argument, [token]), and the gradients of D and of delta's projection. A masked token has dy = 0
  /// and nothing from walk_back.
  template <int SX, int SR, class Chunk>
  void finish(int block, rows<const T, E, SX> x, rows<const T, row_width, SR> row, int t0, int tokens, const Chunk& now,
              vec* dv, rows<T, E, SX> dx, scan_sums<C, T>& sums) const {
    const int at = block * lanes, w = width(block);
    const vec skip = D[block];
    vec to_D{}, to_bias{};
    for (int i = 0; i < tokens; ++i) {
      const int t = t0 + i;
      const vec xt = load(x[t] + at, w), dy = now.dy[i], by_input = now.by_input[i];
      const vec through_skip = dy * skip;
      store(dx[t] + at, through_skip + by_input * simd::load(now.delta + i * lanes), w);
      const vec by_gain = zero_order_hold ? now.by_gain[i] : by_input * xt;
      dv[i] = (now.by_decay[i] * T(ln_2) + by_gain) * simd::load(now.slope + i * lanes);
      to_D += dy * xt;
      to_bias += dv[i];
    }
    sums.D[block] += to_D;
    sums.dt_bias[block] += to_bias;
    constexpr int tile = 8;  // sums in registers
    for (int first = 0; first < R; first += tile) {
      vec to_weight[tile] = {};
      const T* dt_r = row[t0] + first;
      for (int i = 0; i < tokens; ++i, dt_r += SR)
#pragma GCC unroll 8
        for (int r = 0; r < tile; ++r)
          if (first + r < R) to_weight[r] += dv[i] * simd::all(dt_r[r]);
      for (int r = 0; r < tile && first + r < R; ++r) sums.dt_weight[block * R + first + r] += to_weight[r];
    }
  }

  /// The row's gradients of a chunk: of dt_r from dv ([block][Chunk], by finish()), of B and C from lane_sums.
  template <int Chunk, int SR>
  void row_gradients(int t0, int tokens, const vec* dv, const vec* lane_sums, rows<T, row_width, SR> drow) const {
    for (int i = 0; i < tokens; ++i) {
      vec to_r[R] = {};
      for (int block = 0; block < count; ++block)
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r) to_r[r] += dv[block * Chunk + i] * dt_weight[block * R + r];
      simd::sums<T>(to_r, R, drow[t0 + i]);
      simd::sums<T>(lane_sums + static_cast<long>(i) * 2 * N, 2 * N, drow[t0 + i] + R);
    }
  }
};

}  // namespace krait::kernel::detail
