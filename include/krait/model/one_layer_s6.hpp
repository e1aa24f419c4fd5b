// krait/model/one_layer_s6.hpp: one S6 layer with A = -I and exact zero-order hold, read at the label's channel of the
// query (x_q, 0) after examples u_l = (x_l, y_l):
//   B_l = W_B u_l + b_B,  C = W_C u_q + b_C,  delta_l = softplus(w_D . u_l + b_D),  keep_l = exp(-delta_l)
//   h_l = keep_l h_(l-1) + (1 - keep_l) y_l B_l,  answer = C . h_q
// The state is linear in W_B: h_q = W_B s + b_B t with s = sum_l G_l y_l u_l and t = sum_l G_l y_l, where G_l = (1 -
// keep_l) keep_(l+1) .. keep_q. So a prompt is d + 2 numbers to the layer while w_D is 0. arXiv:2509.23779.
#pragma once
#include <cmath>
#include <krait/core/initialiser.hpp>
#include <krait/core/reflect.hpp>
#include <krait/core/tensor.hpp>

namespace krait::model {

/// Dimensions: d of x. States: the most rows of W_B and W_C; those beyond the asked ones are zero and stay so.
template <int Dimensions, int States> struct one_layer_s6 {
  static_assert(Dimensions >= 1, "one_layer_s6: the dimensions d of x must be at least 1");
  static_assert(States >= 1, "one_layer_s6: the states must be at least 1");
  static constexpr int dimensions = Dimensions, width = Dimensions + 1, states = States, stride = round_up(States, 16);

  /// W_B and W_C by column, as one_layer has them: row c is the image of coordinate c.
  template <class T> struct weights {
    using matrix = tensor<T, width, stride>;
    using vector = tensor<T, stride>;
    using delta = tensor<T, width>;
    BOOST_HANA_DEFINE_STRUCT(weights, (matrix, W_B), (matrix, W_C), (vector, b_B), (vector, b_C), (delta, w_D));
  };

  /// W_B, W_C ~ N(0, 1) in `used` rows, biases and w_D zero.
  template <class T> static void initialise(weights<T>& w, std::uint64_t seed, int used = States) {
    initialiser at(seed);
    for (auto* matrix : {&w.W_B, &w.W_C})
      at.each_index(*matrix, [&](int i, draw from) { return i % stride < used ? normal(from) : 0.; });
    at.constant(w.b_B, 0), at.constant(w.b_C, 0), at.constant(w.w_D, 0);
  }
  /// The weights that the theory ends with: W_C^T W_B = beta I on x, all else zero. Takes d states.
  template <class T> static void set_exact(weights<T>& w, double beta) {
    static_assert(States >= Dimensions, "one_layer_s6: the exact weights take d states");
    for (T& value : flat<T>(w)) value = 0;
    for (int c = 0; c < Dimensions; ++c)
      w.W_B[c * stride + c] = static_cast<T>(beta), w.W_C[c * stride + c] = static_cast<T>(1);
  }

  /// What the layer has of a prompt: s and t of the examples, the query's x, the answer.
  template <class T> struct prompt { T s[width], t, q[Dimensions], y; };
  /// What is kept of a prompt for its gradient.
  template <class T> struct images { alignas(64) T h[stride], C[stride]; };

  /// G_l of a step that is the same for all tokens: keep is alpha.
  template <class T> static void fixed_gates(double alpha, int examples, T* G) {
    for (int l = 0; l < examples; ++l)
      G[l] = static_cast<T>((1 - alpha) * std::pow(alpha, static_cast<double>(examples - l)));
  }
  /// G_l of the learnt step, and 1 - keep of all tokens in `let_in` (examples + 1). x (examples + 1, d), y (examples).
  template <class T>
  static void learnt_gates(const weights<T>& w, double b_D, int examples, const T* x, const T* y, T* G, T* let_in) {
    T rest = 1;
    for (int l = examples; l >= 0; --l) {
      T v = static_cast<T>(b_D) + (l < examples ? w.w_D[Dimensions] * y[l] : T(0));
      for (int c = 0; c < Dimensions; ++c) v += w.w_D[c] * x[l * Dimensions + c];
      let_in[l] = 1 / (1 + std::exp(-v));  // 1 - exp(-softplus(v))
      if (l < examples) G[l] = let_in[l] * rest;
      rest *= 1 - let_in[l];
    }
  }
  template <class T> static prompt<T> gather(int examples, const T* G, const T* x, const T* y) {
    prompt<T> p = {};
    for (int l = 0; l < examples; ++l) {
      const T weight = G[l] * y[l];
      for (int c = 0; c < Dimensions; ++c) p.s[c] += weight * x[l * Dimensions + c];
      p.s[Dimensions] += weight * y[l];
      p.t += weight;
    }
    for (int c = 0; c < Dimensions; ++c) p.q[c] = x[examples * Dimensions + c];
    p.y = y[examples];
    return p;
  }

  /// The answer.
  template <class T> static T forward(const weights<T>& w, const prompt<T>& p, images<T>& k) {
    for (int m = 0; m < stride; ++m) k.h[m] = p.t * w.b_B[m], k.C[m] = w.b_C[m];
    for (int c = 0; c < width; ++c)
      for (int m = 0; m < stride; ++m) k.h[m] += p.s[c] * w.W_B[c * stride + m];
    for (int c = 0; c < Dimensions; ++c)
      for (int m = 0; m < stride; ++m) k.C[m] += p.q[c] * w.W_C[c * stride + m];
    return product(k.h, k.C);
  }
  /// Adds slope * (gradient of the answer) to dw, but for w_D's.
  template <class T>
  static void backward(const weights<T>&, const prompt<T>& p, const images<T>& k, T slope, weights<T>& dw) {
    for (int c = 0; c < width; ++c)
      for (int m = 0; m < stride; ++m) dw.W_B[c * stride + m] += slope * p.s[c] * k.C[m];
    for (int c = 0; c < Dimensions; ++c)
      for (int m = 0; m < stride; ++m) dw.W_C[c * stride + m] += slope * p.q[c] * k.h[m];
    for (int m = 0; m < stride; ++m) dw.b_B[m] += slope * p.t * k.C[m], dw.b_C[m] += slope * k.h[m];
  }
  /// The same for w_D, of the learnt step.
  template <class T>
  static void backward_step(const weights<T>& w, int examples, const T* x, const T* y, const T* G, const T* let_in,
                            const images<T>& k, T slope, weights<T>& dw) {
    T v[width], v0 = product(w.b_B.data, k.C);  // y_l (v . u_l + v0) is what a whole example would add to the answer
    for (int c = 0; c < width; ++c) v[c] = product(w.W_B.data + c * stride, k.C);
    T before = 0;
    for (int l = 0; l <= examples; ++l) {
      T own = 0;
      if (l < examples) {
        own = v0 + v[Dimensions] * y[l];
        for (int c = 0; c < Dimensions; ++c) own += v[c] * x[l * Dimensions + c];
        own *= G[l] * y[l];
      }
      const T d = slope * (own * (1 - let_in[l]) - let_in[l] * before);
      for (int c = 0; c < Dimensions; ++c) dw.w_D[c] += d * x[l * Dimensions + c];
      if (l < examples) dw.w_D[Dimensions] += d * y[l];
      before += own;
    }
  }

 private:
  template <class T> static T product(const T* a, const T* b) {
    T sum[16] = {};  // in a fixed order that compilers turn into vectors
    for (int m = 0; m < stride; m += 16)
      for (int i = 0; i < 16; ++i) sum[i] += a[m + i] * b[m + i];
    T all = 0;
    for (const T one : sum) all += one;
    return all;
  }
};

}  // namespace krait::model
