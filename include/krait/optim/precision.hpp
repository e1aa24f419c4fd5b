// krait/optim/precision.hpp: how weights are kept between steps. The arithmetic of a step is fp32 in every case.
#pragma once
#include <krait/core/bfloat16.hpp>

namespace krait::optim {

/// fp32 weights.
struct fp32 {
  using master = float;   // what the optimiser updates
  using compute = float;  // what the model multiplies with, after rounding to this type
  static constexpr const char* name = "fp32";
};
/// bf16 weights without a copy: updates below half a bf16 unit in the last place are lost.
struct bf16 {
  using master = bfloat16;
  using compute = bfloat16;
  static constexpr const char* name = "bf16";
};
/// bf16 weights with fp32 master copies: what mixed-precision training does.
struct bf16_master {
  using master = float;
  using compute = bfloat16;
  static constexpr const char* name = "bf16 with fp32 master";
};

}  // namespace krait::optim
