// krait/backend/cuda.cuh: the CUDA backend: a stream, scratch memory and matrix products. Kernels given to it are
// enqueued, in order.
#pragma once
#include <krait/backend/cuda/check.cuh>
#include <krait/backend/cuda/device_arena.cuh>
#include <krait/backend/cuda/launch.cuh>
#include <krait/backend/cuda/product.cuh>
#include <krait/backend/cuda/step_values.cuh>
#include <krait/core/bfloat16.hpp>
#include <span>

namespace krait::backend {

/// Weights as the optimiser keeps them, and where the same are rounded to bfloat16, scalar by scalar; empty: nowhere.
struct rounded_weights {
  std::span<const float> weights;
  const bfloat16* copy = nullptr;
  /// The rounded copy of what lies at w; null where it is not one of these weights.
  const bfloat16* find(const float* w) const {
    const bool inside = !weights.empty() && w >= weights.data() && w < weights.data() + weights.size();
    return inside ? copy + (w - weights.data()) : nullptr;
  }
};

/// Every view, weight and buffer that a kernel of this backend is given lies on the device; layers only compute
/// addresses and never read them.
struct cuda {
  /// Where the sum of a loss lies, once the stream has come there: see `sum`.
  using loss_sum = const double*;

  cudaStream_t stream = nullptr;  // the one in which everything is enqueued
  device_arena scratch;
  products* product = nullptr;
  double* sum = nullptr;              // on the device: where a loss puts its sum
  rounded_weights rounded = {};       // for products with activations of bfloat16
  const step_values* step = nullptr;  // on the device; null: optimisers take the values that they are given
};

}  // namespace krait::backend
