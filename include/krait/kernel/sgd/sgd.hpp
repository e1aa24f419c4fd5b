// krait/kernel/sgd/sgd.hpp: gradient descent with momentum, with the arithmetic of torch.optim.SGD (dampening 0).
// Sutskever et al. 2013 for the momentum; the decay is added to the gradient.
#pragma once
#include <krait/kernel/decay.hpp>

namespace krait::kernel {

struct sgd_settings {
  double lr = 0.1;
  double momentum = 0;
  double weight_decay = 0;  // coupled: gradient += weight_decay * weight
  bool nesterov = false;
};

/// step(on, weights, gradient, velocity, settings, gradient_scale, decayed): flat spans of one length; velocity begins
///   as zeros and may be empty where momentum is 0. The gradient is multiplied by gradient_scale (from clipping) first;
///   `decayed` says which weights are (null: all). Works on a scalar at a time, so spans may be walked in pieces.
///   Weights may be bfloat16 while the rest is float.
template <class Backend> struct sgd;

}  // namespace krait::kernel
