// krait/kernel/scalar_decay/cuda.cuh: forward a thread a channel; backward a warp a token of one head, whose lanes
// share its channels, and a block a part of the tokens.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/add_parts.cuh>
#include <krait/backend/cuda/elements.cuh>
#include <krait/backend/cuda/lanes.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/core/rows.hpp>
#include <krait/kernel/activation/function.hpp>
#include <krait/kernel/scalar_decay/scalar_decay.hpp>

namespace krait::kernel {

namespace detail {

inline constexpr int decay_warps = 4;  // of a block

template <int P, class W, class Dt, class X, class D, class V> struct decay_forward {
  const W *A_log, *dt_bias;
  Dt dt;
  X x;
  D delta, g;
  V v;
  __device__ void operator()(int t, int i) const {
    using Sum = typename D::value_type;
    const int h = i / P;
    const Sum d = activation_function::softplus::value(static_cast<Sum>(dt[t][h]) + static_cast<Sum>(dt_bias[h]));
    v[t][i] = static_cast<typename V::value_type>(d * static_cast<Sum>(x[t][i]));
    if (i % P != 0) return;
    delta[t][h] = d;
    g[t][h] = exp(-exp(static_cast<Sum>(A_log[h])) * d);
  }
};

/// f(token, lane) for every token of this block's part, from a warp; adds up what it returns, over the warps' tokens,
/// and lane 0 of each warp leaves Count sums in `sums`. All threads come back together.
template <int Count, class Sum, class F> __device__ void decay_sums(int tokens, Sum (*sums)[Count], F&& f) {
  const int warp = threadIdx.x / backend::warp_size, lane = threadIdx.x % backend::warp_size;
  Sum own[Count] = {};
  for (int t = blockIdx.y * decay_warps + warp; t < tokens; t += gridDim.y * decay_warps) f(t, lane, own);
  if (lane == 0)
    for (int i = 0; i < Count; ++i) sums[warp][i] = own[i];
  __syncthreads();
}
template <int Count, class Sum> __device__ Sum decay_total(const Sum (*sums)[Count], int i) {
  Sum all = 0;
  for (int warp = 0; warp < decay_warps; ++warp) all += sums[warp][i];
  return all;
}

template <int Heads, int P, class W, class Dt, class X, class D, class DG, class DV, class DDt, class DX>
__global__ void __launch_bounds__(decay_warps* backend::warp_size)
    decay_backward(const W* A_log, const W* dt_bias, Dt dt, X x, D delta, D g, DG dg, DV dv, DDt ddt, DX dx,
                   backend::sum_type<W>* A_log_parts, backend::sum_type<W>* dt_bias_parts) {
  using Sum = backend::sum_type<W>;
  __shared__ Sum sums[decay_warps][2];
  const int h = blockIdx.x;
  const Sum A = -exp(static_cast<Sum>(A_log[h])), bias = static_cast<Sum>(dt_bias[h]);
  decay_sums<2>(x.tokens(), sums, [&](int t, int lane, Sum* own) {
    const Sum d = delta[t][h], dexponent = dg[t][h] * g[t][h];
    Sum dot = 0;
    for (int p = lane; p < P; p += backend::warp_size) {
      const Sum dvt = static_cast<Sum>(dv[t][h * P + p]);
      dot += dvt * static_cast<Sum>(x[t][h * P + p]);
      dx[t][h * P + p] = static_cast<typename DX::value_type>(d * dvt);
    }
    dot = backend::lane_sum<backend::warp_size>(dot);
    const Sum slope = activation_function::softplus::slope(static_cast<Sum>(dt[t][h]) + bias);
    const Sum gradient = (dexponent * A + dot) * slope;
    if (lane == 0) ddt[t][h] = static_cast<typename DDt::value_type>(gradient);
    own[0] += dexponent * A * d;
    own[1] += gradient;
  });
  if (threadIdx.x != 0) return;
  A_log_parts[blockIdx.y * Heads + h] = decay_total<2>(sums, 0);
  dt_bias_parts[blockIdx.y * Heads + h] = decay_total<2>(sums, 1);
}

template <int P, class W, class X, class Y> struct skip_forward {
  const W* D;
  X x;
  Y y;
  __device__ void operator()(int t, int i) const {
    using Sum = backend::sum_type<typename Y::value_type>;
    y[t][i] = static_cast<typename Y::value_type>(static_cast<Sum>(y[t][i]) +
                                                  static_cast<Sum>(D[i / P]) * static_cast<Sum>(x[t][i]));
  }
};

template <int Heads, int P, class W, class X, class DY, class DX>
__global__ void __launch_bounds__(decay_warps* backend::warp_size)
    skip_backward(const W* D, X x, DY dy, DX dx, backend::sum_type<W>* parts) {
  using Sum = backend::sum_type<W>;
  __shared__ Sum sums[decay_warps][1];
  const int h = blockIdx.x;
  const Sum skip = static_cast<Sum>(D[h]);
  decay_sums<1>(x.tokens(), sums, [&](int t, int lane, Sum* own) {
    Sum dot = 0;
    for (int p = lane; p < P; p += backend::warp_size) {
      const Sum dyt = static_cast<Sum>(dy[t][h * P + p]);
      dot += dyt * static_cast<Sum>(x[t][h * P + p]);
      dx[t][h * P + p] = static_cast<typename DX::value_type>(static_cast<Sum>(dx[t][h * P + p]) + skip * dyt);
    }
    own[0] += backend::lane_sum<backend::warp_size>(dot);
  });
  if (threadIdx.x == 0) parts[blockIdx.y * Heads + h] = decay_total<1>(sums, 0);
}

}  // namespace detail

template <int Heads, int P> struct scalar_decay<backend::cuda, Heads, P> {
  template <class W, class T, class S, int SDt, int SX, int SD, int SV>
  static void forward(backend::cuda& on, const scalar_decay_weights<W, Heads>& w, rows<const T, Heads, SDt> dt,
                      rows<const T, Heads * P, SX> x, rows<S, Heads, SD> delta, rows<S, Heads, SD> g,
                      rows<T, Heads * P, SV> v) {
    using element = detail::decay_forward<P, W, rows<const T, Heads, SDt>, rows<const T, Heads * P, SX>,
                                          rows<S, Heads, SD>, rows<T, Heads * P, SV>>;
    backend::each_element<Heads * P>(on.stream, x.tokens(), element{w.A_log.data, w.dt_bias.data, dt, x, delta, g, v});
  }
  template <class W, class T, class S, int SDt, int SX, int SD, int SDg, int SDv, int SDdt, int SDx>
  static void backward(backend::cuda& on, const scalar_decay_weights<W, Heads>& w, rows<const T, Heads, SDt> dt,
                       rows<const T, Heads * P, SX> x, rows<const S, Heads, SD> delta, rows<const S, Heads, SD> g,
                       rows<const S, Heads, SDg> dg, rows<const T, Heads * P, SDv> dv, rows<T, Heads, SDdt> ddt,
                       rows<T, Heads * P, SDx> dx, const scalar_decay_gradients<W, Heads>& dw) {
    using Sum = backend::sum_type<W>;
    backend::device_arena::frame frame(on.scratch);
    const dim3 blocks = grid(x.tokens());
    auto* A_log = frame.template take<Sum>(static_cast<std::size_t>(blocks.y) * Heads);
    auto* dt_bias = frame.template take<Sum>(static_cast<std::size_t>(blocks.y) * Heads);
    backend::launch(
        detail::decay_backward<Heads, P, W, rows<const T, Heads, SDt>, rows<const T, Heads * P, SX>,
                               rows<const S, Heads, SD>, rows<const S, Heads, SDg>, rows<const T, Heads * P, SDv>,
                               rows<T, Heads, SDdt>, rows<T, Heads * P, SDx>>,
        blocks, detail::decay_warps * backend::warp_size, 0, on.stream, static_cast<const W*>(w.A_log.data),
        static_cast<const W*>(w.dt_bias.data), dt, x, delta, g, dg, dv, ddt, dx, A_log, dt_bias);
    backend::add_parts(on.stream, A_log, static_cast<int>(blocks.y), Heads, dw.A_log.data);
    backend::add_parts(on.stream, dt_bias, static_cast<int>(blocks.y), Heads, dw.dt_bias.data);
  }
  template <class W, class T, int SX, int SY>
  static void add_skip(backend::cuda& on, const tensor<W, Heads>& D, rows<const T, Heads * P, SX> x,
                       rows<T, Heads * P, SY> y) {
    using element = detail::skip_forward<P, W, rows<const T, Heads * P, SX>, rows<T, Heads * P, SY>>;
    backend::each_element<Heads * P>(on.stream, x.tokens(), element{D.data, x, y});
  }
  template <class W, class T, int SX, int SDy, int SDx>
  static void add_skip_backward(backend::cuda& on, const tensor<W, Heads>& D, rows<const T, Heads * P, SX> x,
                                rows<const T, Heads * P, SDy> dy, rows<T, Heads * P, SDx> dx, tensor<W, Heads>& dD) {
    using Sum = backend::sum_type<W>;
    backend::device_arena::frame frame(on.scratch);
    const dim3 blocks = grid(x.tokens());
    auto* parts = frame.template take<Sum>(static_cast<std::size_t>(blocks.y) * Heads);
    backend::launch(detail::skip_backward<Heads, P, W, rows<const T, Heads * P, SX>, rows<const T, Heads * P, SDy>,
                                          rows<T, Heads * P, SDx>>,
                    blocks, detail::decay_warps * backend::warp_size, 0, on.stream, static_cast<const W*>(D.data), x,
                    dy, dx, parts);
    backend::add_parts(on.stream, parts, static_cast<int>(blocks.y), Heads, dD.data);
  }

 private:
  static dim3 grid(int tokens) {
    const int wanted = (tokens + detail::decay_warps - 1) / detail::decay_warps;
    return dim3(Heads, static_cast<unsigned>(wanted < 1                    ? 1
                                             : wanted < backend::row_parts ? wanted
                                                                           : backend::row_parts));
  }
};

}  // namespace krait::kernel
