// krait/kernel/adamw/cpu.hpp: torch.optim.AdamW's lines, a vector at a time.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/kernel/adamw/adamw.hpp>
#include <span>
#include <type_traits>

namespace krait::kernel {

template <> struct adamw<backend::cpu> {
  template <class Weight, class T>
  static void step(backend::cpu&, std::span<Weight> weights, std::span<const T> gradient,
                   std::span<std::type_identity_t<T>> m, std::span<std::type_identity_t<T>> v, const adamw_settings& s,
                   std::int64_t number, double gradient_scale, decay_mask decayed = nullptr) {
    const double correction1 = 1 - std::pow(s.beta1, double(number)),
                 correction2 = 1 - std::pow(s.beta2, double(number));
    const T scale = T(gradient_scale), keep = T(1 - s.lr * s.weight_decay), new_m = T(1 - s.beta1), old_v = T(s.beta2);
    const T new_v = T(1 - s.beta2), rate = T(s.lr / correction1), deviation = T(std::sqrt(correction2)), eps = T(s.eps);
    constexpr int lanes = simd::lanes<T>;
    static_assert(decay_run % lanes == 0);
    const T kept[] = {T(1), keep};  // of a weight, by whether it is decayed
    const auto kept_at = [&](std::size_t i) { return decayed ? kept[decayed[i / decay_run]] : keep; };
    const auto vector = [&](std::size_t i, auto load, auto store) {
      const simd::vec<T> g = load(gradient.data() + i) * scale;
      const simd::vec<T> old = load(m.data() + i), mean = old + (g - old) * new_m;
      const simd::vec<T> square = load(v.data() + i) * old_v + g * g * new_v;
      store(m.data() + i, mean);
      store(v.data() + i, square);
      return rate * mean / (simd::sqrt<T>(square) / deviation + eps);
    };
    const auto rest = [&](std::size_t i, int n) {
      const simd::vec<T> change = vector(
          i, [n](const T* p) { return simd::load_first(p, n); },
          [n](T* p, simd::vec<T> x) { simd::store_first(p, x, n); });
      for (int lane = 0; lane < n; ++lane) weights[i + lane] = Weight(T(weights[i + lane]) * kept_at(i) - change[lane]);
    };
    const std::size_t whole = weights.size() / lanes * lanes;
    for (std::size_t i = 0; i < whole; i += lanes) {
      if constexpr (std::is_same_v<Weight, T>) {
        const simd::vec<T> change = vector(
            i, [](const T* p) { return simd::load(p); }, [](T* p, simd::vec<T> x) { simd::store(p, x); });
        simd::store(weights.data() + i, simd::load(weights.data() + i) * kept_at(i) - change);
      } else {
        rest(i, lanes);
      }
    }
    if (whole < weights.size()) rest(whole, static_cast<int>(weights.size() - whole));
  }
};

}  // namespace krait::kernel
