// krait/kernel/decay.hpp: which scalars of a flat span an optimiser's weight decay reaches.
#pragma once
#include <cstdint>

namespace krait::kernel {

/// Scalars that are decayed or not together. Tensors are padded to a multiple of it (core/tensor.hpp).
inline constexpr int decay_run = 16;

/// A byte for every decay_run scalars of a span that begins at a multiple of it: 1: they are decayed, 0: they are not.
/// Null: all are. On a device where the span is.
using decay_mask = const std::uint8_t*;

}  // namespace krait::kernel
