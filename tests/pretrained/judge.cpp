// tests/pretrained/judge.cpp: a model that was trained here to judge, read from a folder as anybody's is, and its
// verdicts against step-by-step likelihoods in double.
#define BOOST_TEST_MODULE pretrained_judge
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <krait/metric/metric.hpp>
#include <krait/pretrained/judge.hpp>
#include <krait/pretrained/write.hpp>
#include <krait/tokenizer/train_bpe.hpp>

#include "../scratch_folder.hpp"
#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

using mind = model::language_model<300, model::mamba_stack<2, mamba_config{.d_model = 32, .d_state = 4}>, rms_norm<32>>;
using judge = pretrained::judge<mind>;
using likelihood = pretrained::judged_likelihood<mind>;
static_assert(metric::text_metric<judge> && metric::text_metric<likelihood>);

struct asked {
  const char *question, *answer, *truth;
  bool same;
};
constexpr asked all[] = {
    {"Capital of Peru?", "Lima", "It is Lima.", true},    {"Capital of Peru?", "amiL", "It is Lima.", false},
    {"Capital of Chad?", "N'Djamena", "N'Djamena", true}, {"Capital of Chad?", "Lima", "N'Djamena", false},
    {"Colour of snow?", "white", "White", true},          {"Colour of snow?", "", "White", false}};

/// Tokens of this test as a data policy's.
struct tokens_here {
  static constexpr int vocabulary = 300;
  static constexpr std::int32_t pad = 0, begin = 1, end = 2, separator = 3;
  std::shared_ptr<tokenizer::pipeline> inner;
  void append(std::string_view text, std::vector<std::int32_t>& ids) const { inner->append(text, ids); }
  std::string decode(std::span<const std::int32_t> ids) const { return inner->decode(ids); }
};

double by_steps(const mind::weights<float>& w, const std::vector<std::int32_t>& ids, std::size_t from) {
  using state_type = mind::state<float, capacity{1, 1}>;
  backend::cpu on;
  const auto state = make_heap<state_type>();
  std::memset(static_cast<void*>(state.get()), 0, sizeof(state_type));
  const auto logits = make_heap<activations<float, capacity{1, 1}, 300>>();
  double sum = 0;
  for (std::size_t t = 0; t < ids.size(); ++t) {
    if (t >= from) {
      double of_all = 0;
      for (int c = 0; c < 300; ++c) of_all += std::exp(static_cast<double>(logits->of({1, 1})[0][c]));
      sum += logits->of({1, 1})[0][ids[t]] - std::log(of_all);
    }
    mind::step(on, w, krait::ids{&ids[t], {1, 1}}, logits->of({1, 1}), *state);
  }
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_CASE(verdicts) {
  scratch_folder here;
  std::vector<std::string> prompts;
  for (const auto& one : all)
    prompts.push_back(judge::prompt(one.question, one.answer, one.truth) + (one.same ? " Yes" : " No"));
  tokenizer::bpe_training_config config;
  config.vocabulary = 300;
  const std::string json = tokenizer::train_bpe(prompts, config);
  const tokens_here tokens{std::make_shared<tokenizer::pipeline>(tokenizer::pipeline::parse(json))};

  BOOST_CHECK_THROW(judge().add("a", "b", "c"), data_error);  // nobody has read it
  BOOST_CHECK_THROW(judge::read(here.path), file_error);

  using shard = text_shard<capacity{3, 256}>;
  train::trainer<backend::cpu, train::pipeline<mind, objective::cross_entropy, shard, brisk>> trainer(1, 1);
  train::basic_text_set<tokens_here> set({}, 256, tokens);
  for (const auto& text : prompts) set.read(text);
  const std::vector<int> order{0, 1, 2, 3, 4, 5};
  for (int step = 0; step < 60; ++step) trainer.step(train::text_batch(set, order, 3), .01);

  std::filesystem::create_directories(here / "judge");
  pretrained::write<mind, float>(here / "judge", trainer.current());
  std::ofstream(here / "judge/tokenizer.json") << json;
  judge::read(here.path);
  int yes = 0;
  for (const auto& one : all) {
    judge mine;
    mine.add(one.question, one.answer, one.truth);
    const std::string prompt = judge::prompt(one.question, one.answer, one.truth);
    const auto before = tokens.inner->encode(prompt);
    const auto sum = [&](const char* word) {
      const auto whole = tokens.inner->encode(prompt + word);
      std::size_t same = 0;
      while (same < before.size() && before[same] == whole[same]) ++same;
      return by_steps(trainer.current(), whole, same);
    };
    BOOST_TEST(mine.value() == (sum(" Yes") > sum(" No")), one.answer);
    yes += mine.value() > .5;
  }
  BOOST_TEST((yes > 0 && yes < 6), yes);  // it has not one word for all

  judge half, other;
  half.add(all[0].question, all[0].answer, all[0].truth), other.add(all[1].question, all[1].answer, all[1].truth);
  const double sum = half.value() + other.value();
  half.merge(other);
  BOOST_TEST(half.value() == sum / 2);

  likelihood::read(here.path);
  likelihood of;
  of.add("Colour of snow?", "", "White");
  BOOST_TEST(of.left_out == 1);
  of.add("Colour of snow?", "white", "");
  const auto before = tokens.inner->encode("Question: Colour of snow?\nAnswer:"),
             whole = tokens.inner->encode("Question: Colour of snow?\nAnswer: white");
  std::size_t same = 0;
  while (same < before.size() && before[same] == whole[same]) ++same;
  BOOST_TEST(std::abs(of.value() -
                      by_steps(trainer.current(), whole, same) / static_cast<double>(whole.size() - same)) < 1e-4);
}
