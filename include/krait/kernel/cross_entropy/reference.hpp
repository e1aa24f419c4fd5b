// krait/kernel/cross_entropy/reference.hpp: the equation, the largest logit taken off first.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <krait/backend/reference.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/cross_entropy/cross_entropy.hpp>
#include <krait/kernel/embedding/embedding.hpp>
#include <type_traits>

namespace krait::kernel {

template <int Classes> struct cross_entropy<backend::reference, Classes> {
  template <class T, int SX>
  static double forward(backend::reference&, rows<const T, Classes, SX> logits, const std::int32_t* targets,
                        const float* weights, T* lse) {
    double total = 0;
    for (int t = 0; t < logits.tokens(); ++t) {
      lse[t] = 0;
      if (weights && weights[t] == 0) continue;
      const int target = detail::checked_id(targets[t], Classes, "Target", t);
      const T top = *std::max_element(logits[t], logits[t] + Classes);
      T sum = 0;
      for (int i = 0; i < Classes; ++i) sum += std::exp(logits[t][i] - top);
      lse[t] = top + std::log(sum);
      total += (weights ? double(weights[t]) : 1.) * double(lse[t] - logits[t][target]);
    }
    return total;
  }
  template <class T, int SX, int SDx>
  static void backward(backend::reference&, rows<const T, Classes, SX> logits, const std::int32_t* targets,
                       const float* weights, const T* lse, std::type_identity_t<T> scale,
                       rows<T, Classes, SDx> dlogits) {
    for (int t = 0; t < logits.tokens(); ++t) {
      const T factor = weights ? scale * T(weights[t]) : scale;
      for (int i = 0; i < Classes; ++i)
        dlogits[t][i] = factor == 0 ? T(0) : factor * (std::exp(logits[t][i] - lse[t]) - T(i == targets[t]));
    }
  }
};

}  // namespace krait::kernel
