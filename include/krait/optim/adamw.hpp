// krait/optim/adamw.hpp: AdamW as a policy. Loshchilov & Hutter 2019 (arXiv:1711.05101).
#pragma once
#include <krait/kernel/adamw/adamw.hpp>
#include <krait/optim/decay.hpp>
#include <krait/optim/optimizer.hpp>
#include <span>

namespace krait::optim {

struct adamw_config {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0.01;
  optim::decay decay = optim::decay::matrices;  // which tensors it reaches
  double clip_norm = 0;                         // greatest global norm of the gradient; 0: no clipping
};

template <adamw_config C = adamw_config{}> struct adamw {
  static_assert(C.lr >= 0 && C.weight_decay >= 0 && C.clip_norm >= 0,
                "adamw: lr, weight_decay and clip_norm must not be negative");
  static_assert(C.beta1 >= 0 && C.beta1 < 1 && C.beta2 >= 0 && C.beta2 < 1 && C.eps > 0,
                "adamw: beta1 and beta2 must be at least 0 and below 1, and eps positive");
  static constexpr double lr = C.lr, clip_norm = C.clip_norm;
  static constexpr int moments = 2;
  static constexpr decay decays = C.weight_decay == 0 ? decay::all : C.decay;  // (without any there is none to spare)
  static constexpr const char* moment_names[moments] = {"m", "v"};

  template <class B, class Weight, class T>
  static void step(B& on, std::span<Weight> w, std::span<const T> gradient, const std::span<T> (&moment)[moments],
                   double rate, long number, double scale, kernel::decay_mask reached = nullptr) {
    kernel::adamw<B>::step(on, w, gradient, moment[0], moment[1], {rate, C.beta1, C.beta2, C.eps, C.weight_decay},
                           number, scale, reached);
  }
};
static_assert(optimizer<adamw<>>);

}  // namespace krait::optim
