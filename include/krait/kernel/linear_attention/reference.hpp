// krait/kernel/linear_attention/reference.hpp: the recurrence, one token and head at a time.
#pragma once
#include <algorithm>
#include <krait/backend/reference.hpp>
#include <krait/kernel/linear_attention/linear_attention.hpp>

namespace krait::kernel {

template <linear_attention_config C> struct linear_attention<backend::reference, C> {
  static constexpr int H = C.heads, K = C.key_width, V = C.value_width;

  template <class T, int SQ, int SK, int SV, int SG, int SY>
  static void forward(backend::reference& on, rows<const T, H * K, SQ> q, rows<const T, H * K, SK> k,
                      rows<const T, H * V, SV> v, rows<const T, H, SG> g, rows<T, H * V, SY> y, T* /*saved*/,
                      linear_attention_states<T> states = {}) {
    const sequences of = q.of;
    backend::arena::frame frame(on.scratch);
    T* S = frame.take<T>(K * V);
    for (int s = 0; s < of.count; ++s)
      for (int h = 0; h < H; ++h) {
        load(states.initial, s, h, S);
        for (int t = s * of.length; t < (s + 1) * of.length; ++t) {
          if (of.starts && of.starts[t]) std::fill(S, S + K * V, T(0));
          std::fill_n(y[t] + h * V, V, T(0));
          if (of.keep && !of.keep[t]) continue;
          update(k[t] + h * K, v[t] + h * V, gate(g, t, h), S, S);
          for (int i = 0; i < K; ++i)
            for (int j = 0; j < V; ++j) y[t][h * V + j] += q[t][h * K + i] * S[i * V + j];
        }
        if (states.final) std::copy_n(S, K * V, states.final + place(s, h));
      }
  }

  template <class T, int SQ, int SK, int SV, int SG, int SY, int SDq, int SDk, int SDv, int SDg>
  static void backward(backend::reference& on, rows<const T, H * K, SQ> q, rows<const T, H * K, SK> k,
                       rows<const T, H * V, SV> v, rows<const T, H, SG> g, const T* /*saved*/,
                       rows<const T, H * V, SY> dy, rows<T, H * K, SDq> dq, rows<T, H * K, SDk> dk,
                       rows<T, H * V, SDv> dv, rows<T, H, SDg> dg, linear_attention_states<T> states = {},
                       linear_attention_state_gradients<T> dstates = {}) {
    const sequences of = q.of;
    backend::arena::frame frame(on.scratch);
    T* before = frame.take<T>(static_cast<std::size_t>(of.length + 1) * K * V);  // S before each token of one sequence
    T *S = frame.take<T>(K * V), *dS = frame.take<T>(K * V);
    for (int s = 0; s < of.count; ++s)
      for (int h = 0; h < H; ++h) {
        load(states.initial, s, h, S);
        load(dstates.final, s, h, dS);
        for (int i = 0; i < of.length; ++i) {
          const int t = s * of.length + i;
          if (of.starts && of.starts[t]) std::fill(S, S + K * V, T(0));
          std::copy_n(S, K * V, before + i * K * V);
          if (!of.keep || of.keep[t]) update(k[t] + h * K, v[t] + h * V, gate(g, t, h), S, S);
        }
        for (int n = of.length - 1; n >= 0; --n) {
          const int t = s * of.length + n;
          const T *qt = q[t] + h * K, *kt = k[t] + h * K, *vt = v[t] + h * V, *dyt = dy[t] + h * V;
          T *dqt = dq[t] + h * K, *dkt = dk[t] + h * K, *dvt = dv[t] + h * V;
          std::fill_n(dqt, K, T(0)), std::fill_n(dkt, K, T(0)), std::fill_n(dvt, V, T(0));
          T dgate = 0;
          if (!of.keep || of.keep[t]) {
            const T *previous = before + n * K * V, gt = gate(g, t, h);
            update(kt, vt, gt, previous, S);
            for (int i = 0; i < K; ++i)
              for (int j = 0; j < V; ++j) {
                T& d = dS[i * V + j];
                d += qt[i] * dyt[j];
                dqt[i] += S[i * V + j] * dyt[j];
                dkt[i] += d * vt[j];
                dvt[j] += d * kt[i];
                dgate += d * previous[i * V + j];
                d *= gt;
              }
          }
          if (g.data) dg[t][h] = dgate;
          if (of.starts && of.starts[t]) std::fill(dS, dS + K * V, T(0));
        }
        if (dstates.initial) std::copy_n(dS, K * V, dstates.initial + place(s, h));
      }
  }

 private:
  static std::ptrdiff_t place(int s, int h) { return (static_cast<std::ptrdiff_t>(s) * H + h) * K * V; }
  template <class T> static void load(const T* states, int s, int h, T* S) {
    for (int i = 0; i < K * V; ++i) S[i] = states ? states[place(s, h) + i] : T(0);
  }
  template <class T, int SG> static T gate(rows<const T, H, SG> g, int t, int h) { return g.data ? g[t][h] : T(1); }
  template <class T> static void update(const T* k, const T* v, T g, const T* before, T* after) {
    for (int i = 0; i < K; ++i)
      for (int j = 0; j < V; ++j) after[i * V + j] = g * before[i * V + j] + k[i] * v[j];
  }
};

}  // namespace krait::kernel
