// krait/kernel/selective_scan/cpu_blocks.hpp: the inner loops of the CPU scan: a block is one vector of channels.
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/backend/arena.hpp>
#include <krait/backend/cpu/simd.hpp>
#include <krait/kernel/selective_scan/selective_scan.hpp>

namespace krait::kernel::detail {

inline constexpr double log2_e = 1.4426950408889634, ln_2 = 0.6931471805599453;

/// What backward recomputes of a chunk for one block of channels: [token] or [token][state].
template <scan_config C, class T, int Chunk> struct scan_chunk {
  using vec = simd::vec<T>;
  explicit scan_chunk(backend::arena::frame& frame)
      : delta(frame.take<vec>(Chunk)),
        sigmoid_v(frame.take<vec>(Chunk)),
        dy(frame.take<vec>(Chunk)),
        decay(frame.take<vec>(static_cast<std::size_t>(Chunk) * C.d_state)),
        before(frame.take<vec>(static_cast<std::size_t>(Chunk + 1) * C.d_state)),
        zero(frame.take<vec>(C.d_state)) {
    std::fill(zero, zero + C.d_state, vec{});
  }
  /// State that token i starts from: nothing where a packed text begins.
  const vec* state_before(int i, bool start) const { return start ? zero : before + static_cast<long>(i) * C.d_state; }

  vec *delta, *sigmoid_v, *dy, *decay;
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

/// The parameters with channels in lanes, and the loops over them.
template <scan_config C, class T> struct scan_blocks {
  using vec = simd::vec<T>;
  static constexpr int E = C.channels, N = C.d_state, R = C.dt_rank, row_width = R + 2 * N;
  static constexpr int lanes = simd::lanes<T>, count = (E + lanes - 1) / lanes;
  static constexpr bool zero_order_hold = C.b == discretisation::zero_order_hold;

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
    for (int n = 0; n < N; ++n) {
      h[n] = vec{};
      if (states)
        for (int l = 0; l < width(block); ++l) h[n][l] = states[(static_cast<long>(s) * E + block * lanes + l) * N + n];
    }
  }
  static void store_state(T* states, int s, int block, const vec* h) {
    for (int n = 0; n < N; ++n)
      for (int l = 0; l < width(block); ++l) states[(static_cast<long>(s) * E + block * lanes + l) * N + n] = h[n][l];
  }
  /// State before chunk + 1 of a sequence that keeps `chunks` of them.
  static T* kept(T* saved, int s, int chunk, int chunks, int block) {
    return saved + ((static_cast<long>(s) * chunks + chunk) * round_up(E, 16) + block * lanes) * N;
  }
  static void keep_state(T* saved, int s, int chunk, int chunks, int block, const vec* h) {
    T* to = kept(saved, s, chunk, chunks, block);
    for (int n = 0; n < N; ++n) simd::store(to + n * lanes, h[n]);
  }
  static void load_kept(const T* saved, int s, int chunk, int chunks, int block, vec* h) {
    const T* from = kept(const_cast<T*>(saved), s, chunk, chunks, block);
    for (int n = 0; n < N; ++n) h[n] = simd::load(from + n * lanes);
  }

  /// (a) delta = softplus(v), and sigmoid(v) = d delta / d v where wanted.
  void deltas(int block, const T* row, int stride, int tokens, vec* delta, vec* sigmoid_v = nullptr) const {
    vec weight[R];
    for (int r = 0; r < R; ++r) weight[r] = dt_weight[block * R + r];
    const vec bias = dt_bias[block];
    for (int i = 0; i < tokens; ++i, row += stride) {
      vec v = bias;
      for (int r = 0; r < R; ++r) v += weight[r] * simd::all(row[r]);
      delta[i] = simd::softplus(v, sigmoid_v ? sigmoid_v + i : nullptr);
    }
  }

  static constexpr double factorial(int k) { return k < 2 ? 1 : k * factorial(k - 1); }
  /// sum_k coefficient(k) u^k for |u| <= 1/4, to rounding.
  template <class Coefficient> [[gnu::always_inline]] static vec near_zero(vec u, Coefficient coefficient) {
    constexpr int terms = sizeof(T) == 4 ? 6 : 12;
    vec series = simd::all(static_cast<T>(coefficient(terms)));
#pragma GCC unroll 12
    for (int k = terms - 1; k >= 0; --k) series = series * u + static_cast<T>(coefficient(k));
    return series;
  }

  /// What multiplies B x: delta, or (exp(delta A) - 1) / A without cancellation.
  [[gnu::always_inline]] static vec gain(vec delta, vec A2n, vec decay) {
    if constexpr (!zero_order_hold) {
      return delta;
    } else {
      const vec u = delta * A2n * T(ln_2);  // delta A
      const vec series = near_zero(u, [](int k) { return 1 / factorial(k + 1); });
      return u > T(-0.25) ? delta * series : (decay - T(1)) / (A2n * T(ln_2));
    }
  }

  /// (b) tokens t0 .. of one block: h is updated in place, y written before the gate.
  template <int SX, int SR, int SY>
  void recur(int block, rows<const T, E, SX> x, rows<const T, row_width, SR> row, int t0, int tokens, const vec* delta,
             vec* h, rows<T, E, SY> y) const {
    const vec* a2 = A2 + block * N;
    const vec skip = D[block];
    const int at = block * lanes, w = width(block);
    for (int i = 0; i < tokens; ++i) {
      const int t = t0 + i;
      if (x.of.starts && x.of.starts[t]) std::fill(h, h + N, vec{});
      if (x.of.keep && !x.of.keep[t]) {
        store(y[t] + at, vec{}, w);
        continue;
      }
      const T *B = row[t] + R, *Cn = B + N;
      const vec xt = load(x[t] + at, w), d = delta[i], dtx = d * xt;
      vec out = skip * xt;
#pragma GCC unroll 16
      for (int n = 0; n < N; ++n) {
        const vec a = simd::exp2(d * a2[n]);
        const vec in = zero_order_hold ? gain(d, a2[n], a) * xt : dtx;
        h[n] = a * h[n] + in * simd::all(B[n]);
        out += h[n] * simd::all(Cn[n]);
      }
      store(y[t] + at, out, w);
    }
  }

  /// (b) again for backward: the decays and the states before every token, from now.before[0 .. N-1] on.
  template <int SX, int SR, class Chunk>
  void remember(int block, rows<const T, E, SX> x, rows<const T, row_width, SR> row, int t0, int tokens,
                Chunk& now) const {
    const vec* a2 = A2 + block * N;
    const int at = block * lanes, w = width(block);
    for (int i = 0; i < tokens; ++i) {
      const int t = t0 + i;
      const vec* h = now.state_before(i, x.of.starts && x.of.starts[t]);
      vec *after = now.before + static_cast<long>(i + 1) * N, *decay = now.decay + static_cast<long>(i) * N;
      if (x.of.keep && !x.of.keep[t]) {
        std::copy(h, h + N, after);
        continue;
      }
      const T* B = row[t] + R;
      const vec xt = load(x[t] + at, w), d = now.delta[i], dtx = d * xt;
#pragma GCC unroll 16
      for (int n = 0; n < N; ++n) {
        const vec a = simd::exp2(d * a2[n]);
        const vec in = zero_order_hold ? gain(d, a2[n], a) * xt : dtx;
        decay[n] = a;
        after[n] = a * h[n] + in * simd::all(B[n]);
      }
    }
  }

  /// From the chunk's last token to its first, V blocks from `block` on at a time, so that they share broadcasts and
  /// the row gradients' traffic. dh is updated in place; row gradients are added by lane into lane_sums.
  template <int V, int SX, int SR, class Chunk>
  void walk_back(int block, rows<const T, E, SX> x, rows<const T, row_width, SR> row, int t0, int tokens,
                 const Chunk* now, vec* dh, vec* lane_sums, rows<T, E, SX> dx, scan_sums<C, T>& sums) const {
    const vec* a2 = A2 + block * N;
    vec* dA = sums.A + block * N;
    const int at = block * lanes, w = width(block + V - 1);
    for (int i = tokens - 1; i >= 0; --i) {
      const int t = t0 + i;
      if (x.of.keep && !x.of.keep[t]) {
        for (int v = 0; v < V; ++v) store(dx[t] + at + v * lanes, vec{}, v + 1 < V ? lanes : w);
      } else {
        const T *B = row[t] + R, *Cn = B + N;
        vec *ddt_r = lane_sums + static_cast<long>(i) * row_width, *dB = ddt_r + R, *dC = dB + N;
        const bool start = x.of.starts && x.of.starts[t];
        const vec *decay[V], *after[V], *h[V];
        vec xt[V], d[V], dy[V], dtx[V];
        vec by_decay[V], by_input[V],
            by_gain[V];  // d delta through A2, d (B x), and (zero-order hold) d delta through the gain
#pragma GCC unroll 2
        for (int v = 0; v < V; ++v) {
          decay[v] = now[v].decay + static_cast<long>(i) * N;
          after[v] = now[v].before + static_cast<long>(i + 1) * N;
          h[v] = now[v].state_before(i, start);
          xt[v] = load(x[t] + at + v * lanes, v + 1 < V ? lanes : w);
          d[v] = now[v].delta[i], dy[v] = now[v].dy[i], dtx[v] = d[v] * xt[v];
          by_decay[v] = by_input[v] = by_gain[v] = vec{};
        }
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) {
          const vec Bn = simd::all(B[n]), Ct = simd::all(Cn[n]);
          vec to_B{}, to_C{};
#pragma GCC unroll 2
          for (int v = 0; v < V; ++v) {
            const vec a = decay[v][n], g = dh[v * N + n] + dy[v] * Ct, ga = g * a, through = ga * h[v][n], gB = g * Bn;
            to_C += dy[v] * after[v][n];
            by_decay[v] += through * a2[v * N + n];
            if constexpr (zero_order_hold) {
              const vec k = gain(d[v], a2[v * N + n], a), A = a2[v * N + n] * T(ln_2), dgain = gB * xt[v];
              to_B += g * k * xt[v];
              by_input[v] += gB * k;
              by_gain[v] += dgain * a;
              dA[v * N + n] += through * d[v] + dgain * gain_slope(d[v], A, a, k);
            } else {
              to_B += g * dtx[v];
              by_input[v] += gB;
              dA[v * N + n] += through * d[v];
            }
            dh[v * N + n] = ga;
          }
          dB[n] += to_B;
          dC[n] += to_C;
        }
        vec dv[V];
#pragma GCC unroll 2
        for (int v = 0; v < V; ++v) {
          const vec through_skip = dy[v] * D[block + v];
          const vec dxt = zero_order_hold ? through_skip + by_input[v] : through_skip + by_input[v] * d[v];
          store(dx[t] + at + v * lanes, dxt, v + 1 < V ? lanes : w);
          const vec ddelta = by_decay[v] * T(ln_2) + (zero_order_hold ? by_gain[v] : by_input[v] * xt[v]);
          dv[v] = ddelta * now[v].sigmoid_v[i];
          sums.D[block + v] += dy[v] * xt[v];
          sums.dt_bias[block + v] += dv[v];
        }
        for (int r = 0; r < R; ++r) {
          const vec dt_r = simd::all(row[t][r]);
          vec to_r{};
#pragma GCC unroll 2
          for (int v = 0; v < V; ++v) {
            sums.dt_weight[(block + v) * R + r] += dv[v] * dt_r;
            to_r += dv[v] * dt_weight[(block + v) * R + r];
          }
          ddt_r[r] += to_r;
        }
      }
      if (x.of.starts && x.of.starts[t]) std::fill(dh, dh + V * N, vec{});
    }
  }

  /// d gain / d A = (delta exp(delta A) - gain) / A; by its series where that cancels.
  [[gnu::always_inline]] static vec gain_slope(vec delta, vec A, vec decay, vec gain) {
    const vec u = delta * A;
    const vec series = near_zero(u, [](int k) { return 1 / (factorial(k) * (k + 2)); });
    return u > T(-0.25) ? delta * delta * series : (delta * decay - gain) / A;
  }
};

}  // namespace krait::kernel::detail
