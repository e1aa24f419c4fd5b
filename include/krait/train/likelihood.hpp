// krait/train/likelihood.hpp: how likely a model finds given answers, and whether it would give exactly these: one
// forward pass over question and answer tells both, where generation (generate.hpp) takes a step a token.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <krait/backend/cpu/row.hpp>
#include <krait/kernel/cross_entropy/cpu.hpp>
#include <krait/train/batch/text.hpp>
#include <krait/train/text_reader.hpp>
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
  constexpr int classes = Trainer::model::out;
  static_assert(Tokenizer::vocabulary <= classes,
                "likelihoods: the tokenizer's vocabulary has more ids than the model puts out");
  std::vector<std::span<const std::int32_t>> texts;
  std::vector<int> most;  // what counts is not shared
  for (const auto& pair : set.encoded) {
    texts.push_back(std::span(pair.ids).first(pair.length() - 1));
    most.push_back(
        static_cast<int>(std::ranges::find_if(pair.mask, [](float m) { return m != 0; }) - pair.mask.begin()));
  }
  text_reader<Trainer> reader(trainer);
  reader.plan(std::move(texts), most);
  std::vector<likelihood> all(set.size());
  std::atomic<std::size_t> next{0};
  trainer.team().run([&](int thread) {
    for (std::size_t piece; (piece = next.fetch_add(1)) < reader.pieces();) {
      const auto part = reader.read(thread, piece, false);
      for (std::size_t s = 0; s < part.texts.size(); ++s) {
        const auto number = static_cast<std::size_t>(part.texts[s]);
        const data::encoded_pair& pair = set.encoded[number];
        likelihood& one = all[number];
        for (int t = part.begin; t + 1 < static_cast<int>(pair.length()); ++t) {
          if (pair.mask[static_cast<std::size_t>(t)] == 0) continue;
          const float* row = part.behind(s, t);
          const std::int32_t target = pair.ids[static_cast<std::size_t>(t) + 1];
          float log_sum;
          one.log_probability -= kernel::cross_entropy<backend::cpu, classes>::forward(
              trainer.on(thread), rows<const float, classes>{row, {1, 1}}, &target, nullptr, &log_sum);
          ++one.tokens;
          one.greedy = one.greedy && simd::row_argmax<Tokenizer::vocabulary>(row) == target;
        }
      }
    }
  });
  return all;
}

}  // namespace krait::train
