// krait/kernel/sgd/cpu.hpp: torch.optim.SGD's lines, a vector at a time.
#pragma once
#include <cstddef>
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/kernel/sgd/sgd.hpp>
#include <span>
#include <type_traits>

namespace krait::kernel {

template <> struct sgd<backend::cpu> {
  template <class Weight, class T>
  static void step(backend::cpu&, std::span<Weight> weights, std::span<const T> gradient,
                   std::span<std::type_identity_t<T>> velocity, const sgd_settings& s, double gradient_scale,
                   decay_mask decayed = nullptr) {
    const T scale = T(gradient_scale), decay = T(s.weight_decay), rate = T(s.lr), momentum = T(s.momentum);
    const T ahead = s.nesterov ? momentum : T(1), direct = s.nesterov ? T(1) : T(0);
    // For a vector or a scalar: what is taken off the weight.
    const auto change = [=](auto w, auto g, auto& speed, T decay) {
      g = g * scale + w * decay;
      speed = speed * momentum + g;
      return (g * direct + speed * ahead) * rate;
    };
    static_assert(decay_run % simd::lanes<T> == 0);
    const T decays[] = {T(0), decay};
    const auto decay_at = [&](std::size_t i) { return decayed ? decays[decayed[i / decay_run]] : decay; };
    const bool moving = s.momentum != 0;
    std::size_t i = 0;
    if constexpr (std::is_same_v<Weight, T>)
      for (; i + simd::lanes<T> <= weights.size(); i += simd::lanes<T>) {
        const simd::vec<T> w = simd::load(weights.data() + i), g = simd::load(gradient.data() + i);
        simd::vec<T> speed = moving ? simd::load(velocity.data() + i) : simd::vec<T>{};
        simd::store(weights.data() + i, w - change(w, g, speed, decay_at(i)));
        if (moving) simd::store(velocity.data() + i, speed);
      }
    for (; i < weights.size(); ++i) {
      const T w = T(weights[i]);
      T speed = moving ? velocity[i] : T(0);
      weights[i] = Weight(w - change(w, gradient[i], speed, decay_at(i)));
      if (moving) velocity[i] = speed;
    }
  }
};

}  // namespace krait::kernel
