// krait/kernel/adamw/reference.hpp: torch.optim.AdamW's lines, a scalar at a time.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <krait/backend/reference.hpp>
#include <krait/kernel/adamw/adamw.hpp>
#include <span>
#include <type_traits>

namespace krait::kernel {

template <> struct adamw<backend::reference> {
  template <class Weight, class T>
  static void step(backend::reference&, std::span<Weight> weights, std::span<const T> gradient,
                   std::span<std::type_identity_t<T>> m, std::span<std::type_identity_t<T>> v, const adamw_settings& s,
                   std::int64_t number, double gradient_scale, decay_mask decayed = nullptr) {
    const double correction1 = 1 - std::pow(s.beta1, double(number)),
                 correction2 = 1 - std::pow(s.beta2, double(number));
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const T g = gradient[i] * T(gradient_scale);
      T w = T(weights[i]);
      if (!decayed || decayed[i / decay_run]) w *= T(1 - s.lr * s.weight_decay);
      m[i] += (g - m[i]) * T(1 - s.beta1);
      v[i] = v[i] * T(s.beta2) + g * g * T(1 - s.beta2);
      w -= T(s.lr / correction1) * m[i] / (std::sqrt(v[i]) / T(std::sqrt(correction2)) + T(s.eps));
      weights[i] = Weight(w);
    }
  }
};

}  // namespace krait::kernel
