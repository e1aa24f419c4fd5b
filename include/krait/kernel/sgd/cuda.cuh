// krait/kernel/sgd/cuda.cuh: torch.optim.SGD's lines, a thread a scalar.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/kernel/sgd/sgd.hpp>
#include <span>
#include <type_traits>

namespace krait::kernel {

namespace detail {
template <class Weight, class T>
__global__ void __launch_bounds__(backend::update_threads)
    sgd_step(Weight* weights, const T* gradient, T* velocity, std::size_t count, sgd_settings s, decay_mask decayed,
             backend::step_values now, const backend::step_values* at) {
  const std::size_t i = static_cast<std::size_t>(blockIdx.x) * backend::update_threads + threadIdx.x;
  if (at) now = *at;
  if (i >= count || !isfinite(now.scale)) return;
  const T decay = !decayed || decayed[i / decay_run] ? T(s.weight_decay) : T(0);
  const T w = static_cast<T>(weights[i]), g = gradient[i] * T(now.scale) + w * decay;
  T change = g;
  if (s.momentum != 0) {
    const T speed = velocity[i] * T(s.momentum) + g;
    velocity[i] = speed;
    change = s.nesterov ? g + speed * T(s.momentum) : speed;
  }
  weights[i] = static_cast<Weight>(w - change * T(now.rate));
}
}  // namespace detail

template <> struct sgd<backend::cuda> {
  /// Where on.step is given, rate and scale come from there; a scale that is not finite then leaves all as it is.
  template <class Weight, class T>
  static void step(backend::cuda& on, std::span<Weight> weights, std::span<const T> gradient,
                   std::span<std::type_identity_t<T>> velocity, const sgd_settings& s, double gradient_scale,
                   decay_mask decayed = nullptr) {
    backend::launch(detail::sgd_step<Weight, T>,
                    static_cast<unsigned>((weights.size() + backend::update_threads - 1) / backend::update_threads),
                    backend::update_threads, 0, on.stream, weights.data(), gradient.data(), velocity.data(),
                    weights.size(), s, decayed, backend::step_values{s.lr, 1, gradient_scale}, on.step);
  }
};

}  // namespace krait::kernel
