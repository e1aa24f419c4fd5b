// krait/model/one_layer.hpp: the one-layer models whose in-context learning has a theory, in closed form:
//   F(P) = sum_{i=1}^{l+1} G_i y_i p_i^T W_B^T W_C p_query
// for tokens p_i = (x_i, y_i), the last of them the query with y = 0. With mamba_attention this is a Mamba whose output
// is read at the label's coordinate of the last token (one_layer_scan.hpp builds it from the scan); other policies of
// one_layer_attention.hpp give linear, softmax and gated linear attention.
#pragma once
#include <krait/core/initialiser.hpp>
#include <krait/core/random.hpp>
#include <krait/core/reflect.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/one_layer/attention.hpp>
#include <string_view>

namespace krait::model {

using kernel::decay_config, kernel::gated_linear_attention, kernel::gated_linear_config,
    kernel::linear_attention_weights, kernel::mamba_attention, kernel::softmax_attention;

/// Attention: a policy. Dimensions: d of x, a token has one more. Inner: rows m of W_B and W_C (the states).
template <class Attention, int Dimensions, int Inner = Dimensions + 1> struct one_layer {
  static_assert(Dimensions >= 1 && Inner >= 1, "one_layer: the dimensions of x and the states must be at least 1");
  using attention = Attention;
  static constexpr std::string_view name = Attention::name;
  static constexpr int dimensions = Dimensions, width = Dimensions + 1, inner = Inner, stride = round_up(Inner, 16);

  /// W_B and W_C are kept by column: row c is the image of coordinate c, padded with zeros to `stride`.
  template <class T> struct weights {
    using matrix = tensor<T, width, stride>;
    using vector = tensor<T, Attention::gated ? width : 0>;
    BOOST_HANA_DEFINE_STRUCT(weights, (matrix, W_B), (matrix, W_C), (vector, w));
  };

  /// The first min(d, m) diagonal entries of W_B and W_C are `diagonal`, the others 0; w ~ N(0, I / (d + 1)).
  template <class T> static void initialise(weights<T>& w, std::uint64_t seed, double diagonal) {
    initialiser at(seed);
    for (auto* matrix : {&w.W_B, &w.W_C})
      at.each_index(*matrix, [&](int i, draw) {
        const int c = i / stride, m = i % stride;
        return c == m && c < Dimensions && m < Inner ? diagonal : 0.;
      });
    at.each_index(w.w, [&](int, draw from) { return normal(from) / std::sqrt(double(width)); });
  }

  /// s_i and a_i of all tokens: p (Points, d + 1) row by row. a is zero where the attention has no gate.
  template <int Points, class T> static void scores(const weights<T>& w, const T* p, T* s, T* a) {
    T B[Points][Inner] = {}, C[Inner] = {};
    for (int i = 0; i < Points; ++i) {
      a[i] = 0;
      for (int c = 0; c < width; ++c) {
        for (int m = 0; m < Inner; ++m) B[i][m] += w.W_B[c * stride + m] * p[i * width + c];
        if constexpr (Attention::gated) a[i] += w.w[c] * p[i * width + c];
      }
    }
    for (int c = 0; c < width; ++c)
      for (int m = 0; m < Inner; ++m) C[m] += w.W_C[c * stride + m] * p[(Points - 1) * width + c];
    for (int i = 0; i < Points; ++i) {
      s[i] = 0;
      for (int m = 0; m < Inner; ++m) s[i] += B[i][m] * C[m];
    }
  }

  /// F for one prompt of dense tokens.
  template <int Points, class T> static T output(const weights<T>& w, const T* p) {
    T s[Points], a[Points], y[Points];
    scores<Points>(w, p, s, a);
    for (int i = 0; i < Points; ++i) y[i] = p[i * width + Dimensions];
    kernel::attention_kept<T, Points> kept;
    return Attention::template forward<T, Points>(s, a, y, kept);
  }

  /// Adds dF * (gradient of F) to dw; returns F. The plain form, of any tokens.
  template <int Points, class T> static T gradient(const weights<T>& w, const T* p, T dF, weights<T>& dw) {
    T s[Points], a[Points], y[Points], ds[Points], da[Points];
    scores<Points>(w, p, s, a);
    for (int i = 0; i < Points; ++i) y[i] = p[i * width + Dimensions];
    kernel::attention_kept<T, Points> kept;
    const T F = Attention::template forward<T, Points>(s, a, y, kept);
    Attention::template backward<T, Points>(s, a, y, kept, dF, ds, da);
    // s_i = B_i . C with B_i = W_B p_i and C = W_C p_query
    T C[Inner] = {}, B[Inner] = {};  // C, and sum_i ds_i B_i
    const T* query = p + (Points - 1) * width;
    for (int c = 0; c < width; ++c) {
      T sum = 0;
      for (int i = 0; i < Points; ++i) sum += ds[i] * p[i * width + c];
      for (int m = 0; m < Inner; ++m) {
        C[m] += w.W_C[c * stride + m] * query[c];
        B[m] += w.W_B[c * stride + m] * sum;
      }
    }
    for (int c = 0; c < width; ++c) {
      T sum = 0;
      for (int i = 0; i < Points; ++i) {
        sum += ds[i] * p[i * width + c];
        if constexpr (Attention::gated) dw.w[c] += da[i] * p[i * width + c];
      }
      for (int m = 0; m < Inner; ++m) {
        dw.W_B[c * stride + m] += sum * C[m];
        dw.W_C[c * stride + m] += query[c] * B[m];
      }
    }
    return F;
  }
};

}  // namespace krait::model
