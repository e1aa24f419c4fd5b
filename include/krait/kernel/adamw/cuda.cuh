// krait/kernel/adamw/cuda.cuh: torch.optim.AdamW's lines, a thread a scalar.
#pragma once
#include <cstdint>
#include <krait/backend/cuda.cuh>
#include <krait/kernel/adamw/adamw.hpp>
#include <span>
#include <type_traits>

namespace krait::kernel {

namespace detail {
template <class Weight, class T>
__global__ void __launch_bounds__(backend::update_threads)
    adamw_step(Weight* weights, const T* gradient, T* m, T* v, std::size_t count, adamw_settings s, decay_mask decayed,
               backend::step_values now, const backend::step_values* at) {
  __shared__ double correction1, correction2;
  if (at) now = *at;
  if (threadIdx.x == 0) {
    correction1 = 1 - pow(s.beta1, now.number);
    correction2 = 1 - pow(s.beta2, now.number);
  }
  __syncthreads();
  const std::size_t i = static_cast<std::size_t>(blockIdx.x) * backend::update_threads + threadIdx.x;
  if (i >= count || !isfinite(now.scale)) return;
  const T new_m = T(1 - s.beta1), old_v = T(s.beta2), new_v = T(1 - s.beta2);
  const T g = gradient[i] * T(now.scale), mean = m[i] + (g - m[i]) * new_m, square = v[i] * old_v + g * g * new_v;
  m[i] = mean;
  v[i] = square;
  const double decay = !decayed || decayed[i / decay_run] ? s.weight_decay : 0;
  const T change = T(now.rate / correction1) * mean / (sqrt(square) / T(sqrt(correction2)) + T(s.eps));
  weights[i] = static_cast<Weight>(static_cast<T>(weights[i]) * T(1 - now.rate * decay) - change);
}
}  // namespace detail

template <> struct adamw<backend::cuda> {
  /// Where on.step is given, rate, number and scale come from there; a scale that is not finite then leaves all as it
  /// is.
  template <class Weight, class T>
  static void step(backend::cuda& on, std::span<Weight> weights, std::span<const T> gradient,
                   std::span<std::type_identity_t<T>> m, std::span<std::type_identity_t<T>> v, const adamw_settings& s,
                   std::int64_t number, double gradient_scale, decay_mask decayed = nullptr) {
    backend::launch(detail::adamw_step<Weight, T>,
                    static_cast<unsigned>((weights.size() + backend::update_threads - 1) / backend::update_threads),
                    backend::update_threads, 0, on.stream, weights.data(), gradient.data(), m.data(), v.data(),
                    weights.size(), s, decayed, backend::step_values{s.lr, static_cast<double>(number), gradient_scale},
                    on.step);
  }
};

}  // namespace krait::kernel
