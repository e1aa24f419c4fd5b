// krait/train/generate.hpp: greedy answers of a language model, many at a time. Questions are read as whole texts
// (text_reader.hpp); from the states that they leave answers are written, a token of each at a time. Whoever ends makes
// room for the next question.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/aligned.hpp>
#include <krait/core/layer_states.hpp>
#include <krait/core/rows.hpp>
#include <krait/data/encode.hpp>
#include <krait/data/tokenizer.hpp>
#include <krait/train/batch/text.hpp>
#include <krait/train/text_reader.hpp>
#include <memory>
#include <string>
#include <vector>

namespace krait::train {

/// Answers questions with a trainer's present weights; keeps its memory for the next time.
/// Length: most tokens of question and answer together; an answer ends at `end` or there. The tokenizer is the set's;
/// ids of the model beyond its vocabulary (where a model is made wider than it) are never an answer. Sequences: answers
/// that a thread writes at a time. An answer depends neither on what is asked beside it nor on the threads.
template <class Trainer, int Length, int Sequences = 32> class answerer {
 public:
  explicit answerer(Trainer& trainer) : trainer_(trainer), reader_(trainer) {
    for (int i = 0; i < trainer.team().size(); ++i) memory_.push_back(std::make_unique<memory>());
  }

  /// One answer a pair's question, in order; each of at most so many tokens (0: what Length leaves), where it is cut.
  /// A question that leaves no room has an empty answer.
  template <class Tokenizer>
  std::vector<std::string> operator()(const basic_text_set<Tokenizer>& set, std::size_t most = 0) {
    static_assert(Tokenizer::vocabulary <= model::out,
                  "answerer: the tokenizer's vocabulary has more ids than the model puts out");
    std::vector<std::vector<std::int32_t>> questions, written(set.size());
    std::vector<std::size_t> number;  // of each question that leaves room
    for (std::size_t i = 0; i < set.size(); ++i) {
      auto text = data::encode_question(set.pairs[i].question, set.tokens);
      if (text.size() > static_cast<std::size_t>(Length)) continue;
      questions.push_back(std::move(text));
      number.push_back(i);
    }
    std::vector<int> shared;
    for (const auto& text : questions) shared.push_back(static_cast<int>(text.size()) - 1);
    reader_.plan({questions.begin(), questions.end()}, shared);
    std::atomic<std::size_t> next{0};
    trainer_.team().run([&](int thread) {
      memory& mine = *memory_[static_cast<std::size_t>(thread)];
      int count = 0;  // answers that are being written
      /// Whether the answer goes on behind this row of logits.
      const auto goes_on = [&](int which, const float* row) {
        const auto best = static_cast<std::int32_t>(simd::row_argmax<Tokenizer::vocabulary>(row));
        auto& answer = written[number[static_cast<std::size_t>(which)]];
        if (best == set.tokens.end) return false;
        answer.push_back(best);
        const std::size_t asked = questions[static_cast<std::size_t>(which)].size();
        return answer.size() + asked <= std::size_t{Length} && (most == 0 || answer.size() < most);
      };
      for (;;) {
        while (count + reader_.together <= slots) {
          const std::size_t piece = next.fetch_add(1);
          if (piece >= reader_.pieces()) break;
          const auto part = reader_.read(thread, piece, true);
          for (std::size_t s = 0; s < part.texts.size(); ++s) {
            const int which = part.texts[s];
            if (!goes_on(which,
                         part.behind(s, static_cast<int>(questions[static_cast<std::size_t>(which)].size()) - 1)))
              continue;
            copy_sequence<reader::together, slots>(part.state, s, *mine.state, static_cast<std::size_t>(count));
            mine.which[count++] = which;
          }
        }
        if (count == 0) break;
        const sequences of{count, 1};
        for (int i = 0; i < count; ++i) mine.now[i] = written[number[static_cast<std::size_t>(mine.which[i])]].back();
        model::step(trainer_.on(thread), trainer_.current(), ids{mine.now, of}, mine.logits->of(of), *mine.state);
        for (int i = count - 1; i >= 0; --i) {
          if (goes_on(mine.which[i], mine.logits->of(of)[i])) continue;
          if (i != --count) copy_sequence<slots, slots>(*mine.state, static_cast<std::size_t>(count), *mine.state, i);
          mine.which[i] = mine.which[count];
        }
      }
    });
    std::vector<std::string> answers;
    for (const auto& one : written) answers.push_back(set.tokens.decode(one));
    return answers;
  }

 private:
  using model = typename Trainer::model;
  using reader = text_reader<Trainer>;
  static_assert(Length <= reader::longest, "answerer: a question may be longer than the trainer's shards");
  static constexpr int slots = std::max(Sequences, reader::together);
  using state_type = typename model::template state<float, capacity{slots, reader::longest}>;
  using outputs_type = activations<float, capacity{slots, 1}, model::out>;
  struct memory {
    heap<state_type> state = make_heap<state_type>();
    heap<outputs_type> logits = make_heap<outputs_type>();
    int which[slots];  // question of each sequence
    std::int32_t now[slots];
  };

  Trainer& trainer_;
  reader reader_;
  std::vector<std::unique_ptr<memory>> memory_;
};

}  // namespace krait::train
