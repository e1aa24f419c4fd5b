// krait/kernel/squared_error/squared_error.hpp: |y - target|^2, the loss of regressions.
#pragma once

namespace krait::kernel {

/// forward(on, y, target, weights): y and target (tokens, Width), weights (tokens; null = all 1) -> the sum over tokens
/// of
///   weight * |y - target|^2 (summed over the width, not averaged). A token of weight 0 is not looked at.
/// backward(on, y, target, weights, scale, dy): -> dy = scale * weight * 2 (y - target) (overwritten; may be y or
/// target).
template <class Backend, int Width> struct squared_error;

}  // namespace krait::kernel
