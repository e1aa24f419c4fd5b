// krait/pretrained/sampling.hpp: which token comes next.
#pragma once
#include <cstdint>
#include <krait/core/config.hpp>
#include <krait/core/random.hpp>
#include <span>

namespace krait::pretrained {

/// As transformers' logits processors, in this order: repetition penalty (Keskar et al. 2019, arXiv:1909.05858),
/// temperature, top-k (Fan et al. 2018, arXiv:1805.04833), top-p (Holtzman et al. 2020, arXiv:1904.09751).
struct sampling {
  double temperature = 0;         // 0: the most probable token, whatever top_k and top_p
  int top_k = 0;                  // only the k most probable; 0: all
  double top_p = 1;               // only the most probable that together have this probability
  double repetition_penalty = 1;  // a logit of a token that was there is divided by it, or multiplied below 0
};

/// Throws option_error for settings out of their bounds.
void check(const sampling& how);

/// The next token's id: of equal logits the lowest. `before`: the tokens so far, for the penalty. The same address
/// draws the same token.
std::int32_t choose(std::span<const float> logits, std::span<const std::int32_t> before, const sampling& how, draw at);

}  // namespace krait::pretrained

#ifndef KRAIT_COMPILED
#include <krait/pretrained/sampling_impl.hpp>
#endif
