// krait/kernel/s4d_scan/cuda.cuh: a thread walks one channel of a sequence, a few poles' states in registers at a time.
#pragma once
#include <algorithm>
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/add_parts.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/kernel/s4d_scan/s4d_scan.hpp>
#include <type_traits>

namespace krait::kernel {

namespace detail {

inline constexpr int s4d_threads = 128, s4d_group = 8;  // threads of a block; poles that a thread carries at a time

template <class W> struct s4d_parameters {
  const W *log_dt, *log_A_real, *A_imag, *C, *D;
  __device__ s4d_pole<W> pole(int channel, int at) const {
    return s4d_pole<W>(log_dt[channel], log_A_real[at], A_imag[at], C[2 * at], C[2 * at + 1]);
  }
};
__device__ inline bool s4d_kept(sequences of, int t) { return !of.keep || of.keep[t]; }
__device__ inline bool s4d_starts(sequences of, int t) { return of.starts && of.starts[t]; }

/// The states of P poles of a channel, from n0 on. Numbers of poles are known when this is compiled, so all of it stays
/// in registers.
template <class W, int P> struct s4d_walk {
  complex_of<W> a[P], c[P], h[P];
  __device__ s4d_walk(const s4d_parameters<W>& w, int channel, int at, const W* states, long place) {
#pragma unroll
    for (int p = 0; p < P; ++p) {
      const s4d_pole<W> pole = w.pole(channel, at + p);
      a[p] = pole.a(), c[p] = pole.c();
      read(p, states, place);
    }
  }
  __device__ void read(int p, const W* states, long place) {
    h[p] = states ? complex_of<W>{states[place + 2 * p], states[place + 2 * p + 1]} : complex_of<W>{0, 0};
  }
  __device__ void reset() {
#pragma unroll
    for (int p = 0; p < P; ++p) h[p] = {0, 0};
  }
  __device__ void push(W x) {
#pragma unroll
    for (int p = 0; p < P; ++p) h[p] = a[p] * h[p] + complex_of<W>{x, 0};
  }
};

/// Where `saved` has the state before token i, the first of a chunk: side by side for the threads of a block.
template <int Channels, int Pairs> __device__ long s4d_place(sequences of, int s, int i, int n) {
  const long chunks = (of.length - 1) / s4d_chunk;
  return ((s * chunks + i / s4d_chunk - 1) * Pairs + n) * 2 * Channels;
}

/// f(how many poles, the first of them) in groups of at most Most: one after the other, so that registers hold one.
template <int Pairs, int Most, class F> __device__ void s4d_groups(const F& f) {
  constexpr int whole = Pairs / Most * Most, rest = Pairs - whole;
#pragma unroll 1
  for (int n0 = 0; n0 < whole; n0 += Most) f(std::integral_constant<int, Most>{}, n0);
  if constexpr (rest > 0) f(std::integral_constant<int, rest>{}, whole);
}

template <int Channels, int Pairs, int P, class W, class X, class Y>
__device__ __forceinline__ void s4d_forward_of(const s4d_parameters<W>& w, X x, Y y, W* saved, s4d_states<W> states,
                                               int s, int c, int n0) {
  using T = typename Y::value_type;
  const long state = ((static_cast<long>(s) * Channels + c) * Pairs + n0) * 2;
  s4d_walk<W, P> walk(w, c, c * Pairs + n0, states.initial, state);
  const W D = w.D[c];
  for (int i = 0; i < x.of.length; ++i) {
    const int t = s * x.of.length + i;
    if (i > 0 && i % s4d_chunk == 0) {
      W* to = saved + s4d_place<Channels, Pairs>(x.of, s, i, n0) + c;
#pragma unroll
      for (int p = 0; p < P; ++p) to[2 * p * Channels] = walk.h[p].re, to[(2 * p + 1) * Channels] = walk.h[p].im;
    }
    if (s4d_starts(x.of, t)) walk.reset();
    if (!s4d_kept(x.of, t)) {
      if (n0 == 0) y[t][c] = T(0);
      continue;
    }
    const W in = static_cast<W>(x[t][c]);
    walk.push(in);
    W sum = n0 == 0 ? D * in : static_cast<W>(y[t][c]);
#pragma unroll
    for (int p = 0; p < P; ++p) sum += walk.c[p].re * walk.h[p].re - walk.c[p].im * walk.h[p].im;
    y[t][c] = static_cast<T>(sum);
  }
  if (states.final)
#pragma unroll
    for (int p = 0; p < P; ++p)
      states.final[state + 2 * p] = walk.h[p].re, states.final[state + 2 * p + 1] = walk.h[p].im;
}

template <int Channels, int Pairs, class W, class X, class Y>
__global__ void __launch_bounds__(s4d_threads, 4)
    s4d_forward(s4d_parameters<W> w, X x, Y y, W* saved, s4d_states<W> states) {
  const int c = blockIdx.x * s4d_threads + threadIdx.x;
  if (c >= Channels) return;
  for (int s = blockIdx.y; s < x.of.count; s += gridDim.y)
    s4d_groups<Pairs, s4d_group>(
        [&](auto p, int n0) { s4d_forward_of<Channels, Pairs, decltype(p)::value>(w, x, y, saved, states, s, c, n0); });
}

/// Gradients of the parameters by one row of blocks, (Channels, ...) each.
template <class W> struct s4d_parts { W *log_dt, *log_A_real, *A_imag, *C, *D; };

template <int Channels, int Pairs, int P, class W, class X, class DY, class DX>
__device__ __forceinline__ void s4d_backward_of(const s4d_parameters<W>& w, X x, const W* saved, DY dy, DX dx,
                                                s4d_states<W> states, s4d_state_gradients<W> dstates,
                                                const s4d_parts<W>& parts, int c, int n0, W& dlog_dt) {
  using T = typename DX::value_type;
  const int at = c * Pairs + n0;
  const W D = w.D[c];
  complex_of<W> da[P], dc[P];
  W dD = 0;
#pragma unroll
  for (int p = 0; p < P; ++p) da[p] = dc[p] = {0, 0};
  s4d_walk<W, P> walk(w, c, at, nullptr, 0);
  for (int s = blockIdx.y; s < x.of.count; s += gridDim.y) {
    const long state = (static_cast<long>(s) * Channels * Pairs + at) * 2;
    complex_of<W> g[P];  // of the loss in the state after the token
#pragma unroll
    for (int p = 0; p < P; ++p)
      g[p] = dstates.final ? complex_of<W>{dstates.final[state + 2 * p], dstates.final[state + 2 * p + 1]}
                           : complex_of<W>{0, 0};
    for (int begin = (x.of.length - 1) / s4d_chunk * s4d_chunk; begin >= 0; begin -= s4d_chunk) {
      const int end = min(begin + s4d_chunk, x.of.length);
      complex_of<W> before[s4d_chunk][P];
      if (begin == 0) {
#pragma unroll
        for (int p = 0; p < P; ++p) walk.read(p, states.initial, state);
      } else {
        const W* from = saved + s4d_place<Channels, Pairs>(x.of, s, begin, n0) + c;
#pragma unroll
        for (int p = 0; p < P; ++p) walk.h[p] = {from[2 * p * Channels], from[(2 * p + 1) * Channels]};
      }
      for (int i = begin; i < end; ++i) {
        const int t = s * x.of.length + i;
        if (s4d_starts(x.of, t)) walk.reset();
#pragma unroll
        for (int p = 0; p < P; ++p) before[i - begin][p] = walk.h[p];
        if (s4d_kept(x.of, t)) walk.push(static_cast<W>(x[t][c]));
      }
      for (int i = end - 1; i >= begin; --i) {
        const int t = s * x.of.length + i;
        if (s4d_kept(x.of, t)) {
          const W in = static_cast<W>(x[t][c]), dout = static_cast<W>(dy[t][c]);
          W din = n0 == 0 ? D * dout : static_cast<W>(dx[t][c]);
          if (n0 == 0) dD += in * dout;
#pragma unroll
          for (int p = 0; p < P; ++p) {
            const complex_of<W> b = before[i - begin][p], h = walk.a[p] * b + complex_of<W>{in, 0};
            g[p] = g[p] + dout * walk.c[p].conjugate();
            dc[p] = dc[p] + dout * h.conjugate();
            da[p] = da[p] + g[p] * b.conjugate();
            din += g[p].re;
            g[p] = walk.a[p].conjugate() * g[p];
          }
          dx[t][c] = static_cast<T>(din);
        } else if (n0 == 0) {
          dx[t][c] = T(0);
        }
        if (s4d_starts(x.of, t))
#pragma unroll
          for (int p = 0; p < P; ++p) g[p] = {0, 0};
      }
    }
    if (dstates.initial)
#pragma unroll
      for (int p = 0; p < P; ++p)
        dstates.initial[state + 2 * p] = g[p].re, dstates.initial[state + 2 * p + 1] = g[p].im;
  }
  const long row = blockIdx.y;
#pragma unroll
  for (int p = 0; p < P; ++p) {
    const auto d = w.pole(c, at + p).backward(da[p], dc[p]);
    const long to = row * Channels * Pairs + at + p;
    dlog_dt += d.log_dt;
    parts.log_A_real[to] = d.log_A_real, parts.A_imag[to] = d.A_imag;
    parts.C[2 * to] = d.C_re, parts.C[2 * to + 1] = d.C_im;
  }
  if (n0 == 0) parts.D[row * Channels + c] = dD;
}

template <int Channels, int Pairs, class W, class X, class DY, class DX>
__global__ void __launch_bounds__(s4d_threads, 4)
    s4d_backward(s4d_parameters<W> w, X x, const W* saved, DY dy, DX dx, s4d_states<W> states,
                 s4d_state_gradients<W> dstates, s4d_parts<W> parts) {
  const int c = blockIdx.x * s4d_threads + threadIdx.x;
  if (c >= Channels) return;
  W dlog_dt = 0;
  s4d_groups<Pairs, s4d_group / 2>([&](auto p, int n0) {
    s4d_backward_of<Channels, Pairs, decltype(p)::value>(w, x, saved, dy, dx, states, dstates, parts, c, n0, dlog_dt);
  });
  parts.log_dt[blockIdx.y * Channels + c] = dlog_dt;
}

}  // namespace detail

/// Parameters, states and `saved` are of sum_type<T>. With more than s4d_group pairs y and dx are rounded to T between
/// the groups.
template <int Channels, int Pairs> struct s4d_scan<backend::cuda, Channels, Pairs> {
  template <class W, class T, int SX, int SY>
  static void forward(backend::cuda& on, const s4d_weights<W, Channels, Pairs>& w, rows<const T, Channels, SX> x,
                      rows<T, Channels, SY> y, W* saved, s4d_states<W> states = {}) {
    backend::launch(detail::s4d_forward<Channels, Pairs, W, rows<const T, Channels, SX>, rows<T, Channels, SY>>,
                    grid(x.of.count, 65535), detail::s4d_threads, 0, on.stream, parameters(w), x, y, saved, states);
  }
  template <class W, class T, int SX, int SY, int SDX>
  static void backward(backend::cuda& on, const s4d_weights<W, Channels, Pairs>& w, rows<const T, Channels, SX> x,
                       const W* saved, rows<const T, Channels, SY> dy, rows<T, Channels, SDX> dx,
                       const s4d_gradients<W, Channels, Pairs>& dw, s4d_states<W> states = {},
                       s4d_state_gradients<W> dstates = {}) {
    if (x.of.count == 0) return;
    backend::device_arena::frame frame(on.scratch);
    const dim3 blocks = grid(x.of.count, backend::row_parts);
    const auto take = [&](int size) { return frame.template take<W>(static_cast<std::size_t>(blocks.y) * size); };
    const detail::s4d_parts<W> parts{take(Channels), take(Channels * Pairs), take(Channels * Pairs),
                                     take(Channels * Pairs * 2), take(Channels)};
    backend::launch(detail::s4d_backward<Channels, Pairs, W, rows<const T, Channels, SX>, rows<const T, Channels, SY>,
                                         rows<T, Channels, SDX>>,
                    blocks, detail::s4d_threads, 0, on.stream, parameters(w), x, saved, dy, dx, states, dstates, parts);
    const int count = static_cast<int>(blocks.y);
    backend::add_parts(on.stream, parts.log_dt, count, Channels, dw.log_dt.data);
    backend::add_parts(on.stream, parts.log_A_real, count, Channels * Pairs, dw.log_A_real.data);
    backend::add_parts(on.stream, parts.A_imag, count, Channels * Pairs, dw.A_imag.data);
    backend::add_parts(on.stream, parts.C, count, Channels * Pairs * 2, dw.C.data);
    backend::add_parts(on.stream, parts.D, count, Channels, dw.D.data);
  }

 private:
  template <class W> static detail::s4d_parameters<W> parameters(const s4d_weights<W, Channels, Pairs>& w) {
    return {w.log_dt.data, w.log_A_real.data, w.A_imag.data, w.C.data, w.D.data};
  }
  static dim3 grid(int count, int most) {
    return dim3((Channels + detail::s4d_threads - 1) / detail::s4d_threads,
                static_cast<unsigned>(std::clamp(count, 1, most)));
  }
};

}  // namespace krait::kernel
