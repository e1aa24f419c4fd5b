// krait/train/log_probability.hpp: how probable logits make a token.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace krait::train {

/// The natural logarithm of the softmax of a row of logits, at a token.
inline double log_probability(std::span<const float> logits, std::int32_t token) {
  const double top = *std::ranges::max_element(logits);
  double sum = 0;
  for (const float x : logits) sum += std::exp(x - top);
  return logits[static_cast<std::size_t>(token)] - top - std::log(sum);
}

}  // namespace krait::train
