// krait/kernel/s4d_scan/reference.hpp: the recurrence, one channel, pole and token at a time.
#pragma once
#include <krait/backend/reference.hpp>
#include <krait/kernel/s4d_scan/s4d_scan.hpp>

namespace krait::kernel {

template <int Channels, int Pairs> struct s4d_scan<backend::reference, Channels, Pairs> {
  template <class T, int SX, int SY>
  static void forward(backend::reference&, const s4d_weights<T, Channels, Pairs>& w, rows<const T, Channels, SX> x,
                      rows<T, Channels, SY> y, T* /*saved*/, s4d_states<T> states = {}) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int c = 0; c < Channels; ++c) y[t][c] = kept(x.of, t) ? w.D[c] * x[t][c] : T(0);
    each_pole<T>(w, x.of.count, [&](int s, int c, int n, const auto& pole) {
      detail::complex_of<T> h = load(states.initial, s, c, n);
      for (int t = s * x.of.length; t < (s + 1) * x.of.length; ++t) {
        if (starts(x.of, t)) h = {0, 0};
        if (!kept(x.of, t)) continue;
        h = pole.a() * h + detail::complex_of<T>{x[t][c], 0};
        y[t][c] += (pole.c() * h).re;
      }
      store(states.final, s, c, n, h);
    });
  }

  template <class T, int SX, int SY, int SDX>
  static void backward(backend::reference& on, const s4d_weights<T, Channels, Pairs>& w, rows<const T, Channels, SX> x,
                       const T* /*saved*/, rows<const T, Channels, SY> dy, rows<T, Channels, SDX> dx,
                       const s4d_gradients<T, Channels, Pairs>& dw, s4d_states<T> states = {},
                       s4d_state_gradients<T> dstates = {}) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int c = 0; c < Channels; ++c) {
        dx[t][c] = kept(x.of, t) ? w.D[c] * dy[t][c] : T(0);
        if (kept(x.of, t)) dw.D[c] += x[t][c] * dy[t][c];
      }
    backend::arena::frame frame(on.scratch);
    auto* before = frame.template take<detail::complex_of<T>>(static_cast<std::size_t>(x.of.length) + 1);
    each_pole<T>(w, x.of.count, [&](int s, int c, int n, const auto& pole) {
      const int first = s * x.of.length;
      detail::complex_of<T> h = load(states.initial, s, c, n), dh = load(dstates.final, s, c, n), da = {0, 0}, dc = da;
      for (int i = 0; i < x.of.length; ++i) {
        if (starts(x.of, first + i)) h = {0, 0};
        before[i] = h;
        if (kept(x.of, first + i)) h = pole.a() * h + detail::complex_of<T>{x[first + i][c], 0};
      }
      for (int i = x.of.length - 1; i >= 0; --i) {
        const int t = first + i;
        if (kept(x.of, t)) {
          const detail::complex_of<T> after = pole.a() * before[i] + detail::complex_of<T>{x[t][c], 0};
          dh = dh + dy[t][c] * pole.c().conjugate();
          dc = dc + dy[t][c] * after.conjugate();
          da = da + dh * before[i].conjugate();
          dx[t][c] += dh.re;
          dh = pole.a().conjugate() * dh;
        }
        if (starts(x.of, t)) dh = {0, 0};
      }
      store(dstates.initial, s, c, n, dh);
      const auto d = pole.backward(da, dc);
      const int at = c * Pairs + n;
      dw.log_dt[c] += d.log_dt, dw.log_A_real[at] += d.log_A_real, dw.A_imag[at] += d.A_imag;
      dw.C[2 * at] += d.C_re, dw.C[2 * at + 1] += d.C_im;
    });
  }

 private:
  static bool kept(sequences of, int t) { return !of.keep || of.keep[t]; }
  static bool starts(sequences of, int t) { return of.starts && of.starts[t]; }
  static std::ptrdiff_t place(int s, int c, int n) {
    return ((static_cast<std::ptrdiff_t>(s) * Channels + c) * Pairs + n) * 2;
  }
  template <class T> static detail::complex_of<T> load(const T* states, int s, int c, int n) {
    return states ? detail::complex_of<T>{states[place(s, c, n)], states[place(s, c, n) + 1]}
                  : detail::complex_of<T>{0, 0};
  }
  template <class T> static void store(T* states, int s, int c, int n, detail::complex_of<T> h) {
    if (states) states[place(s, c, n)] = h.re, states[place(s, c, n) + 1] = h.im;
  }
  /// f(sequence, channel, pair, pole)
  template <class T, class F> static void each_pole(const s4d_weights<T, Channels, Pairs>& w, int count, F&& f) {
    for (int c = 0; c < Channels; ++c)
      for (int n = 0; n < Pairs; ++n) {
        const int at = c * Pairs + n;
        const detail::s4d_pole<T> pole(w.log_dt[c], w.log_A_real[at], w.A_imag[at], w.C[2 * at], w.C[2 * at + 1]);
        for (int s = 0; s < count; ++s) f(s, c, n, pole);
      }
  }
};

}  // namespace krait::kernel
