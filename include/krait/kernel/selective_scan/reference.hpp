// krait/kernel/selective_scan/reference.hpp: the recurrence, one token, channel and state at a time.
#pragma once
#include <cmath>
#include <krait/backend/reference.hpp>
#include <krait/kernel/selective_scan/selective_scan.hpp>
#include <krait/kernel/selective_scan/zero_order_hold.hpp>

namespace krait::kernel {

template <scan_config C> struct selective_scan<backend::reference, C> {
  static constexpr int E = C.channels, N = C.d_state, R = C.dt_rank, row_width = R + 2 * N;

  template <class T> struct step {  // what token t does to channel e
    T v, delta, z, silu, sigmoid_z;
    template <class Row, class Z>
    step(const scan_weights<T, C>& w, const Row& row, const Z& gate, int t, int e) : v(w.dt_bias[e]), z(gate[t][e]) {
      for (int r = 0; r < R; ++r) v += w.dt_weight[e * R + r] * row[t][r];
      delta = v > T(20) ? v : std::log1p(std::exp(v));
      sigmoid_z = T(1) / (T(1) + std::exp(-z));
      silu = z * sigmoid_z;
    }
    T decay(T A) const { return std::exp(delta * A); }
    T gain(T A) const { return C.b == discretisation::euler ? delta : delta * held(A).gain; }
    hold_factors<T> held(T A) const { return zero_order_hold<T>(delta * A, decay(A)); }
  };

  template <capacity = capacity{}, class T, int SX, int SR, int SZ, int SY, int SG>
  static void forward(backend::reference&, const scan_weights<T, C>& w, rows<const T, E, SX> x,
                      rows<const T, row_width, SR> row, rows<const T, E, SZ> z, rows<T, E, SY> y, rows<T, E, SG> gated,
                      T* /*saved*/, scan_states<T> states = {}) {
    for (int s = 0; s < x.of.count; ++s)
      for (int e = 0; e < E; ++e) {
        T h[N];
        const long at = (static_cast<long>(s) * E + e) * N;
        for (int n = 0; n < N; ++n) h[n] = states.initial ? states.initial[at + n] : T(0);
        for (int t = s * x.of.length; t < (s + 1) * x.of.length; ++t) {
          if (x.of.starts && x.of.starts[t])
            for (T& value : h) value = 0;
          if (x.of.keep && !x.of.keep[t]) {
            y[t][e] = gated[t][e] = 0;
            continue;
          }
          const step<T> now(w, row, z, t, e);
          T out = w.D[e] * x[t][e];
          for (int n = 0; n < N; ++n) {
            const T A = -std::exp(w.A_log[e * N + n]);
            h[n] = now.decay(A) * h[n] + now.gain(A) * row[t][R + n] * x[t][e];
            out += row[t][R + N + n] * h[n];
          }
          y[t][e] = out;
          gated[t][e] = out * now.silu;
        }
        if (states.final)
          for (int n = 0; n < N; ++n) states.final[at + n] = h[n];
      }
  }

  template <capacity = capacity{}, class T, int SX, int SR, int SZ, int SY, int SG>
  static void backward(backend::reference& on, const scan_weights<T, C>& w, rows<const T, E, SX> x,
                       rows<const T, row_width, SR> row, rows<const T, E, SZ> z, rows<const T, E, SY> y,
                       const T* /*saved*/, rows<const T, E, SG> dgated, rows<T, E, SG> gated, rows<T, E, SX> dx,
                       rows<T, row_width, SR> drow, rows<T, E, SZ> dz, scan_gradients<T, C> dw,
                       scan_states<T> states = {}, scan_state_gradients<T> dstates = {}) {
    backend::arena::frame frame(on.scratch);
    T* before = frame.take<T>(static_cast<std::size_t>(x.of.length + 1) * N);  // h before each token of one sequence
    for (int t = 0; t < x.tokens(); ++t)
      for (int i = 0; i < row_width; ++i) drow[t][i] = 0;
    for (int s = 0; s < x.of.count; ++s)
      for (int e = 0; e < E; ++e) {
        const long at = (static_cast<long>(s) * E + e) * N;
        const int first = s * x.of.length;
        T h[N], dh[N];
        for (int n = 0; n < N; ++n) {
          h[n] = states.initial ? states.initial[at + n] : T(0);
          dh[n] = dstates.final ? dstates.final[at + n] : T(0);
        }
        for (int i = 0; i < x.of.length; ++i) {
          const int t = first + i;
          if (x.of.starts && x.of.starts[t])
            for (T& value : h) value = 0;
          for (int n = 0; n < N; ++n) before[i * N + n] = h[n];
          if (x.of.keep && !x.of.keep[t]) continue;
          const step<T> now(w, row, z, t, e);
          for (int n = 0; n < N; ++n) {
            const T A = -std::exp(w.A_log[e * N + n]);
            h[n] = now.decay(A) * h[n] + now.gain(A) * row[t][R + n] * x[t][e];
          }
        }
        for (int i = x.of.length - 1; i >= 0; --i) {
          const int t = first + i;
          if (x.of.keep && !x.of.keep[t]) {
            dx[t][e] = dz[t][e] = gated[t][e] = 0;
          } else {
            const step<T> now(w, row, z, t, e);
            const T dout = dgated[t][e], dy = dout * now.silu;
            gated[t][e] = y[t][e] * now.silu;
            dz[t][e] = dout * y[t][e] * now.sigmoid_z * (T(1) + now.z * (T(1) - now.sigmoid_z));
            T ddelta = 0, dxt = dy * w.D[e];
            dw.D[e] += dy * x[t][e];
            for (int n = 0; n < N; ++n) {
              const T A = -std::exp(w.A_log[e * N + n]), a = now.decay(A), gain = now.gain(A);
              const T B = row[t][R + n], previous = before[i * N + n];
              const T g = dh[n] + dy * row[t][R + N + n];
              drow[t][R + N + n] += dy * (a * previous + gain * B * x[t][e]);
              drow[t][R + n] += g * gain * x[t][e];
              dxt += g * gain * B;
              T dA = g * previous * a * now.delta;
              ddelta += g * previous * a * A;
              const T dgain = g * B * x[t][e];
              if (C.b == discretisation::euler) {
                ddelta += dgain;
              } else {
                ddelta += dgain * a;
                dA += dgain * now.delta * now.delta * now.held(A).slope;
              }
              dw.A_log[e * N + n] += dA * A;
              dh[n] = g * a;
            }
            dx[t][e] = dxt;
            const T dv = ddelta / (T(1) + std::exp(-now.v));
            dw.dt_bias[e] += dv;
            for (int r = 0; r < R; ++r) {
              dw.dt_weight[e * R + r] += dv * row[t][r];
              drow[t][r] += dv * w.dt_weight[e * R + r];
            }
          }
          if (x.of.starts && x.of.starts[t])
            for (T& value : dh) value = 0;
        }
        if (dstates.initial)
          for (int n = 0; n < N; ++n) dstates.initial[at + n] = dh[n];
      }
  }
};

}  // namespace krait::kernel
