// krait/train/generate.hpp: greedy answers of a language model, many at a time, at constant cost a token.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <krait/core/aligned.hpp>
#include <krait/core/rows.hpp>
#include <krait/data/encode.hpp>
#include <krait/data/tokenizer.hpp>
#include <krait/train/batch/text.hpp>
#include <memory>
#include <string>
#include <vector>

namespace krait::train {

/// Answers questions with a trainer's present weights; keeps its memory for the next time.
/// Length: most tokens of question and answer together; an answer ends at `end` or there. The tokenizer is the set's;
/// ids of the model beyond its vocabulary (where a model is made wider than it) are never an answer.
template <class Trainer, int Length, int Sequences = 32> class answerer {
 public:
  explicit answerer(Trainer& trainer) : trainer_(trainer) {
    for (int i = 0; i < trainer.team().size(); ++i) memory_.push_back(std::make_unique<memory>());
  }

  /// One answer a pair's question, in order; each of at most so many tokens (0: what Length leaves).
  template <class Tokenizer>
  std::vector<std::string> operator()(const basic_text_set<Tokenizer>& set, std::size_t most = 0) {
    static_assert(Tokenizer::vocabulary <= model::out,
                  "answerer: the tokenizer's vocabulary has more ids than the model puts out");
    std::vector<std::string> answers(set.size());
    std::atomic<std::size_t> next{0};
    trainer_.team().run([&](int thread) {
      for (std::size_t first; (first = next.fetch_add(Sequences)) < set.size();)
        answer(thread, set, first, std::min<std::size_t>(Sequences, set.size() - first), most ? most : Length, answers);
    });
    return answers;
  }

 private:
  using model = typename Trainer::model;
  static constexpr capacity cap{Sequences, Length};
  using state_type = typename model::template state<float, cap>;
  using outputs_type = activations<float, capacity{Sequences, 1}, model::out>;
  struct memory {
    heap<state_type> state = make_heap<state_type>();
    heap<outputs_type> logits = make_heap<outputs_type>();
  };

  template <class Tokenizer>
  void answer(int thread, const basic_text_set<Tokenizer>& set, std::size_t first, std::size_t count, std::size_t most,
              std::vector<std::string>& answers) {
    memory& mine = *memory_[static_cast<std::size_t>(thread)];
    std::memset(static_cast<void*>(mine.state.get()), 0, sizeof(state_type));
    std::vector<std::vector<std::int32_t>> text(count), answer(count);
    std::vector<std::int32_t> now(count);
    std::vector<char> ended(count, 0);
    for (std::size_t i = 0; i < count; ++i) text[i] = data::encode_question(set.pairs[first + i].question, set.tokens);
    for (int t = 0; t < Length && !std::ranges::all_of(ended, [](char e) { return e; }); ++t) {
      for (std::size_t i = 0; i < count; ++i)
        now[i] = t < static_cast<int>(text[i].size()) ? text[i][t] : ended[i] ? set.tokens.pad : answer[i].back();
      const sequences of{static_cast<int>(count), 1};
      model::step(trainer_.on(thread), trainer_.current(), ids{now.data(), of}, mine.logits->of(of), *mine.state);
      for (std::size_t i = 0; i < count; ++i) {
        if (ended[i] || t + 1 < static_cast<int>(text[i].size())) continue;
        const float* row = mine.logits->of(of)[static_cast<int>(i)];
        const auto best = static_cast<std::int32_t>(std::max_element(row, row + Tokenizer::vocabulary) - row);
        if (best == set.tokens.end)
          ended[i] = 1;
        else
          answer[i].push_back(best), ended[i] = answer[i].size() >= most;
      }
    }
    for (std::size_t i = 0; i < count; ++i) answers[first + i] = set.tokens.decode(answer[i]);
  }

  Trainer& trainer_;
  std::vector<std::unique_ptr<memory>> memory_;
};

}  // namespace krait::train
