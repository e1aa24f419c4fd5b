// krait/kernel/cross_entropy/cpu.hpp: a row at a time, in vectors; rows of weight 0 cost nothing.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/cross_entropy/cross_entropy.hpp>
#include <krait/kernel/embedding/embedding.hpp>
#include <type_traits>

namespace krait::kernel {

template <int Classes> struct cross_entropy<backend::cpu, Classes> {
  template <class T, int SX>
  static double forward(backend::cpu&, rows<const T, Classes, SX> logits, const std::int32_t* targets,
                        const float* weights, T* lse) {
    double total = 0;
    for (int t = 0; t < logits.tokens(); ++t) {
      lse[t] = 0;
      if (weights && weights[t] == 0) continue;
      const int target = detail::checked_id(targets[t], Classes, "Target", t);
      lse[t] = log_sum(logits[t]);
      total += (weights ? double(weights[t]) : 1.) * (double(lse[t]) - double(logits[t][target]));
    }
    return total;
  }
  template <class T, int SX, int SDx>
  static void backward(backend::cpu&, rows<const T, Classes, SX> logits, const std::int32_t* targets,
                       const float* weights, const T* lse, std::type_identity_t<T> scale,
                       rows<T, Classes, SDx> dlogits) {
    for (int t = 0; t < logits.tokens(); ++t) {
      const T factor = weights ? scale * T(weights[t]) : scale;
      const T *from = logits[t], sum = lse[t];
      T* to = dlogits[t];
      if (factor == 0) {
        std::fill(to, to + Classes, T(0));
        continue;
      }
      simd::each_part<T, Classes>(
          [&](int i, auto n) { simd::store(to + i, simd::exp(simd::load(from + i, n) - sum) * factor, n); });
      to[targets[t]] -= factor;
    }
  }

 private:
  template <class T> static T log_sum(const T* x) {
    const T top = simd::row_max<Classes>(x);
    T sum = 0;
    simd::vec<T> sums{};
    simd::each_part<T, Classes>([&](int i, auto n) {
      const simd::vec<T> e = simd::exp(simd::load(x + i, n) - top);
      if constexpr (n() == simd::lanes<T>)
        sums += e;
      else
        for (int lane = 0; lane < n(); ++lane) sum += e[lane];
    });
    return top + std::log(sum + simd::sum<T>(sums));
  }
};

}  // namespace krait::kernel
