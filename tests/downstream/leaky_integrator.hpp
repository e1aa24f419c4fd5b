// leaky_integrator.hpp: a layer of somebody else's: h_t = a h_{t-1} + (1 - a) x_t per channel, a = sigmoid(weight).
#pragma once
#include <cmath>
#include <krait/core/layer.hpp>

/// (tokens, Width) -> (tokens, Width). Carries h from token to token.
template <int Width> struct leaky_integrator {
  static constexpr int in = Width, out = Width;
  template <class T> struct weights {
    using vector = krait::tensor<T, Width>;
    BOOST_HANA_DEFINE_STRUCT(weights, (vector, decay));
  };
  template <class T, krait::capacity Cap> struct saved { krait::activations<T, Cap, Width> h; };
  template <class T, krait::capacity Cap> struct state { T h[Cap.sequences * Width]; };

  template <class B, class T, class Saved>
  static void forward(B&, const weights<T>& w, krait::rows<const T, in> x, krait::rows<T, out> y, Saved& s) {
    const auto h = s.h.of(x.of);
    for (int t = 0; t < x.tokens(); ++t)
      for (int c = 0; c < Width; ++c) {
        const T a = sigmoid(w.decay[c]), before = begins(x.of, t) ? T(0) : h[t - 1][c];
        y[t][c] = h[t][c] = kept(x.of, t) ? a * before + (1 - a) * x[t][c] : before;
        if (!kept(x.of, t)) y[t][c] = 0;
      }
  }
  template <class B, class T, class Saved>
  static void backward(B&, const weights<T>& w, krait::rows<const T, in> x, const Saved& s,
                       krait::rows<const T, out> dy, krait::rows<T, in> dx, weights<T>& dw) {
    const auto h = s.h.of(x.of);
    for (int c = 0; c < Width; ++c) {
      const T a = sigmoid(w.decay[c]);
      T dh = 0, da = 0;
      for (int t = x.tokens() - 1; t >= 0; --t) {
        if (kept(x.of, t)) {
          dh += dy[t][c];
          dx[t][c] = (1 - a) * dh;
          da += dh * ((begins(x.of, t) ? T(0) : h[t - 1][c]) - x[t][c]);
          dh *= a;
        } else {
          dx[t][c] = 0;
        }
        if (begins(x.of, t)) dh = 0;
      }
      dw.decay[c] += da * a * (1 - a);
    }
  }
  template <class B, class T, krait::capacity Cap>
  static void step(B&, const weights<T>& w, krait::rows<const T, in> x, krait::rows<T, out> y, state<T, Cap>& s) {
    for (int i = 0; i < x.tokens(); ++i)
      for (int c = 0; c < Width; ++c) {
        const T a = sigmoid(w.decay[c]);
        y[i][c] = s.h[i * Width + c] = a * s.h[i * Width + c] + (1 - a) * x[i][c];
      }
  }
  template <class T> static void initialise(weights<T>& w, krait::initialiser& at) { at.uniform(w.decay, -2, 2); }

 private:
  template <class T> static T sigmoid(T v) { return 1 / (1 + std::exp(-v)); }
  static bool begins(const krait::sequences& of, int t) { return t % of.length == 0 || (of.starts && of.starts[t]); }
  static bool kept(const krait::sequences& of, int t) { return !of.keep || of.keep[t]; }
};
static_assert(krait::stateful_layer<leaky_integrator<8>>);
