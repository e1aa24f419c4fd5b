// krait/kernel/causal_conv1d/cpu.hpp: channels in lanes, two vectors of them at a time, their window in registers.
#pragma once
#include <algorithm>
#include <krait/backend/cpu.hpp>
#include <krait/kernel/activation/vector.hpp>
#include <krait/kernel/causal_conv1d/causal_conv1d.hpp>

namespace krait::kernel {

template <int Channels, int Width, class Function> struct causal_conv1d<backend::cpu, Channels, Width, Function> {
  template <class T, int SX, int SY>
  static void forward(backend::cpu&, const tensor<T, Channels, Width>& weight, const tensor<T, Channels>& bias,
                      rows<const T, Channels, SX> x, rows<T, Channels, SY> y, conv_states<T> states = {}) {
    by_block<T>([&]<int V>(int c0, int lanes_in_last) {
      const taps<T, V> w(weight, bias, c0, lanes_in_last);
      for (int s = 0; s < x.of.count; ++s) {
        simd::vec<T> window[Width][V];
        load_state(states.initial, s, c0, window);
        for (int t = s * x.of.length; t < (s + 1) * x.of.length; ++t) {
          if (x.of.starts && x.of.starts[t]) std::fill(&window[0][0], &window[0][0] + Width * V, simd::vec<T>{});
          const bool kept = !x.of.keep || x.of.keep[t];
          simd::prefetch<V>(t + ahead, c0, x, y);
          if (kept) push(window, x[t] + c0, lanes_in_last);
#pragma GCC unroll 2
          for (int v = 0; v < V; ++v) {
            const simd::vec<T> value = vector_function<Function, T>::value(w.value(window, v));
            store<T, V>(y[t] + c0, v, kept ? value : simd::vec<T>{}, lanes_in_last);
          }
        }
        if (states.final)
          for (int c = 0; c < (V - 1) * lanes<T> + lanes_in_last; ++c)
            for (int j = 1; j < Width; ++j)
              states.final[(static_cast<long>(s) * Channels + c0 + c) * (Width - 1) + j - 1] =
                  window[j][c / lanes<T>][c % lanes<T>];
      }
    });
  }

  /// Walks each sequence backwards. The window is read again from x; dv of the tokens that follow stays in registers:
  /// dx[t] = sum_j weight[Width-1-j] dv[j-th next kept token of the same text].
  template <class T, int SX, int SY>
  static void backward(backend::cpu& on, const tensor<T, Channels, Width>& weight, const tensor<T, Channels>& bias,
                       rows<const T, Channels, SX> x, rows<const T, Channels, SY> dy, rows<T, Channels, SX> dx,
                       tensor<T, Channels, Width>& dweight, tensor<T, Channels>& dbias, conv_states<T> states = {},
                       conv_state_gradients<T> dstates = {}) {
    backend::arena::frame frame(on.scratch);
    using window_places = detail::conv_window<Width>;
    auto* windows = frame.take<window_places>(static_cast<std::size_t>(x.of.length) + 1);
    const bool plain = !x.of.starts && !x.of.keep;
    for (int s = 0; s < x.of.count; ++s) {
      find_windows(x.of, s, windows);
      const int first = s * x.of.length;
      by_block<T>([&]<int V>(int c0, int lanes_in_last) {
        using vec = simd::vec<T>;
        const taps<T, V> w(weight, bias, c0, lanes_in_last);
        vec dw[Width][V], db[V], next[Width][V];  // next[j]: what the windows of later tokens send to their j-th place
        vec initial[Width][V];
        load_state(states.initial, s, c0, initial);
        for (int v = 0; v < V; ++v) {
          db[v] = vec{};
          for (int j = 0; j < Width; ++j) dw[j][v] = next[j][v] = vec{};
        }
        for (int j = 1; j < Width && dstates.final; ++j)
          for (int c = 0; c < (V - 1) * lanes<T> + lanes_in_last; ++c)
            next[j][c / lanes<T>][c % lanes<T>] =
                dstates.final[(static_cast<long>(s) * Channels + c0 + c) * (Width - 1) + j - 1];
        for (int i = x.of.length - 1; i >= 0; --i) {
          const int t = first + i;
          simd::prefetch<V>(t - ahead, c0, x, dy, dx);
          if (x.of.keep && !x.of.keep[t]) {
            for (int v = 0; v < V; ++v) store<T, V>(dx[t] + c0, v, vec{}, lanes_in_last);
          } else {
            vec window[Width][V];
            if (plain && i >= Width - 1) {
#pragma GCC unroll 4
              for (int j = 0; j < Width; ++j)
#pragma GCC unroll 2
                for (int v = 0; v < V; ++v) window[j][v] = load<T, V>(x[t - (Width - 1) + j] + c0, v, lanes_in_last);
            } else {
              const window_places& from = windows[i];
              for (int j = 0; j < Width; ++j)
                for (int v = 0; v < V; ++v) {
                  window[j][v] = from.at[j] >= 0 ? load<T, V>(x[from.at[j]] + c0, v, lanes_in_last) : vec{};
                  if constexpr (Width > 1)
                    if (from.at[j] < window_places::nothing) window[j][v] = initial[-1 - from.at[j]][v];
                }
            }
#pragma GCC unroll 2
            for (int v = 0; v < V; ++v) {
              const vec slope = vector_function<Function, T>::slope(w.value(window, v));
              const vec dv = load<T, V>(dy[t] + c0, v, lanes_in_last) * slope;
              db[v] += dv;
#pragma GCC unroll 4
              for (int j = 0; j < Width; ++j) {
                dw[j][v] += dv * window[j][v];
                next[j][v] += dv * w.weight[j][v];
              }
              store<T, V>(dx[t] + c0, v, next[Width - 1][v], lanes_in_last);
#pragma GCC unroll 4
              for (int j = Width - 1; j > 0; --j) next[j][v] = next[j - 1][v];
              next[0][v] = vec{};
            }
          }
          if (x.of.starts && x.of.starts[t])
            for (int v = 0; v < V; ++v)
              for (int j = 0; j < Width; ++j) next[j][v] = vec{};
        }
        if (dstates.initial)
          for (int c = 0; c < (V - 1) * lanes<T> + lanes_in_last; ++c)
            for (int j = 1; j < Width; ++j)
              dstates.initial[(static_cast<long>(s) * Channels + c0 + c) * (Width - 1) + j - 1] =
                  next[j][c / lanes<T>][c % lanes<T>];
        for (int c = 0; c < (V - 1) * lanes<T> + lanes_in_last; ++c) {
          dbias[c0 + c] += db[c / lanes<T>][c % lanes<T>];
          for (int j = 0; j < Width; ++j) dweight[(c0 + c) * Width + j] += dw[j][c / lanes<T>][c % lanes<T>];
        }
      });
    }
  }

 private:
  template <class T> static constexpr int lanes = simd::lanes<T>;
  static constexpr int ahead = 8;  // tokens, about as long as the third cache takes

  /// f<V>(first channel, lanes in the last vector), V = 2 for whole pairs of vectors, then 1.
  template <class T, class F> static void by_block(F&& f) {
    int c0 = 0;
    for (; c0 + 2 * lanes<T> <= Channels; c0 += 2 * lanes<T>) f.template operator()<2>(c0, lanes<T>);
    for (; c0 < Channels; c0 += lanes<T>) f.template operator()<1>(c0, std::min(lanes<T>, Channels - c0));
  }
  template <class T, int V> [[gnu::always_inline]] static simd::vec<T> load(const T* p, int v, int in_last) {
    return v + 1 < V || in_last == lanes<T> ? simd::load(p + v * lanes<T>)
                                            : simd::load_first(p + v * lanes<T>, in_last);
  }
  template <class T, int V> [[gnu::always_inline]] static void store(T* p, int v, simd::vec<T> value, int in_last) {
    if (v + 1 < V || in_last == lanes<T>)
      simd::store(p + v * lanes<T>, value);
    else
      simd::store_first(p + v * lanes<T>, value, in_last);
  }

  template <class T, int V> struct taps {
    simd::vec<T> weight[Width][V], bias[V];
    taps(const tensor<T, Channels, Width>& w, const tensor<T, Channels>& b, int c0, int in_last) {
      for (int v = 0; v < V; ++v)
        for (int l = 0; l < lanes<T>; ++l) {
          const int c = v * lanes<T> + l;
          const bool real = c < (V - 1) * lanes<T> + in_last;
          bias[v][l] = real ? b[c0 + c] : T(0);
          for (int j = 0; j < Width; ++j) weight[j][v][l] = real ? w[(c0 + c) * Width + j] : T(0);
        }
    }
    [[gnu::always_inline]] simd::vec<T> value(const simd::vec<T> (&window)[Width][V], int v) const {
      simd::vec<T> sum = bias[v];
#pragma GCC unroll 4
      for (int j = 0; j < Width; ++j) sum += weight[j][v] * window[j][v];
      return sum;
    }
  };

  template <class T, int V> static void load_state(const T* initial, int s, int c0, simd::vec<T> (&window)[Width][V]) {
    for (int j = 0; j < Width; ++j)
      for (int v = 0; v < V; ++v) {
        window[j][v] = simd::vec<T>{};
        for (int l = 0; initial && j > 0 && l < lanes<T> && c0 + v * lanes<T> + l < Channels; ++l)
          window[j][v][l] = initial[(static_cast<long>(s) * Channels + c0 + v * lanes<T> + l) * (Width - 1) + j - 1];
      }
  }
  template <class T, int V>
  [[gnu::always_inline]] static void push(simd::vec<T> (&window)[Width][V], const T* x, int in_last) {
#pragma GCC unroll 2
    for (int v = 0; v < V; ++v) {
#pragma GCC unroll 4
      for (int j = 0; j + 1 < Width; ++j) window[j][v] = window[j + 1][v];
      window[Width - 1][v] = load<T, V>(x, v, in_last);
    }
  }
  static void find_windows(sequences of, int s, detail::conv_window<Width>* windows) {
    detail::conv_window<Width> window;
    window.from_state();
    for (int i = 0; i < of.length; ++i) {
      const int t = s * of.length + i;
      if (of.starts && of.starts[t]) window.clear();
      if (!of.keep || of.keep[t]) window.push(t);
      windows[i] = window;
    }
  }
};

}  // namespace krait::kernel
