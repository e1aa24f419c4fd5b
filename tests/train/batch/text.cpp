#define BOOST_TEST_MODULE train_batch_text
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <krait/core/aligned.hpp>
#include <krait/objective/objective.hpp>
#include <krait/train/batch/text.hpp>
#include <set>

#include "../../data/files.hpp"
using namespace krait;
using namespace krait::train;
using tokens = data::byte_tokenizer;

namespace {

std::vector<data::question_answer> pairs(int count) {
  std::vector<data::question_answer> all;
  for (int i = 0; i < count; ++i) all.push_back({std::string(1 + i * 7 % 11, 'q'), std::string(1 + i * 5 % 4, 'a')});
  return all;
}
std::vector<int> at(example_order& order, long step) {
  const auto examples = order.at(step);
  return {examples.begin(), examples.end()};
}

}  // namespace

BOOST_AUTO_TEST_CASE(pairs_and_their_tokens) {
  const text_set set(pairs(5), 40);
  BOOST_TEST(set.size() == 5u);
  for (std::size_t i = 0; i < 5; ++i) BOOST_TEST(set.encoded[i].length() == set.pairs[i].bytes() + 3);
}

// Texts of n + 1 tokens train on n positions.
BOOST_AUTO_TEST_CASE(a_pair_too_long_is_named) {
  const std::vector<data::question_answer> one{{"how long is this question?", "quite"}};  // 26 + 5 + 3 tokens
  BOOST_CHECK_NO_THROW(text_set(one, 33));
  BOOST_CHECK_EXCEPTION(text_set(one, 32), data_error, [](const data_error& e) {
    const std::string text = e.what();
    return text.find("how long is this question?") != text.npos && text.find(" 34 tokens") != text.npos &&
           text.find("takes 33;") != text.npos && text.find('\n') == text.npos;
  });
  BOOST_CHECK_THROW(text_set({{std::string("a\0b", 3), "x"}}, 40), data_error);
}

BOOST_AUTO_TEST_CASE(every_example_once_an_epoch) {
  const text_set set(pairs(12), 40);
  for (const int batch : {1, 3, 4, 12}) {  // divisors: epochs end with a batch
    example_order order(set, 1, batch);
    std::set<std::vector<int>> epochs;
    for (long epoch = 0; epoch < 5; ++epoch) {
      std::vector<int> met;
      for (long step = 0; step < 12 / batch; ++step) {
        const auto examples = at(order, epoch * (12 / batch) + step);
        met.insert(met.end(), examples.begin(), examples.end());
      }
      if (batch == 1) epochs.insert(met);
      std::ranges::sort(met);
      for (int i = 0; i < 12; ++i) BOOST_TEST(met[static_cast<std::size_t>(i)] == i);
    }
    if (batch == 1) BOOST_TEST(epochs.size() == 5u);  // each in another order
  }
}

// A batch may end one epoch and begin the next, or hold several.
BOOST_AUTO_TEST_CASE(epochs_run_on_across_batches) {
  const text_set set(pairs(12), 40);
  for (const int batch : {5, 7, 30}) {
    example_order order(set, 1, batch);
    std::vector<int> times(12);
    for (long step = 0; step < 12; ++step) {
      for (const int e : at(order, step)) ++times[static_cast<std::size_t>(e)];
      const auto [fewest, most] = std::ranges::minmax(times);
      BOOST_TEST(most - fewest <= 2);
    }
    BOOST_TEST((times == std::vector<int>(12, batch)));
  }
}

BOOST_AUTO_TEST_CASE(a_restart_at_any_step_meets_the_same_examples) {
  const text_set set(pairs(12), 40);
  example_order through(set, 9, 5);
  std::vector<std::vector<int>> all;
  for (long step = 0; step < 20; ++step) all.push_back(at(through, step));
  for (long first = 0; first < 20; ++first) {
    example_order again(set, 9, 5);
    for (long step = first; step < 20; ++step)
      BOOST_TEST((at(again, step) == all[static_cast<std::size_t>(step)]), first << " " << step);
  }
  BOOST_TEST((at(through, 3) == all[3]));  // backwards as well
  example_order other(set, 10, 5);
  BOOST_TEST((at(other, 0) != all[0]));
}

BOOST_AUTO_TEST_CASE(a_batch_is_sorted_by_length) {
  const text_set set(pairs(30), 40);
  example_order order(set, 1, 8);
  for (long step = 0; step < 10; ++step) {
    const auto examples = order.at(step);
    for (std::size_t i = 1; i < examples.size(); ++i) {
      const auto key = [&](int e) { return std::pair(set.encoded[static_cast<std::size_t>(e)].length(), e); };
      BOOST_TEST((key(examples[i - 1]) <= key(examples[i])));
    }
  }
}

BOOST_AUTO_TEST_CASE(ids_targets_weights_and_padding) {
  const text_set set({{"ab", "c"}, {"d", "efg"}, {"h", ""}}, 40);
  const std::vector<int> examples{0, 1, 2};
  const text_batch batch(set, examples, 2);
  BOOST_TEST(batch.shards() == 2);
  BOOST_TEST(batch.weight() == (1 + 1) + (3 + 1) + (0 + 1));  // the answer's bytes and the end
  BOOST_TEST(batch.tokens() == 5 + 6 + 3);                    // one less than ids: the last has no target
  const auto shard = make_heap<text_shard<capacity{2, 40}>>();
  batch.fill(0, *shard);
  BOOST_TEST(shard->of.count == 2);
  BOOST_TEST(shard->of.length == 6);  // of the longer text
  BOOST_TEST((shard->of.starts == nullptr && shard->of.keep == nullptr));
  const std::int32_t b = tokens::begin, s = tokens::separator, e = tokens::end, p = tokens::pad;
  const std::vector<std::int32_t> ids{b, 'a', 'b', s, 'c', p, b, 'd', s, 'e', 'f', 'g'};
  const std::vector<std::int32_t> targets{'a', 'b', s, 'c', e, p, 'd', s, 'e', 'f', 'g', e};
  const std::vector<float> weights{0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1};
  for (std::size_t i = 0; i < 12; ++i) {
    BOOST_TEST(shard->id[i] == ids[i], "id " << i);
    BOOST_TEST(shard->target[i] == targets[i], "target " << i);
    BOOST_TEST(shard->weight[i] == weights[i], "weight " << i);
  }
  batch.fill(1, *shard);  // the rest, in memory that is dirty
  BOOST_TEST(shard->of.count == 1);
  BOOST_TEST(shard->of.length == 3);
  const std::vector<std::int32_t> last_ids{b, 'h', s}, last_targets{'h', s, e};
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_TEST(shard->id[i] == last_ids[i]);
    BOOST_TEST(shard->target[i] == last_targets[i]);
    BOOST_TEST(shard->weight[i] == (i == 2 ? 1 : 0));
  }
  const krait::ids input = shard->input();
  BOOST_TEST((input[1][0] == 'h' && input.of.length == 3));
}

// Whatever the shards are, all tokens with their weights are there once.
BOOST_AUTO_TEST_CASE(any_split_holds_the_same_tokens) {
  const text_set set(pairs(13), 40);
  std::vector<int> examples(13);
  for (int i = 0; i < 13; ++i) examples[static_cast<std::size_t>(i)] = i;
  const auto shard = make_heap<text_shard<capacity{16, 40}>>();
  std::multiset<std::pair<int, int>> expected;
  for (const auto& text : set.encoded)
    for (std::size_t t = 0; t + 1 < text.length(); ++t)
      if (text.mask[t] != 0) expected.emplace(text.ids[t], text.ids[t + 1]);
  for (const int per_shard : {1, 2, 5, 13, 16}) {
    const text_batch batch(set, examples, per_shard);
    std::multiset<std::pair<int, int>> found;
    double weight = 0;
    for (int i = 0; i < batch.shards(); ++i) {
      batch.fill(i, *shard);
      BOOST_TEST(shard->of.count <= per_shard);
      for (int t = 0; t < shard->of.tokens(); ++t) {
        weight += shard->weight[t];
        if (shard->weight[t] != 0) found.emplace(shard->id[t], shard->target[t]);
      }
    }
    BOOST_TEST(weight == batch.weight());
    BOOST_TEST((found == expected));
  }
}
