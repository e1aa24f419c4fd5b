// krait/pretrained/score.hpp: how probable a model finds a text.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <krait/core/error.hpp>
#include <krait/train/log_probability.hpp>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace krait::pretrained {

/// The log-probability, in nats, of every token but the first, given all before it. `writer` begins anew.
template <class Writer> std::vector<double> log_likelihoods(Writer& writer, std::span<const std::int32_t> tokens) {
  std::vector<double> all;
  if (tokens.empty()) return all;
  for (const std::int32_t id : tokens)
    if (id < 0 || id >= Writer::vocabulary)
      throw data_error("Token id " + std::to_string(id) + " is not in 0 .. " + std::to_string(Writer::vocabulary - 1) +
                       "; the tokenizer and the model's vocabulary do not match.");
  writer.forget();
  std::size_t next = 1;
  writer.read(tokens.first(tokens.size() - 1),
              [&](std::span<const float> logits) { all.push_back(train::log_probability(logits, tokens[next++])); });
  return all;
}

/// The same for a text that is longer than a model reads at a time: windows of `window` tokens, each begun anew
/// `stride` tokens after the one before; a token counts in the first window that has it and a token before it. Throws
/// option_error unless 1 <= stride < window.
template <class Writer>
std::vector<double> sliding_log_likelihoods(Writer& writer, std::span<const std::int32_t> tokens, int window,
                                            int stride) {
  if (stride < 1 || stride >= window)
    throw option_error("A window of " + std::to_string(window) + " tokens slides by " + std::to_string(stride) +
                       "; it must slide by 1 at least, and less than its length.");
  std::vector<double> all;
  for (std::size_t first = 0; all.size() + 1 < tokens.size(); first += static_cast<std::size_t>(stride)) {
    const auto part = tokens.subspan(first, std::min(tokens.size() - first, static_cast<std::size_t>(window)));
    const auto scores = log_likelihoods(writer, part);
    // scores[i] is that of token first + 1 + i.
    all.insert(all.end(), scores.begin() + static_cast<std::ptrdiff_t>(all.size() - first), scores.end());
  }
  return all;
}

/// e to the negative mean. Throws data_error for none.
inline double perplexity(const std::vector<double>& log_likelihoods) {
  if (log_likelihoods.empty())
    throw data_error("A text of fewer than two tokens has no perplexity; take a longer one.");
  const double sum = std::accumulate(log_likelihoods.begin(), log_likelihoods.end(), 0.);
  return std::exp(-sum / static_cast<double>(log_likelihoods.size()));
}

}  // namespace krait::pretrained
