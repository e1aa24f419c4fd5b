// krait/kernel/one_layer/attention.hpp: how the examples of a prompt are weighed in the closed form of a one-layer
// model,
//   F = sum_i G_i y_i s_i,   s_i = p_i^T W_B^T W_C p_query,   a_i = w . p_i   (the query is token l + 1, its y is 0).
// Policies in templates over V: a scalar (one prompt) or a vector (a prompt a lane). Each has
//   name;  gated: whether it reads a;  attends_query: whether the query's own s matters
//   weights(s, a, G)                 the G_i of all tokens; softmax's stand for G_i s_i, for G has no s in it
//   forward(s, a, y, kept) -> F;  backward(s, a, y, kept, dF, ds, da)   overwrites ds and da; da where gated
#pragma once
#include <cmath>
#include <concepts>
#include <krait/backend/cpu/simd.hpp>
#include <string_view>
#include <type_traits>
#include <utility>

namespace krait::kernel {
namespace lanewise {
using simd::exp;
using simd::sigmoid;
using simd::softplus;
template <std::floating_point T> T exp(T x) { return std::exp(x); }
template <std::floating_point T> T sigmoid(T x) { return 1 / (1 + std::exp(-x)); }
template <std::floating_point T> T softplus(T x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}
template <class V> V greater(V a, V b) { return a > b ? a : b; }

template <class V> struct scalar_of { using type = std::remove_cvref_t<decltype(std::declval<V>()[0])>; };
template <std::floating_point T> struct scalar_of<T> { using type = T; };
/// x in the precision of V's lanes.
template <class V> constexpr auto scalar(double x) { return static_cast<typename scalar_of<V>::type>(x); }
}  // namespace lanewise

/// What backward needs of forward.
template <class V, int Points> struct attention_kept { V G[Points], first[Points], second[Points], out; };

struct decay_config {
  double rate = 1;  // a > 0 of A = -a I: exact zero-order hold keeps exp(-a delta) and lets in (1 - exp(-a delta)) / a
};

/// One-layer Mamba with A = -a I, exact zero-order hold and delta = softplus(w . p). With a = 1:
///   G_i = sigma(w.p_i) prod_{j > i} (1 - sigma(w.p_j)), the query's factor included.
template <decay_config C = decay_config{}> struct mamba_attention {
  static_assert(C.rate > 0, "mamba_attention: A = -rate I must decay, so the rate is positive");
  static constexpr std::string_view name = "mamba";
  static constexpr bool gated = true, attends_query = false;

  template <class V, int Points> [[gnu::always_inline]] static void gates(const V* a, V* G, V* sigma, V* keep) {
    V rest = {};
    for (int i = Points - 1; i >= 0; --i) {
      sigma[i] = lanewise::sigmoid(a[i]);
      if constexpr (C.rate == 1)
        keep[i] = 1 - sigma[i];
      else
        keep[i] = lanewise::exp(lanewise::softplus(a[i]) * -lanewise::scalar<V>(C.rate));
      if (i == Points - 1) {
        G[i] = V{};  // y_query is 0
        rest = keep[i];
      } else {
        G[i] = (1 - keep[i]) * rest * lanewise::scalar<V>(1 / C.rate);
        rest = rest * keep[i];
      }
    }
  }
  template <class V, int Points> static void weights(const V*, const V* a, V* G) {
    V sigma[Points], keep[Points];
    gates<V, Points>(a, G, sigma, keep);
  }
  template <class V, int Points>
  [[gnu::always_inline]] static V forward(const V* s, const V* a, const V* y, attention_kept<V, Points>& k) {
    gates<V, Points>(a, k.G, k.first, k.second);
    V F = {};
    for (int i = 0; i < Points - 1; ++i) F = F + k.G[i] * y[i] * s[i];
    return F;
  }
  template <class V, int Points>
  [[gnu::always_inline]] static void backward(const V* s, const V*, const V* y, const attention_kept<V, Points>& k,
                                              V dF, V* ds, V* da) {
    V before = {};  // sum over earlier examples of G y s
    V rest = {};
    for (int i = Points - 1; i >= 0; --i) {  // keep's product over later tokens, once more
      da[i] = rest;
      rest = i == Points - 1 ? k.second[i] : rest * k.second[i];
    }
    for (int i = 0; i < Points; ++i) {
      const V later = -lanewise::scalar<V>(C.rate) * k.first[i] * before;  // d log keep / d a = -rate sigma
      if (i == Points - 1) {
        ds[i] = V{};
        da[i] = dF * later;
      } else {
        ds[i] = dF * k.G[i] * y[i];
        da[i] = dF * (y[i] * s[i] * da[i] * k.first[i] * k.second[i] + later);
        before = before + k.G[i] * y[i] * s[i];
      }
    }
  }
};

/// Linear attention: G = 1.
struct linear_attention_weights {
  static constexpr std::string_view name = "linear transformer";
  static constexpr bool gated = false, attends_query = false;
  template <class V, int Points> static void weights(const V*, const V*, V* G) {
    for (int i = 0; i < Points; ++i) G[i] = V{} + 1;
  }
  template <class V, int Points>
  [[gnu::always_inline]] static V forward(const V* s, const V*, const V* y, attention_kept<V, Points>&) {
    V F = {};
    for (int i = 0; i < Points - 1; ++i) F = F + y[i] * s[i];
    return F;
  }
  template <class V, int Points>
  [[gnu::always_inline]] static void backward(const V*, const V*, const V* y, const attention_kept<V, Points>&, V dF,
                                              V* ds, V*) {
    for (int i = 0; i < Points; ++i) ds[i] = dF * y[i];
  }
};

/// One-layer softmax attention over all l + 1 tokens: F = sum_i exp(s_i) y_i / sum_j exp(s_j).
struct softmax_attention {
  static constexpr std::string_view name = "softmax transformer";
  static constexpr bool gated = false, attends_query = true;
  template <class V, int Points> static void weights(const V* s, const V*, V* G) {
    V top = s[0], sum = {};
    for (int i = 1; i < Points; ++i) top = lanewise::greater(top, s[i]);
    for (int i = 0; i < Points; ++i) G[i] = lanewise::exp(s[i] - top), sum = sum + G[i];
    for (int i = 0; i < Points; ++i) G[i] = G[i] / sum;
  }
  template <class V, int Points>
  [[gnu::always_inline]] static V forward(const V* s, const V* a, const V* y, attention_kept<V, Points>& k) {
    weights<V, Points>(s, a, k.G);
    V F = {};
    for (int i = 0; i < Points; ++i) F = F + k.G[i] * y[i];
    k.out = F;
    return F;
  }
  template <class V, int Points>
  [[gnu::always_inline]] static void backward(const V*, const V*, const V* y, const attention_kept<V, Points>& k, V dF,
                                              V* ds, V*) {
    for (int i = 0; i < Points; ++i) ds[i] = dF * k.G[i] * (y[i] - k.out);
  }
};

struct gated_linear_config {
  double temperature = 16;  // tau of Yang et al. 2023 (arXiv:2312.06635), section 4.4
};

/// Gated linear attention with one forget gate a head, after Yang et al. 2023: h_i = sigma(w.p_i)^(1/tau) h_{i-1} +
/// v_i k_i^T, so G_i = prod_{j > i} sigma(w.p_j)^(1/tau), the query's gate included. It forgets, but lets every example
/// in.
template <gated_linear_config C = gated_linear_config{}> struct gated_linear_attention {
  static_assert(C.temperature > 0, "gated_linear_attention: the temperature must be positive");
  static constexpr std::string_view name = "gated linear attention";
  static constexpr bool gated = true, attends_query = false;

  template <class V, int Points> [[gnu::always_inline]] static void gates(const V* a, V* G, V* sigma) {
    constexpr auto share = lanewise::scalar<V>(1 / C.temperature);
    V rest = {};
    for (int i = Points - 1; i >= 0; --i) {
      const V keep = lanewise::exp(lanewise::softplus(-a[i]) * -share);
      sigma[i] = lanewise::sigmoid(a[i]);
      G[i] = i == Points - 1 ? V{} : rest;
      rest = i == Points - 1 ? keep : rest * keep;
    }
  }
  template <class V, int Points> static void weights(const V*, const V* a, V* G) {
    V sigma[Points];
    gates<V, Points>(a, G, sigma);
  }
  template <class V, int Points>
  [[gnu::always_inline]] static V forward(const V* s, const V* a, const V* y, attention_kept<V, Points>& k) {
    gates<V, Points>(a, k.G, k.first);
    V F = {};
    for (int i = 0; i < Points - 1; ++i) F = F + k.G[i] * y[i] * s[i];
    return F;
  }
  template <class V, int Points>
  [[gnu::always_inline]] static void backward(const V* s, const V*, const V* y, const attention_kept<V, Points>& k,
                                              V dF, V* ds, V* da) {
    constexpr auto share = lanewise::scalar<V>(1 / C.temperature);
    V before = {};
    for (int i = 0; i < Points; ++i) {
      ds[i] = dF * k.G[i] * y[i];
      da[i] = dF * before * (1 - k.first[i]) * share;
      before = before + k.G[i] * y[i] * s[i];
    }
  }
};

}  // namespace krait::kernel
