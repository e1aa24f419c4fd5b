// tests/train/batch/prompts.cpp: batches of prompts, some of whose points are asked, or that a task writes itself: the
// same for any split into shards; the weight is the sum of all weights.
#define BOOST_TEST_MODULE train_batch_prompts
#include <boost/test/unit_test.hpp>
#include <krait/core/aligned.hpp>
#include <krait/task/discrete_mqar.hpp>
#include <krait/task/many_outliers.hpp>
#include <krait/task/mqar.hpp>
#include <krait/task/orthogonal_outliers.hpp>
#include <krait/train/batch/prompt.hpp>
#include <krait/train/batch/sequence.hpp>
#include <vector>
using namespace krait;

namespace {

constexpr draw at{3, stream("a test of batches"), 0};
constexpr task::linear_regression_config small{.dimensions = 4, .points = 7};
using many = task::many_outliers<task::linear_regression<small>, task::many_outliers_config{.share = .7}>;
using orthogonal = task::orthogonal_outliers<task::orthogonal_outliers_config{.dimensions = 4, .points = 7}>;
using vectors = task::mqar<task::mqar_config{.dimensions = 4, .pairs = 5, .queries = 2}>;
using tokens = task::discrete_mqar<task::discrete_mqar_config{.vocabulary = 30, .length = 20, .pairs = 3}>;

/// Everything in a batch, in shards of up to 5, and the sum of its weights.
template <class Batch> std::pair<std::vector<float>, double> content(const Batch& b) {
  using shard_type = typename Batch::template shard<5>;
  const auto shard = make_heap<shard_type>();
  std::vector<float> all;
  double weights = 0;
  for (int i = 0; i < b.shards(); ++i) {
    b.fill(i, *shard);
    for (int t = 0; t < shard->of.tokens(); ++t) {
      if constexpr (requires { shard->id; }) {
        all.push_back(static_cast<float>(shard->id[t]));
        all.push_back(static_cast<float>(shard->target[t]));
      } else {
        const auto x = shard->input();
        const auto target = shard->target();
        all.insert(all.end(), x[t], x[t] + x.width);
        all.insert(all.end(), target[t], target[t] + target.width);
      }
      all.push_back(shard->weight[t]);
      weights += shard->weight[t];
    }
  }
  return {all, weights};
}

template <class Batch> void is_whole(task::extent e, std::size_t numbers_a_prompt) {
  const auto [expected, weights] = content(Batch{at, 40, 11, 1, e});
  BOOST_TEST(expected.size() == 11 * numbers_a_prompt);
  for (const int per_shard : {1, 2, 3, 5}) {
    const Batch b{at, 40, 11, per_shard, e};
    BOOST_TEST((content(b).first == expected));
    BOOST_TEST((b.weight() == weights && weights > 0));
  }
  auto halves = content(Batch{at, 40, 6, 4, e}).first;
  const auto rest = content(Batch{at, 46, 5, 4, e}).first;
  halves.insert(halves.end(), rest.begin(), rest.end());
  BOOST_TEST((halves == expected));
}

}  // namespace

BOOST_AUTO_TEST_CASE(points_that_are_asked) {
  is_whole<train::prompt_batch<many>>({7, 4}, 14 * (4 + 1 + 1));
  is_whole<train::prompt_batch<many>>({5, 2}, 10 * (4 + 1 + 1));
}
BOOST_AUTO_TEST_CASE(vectors_that_a_task_writes) {
  is_whole<train::sequence_batch<orthogonal>>({7, 4}, 14 * (4 + 1 + 1));
  is_whole<train::sequence_batch<orthogonal>>({5, 2}, 10 * (4 + 1 + 1));
  is_whole<train::sequence_batch<vectors>>({2, 4}, 12 * (4 + 4 + 1));
  is_whole<train::sequence_batch<vectors>>({1, 3}, 11 * (4 + 4 + 1));
}
BOOST_AUTO_TEST_CASE(tokens_that_a_task_writes) { is_whole<train::sequence_batch<tokens>>({1, 1}, 20 * 3); }

// Nothing asked is a loss of 0, not of 0 / 0.
BOOST_AUTO_TEST_CASE(a_batch_without_a_question) {
  using hardly = task::many_outliers<task::linear_regression<small>, task::many_outliers_config{.share = .999999}>;
  const train::prompt_batch<hardly> b{at, 0, 1, 1};
  BOOST_TEST((content(b).second == 0 && b.weight() == 1));
}

// Which of the points a token asks.
BOOST_AUTO_TEST_CASE(questions) {
  BOOST_TEST((train::prompt_batch<many>::question(0) == 0 && train::prompt_batch<many>::question(6) == 3));
  BOOST_TEST((train::sequence_batch<vectors>::question(10) == 0 && train::sequence_batch<vectors>::question(11) == 1));
}
