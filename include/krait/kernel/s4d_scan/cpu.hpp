// krait/kernel/s4d_scan/cpu.hpp: channels in lanes, a few poles' states in registers, tokens one after the other.
#pragma once
#include <algorithm>
#include <krait/backend/cpu.hpp>
#include <krait/kernel/s4d_scan/s4d_scan.hpp>

namespace krait::kernel {

template <int Channels, int Pairs> struct s4d_scan<backend::cpu, Channels, Pairs> {
  template <class T, int SX, int SY>
  static void forward(backend::cpu& on, const s4d_weights<T, Channels, Pairs>& w, rows<const T, Channels, SX> x,
                      rows<T, Channels, SY> y, T* saved, s4d_states<T> states = {}) {
    backend::arena::frame frame(on.scratch);
    const table<T> poles = table_of(w, frame);
    each_block<T>(
        [&]<int P, bool First>(std::integral_constant<int, P>, std::bool_constant<First>, int n0, int c0, int in_last) {
          using vec = simd::vec<T>;
          const vec D = load(w.D.data + c0, in_last);
          for (int s = 0; s < x.of.count; ++s) {
            poles_of<T, P> at(poles, n0, c0);
            vec re[P], im[P];
            load_states(states.initial, s, c0, in_last, n0, re, im);
            for (int i = 0; i < x.of.length; ++i) {
              const int t = s * x.of.length + i;
              if (i > 0 && i % s4d_chunk == 0) keep(place(saved, x.of, s, i, n0, c0), re, im);
              if (x.of.starts && x.of.starts[t])
                for (int p = 0; p < P; ++p) re[p] = im[p] = vec{};
              if (x.of.keep && !x.of.keep[t]) {
                if (First) store(y[t] + c0, vec{}, in_last);
                continue;
              }
              const vec in = load(x[t] + c0, in_last);
              vec sum = First ? D * in : load(y[t] + c0, in_last);
#pragma GCC unroll 8
              for (int p = 0; p < P; ++p) {
                at.step(p, re[p], im[p], in);
                sum += at.c_re[p] * re[p] - at.c_im[p] * im[p];
              }
              store(y[t] + c0, sum, in_last);
            }
            if (states.final) store_states(states.final, s, c0, in_last, n0, re, im);
          }
        });
  }

  /// Walks each chunk of tokens forward, from the state before it, and then back.
  template <class T, int SX, int SY, int SDX>
  static void backward(backend::cpu& on, const s4d_weights<T, Channels, Pairs>& w, rows<const T, Channels, SX> x,
                       const T* saved, rows<const T, Channels, SY> dy, rows<T, Channels, SDX> dx,
                       const s4d_gradients<T, Channels, Pairs>& dw, s4d_states<T> states = {},
                       s4d_state_gradients<T> dstates = {}) {
    backend::arena::frame frame(on.scratch);
    const table<T> poles = table_of(w, frame), d = table_in<T>(frame);
    each_block<T>([&]<int P, bool First>(std::integral_constant<int, P>, std::bool_constant<First>, int n0, int c0,
                                         int in_last) {
      using vec = simd::vec<T>;
      const poles_of<T, P> at(poles, n0, c0);
      const vec D = load(w.D.data + c0, in_last);
      vec da_re[P], da_im[P], dc_re[P], dc_im[P], dD{};
      for (int p = 0; p < P; ++p) da_re[p] = da_im[p] = dc_re[p] = dc_im[p] = vec{};
      for (int s = 0; s < x.of.count; ++s) {
        vec g_re[P], g_im[P];  // of the loss in the state after the token
        load_states(dstates.final, s, c0, in_last, n0, g_re, g_im);
        const auto kept = [&](int i) { return !x.of.keep || x.of.keep[s * x.of.length + i]; };
        const auto starts = [&](int i) { return x.of.starts && x.of.starts[s * x.of.length + i]; };
        for (int begin = (x.of.length - 1) / s4d_chunk * s4d_chunk; begin >= 0 && x.of.length > 0; begin -= s4d_chunk) {
          const int end = std::min(begin + s4d_chunk, x.of.length);
          vec before_re[s4d_chunk][P], before_im[s4d_chunk][P], re[P], im[P];
          if (begin == 0)
            load_states(states.initial, s, c0, in_last, n0, re, im);
          else
            fetch(place(saved, x.of, s, begin, n0, c0), re, im);
          for (int i = begin; i < end; ++i) {
            if (starts(i))
              for (int p = 0; p < P; ++p) re[p] = im[p] = vec{};
            const bool in_use = kept(i);
            const vec in = load(x[s * x.of.length + i] + c0, in_last);
#pragma GCC unroll 4
            for (int p = 0; p < P; ++p) {
              before_re[i - begin][p] = re[p], before_im[i - begin][p] = im[p];
              if (in_use) at.step(p, re[p], im[p], in);
            }
          }
          for (int i = end - 1; i >= begin; --i) {
            const int t = s * x.of.length + i;
            if (kept(i)) {
              const vec in = load(x[t] + c0, in_last), dout = load(dy[t] + c0, in_last);
              vec din = First ? D * dout : load(dx[t] + c0, in_last);
              if (First) dD += in * dout;
#pragma GCC unroll 4
              for (int p = 0; p < P; ++p) {
                const vec b_re = before_re[i - begin][p], b_im = before_im[i - begin][p];
                vec h_re = b_re, h_im = b_im;
                at.step(p, h_re, h_im, in);
                g_re[p] += at.c_re[p] * dout, g_im[p] -= at.c_im[p] * dout;
                dc_re[p] += dout * h_re, dc_im[p] -= dout * h_im;
                din += g_re[p];
                da_re[p] += g_re[p] * b_re + g_im[p] * b_im;
                da_im[p] += g_im[p] * b_re - g_re[p] * b_im;
                const vec g = at.a_re[p] * g_re[p] + at.a_im[p] * g_im[p];
                g_im[p] = at.a_re[p] * g_im[p] - at.a_im[p] * g_re[p];
                g_re[p] = g;
              }
              store(dx[t] + c0, din, in_last);
            } else if (First) {
              store(dx[t] + c0, vec{}, in_last);
            }
            if (starts(i))
              for (int p = 0; p < P; ++p) g_re[p] = g_im[p] = vec{};
          }
        }
        if (dstates.initial) store_states(dstates.initial, s, c0, in_last, n0, g_re, g_im);
      }
      for (int p = 0; p < P; ++p) {
        const std::size_t row = static_cast<std::size_t>(n0 + p) * padded + static_cast<std::size_t>(c0);
        simd::store(d.a_re + row, da_re[p]), simd::store(d.a_im + row, da_im[p]);
        simd::store(d.c_re + row, dc_re[p]), simd::store(d.c_im + row, dc_im[p]);
      }
      if (First)
        for (int l = 0; l < in_last; ++l) dw.D[c0 + l] += dD[l];
    });
    for (int c = 0; c < Channels; ++c)
      for (int n = 0; n < Pairs; ++n) {
        const int at = c * Pairs + n;
        const std::size_t row = static_cast<std::size_t>(n) * padded + static_cast<std::size_t>(c);
        const detail::s4d_pole<T> pole(w.log_dt[c], w.log_A_real[at], w.A_imag[at], w.C[2 * at], w.C[2 * at + 1]);
        const auto one = pole.backward({d.a_re[row], d.a_im[row]}, {d.c_re[row], d.c_im[row]});
        dw.log_dt[c] += one.log_dt, dw.log_A_real[at] += one.log_A_real, dw.A_imag[at] += one.A_imag;
        dw.C[2 * at] += one.C_re, dw.C[2 * at + 1] += one.C_im;
      }
  }

 private:
  static constexpr int padded = round_up(Channels, 16);

  /// A row of channels for every pole.
  template <class T> struct table { T *a_re, *a_im, *c_re, *c_im; };
  template <class T> static table<T> table_in(backend::arena::frame& frame) {
    T* all = frame.take<T>(static_cast<std::size_t>(4) * Pairs * padded);
    std::fill_n(all, static_cast<std::size_t>(4) * Pairs * padded, T(0));
    return {all, all + Pairs * padded, all + 2 * Pairs * padded, all + 3 * Pairs * padded};
  }
  template <class T> static table<T> table_of(const s4d_weights<T, Channels, Pairs>& w, backend::arena::frame& frame) {
    const table<T> made = table_in<T>(frame);
    for (int c = 0; c < Channels; ++c)
      for (int n = 0; n < Pairs; ++n) {
        const int at = c * Pairs + n;
        const detail::s4d_pole<T> pole(w.log_dt[c], w.log_A_real[at], w.A_imag[at], w.C[2 * at], w.C[2 * at + 1]);
        const auto a = pole.a(), out = pole.c();
        made.a_re[n * padded + c] = a.re, made.a_im[n * padded + c] = a.im;
        made.c_re[n * padded + c] = out.re, made.c_im[n * padded + c] = out.im;
      }
    return made;
  }
  template <class T, int P> struct poles_of {
    simd::vec<T> a_re[P], a_im[P], c_re[P], c_im[P];
    poles_of(const table<T>& all, int n0, int c0) {
      for (int p = 0; p < P; ++p) {
        const int row = (n0 + p) * padded + c0;
        a_re[p] = simd::load(all.a_re + row), a_im[p] = simd::load(all.a_im + row);
        c_re[p] = simd::load(all.c_re + row), c_im[p] = simd::load(all.c_im + row);
      }
    }
    [[gnu::always_inline]] void step(int p, simd::vec<T>& re, simd::vec<T>& im, simd::vec<T> in) const {
      const simd::vec<T> next = a_re[p] * re - a_im[p] * im + in;
      im = a_re[p] * im + a_im[p] * re;
      re = next;
    }
  };

  /// f(how many poles, whether they are the first, the first of them, the first channel, channels in use).
  template <class T, class F> static void each_block(F&& f) {
    constexpr int wide = simd::lanes<T>, group = 4;
    for (int c0 = 0; c0 < Channels; c0 += wide) {
      const int in_last = std::min(wide, Channels - c0);
      [&]<int... G>(std::integer_sequence<int, G...>) {
        (f(std::integral_constant<int, std::min(group, Pairs - G * group)>{}, std::bool_constant<G == 0>{}, G * group,
           c0, in_last),
         ...);
      }
      (std::make_integer_sequence<int, (Pairs + group - 1) / group>{});
    }
  }
  template <class T> [[gnu::always_inline]] static simd::vec<T> load(const T* p, int n) {
    return n == simd::lanes<T> ? simd::load(p) : simd::load_first(p, n);
  }
  template <class T> [[gnu::always_inline]] static void store(T* p, simd::vec<T> v, int n) {
    n == simd::lanes<T> ? simd::store(p, v) : simd::store_first(p, v, n);
  }

  template <class T, int P>
  static void load_states(const T* from, int s, int c0, int in_last, int n0, simd::vec<T> (&re)[P],
                          simd::vec<T> (&im)[P]) {
    for (int p = 0; p < P; ++p) {
      re[p] = im[p] = simd::vec<T>{};
      for (int l = 0; from && l < in_last; ++l) {
        const T* h = from + ((static_cast<std::ptrdiff_t>(s) * Channels + c0 + l) * Pairs + n0 + p) * 2;
        re[p][l] = h[0], im[p][l] = h[1];
      }
    }
  }
  template <class T, int P>
  static void store_states(T* to, int s, int c0, int in_last, int n0, const simd::vec<T> (&re)[P],
                           const simd::vec<T> (&im)[P]) {
    for (int p = 0; p < P; ++p)
      for (int l = 0; l < in_last; ++l) {
        T* h = to + ((static_cast<std::ptrdiff_t>(s) * Channels + c0 + l) * Pairs + n0 + p) * 2;
        h[0] = re[p][l], h[1] = im[p][l];
      }
  }
  /// Where the state before token i, the first of a chunk, is kept: of each pole a row of real and one of imaginary
  /// parts.
  template <class T> static T* place(T* saved, sequences of, int s, int i, int n0, int c0) {
    const std::ptrdiff_t chunks = (of.length - 1) / s4d_chunk;
    return saved + ((s * chunks + i / s4d_chunk - 1) * Pairs + n0) * 2 * padded + c0;
  }
  template <class T, int P> static void keep(T* to, const simd::vec<T> (&re)[P], const simd::vec<T> (&im)[P]) {
    for (int p = 0; p < P; ++p) simd::store(to + 2 * p * padded, re[p]), simd::store(to + (2 * p + 1) * padded, im[p]);
  }
  template <class T, int P> static void fetch(const T* from, simd::vec<T> (&re)[P], simd::vec<T> (&im)[P]) {
    for (int p = 0; p < P; ++p)
      re[p] = simd::load(from + 2 * p * padded), im[p] = simd::load(from + (2 * p + 1) * padded);
  }
};

}  // namespace krait::kernel
