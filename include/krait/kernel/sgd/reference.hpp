// krait/kernel/sgd/reference.hpp: torch.optim.SGD's lines, a scalar at a time.
#pragma once
#include <cstddef>
#include <krait/backend/reference.hpp>
#include <krait/kernel/sgd/sgd.hpp>
#include <span>
#include <type_traits>

namespace krait::kernel {

template <> struct sgd<backend::reference> {
  template <class Weight, class T>
  static void step(backend::reference&, std::span<Weight> weights, std::span<const T> gradient,
                   std::span<std::type_identity_t<T>> velocity, const sgd_settings& s, double gradient_scale,
                   decay_mask decayed = nullptr) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      T w = T(weights[i]), g = gradient[i] * T(gradient_scale);
      if (s.weight_decay != 0 && (!decayed || decayed[i / decay_run])) g += T(s.weight_decay) * w;
      if (s.momentum != 0) {
        velocity[i] = T(s.momentum) * velocity[i] + g;
        g = s.nesterov ? g + T(s.momentum) * velocity[i] : velocity[i];
      }
      weights[i] = Weight(w - T(s.lr) * g);
    }
  }
};

}  // namespace krait::kernel
