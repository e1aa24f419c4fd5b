// tests/experiment/judge.cpp: likelihoods are those of whole forward passes and say what generation gives; what is
// judged of them, against numbers worked out by hand.
#define BOOST_TEST_MODULE experiment_judge
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/experiment/judge.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/noise/counterfactual.hpp>
#include <krait/noise/none.hpp>
#include <krait/train/generate.hpp>
#include <map>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// By a forward pass of its own, in double after the logits.
template <class Model> double slow(text_trainer<Model>& trainer, const data::question_answer& pair) {
  using saved_type = typename Model::template saved<float, capacity{1, tiny_length}>;
  using outputs_type = activations<float, capacity{1, tiny_length}, 256>;
  const auto saved = make_heap<saved_type>();
  const auto out = make_heap<outputs_type>();
  const auto text = data::encode(pair);
  const sequences of{1, static_cast<int>(text.length()) - 1};
  Model::forward(trainer.on(0), trainer.current(), ids{text.ids.data(), of}, out->of(of), *saved);
  double sum = 0;
  for (int t = 0; t < of.length; ++t) {
    if (text.mask[static_cast<std::size_t>(t)] == 0) continue;
    const float* row = out->of(of)[t];
    double all = 0;
    for (int c = 0; c < 256; ++c) all += std::exp(static_cast<double>(row[c]));
    sum += row[text.ids[static_cast<std::size_t>(t) + 1]] - std::log(all);
  }
  return sum;
}

template <class Model> void likelihoods_are_right() {
  text_trainer<Model> trainer(1, 2), alone(1, 1);
  const train::text_set set(some_pairs(21), tiny_length);
  std::vector<train::likelihood> found;
  const auto known = [&] { return std::ranges::count_if(found, [](const auto& one) { return one.greedy; }); };
  for (long step = 0; step < 400 && known() == 0; step += 10) {  // until it knows some, and not yet all
    for (auto* one : {&trainer, &alone}) take_steps(*one, set, step, step + 10, .01);
    found = train::likelihoods(trainer, set);
  }
  const auto same = train::likelihoods(alone, set);
  train::answerer<text_trainer<Model>, tiny_length> answers(trainer);
  const auto given = answers(set);
  BOOST_REQUIRE(found.size() == set.size());
  for (std::size_t i = 0; i < set.size(); ++i) {
    BOOST_TEST(found[i].tokens == static_cast<long>(set.pairs[i].answer.size()) + 1);
    BOOST_TEST(std::abs(found[i].log_probability - slow(trainer, set.pairs[i])) < 1e-4);
    BOOST_TEST(found[i].log_probability == same[i].log_probability);
    BOOST_TEST(found[i].greedy == (given[i] == set.pairs[i].answer));
  }
  BOOST_TEST((known() > 0 && known() < 21), known());
}

train::likelihood likely(double log_probability, long tokens, bool greedy) { return {log_probability, tokens, greedy}; }
using numbers = std::map<std::string, double>;
auto gathered_in(numbers& all) {
  return [&all](const studies::labels& at, const char* quantity, double value) {
    all[*studies::find(at, "asked") + " " + quantity] = value;
  };
}
constexpr std::array<std::string_view, 2> sets{"trained", "held out"};

}  // namespace

BOOST_AUTO_TEST_CASE(of_a_mamba) { likelihoods_are_right<tiny_mamba>(); }
BOOST_AUTO_TEST_CASE(of_a_transformer) { likelihoods_are_right<tiny_transformer>(); }

BOOST_AUTO_TEST_CASE(means_of_each_set) {
  const std::vector<int> set_of{0, 1, 1, 0, 1};
  const std::vector<train::likelihood> clean{likely(-2, 2, true), likely(-6, 3, false), likely(-1, 2, true),
                                             likely(-9, 3, true), likely(-4, 1, false)},
      noised{likely(-2, 2, false), likely(-6, 3, true), likely(-1, 2, true), likely(-9, 3, false), likely(-4, 1, true)},
      wrong{likely(-4, 2, false), likely(-6, 4, false), likely(-3, 3, false), likely(-8, 2, false),
            likely(-5, 1, false)};
  numbers all;
  experiment::judge_likely(sets, set_of, clean, noised, {}, gathered_in(all));
  experiment::judge_preferred(sets, set_of, clean, wrong, {}, gathered_in(all));
  const numbers expected{{"trained exact", 1},
                         {"trained right", 0},
                         {"trained likelihood", -2},
                         {"trained preferred", 1},
                         {"held out exact", 1. / 3},
                         {"held out right", 1},
                         {"held out likelihood", -6.5 / 3},
                         {"held out preferred", 2. / 3}};
  BOOST_TEST((all == expected));
}

BOOST_AUTO_TEST_CASE(intervals_of_what_is_kept) {
  // 40 of 80 questions were known, and every second of those is; of the others nothing can be kept.
  std::vector<train::likelihood> before, after;
  for (int i = 0; i < 80; ++i) {
    before.push_back(likely(-1, 1, i < 40));
    after.push_back(likely(-1, 1, i < 40 && i % 2 == 0));
  }
  const std::vector<int> set_of(80, 1);
  numbers all;
  experiment::judge_kept(sets, set_of, before, after, {1, 2, 0}, {}, gathered_in(all));
  // Of a binomial share 20 / 40: .5 +- 1.645 sqrt(.25 / 40) = .37 to .63.
  BOOST_TEST(std::abs(all["held out kept_low"] - .37) < .03);
  BOOST_TEST(std::abs(all["held out kept_high"] - .63) < .03);
  BOOST_TEST(std::isnan(all["trained kept_low"]));  // there are no such questions
  numbers none;
  experiment::judge_kept(sets, set_of, std::vector<train::likelihood>(80, likely(-1, 1, false)), after, {1, 2, 0}, {},
                         gathered_in(none));
  BOOST_TEST(std::isnan(none["held out kept_high"]));  // nothing was known
}

// What a text's noise puts in its place can be taken back; a wrong answer stays wrong.
static_assert(experiment::undone<noise::charflip<>> && experiment::undone<noise::none> &&
              !experiment::undone<noise::counterfactual>);
