// krait/kernel/pointwise_loss/pointwise_loss.hpp: losses that are a sum over numbers, each with a target of its own.
// The contract.
#pragma once

namespace krait::kernel {

/// Loss: value(y, target) and slope(y, target) = d value / d y of two scalars; see losses.hpp.
/// forward(on, y, target, weights): y and target (tokens, Width), weights (tokens; null = all 1) -> the sum over tokens
///   of weight * sum over the width of value(y, target), not averaged. A token of weight 0 is not looked at.
/// backward(on, y, target, weights, scale, dy): -> dy = scale * weight * slope(y, target), 0 where the weight is 0
///   (overwritten; may be y or target).
template <class Backend, class Loss, int Width> struct pointwise_loss;

}  // namespace krait::kernel
