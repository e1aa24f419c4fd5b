// krait/backend/cuda/step_values.cuh: what changes from one training step to the next. A captured step is the same
// kernels with the same arguments every time, so these lie on the device.
#pragma once
#include <krait/core/config.hpp>

namespace krait::backend {

struct step_values {
  double rate;    // scheduled learning rate
  double number;  // of the step, from 1
  double scale;   // of the gradient, from clipping; not finite: the step is left out
};

/// Threads of a block that updates weights.
inline constexpr int update_threads = 256;

}  // namespace krait::backend
