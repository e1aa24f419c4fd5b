// krait/pretrained/sampling_impl.hpp: the draw of a token.
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/core/error.hpp>
#include <krait/pretrained/sampling.hpp>
#include <numeric>
#include <string>
#include <vector>

namespace krait::pretrained {

KRAIT_INLINE void check(const sampling& how) {
  const auto refuse = [](const char* name, double value, const char* bounds) {
    throw option_error("The " + std::string(name) + " is " + std::to_string(value) + "; it must be " + bounds + ".");
  };
  if (!(how.temperature >= 0 && std::isfinite(how.temperature))) refuse("temperature", how.temperature, "0 or more");
  if (how.top_k < 0) refuse("top_k", how.top_k, "0 or more");
  if (!(how.top_p > 0 && how.top_p <= 1)) refuse("top_p", how.top_p, "above 0 and at most 1");
  if (!(how.repetition_penalty > 0 && std::isfinite(how.repetition_penalty)))
    refuse("repetition penalty", how.repetition_penalty, "above 0");
}

KRAIT_INLINE std::int32_t choose(std::span<const float> logits, std::span<const std::int32_t> before,
                                 const sampling& how, draw at) {
  check(how);
  if (logits.empty())
    throw option_error("There are no logits to choose a token from; let the model read a text first.");
  std::vector<float> penalised;
  if (how.repetition_penalty != 1) {
    penalised.assign(logits.begin(), logits.end());
    const auto penalty = static_cast<float>(how.repetition_penalty);
    for (const std::int32_t id : before) {
      if (id < 0 || static_cast<std::size_t>(id) >= logits.size()) continue;
      const float x = logits[static_cast<std::size_t>(id)];
      penalised[static_cast<std::size_t>(id)] = x > 0 ? x / penalty : x * penalty;
    }
    logits = std::span<const float>(penalised);
  }
  if (!std::ranges::all_of(logits, [](float x) { return x < std::numeric_limits<float>::infinity(); }))
    throw number_error("A logit is not a number or infinite, so no token can be chosen; the weights are broken.");
  const auto best = static_cast<std::int32_t>(std::ranges::max_element(logits) - logits.begin());
  if (how.temperature == 0) return best;

  std::vector<std::int32_t> ids(logits.size());
  std::iota(ids.begin(), ids.end(), 0);
  const auto more = [&](std::int32_t a, std::int32_t b) {
    const float x = logits[static_cast<std::size_t>(a)], y = logits[static_cast<std::size_t>(b)];
    return x != y ? x > y : a < b;
  };
  const std::size_t kept = how.top_k > 0 ? std::min(ids.size(), static_cast<std::size_t>(how.top_k)) : ids.size();
  std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(kept), ids.end(), more);
  ids.resize(kept);
  std::vector<double> shares;  // running sums of probabilities, not yet divided
  double sum = 0;
  for (const std::int32_t id : ids) {
    const double below = static_cast<double>(logits[static_cast<std::size_t>(id)]) -
                         static_cast<double>(logits[static_cast<std::size_t>(best)]);
    shares.push_back(sum += std::exp(below / how.temperature));
  }
  // The first of them whose sum reaches top_p is the last that is kept.
  const auto reached = std::ranges::lower_bound(shares, how.top_p * sum);
  const auto last = std::min(reached, shares.end() - 1);
  const double place = uniform(at) * *last;
  return ids[static_cast<std::size_t>(std::min(std::ranges::upper_bound(shares.begin(), last, place), last) -
                                      shares.begin())];
}

}  // namespace krait::pretrained
