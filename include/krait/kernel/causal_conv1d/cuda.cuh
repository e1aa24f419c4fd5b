// krait/kernel/causal_conv1d/cuda.cuh: a thread walks a chunk of one channel's tokens with the window in registers.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/add_parts.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/kernel/causal_conv1d/causal_conv1d.hpp>

namespace krait::kernel {

namespace detail {

/// Tokens that a thread walks; what came before them it finds by itself.
inline constexpr int conv_chunk = 64;
inline constexpr int conv_threads = 128;

/// Chunk number `item` of a batch: tokens begin .. end - 1 of the sequence that begins at first.
struct conv_chunk_of {
  int sequence, first, begin, end;
  __device__ conv_chunk_of(sequences of, int item) {
    const int chunks = count(of.length);
    sequence = item / chunks;
    first = sequence * of.length;
    begin = first + item % chunks * conv_chunk;
    end = min(begin + conv_chunk, first + of.length);
  }
  /// At least one a sequence, for its states.
  static KRAIT_HOST_DEVICE int count(int length) {
    return length > conv_chunk ? (length + conv_chunk - 1) / conv_chunk : 1;
  }
};

__device__ inline bool conv_kept(sequences of, int t) { return !of.keep || of.keep[t]; }
__device__ inline bool conv_starts(sequences of, int t) { return of.starts && of.starts[t]; }

/// What the window holds just before token `begin`: its places as in conv_window, found by walking back.
template <int Width> __device__ conv_window<Width> conv_window_before(sequences of, int first, int begin, bool state) {
  conv_window<Width> window;
  for (int j = 0; j < Width; ++j) window.at[j] = window.nothing;
  int found = 0;
  bool cut = false;
  for (int t = begin - 1; t >= first && found < Width - 1 && !cut; --t) {
    if (conv_kept(of, t)) window.at[Width - 1 - found++] = t;
    cut = conv_starts(of, t);
  }
  if (!cut && state)
    for (int j = 1; j + found < Width; ++j) window.at[j] = -2 - (j - 1 + found);
  return window;
}

/// The window's inputs and what is known of one channel.
template <int Channels, int Width, class Sum> struct conv_channel {
  Sum weight[Width], bias;
  template <class W> __device__ conv_channel(const W* w, const W* b, int c) : bias(static_cast<Sum>(b[c])) {
#pragma unroll
    for (int j = 0; j < Width; ++j) weight[j] = static_cast<Sum>(w[c * Width + j]);
  }
  __device__ Sum value(const Sum* inputs) const {
    Sum v = bias;
#pragma unroll
    for (int j = 0; j < Width; ++j) v += weight[j] * inputs[j];
    return v;
  }
  template <class X, class T>
  static __device__ void read(Sum* inputs, const conv_window<Width>& window, X x, const T* initial, long state, int c) {
#pragma unroll
    for (int j = 0; j < Width; ++j) {
      const int at = window.at[j];
      inputs[j] = at >= 0              ? static_cast<Sum>(x[at][c])
                  : at < -1 && initial ? static_cast<Sum>(initial[state - 2 - at])
                                       : Sum(0);
    }
  }
};

template <int Channels, int Width, class Function, class W, class T, class X, class Y>
__global__ void __launch_bounds__(conv_threads, 8)
    conv_forward(const W* weight, const W* bias, X x, Y y, conv_states<T> states, int items) {
  using Sum = backend::sum_type<T>;
  const int c = blockIdx.x * conv_threads + threadIdx.x;
  if (c >= Channels) return;
  const conv_channel<Channels, Width, Sum> channel(weight, bias, c);
  for (int item = blockIdx.y; item < items; item += gridDim.y) {
    const conv_chunk_of chunk(x.of, item);
    const long state = (static_cast<long>(chunk.sequence) * Channels + c) * (Width - 1);
    Sum inputs[Width];
    channel.read(inputs, conv_window_before<Width>(x.of, chunk.first, chunk.begin, states.initial), x, states.initial,
                 state, c);
    for (int t = chunk.begin; t < chunk.end; ++t) {
      if (conv_starts(x.of, t))
#pragma unroll
        for (int j = 0; j < Width; ++j) inputs[j] = 0;
      if (!conv_kept(x.of, t)) {
        y[t][c] = T(0);
        continue;
      }
#pragma unroll
      for (int j = 0; j + 1 < Width; ++j) inputs[j] = inputs[j + 1];
      inputs[Width - 1] = static_cast<Sum>(x[t][c]);
      y[t][c] = static_cast<T>(Function::value(channel.value(inputs)));
    }
    if (states.final && chunk.end == chunk.first + x.of.length)
#pragma unroll
      for (int j = 1; j < Width; ++j) states.final[state + j - 1] = static_cast<T>(inputs[j]);
  }
}

/// Every place that a window reaches has a gradient, which is complete when the place has left the window: it then is
/// written, if it is one of this chunk. So a thread goes on past its chunk until its last token has left.
template <int Channels, int Width, class Function, class W, class T, class X, class DY, class DX>
__global__ void __launch_bounds__(conv_threads)
    conv_backward(const W* weight, const W* bias, X x, DY dy, DX dx, backend::sum_type<T>* weight_parts,
                  backend::sum_type<T>* bias_parts, conv_states<T> states, conv_state_gradients<T> dstates, int items) {
  using Sum = backend::sum_type<T>;
  const int c = blockIdx.x * conv_threads + threadIdx.x;
  if (c >= Channels) return;
  const conv_channel<Channels, Width, Sum> channel(weight, bias, c);
  Sum dweight[Width] = {}, dbias = 0;
  for (int item = blockIdx.y; item < items; item += gridDim.y) {
    const conv_chunk_of chunk(x.of, item);
    const long state = (static_cast<long>(chunk.sequence) * Channels + c) * (Width - 1);
    const int last = chunk.first + x.of.length;
    const bool owns_state = chunk.begin == chunk.first;
    conv_window<Width> window =
        conv_window_before<Width>(x.of, chunk.first, chunk.begin, states.initial || dstates.initial);
    Sum inputs[Width], gradient[Width] = {};
    channel.read(inputs, window, x, states.initial, state, c);
    const auto mine = [&](int at) { return at >= 0 ? at >= chunk.begin && at < chunk.end : at < -1 && owns_state; };
    const auto leaves = [&](int j) {
      if (!mine(window.at[j])) return;
      if (window.at[j] >= 0)
        dx[window.at[j]][c] = static_cast<T>(gradient[j]);
      else if (dstates.initial)
        dstates.initial[state - 2 - window.at[j]] = static_cast<T>(gradient[j]);
    };
    int t = chunk.begin;
    for (; t < last; ++t) {
      if (t >= chunk.end) {
        bool waits = false;
#pragma unroll
        for (int j = 0; j < Width; ++j) waits = waits || mine(window.at[j]);
        if (!waits) break;
      }
      if (conv_starts(x.of, t))
#pragma unroll
        for (int j = 0; j < Width; ++j) {
          leaves(j);
          window.at[j] = window.nothing;
          inputs[j] = gradient[j] = 0;
        }
      if (!conv_kept(x.of, t)) {
        if (t < chunk.end) dx[t][c] = T(0);
        continue;
      }
      leaves(0);
#pragma unroll
      for (int j = 0; j + 1 < Width; ++j) {
        window.at[j] = window.at[j + 1];
        inputs[j] = inputs[j + 1];
        gradient[j] = gradient[j + 1];
      }
      window.at[Width - 1] = t;
      inputs[Width - 1] = static_cast<Sum>(x[t][c]);
      gradient[Width - 1] = 0;
      const Sum dv = static_cast<Sum>(dy[t][c]) * Function::slope(channel.value(inputs));
#pragma unroll
      for (int j = 0; j < Width; ++j) gradient[j] += dv * channel.weight[j];
      if (t < chunk.end) {
        dbias += dv;
#pragma unroll
        for (int j = 0; j < Width; ++j) dweight[j] += dv * inputs[j];
      }
    }
    if (t == last && dstates.final)
#pragma unroll
      for (int j = 1; j < Width; ++j) gradient[j] += static_cast<Sum>(dstates.final[state + j - 1]);
#pragma unroll
    for (int j = 0; j < Width; ++j) leaves(j);
  }
  const long part = blockIdx.y;
  bias_parts[part * Channels + c] = dbias;
#pragma unroll
  for (int j = 0; j < Width; ++j) weight_parts[(part * Channels + c) * Width + j] = dweight[j];
}

}  // namespace detail

template <int Channels, int Width, class Function> struct causal_conv1d<backend::cuda, Channels, Width, Function> {
  template <class W, class T, int SX, int SY>
  static void forward(backend::cuda& on, const tensor<W, Channels, Width>& weight, const tensor<W, Channels>& bias,
                      rows<const T, Channels, SX> x, rows<T, Channels, SY> y, conv_states<T> states = {}) {
    const int items = x.of.count * detail::conv_chunk_of::count(x.of.length);
    backend::device_arena::frame frame(on.scratch);
    if (states.initial && states.initial == states.final && items > x.of.count) {  // other chunks may still read it
      const std::size_t size = static_cast<std::size_t>(x.of.count) * Channels * (Width - 1);
      T* copy = frame.template take<T>(size);
      backend::check(cudaMemcpyAsync(copy, states.initial, size * sizeof(T), cudaMemcpyDeviceToDevice, on.stream),
                     "cudaMemcpyAsync");
      states.initial = copy;
    }
    backend::launch(
        detail::conv_forward<Channels, Width, Function, W, T, rows<const T, Channels, SX>, rows<T, Channels, SY>>,
        grid(items, 65535), detail::conv_threads, 0, on.stream, static_cast<const W*>(weight.data),
        static_cast<const W*>(bias.data), x, y, states, items);
  }
  template <class W, class T, int SX, int SY>
  static void backward(backend::cuda& on, const tensor<W, Channels, Width>& weight, const tensor<W, Channels>& bias,
                       rows<const T, Channels, SX> x, rows<const T, Channels, SY> dy, rows<T, Channels, SX> dx,
                       tensor<W, Channels, Width>& dweight, tensor<W, Channels>& dbias, conv_states<T> states = {},
                       conv_state_gradients<T> dstates = {}) {
    using sum_type = backend::sum_type<T>;
    backend::device_arena::frame frame(on.scratch);
    const int items = x.of.count * detail::conv_chunk_of::count(x.of.length);
    const dim3 blocks = grid(items, backend::row_parts);
    auto* weight_parts = frame.template take<sum_type>(static_cast<std::size_t>(blocks.y) * Channels * Width);
    auto* bias_parts = frame.template take<sum_type>(static_cast<std::size_t>(blocks.y) * Channels);
    backend::launch(detail::conv_backward<Channels, Width, Function, W, T, rows<const T, Channels, SX>,
                                          rows<const T, Channels, SY>, rows<T, Channels, SX>>,
                    blocks, detail::conv_threads, 0, on.stream, static_cast<const W*>(weight.data),
                    static_cast<const W*>(bias.data), x, dy, dx, weight_parts, bias_parts, states, dstates, items);
    const int count = static_cast<int>(blocks.y);
    backend::add_parts(on.stream, weight_parts, count, Channels * Width, dweight.data);
    backend::add_parts(on.stream, bias_parts, count, Channels, dbias.data);
  }

 private:
  static dim3 grid(int items, int most) {
    return dim3((Channels + detail::conv_threads - 1) / detail::conv_threads,
                static_cast<unsigned>(items < most ? items : most));
  }
};

}  // namespace krait::kernel
