// krait/kernel/cross_entropy/cross_entropy.hpp: -log softmax(logits)[target], the loss of classifiers and language
// models.
#pragma once

namespace krait::kernel {

/// forward(on, logits, targets, weights, lse): logits (tokens, Classes), targets (tokens), weights (tokens; null = all
/// 1) ->
///   the sum over tokens of weight * loss, and lse (tokens), the log of each row's sum of e^logit. A token of weight 0
///   is not looked at: its target may be anything and its lse is 0. Throws data_error where another token's target is
///   no class.
/// backward(on, logits, targets, weights, lse, scale, dlogits): -> dlogits = scale * weight * (softmax(logits) -
/// one_hot)
///   (overwritten, zero where the weight is 0; may be logits).
template <class Backend, int Classes> struct cross_entropy;

}  // namespace krait::kernel
