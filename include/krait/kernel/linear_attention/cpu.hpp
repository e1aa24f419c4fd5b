// krait/kernel/linear_attention/cpu.hpp: a head's values in lanes, its keys one after another, time outside.
//
// The recurrence costs 2 K V products a token for any length; the form over pairs of tokens would cost t (K + V), which
// is no less from a few dozen tokens on. Backward makes a chunk's states again into the second cache and walks back
// over them; for texts longer than a chunk forward keeps the state at each chunk's start. Every sum has one order.
#pragma once
#include <algorithm>
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/kernel/linear_attention/linear_attention.hpp>

namespace krait::kernel {

template <linear_attention_config C> struct linear_attention<backend::cpu, C> {
  static constexpr int H = C.heads, K = C.key_width, V = C.value_width;
  static constexpr int chunk = linear_attention_tuning<C>::chunk;
  static_assert(H > 0 && K > 0 && V > 0, "linear_attention: heads and widths must be positive");

  template <class T, int SQ, int SK, int SV, int SG, int SY>
  static void forward(backend::cpu& on, rows<const T, H * K, SQ> q, rows<const T, H * K, SK> k,
                      rows<const T, H * V, SV> v, rows<const T, H, SG> g, rows<T, H * V, SY> y, T* saved,
                      linear_attention_states<T> states = {}) {
    const sequences of = q.of;
    backend::arena::frame frame(on.scratch);
    auto* S = frame.take<vec<T>>(size<T>);
    const int kept = (of.length - 1) / chunk;  // states a sequence and head
    for (int s = 0; s < of.count; ++s)
      for (int h = 0; h < H; ++h) {
        load_state(states.initial, s, h, S);
        for (int i = 0; i < of.length; ++i) {
          const int t = s * of.length + i;
          if (i > 0 && i % chunk == 0) keep(S, kept_state(saved, s, h, i / chunk - 1, kept));
          if (of.starts && of.starts[t]) std::fill_n(S, size<T>, vec<T>{});
          if (of.keep && !of.keep[t]) {
            std::fill_n(y[t] + h * V, V, T(0));
            continue;
          }
          const T *qt = q[t] + h * K, *kt = k[t] + h * K;
          const T gt = g.data ? g[t][h] : T(1);
          vec<T> vt[parts<T>], out[parts<T>] = {};
          load_row(v[t] + h * V, vt);
          for (int n = 0; n < K; ++n)
#pragma GCC unroll 8
            for (int p = 0; p < parts<T>; ++p) {
              vec<T>& now = S[n * parts<T> + p];
              now = now * gt + vt[p] * kt[n];
              out[p] += now * qt[n];
            }
          store_row(y[t] + h * V, out);
        }
        if (states.final) store_state(states.final, s, h, S);
      }
  }

  template <class T, int SQ, int SK, int SV, int SG, int SY, int SDq, int SDk, int SDv, int SDg>
  static void backward(backend::cpu& on, rows<const T, H * K, SQ> q, rows<const T, H * K, SK> k,
                       rows<const T, H * V, SV> v, rows<const T, H, SG> g, const T* saved, rows<const T, H * V, SY> dy,
                       rows<T, H * K, SDq> dq, rows<T, H * K, SDk> dk, rows<T, H * V, SDv> dv, rows<T, H, SDg> dg,
                       linear_attention_states<T> states = {}, linear_attention_state_gradients<T> dstates = {}) {
    const sequences of = q.of;
    backend::arena::frame frame(on.scratch);
    auto *dS = frame.take<vec<T>>(size<T>), *zero = frame.take<vec<T>>(size<T>);
    auto* after = frame.take<vec<T>>(static_cast<std::size_t>(chunk + 1) * size<T>);  // [0]: at the chunk's start
    auto* by_lane = frame.take<vec<T>>(2 * K);                                        // sums for dq, then for dk
    std::fill_n(zero, size<T>, vec<T>{});
    const int kept = (of.length - 1) / chunk;
    for (int s = 0; s < of.count; ++s)
      for (int h = 0; h < H; ++h) {
        load_state(dstates.final, s, h, dS);
        for (int c = (of.length + chunk - 1) / chunk - 1; c >= 0; --c) {
          const int first = c * chunk, count = std::min(chunk, of.length - first);
          if (c == 0)
            load_state(states.initial, s, h, after);
          else
            load_kept(kept_state(saved, s, h, c - 1, kept), after);
          const auto state_before = [&](int i) {
            return of.starts && of.starts[s * of.length + first + i] ? zero : after + i * size<T>;
          };
          for (int i = 0; i < count; ++i) {
            const int t = s * of.length + first + i;
            const vec<T>* before = state_before(i);
            vec<T>* to = after + (i + 1) * size<T>;
            if (of.keep && !of.keep[t]) {
              std::copy_n(before, size<T>, to);
              continue;
            }
            const T* kt = k[t] + h * K;
            const T gt = g.data ? g[t][h] : T(1);
            vec<T> vt[parts<T>];
            load_row(v[t] + h * V, vt);
            for (int n = 0; n < K; ++n)
#pragma GCC unroll 8
              for (int p = 0; p < parts<T>; ++p) to[n * parts<T> + p] = before[n * parts<T> + p] * gt + vt[p] * kt[n];
          }
          for (int i = count - 1; i >= 0; --i) {
            const int t = s * of.length + first + i;
            const bool start = of.starts && of.starts[t];
            if (of.keep && !of.keep[t]) {
              std::fill_n(dq[t] + h * K, K, T(0)), std::fill_n(dk[t] + h * K, K, T(0));
              std::fill_n(dv[t] + h * V, V, T(0));
              if (g.data) dg[t][h] = 0;
            } else {
              const T *qt = q[t] + h * K, *kt = k[t] + h * K;
              const T gt = g.data ? g[t][h] : T(1);
              const vec<T>*before = state_before(i), *now = after + (i + 1) * size<T>;
              vec<T> vt[parts<T>], dyt[parts<T>], dvt[parts<T>] = {}, dgate{};
              load_row(v[t] + h * V, vt);
              load_row(dy[t] + h * V, dyt);
              for (int n = 0; n < K; ++n) {
                vec<T> to_q{}, to_k{};
#pragma GCC unroll 8
                for (int p = 0; p < parts<T>; ++p) {
                  vec<T>& d = dS[n * parts<T> + p];
                  d += dyt[p] * qt[n];
                  to_q += now[n * parts<T> + p] * dyt[p];
                  to_k += d * vt[p];
                  dvt[p] += d * kt[n];
                  dgate += d * before[n * parts<T> + p];
                  d = d * gt;
                }
                by_lane[n] = to_q;
                by_lane[K + n] = to_k;
              }
              simd::sums<T>(by_lane, K, dq[t] + h * K);
              simd::sums<T>(by_lane + K, K, dk[t] + h * K);
              store_row(dv[t] + h * V, dvt);
              if (g.data) dg[t][h] = simd::sum<T>(dgate);
            }
            if (start) std::fill_n(dS, size<T>, vec<T>{});
          }
        }
        if (dstates.initial) store_state(dstates.initial, s, h, dS);
      }
  }

 private:
  template <class T> using vec = simd::vec<T>;
  template <class T> static constexpr int parts = (V + simd::lanes<T> - 1) / simd::lanes<T>;  // vectors of a row of S
  template <class T> static constexpr int size = K* parts<T>;                                 // vectors of S

  template <class T> [[gnu::always_inline]] static void load_row(const T* from, vec<T>* to) {
    simd::each_part<T, V>([&](int j, auto n) { to[j / simd::lanes<T>] = simd::load(from + j, n); });
  }
  template <class T> [[gnu::always_inline]] static void store_row(T* to, const vec<T>* from) {
    simd::each_part<T, V>([&](int j, auto n) { simd::store(to + j, from[j / simd::lanes<T>], n); });
  }
  /// Where the state before chunk + 1 is kept, of a sequence and head that keeps `chunks` of them.
  template <class P> static P* kept_state(P* saved, int s, int h, int chunk, int chunks) {
    return saved + ((static_cast<std::ptrdiff_t>(s) * H + h) * chunks + chunk) * K * round_up(V, 16);
  }
  template <class T> static void keep(const vec<T>* S, T* to) {
    for (int i = 0; i < size<T>; ++i) simd::store(to + i * simd::lanes<T>, S[i]);
  }
  template <class T> static void load_kept(const T* from, vec<T>* S) {
    for (int i = 0; i < size<T>; ++i) S[i] = simd::load(from + i * simd::lanes<T>);
  }
  static std::ptrdiff_t place(int s, int h) { return (static_cast<std::ptrdiff_t>(s) * H + h) * K * V; }
  template <class T> static void load_state(const T* states, int s, int h, vec<T>* S) {
    if (!states) return void(std::fill_n(S, size<T>, vec<T>{}));
    for (int n = 0; n < K; ++n) load_row(states + place(s, h) + n * V, S + n * parts<T>);
  }
  template <class T> static void store_state(T* states, int s, int h, const vec<T>* S) {
    for (int n = 0; n < K; ++n) store_row(states + place(s, h) + n * V, S + n * parts<T>);
  }
};

}  // namespace krait::kernel
