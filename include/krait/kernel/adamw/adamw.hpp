// krait/kernel/adamw/adamw.hpp: Adam with decoupled weight decay. Loshchilov & Hutter 2019 (arXiv:1711.05101),
// algorithm 2, with the arithmetic of torch.optim.AdamW.
#pragma once
#include <krait/kernel/decay.hpp>

namespace krait::kernel {

struct adamw_settings {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double eps = 1e-8;           // outside the square root
  double weight_decay = 0.01;  // decoupled: weight *= 1 - lr * weight_decay
};

/// step(on, weights, gradient, m, v, settings, number, gradient_scale, decayed): flat spans of one length; `number`
///   counts steps from 1; the gradient is multiplied by gradient_scale (from clipping) first; `decayed` says which
///   weights are (null: all). Works on a scalar at a time, so spans may be walked in pieces by several threads. Weights
///   may be bfloat16 while the rest is float.
template <class Backend> struct adamw;

}  // namespace krait::kernel
