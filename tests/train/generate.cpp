// tests/train/generate.cpp: answers token by token are the argmax of whole forward passes.
#define BOOST_TEST_MODULE train_generate
#include <boost/test/unit_test.hpp>
#include <krait/train/generate.hpp>

#include "tiny.hpp"
using namespace krait;
using namespace krait::train;
using namespace krait::testing;
using tokens = data::byte_tokenizer;

namespace {

/// Questions of many lengths; 40 of them, so that a group of 32 and a rest of 8.
std::vector<data::question_answer> questions() {
  auto pairs = some_pairs(40);
  for (std::size_t i = 0; i < pairs.size(); ++i)
    pairs[i].question = pairs[i].question.substr(0, 1 + i * 5 % pairs[i].question.size());
  return pairs;
}

/// The greedy answer by a forward pass over the whole text for each token, and how clearly each token won.
struct slow_answer {
  std::string text;
  float margin = 1e9f;  // least distance of the best logit from the second
};
template <class Model, int Length, class Trainer>
slow_answer by_forward(Trainer& trainer, const std::string& question) {
  using saved_type = typename Model::template saved<float, capacity{1, Length}>;
  using outputs_type = activations<float, capacity{1, Length}, 256>;
  const auto saved = make_heap<saved_type>();
  const auto out = make_heap<outputs_type>();
  std::vector<std::int32_t> text = data::encode_question(question), answer;
  slow_answer found;
  while (static_cast<int>(text.size()) <= Length) {
    const sequences of{1, static_cast<int>(text.size())};
    Model::forward(trainer.on(0), trainer.current(), ids{text.data(), of}, out->of(of), *saved);
    const float* row = out->of(of)[of.length - 1];
    const auto best = static_cast<std::int32_t>(std::max_element(row, row + 256) - row);
    for (int i = 0; i < 256; ++i)
      if (i != best) found.margin = std::min(found.margin, row[best] - row[i]);
    if (best == tokens::end) break;
    answer.push_back(best);
    text.push_back(best);
  }
  found.text = tokens::decode(answer);
  return found;
}

/// The same a token at a time, the question too, each text for itself.
template <class Trainer> std::string by_steps(Trainer& trainer, const std::string& question) {
  using model = typename Trainer::model;
  const auto state = make_heap<typename model::template state<float, capacity{1, tiny_length}>>();
  const auto out = make_heap<activations<float, capacity{1, 1}, 256>>();
  const std::vector<std::int32_t> text = data::encode_question(question);
  std::vector<std::int32_t> answer;
  const sequences of{1, 1};
  for (std::size_t t = 0; t < tiny_length; ++t) {
    const std::int32_t now = t < text.size() ? text[t] : answer.back();
    model::step(trainer.on(0), trainer.current(), ids{&now, of}, out->of(of), *state);
    if (t + 1 < text.size()) continue;
    const float* row = out->of(of)[0];
    const auto best = static_cast<std::int32_t>(std::max_element(row, row + 256) - row);
    if (best == tokens::end) break;
    answer.push_back(best);
  }
  return tokens::decode(answer);
}

template <class Model> void answers_are_argmax_of_forward(long steps) {
  text_trainer<Model> trainer(1, 2);
  const text_set taught(some_pairs(40), tiny_length), asked(questions(), tiny_length);
  take_steps(trainer, taught, 0, steps, 0.01);
  answerer<text_trainer<Model>, tiny_length> answers(trainer);
  const auto given = answers(asked);
  BOOST_REQUIRE(given.size() == asked.size());
  int compared = 0;
  std::size_t longest = 0;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    BOOST_TEST(given[i] == by_steps(trainer, asked.pairs[i].question), asked.pairs[i].question);
    const slow_answer slow = by_forward<Model, tiny_length>(trainer, asked.pairs[i].question);
    if (slow.margin < 1e-3f) continue;  // within the rounding: either token would do
    BOOST_TEST(given[i] == slow.text, asked.pairs[i].question);
    ++compared;
    longest = std::max(longest, given[i].size());
  }
  BOOST_TEST(compared >= 30);
  BOOST_TEST(longest > 1u);
  BOOST_TEST((answers(asked) == given));  // the states of the last time are gone
}

}  // namespace

BOOST_AUTO_TEST_CASE(of_a_mamba) {
  answers_are_argmax_of_forward<tiny_mamba>(5);   // answers that run on to the last place
  answers_are_argmax_of_forward<tiny_mamba>(80);  // and some that end
}
BOOST_AUTO_TEST_CASE(of_a_transformer) {
  answers_are_argmax_of_forward<tiny_transformer>(5);
  answers_are_argmax_of_forward<tiny_transformer>(80);
}

// An answer depends neither on the threads, nor on which questions are asked beside it, nor in what groups.
BOOST_AUTO_TEST_CASE(an_answer_stands_alone) {
  text_trainer<tiny_transformer> one(1, 1), three(1, 3);
  const text_set taught(some_pairs(40), tiny_length), asked(questions(), tiny_length);
  take_steps(one, taught, 0, 40, 0.01);
  take_steps(three, taught, 0, 40, 0.01);
  answerer<decltype(one), tiny_length> answers(one);
  answerer<decltype(three), tiny_length> by_three(three);
  answerer<decltype(one), tiny_length, 3> in_threes(one);
  const auto given = answers(asked);
  BOOST_TEST((by_three(asked) == given));
  BOOST_TEST((in_threes(asked) == given));
  for (const std::size_t i : {0, 17, 39})
    BOOST_TEST(answers(text_set({asked.pairs[i]}, tiny_length)).front() == given[i]);
  BOOST_TEST(answers(text_set({}, tiny_length)).empty());
}

// A model that has learnt its pairs gives them back; new weights are used at once.
BOOST_AUTO_TEST_CASE(what_was_learnt_is_answered) {
  using model_type = model::language_model<256, model::transformer_stack<1, 32, 2, tiny_length>, layer_norm<32>>;
  using trainer_type = text_trainer<model_type>;
  trainer_type trainer(1, 2);
  const text_set set(some_pairs(8), tiny_length);
  answerer<trainer_type, tiny_length> answers(trainer);
  const auto before = answers(set);
  take_steps(trainer, set, 0, 250, 0.01);
  const auto after = answers(set);
  int right = 0;
  for (std::size_t i = 0; i < 8; ++i) right += after[i] == set.pairs[i].answer;
  BOOST_TEST(right == 8);
  BOOST_TEST((before != after));
}

// An answer that goes on is cut there, and is the same up to there.
BOOST_AUTO_TEST_CASE(long_answers_are_cut) {
  text_trainer<tiny_mamba> trainer(1, 2);
  const text_set asked(questions(), tiny_length);
  take_steps(trainer, text_set(some_pairs(40), tiny_length), 0, 5, 0.01);
  answerer<decltype(trainer), tiny_length> answers(trainer);
  const auto whole = answers(asked), cut = answers(asked, 3);
  std::size_t longest = 0;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    BOOST_TEST(cut[i] == whole[i].substr(0, 3));
    longest = std::max(longest, whole[i].size());
  }
  BOOST_TEST(longest > 3u);
}

// Text that leaves no room for an answer, or for one token only.
BOOST_AUTO_TEST_CASE(questions_that_fill_the_length) {
  text_trainer<tiny_transformer> trainer(1, 1);
  answerer<decltype(trainer), tiny_length> answers(trainer);
  text_set set({{std::string(tiny_length - 2, 'q'), ""}}, tiny_length);  // begin, question, separator: all places
  BOOST_TEST(answers(set).front().size() <= 3u);                         // one token
  set.pairs.front().question += "qqq";                                   // more than the model takes
  BOOST_TEST(answers(set).front() == "");
}
