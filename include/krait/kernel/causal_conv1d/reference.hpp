// krait/kernel/causal_conv1d/reference.hpp: the convolution, one channel and token at a time.
#pragma once
#include <krait/backend/reference.hpp>
#include <krait/kernel/causal_conv1d/causal_conv1d.hpp>

namespace krait::kernel {

template <int Channels, int Width, class Function> struct causal_conv1d<backend::reference, Channels, Width, Function> {
  template <class T, int SX, int SY>
  static void forward(backend::reference&, const tensor<T, Channels, Width>& weight, const tensor<T, Channels>& bias,
                      rows<const T, Channels, SX> x, rows<T, Channels, SY> y, conv_states<T> states = {}) {
    walk<T>(x, states.initial, [&](int s, int t, int c, const T* window, bool kept) {
      if (t < 0) {
        if (states.final)
          for (int j = 1; j < Width; ++j)
            states.final[(static_cast<long>(s) * Channels + c) * (Width - 1) + j - 1] = window[j];
      } else if (!kept) {
        y[t][c] = 0;
      } else {
        y[t][c] = Function::value(value(weight, bias, c, window));
      }
    });
  }

  template <class T, int SX, int SY>
  static void backward(backend::reference& on, const tensor<T, Channels, Width>& weight,
                       const tensor<T, Channels>& bias, rows<const T, Channels, SX> x, rows<const T, Channels, SY> dy,
                       rows<T, Channels, SX> dx, tensor<T, Channels, Width>& dweight, tensor<T, Channels>& dbias,
                       conv_states<T> states = {}, conv_state_gradients<T> dstates = {}) {
    backend::arena::frame frame(on.scratch);
    // per sequence and channel: the gradient of every place a window can reach, first the initial state, then the
    // tokens
    T* dplace = frame.take<T>(static_cast<std::size_t>(x.of.length) + Width);
    for (int s = 0; s < x.of.count; ++s)
      for (int c = 0; c < Channels; ++c) {
        for (int i = 0; i < x.of.length + Width; ++i) dplace[i] = 0;
        const int first = s * x.of.length;
        const long state_at = (static_cast<long>(s) * Channels + c) * (Width - 1);
        detail::conv_window<Width> window;
        states.initial || dstates.initial ? window.from_state() : window.clear();
        const auto place = [&](int at) { return at >= 0 ? at - first + Width - 1 : -2 - at; };
        for (int t = first; t < first + x.of.length; ++t) {
          if (x.of.starts && x.of.starts[t]) window.clear();
          if (x.of.keep && !x.of.keep[t]) continue;
          window.push(t);
          T inputs[Width];
          for (int j = 0; j < Width; ++j) inputs[j] = input(x, c, window.at[j], states.initial, state_at);
          const T dv = dy[t][c] * Function::slope(value(weight, bias, c, inputs));
          dbias[c] += dv;
          for (int j = 0; j < Width; ++j) {
            dweight[c * Width + j] += dv * inputs[j];
            if (window.at[j] != window.nothing) dplace[place(window.at[j])] += dv * weight[c * Width + j];
          }
        }
        if (dstates.final)
          for (int j = 1; j < Width; ++j)
            if (window.at[j] != window.nothing) dplace[place(window.at[j])] += dstates.final[state_at + j - 1];
        for (int i = 0; i < x.of.length; ++i) dx[first + i][c] = dplace[i + Width - 1];
        if (dstates.initial)
          for (int j = 0; j + 1 < Width; ++j) dstates.initial[state_at + j] = dplace[j];
      }
  }

 private:
  template <class T>
  static T value(const tensor<T, Channels, Width>& weight, const tensor<T, Channels>& bias, int c, const T* window) {
    T v = bias[c];
    for (int j = 0; j < Width; ++j) v += weight[c * Width + j] * window[j];
    return v;
  }
  template <class T, int SX>
  static T input(rows<const T, Channels, SX> x, int c, int at, const T* initial, long state_at) {
    return at >= 0 ? x[at][c] : at == -1 || !initial ? T(0) : initial[state_at - 2 - at];
  }
  /// f(sequence, token, channel, window's inputs, kept); token -1 for the state at the end.
  template <class T, int SX, class F> static void walk(rows<const T, Channels, SX> x, const T* initial, F&& f) {
    for (int s = 0; s < x.of.count; ++s)
      for (int c = 0; c < Channels; ++c) {
        T window[Width] = {};
        for (int j = 1; initial && j < Width; ++j)
          window[j] = initial[(static_cast<long>(s) * Channels + c) * (Width - 1) + j - 1];
        for (int t = s * x.of.length; t < (s + 1) * x.of.length; ++t) {
          if (x.of.starts && x.of.starts[t])
            for (T& value : window) value = 0;
          if (x.of.keep && !x.of.keep[t]) {
            f(s, t, c, window, false);
            continue;
          }
          for (int j = 0; j + 1 < Width; ++j) window[j] = window[j + 1];
          window[Width - 1] = x[t][c];
          f(s, t, c, window, true);
        }
        f(s, -1, c, window, true);
      }
  }
};

}  // namespace krait::kernel
