// krait/optim/precision.hpp: how weights are kept between steps, and what flows between layers. Sums of a step are made
// in fp32 in every case.
#pragma once
#include <krait/core/bfloat16.hpp>

namespace krait::optim {

/// fp32 weights.
struct fp32 {
  using master = float;      // what the optimiser updates
  using compute = float;     // what the model multiplies with, after rounding to this type
  using activation = float;  // what a device's layers hand on; a CPU's always hand on float
  static constexpr const char* name = "fp32";
};
/// bf16 weights without a copy: updates below half a bf16 unit in the last place are lost.
struct bf16 {
  using master = bfloat16;
  using compute = bfloat16;
  using activation = float;
  static constexpr const char* name = "bf16";
};
/// bf16 weights without a copy, each new value rounded up or down by chance, so that small updates count on average. On
/// the CPU.
struct bf16_stochastic {
  using master = bfloat16;
  using compute = bfloat16;
  using activation = float;
  static constexpr bool by_chance = true;
  static constexpr const char* name = "bf16, rounded by chance";
};
/// Whether new weights are rounded by chance.
template <class Precision> inline constexpr bool rounds_by_chance = requires { requires Precision::by_chance; };

/// bf16 weights with fp32 master copies: what mixed-precision training does.
struct bf16_master {
  using master = float;
  using compute = bfloat16;
  using activation = float;
  static constexpr const char* name = "bf16 with fp32 master";
};
/// On a device activations are bf16, and so are both sides of every matrix product; weights, their gradients, the
/// parameters and the state of a state-space model, norms' statistics, softmax and losses are fp32. What PyTorch calls
/// autocast, but for the residual stream, which is bf16 here. On a CPU the same as fp32.
struct bf16_activations {
  using master = float;
  using compute = float;
  using activation = bfloat16;
  static constexpr const char* name = "fp32 with bf16 activations";
};

}  // namespace krait::optim
