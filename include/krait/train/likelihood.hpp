// krait/train/likelihood.hpp: how likely a model finds given answers, and whether it would give exactly these: one
// forward pass over question and answer tells both, where generation (generate.hpp) takes a step a token.
#pragma once
#include <algorithm>
#include <cstddef>
#include <krait/train/batch/text.hpp>
#include <krait/train/log_probability.hpp>
#include <numeric>
#include <span>
#include <vector>

namespace krait::train {

/// Of an answer and its end, given the question.
struct likelihood {
  double log_probability = 0;  // in nats
  long tokens = 0;
  bool greedy = true;  // every token is the likeliest one where it stands: generate.hpp gives this very answer
  double per_token() const { return log_probability / static_cast<double>(tokens); }
};

/// One a pair of the set, in order, with the trainer's present weights; the same for any number of threads. Ids of the
/// model beyond the tokenizer's vocabulary are never the likeliest, as in generation.
template <class Trainer, class Tokenizer>
std::vector<likelihood> likelihoods(Trainer& trainer, const basic_text_set<Tokenizer>& set) {
  constexpr int per_shard = Trainer::shard::cap.sequences, classes = Trainer::model::out;
  static_assert(Tokenizer::vocabulary <= classes,
                "likelihoods: the tokenizer's vocabulary has more ids than the model puts out");
  std::vector<likelihood> all(set.size());
  std::vector<int> order(set.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](int e) { return set.encoded[static_cast<std::size_t>(e)].length(); });
  const text_batch batch(set, order, per_shard);
  trainer.outputs(batch, [&](int shard, auto out, const auto& in) {
    for (int s = 0; s < in.of.count; ++s) {
      likelihood& one = all[static_cast<std::size_t>(order[static_cast<std::size_t>(shard * per_shard + s)])];
      for (int t = s * in.of.length; t < (s + 1) * in.of.length; ++t) {
        if (in.weight[t] == 0) continue;
        const float* row = out[t];
        one.log_probability += log_probability({row, static_cast<std::size_t>(classes)}, in.target[t]);
        ++one.tokens;
        one.greedy = one.greedy && std::max_element(row, row + Tokenizer::vocabulary) - row == in.target[t];
      }
    }
  });
  return all;
}

}  // namespace krait::train
