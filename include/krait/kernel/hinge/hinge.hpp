// krait/kernel/hinge/hinge.hpp: max(0, 1 - z F), the loss of classifiers with labels -1 and 1.
#pragma once

namespace krait::kernel {

/// forward(on, y, target, weights): y and target (tokens, Width), weights (tokens; null = all 1) -> the sum over tokens
/// of
///   weight * sum over the width of max(0, 1 - target * y). A token of weight 0 is not looked at.
/// backward(on, y, target, weights, scale, dy): -> dy = -scale * weight * target where target * y < 1, else 0
/// (overwritten; may be y or target). At the kink itself the gradient is 0.
template <class Backend, int Width> struct hinge;

}  // namespace krait::kernel
