// krait/model/gated_retrieval.hpp: a state-space model in its least form, which can know a label by heart or look it
// up:
//   h = u_q + sum_t g_t <x_q, x_t> u_t,   u = (x, y), u_q = (x_q, 0),   g_t = exp(-(l - t + 1) e^lambda)
//   f = w_x . h_x + w_y h_y
// "On the Importance of Gating: Memorization vs. In-Context Learning in SSMs".
#pragma once
#include <cmath>
#include <krait/core/reflect.hpp>
#include <krait/core/tensor.hpp>

namespace krait::model {

template <int Dimensions> struct gated_retrieval {
  static_assert(Dimensions >= 1, "gated_retrieval: the dimensions d of x must be at least 1");
  static constexpr int dimensions = Dimensions;

  template <class T> struct weights {
    using vector = tensor<T, Dimensions>;
    using number = tensor<T, 1>;
    BOOST_HANA_DEFINE_STRUCT(weights, (vector, w_x), (number, w_y), (number, lambda));
  };

  /// The lambda with which an example `lag` places before the query has a gate of alpha, 0 < alpha < 1; and the gate.
  static double lambda_of(double alpha, int lag) { return std::log(std::log(1 / alpha) / lag); }
  static double gate(double lambda, int lag) { return std::exp(-lag * std::exp(lambda)); }

  /// f, of which `looked_up` is the part w_y h_y. x(t) gives point t of the context as a pointer, y(t) what is said of
  /// it.
  template <class T> struct answer { T f = 0, looked_up = 0; };
  template <class T, class X, class Y>
  static answer<T> forward(const weights<T>& w, int examples, const T* query, X&& x, Y&& y) {
    answer<T> a;
    T from_x = product(w.w_x.data, query), h_y = 0;
    for (int t = 0; t < examples; ++t) {
      const T weight = static_cast<T>(gate(w.lambda[0], examples - t)) * product(query, x(t));
      from_x += weight * product(w.w_x.data, x(t));
      h_y += weight * static_cast<T>(y(t));
    }
    a.looked_up = w.w_y[0] * h_y;
    a.f = from_x + a.looked_up;
    return a;
  }
  /// Adds slope * (gradient of f) to dw.
  template <class T, class X, class Y>
  static void backward(const weights<T>& w, int examples, const T* query, X&& x, Y&& y, T slope, weights<T>& dw) {
    const double pace = std::exp(double(w.lambda[0]));
    add(slope, query, dw.w_x.data);
    for (int t = 0; t < examples; ++t) {
      const int lag = examples - t;
      const T likeness = product(query, x(t)), g = static_cast<T>(std::exp(-lag * pace));
      add(slope * g * likeness, x(t), dw.w_x.data);
      dw.w_y[0] += slope * g * likeness * static_cast<T>(y(t));
      dw.lambda[0] -= slope * static_cast<T>(lag * pace) * g * likeness *
                      (product(w.w_x.data, x(t)) + w.w_y[0] * static_cast<T>(y(t)));
    }
  }

 private:
  template <class T> static T product(const T* a, const T* b) {
    constexpr int whole = Dimensions / 16 * 16;
    T sum[16] = {}, all = 0;  // in a fixed order that compilers turn into vectors
    for (int c = 0; c < whole; c += 16)
      for (int i = 0; i < 16; ++i) sum[i] += a[c + i] * b[c + i];
    for (const T one : sum) all += one;
    for (int c = whole; c < Dimensions; ++c) all += a[c] * b[c];
    return all;
  }
  template <class T> static void add(T scale, const T* x, T* to) {
    for (int c = 0; c < Dimensions; ++c) to[c] += scale * x[c];
  }
};

}  // namespace krait::model
