// krait/optim/sgd.hpp: gradient descent, with momentum where wanted, as a policy.
#pragma once
#include <krait/kernel/sgd/sgd.hpp>
#include <krait/optim/decay.hpp>
#include <krait/optim/optimizer.hpp>
#include <span>

namespace krait::optim {

struct sgd_config {
  double lr = 0.1;
  double momentum = 0;
  double weight_decay = 0;                      // added to the gradient
  optim::decay decay = optim::decay::matrices;  // which tensors it reaches
  bool nesterov = false;
  double clip_norm = 0;  // greatest global norm of the gradient; 0: no clipping
};

template <sgd_config C = sgd_config{}> struct sgd {
  static_assert(C.lr >= 0 && C.weight_decay >= 0 && C.clip_norm >= 0 && C.momentum >= 0,
                "sgd: lr, momentum, weight_decay and clip_norm must not be negative");
  static constexpr double lr = C.lr, clip_norm = C.clip_norm;
  static constexpr int moments = 1;
  static constexpr decay decays = C.weight_decay == 0 ? decay::all : C.decay;  // (without any there is none to spare)
  static constexpr const char* moment_names[moments] = {"velocity"};

  template <class B, class Weight, class T>
  static void step(B& on, std::span<Weight> w, std::span<const T> gradient, const std::span<T> (&moment)[moments],
                   double rate, long /*number*/, double scale, kernel::decay_mask reached = nullptr) {
    kernel::sgd<B>::step(on, w, gradient, moment[0], {rate, C.momentum, C.weight_decay, C.nesterov}, scale, reached);
  }
};
static_assert(optimizer<sgd<>>);

}  // namespace krait::optim
