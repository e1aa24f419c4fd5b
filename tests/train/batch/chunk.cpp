// tests/train/batch/chunk.cpp: chunks of a text, to be read and to be written back.
#define BOOST_TEST_MODULE train_batch_chunk
#include <boost/test/unit_test.hpp>
#include <krait/train/batch/chunk.hpp>
#include <set>
using namespace krait;

namespace {
const std::vector<std::int32_t> text = [] {
  std::vector<std::int32_t> ids(23);
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<std::int32_t>(i + 1);
  return ids;
}();
struct nothing {};
using shard = train::started_shard<capacity{2, 6}, nothing>;
std::vector<std::int32_t> row(const std::int32_t* from, const sequences& of, int s) {
  return {from + s * of.length, from + (s + 1) * of.length};
}
}  // namespace

BOOST_AUTO_TEST_CASE(blocks_drop_the_tail) {
  const auto all = train::blocks_evenly(text, 5, 100);
  BOOST_TEST((all.begin == std::vector<std::size_t>{0, 5, 10, 15}));  // not 20, whose block would be short
  BOOST_TEST((train::blocks_evenly(text, 5, 2).begin == std::vector<std::size_t>{0, 10}));
  const auto some = train::blocks_by_chance(text, 5, 200, {1, stream("x"), 0}, 0);
  BOOST_TEST((std::set(some.begin.begin(), some.begin.end()) == std::set<std::size_t>{0, 5, 10, 15}));
  const auto later = train::blocks_by_chance(text, 5, 50, {1, stream("x"), 0}, 150);
  BOOST_TEST(std::ranges::equal(later.begin, std::span(some.begin).last(50)));  // addressed by number
  BOOST_TEST(some.tokens() == 1000);
}

BOOST_AUTO_TEST_CASE(read_chunks_are_followed_by_the_next_token) {
  const train::chunks three{text, {0, 4, 8}, 4};
  const train::reading_batch batch{three, 2};
  BOOST_TEST(batch.shards() == 2);
  BOOST_TEST(batch.weight() == 9);
  shard in;
  batch.fill(1, in);  // one left
  BOOST_TEST(in.of.count == 1);
  BOOST_TEST((row(in.id, in.of, 0) == std::vector<std::int32_t>{9, 10, 11}));
  BOOST_TEST((row(in.target, in.of, 0) == std::vector<std::int32_t>{10, 11, 12}));
  BOOST_TEST(in.initial == nullptr);
}

// [edge, x_1 .. x_n] -> [x_1 .. x_n, edge], all of which counts.
BOOST_AUTO_TEST_CASE(rebuilt_chunks_stand_between_edges) {
  const train::chunks three{text, {0, 4, 8}, 4};
  std::vector<heap<nothing>> states;
  for (int i = 0; i < 2; ++i) states.push_back(make_heap<nothing>());
  const train::rebuilding_batch<nothing> batch{three, 99, &states, 2};
  BOOST_TEST(batch.weight() == 15);
  shard in;
  batch.fill(0, in);
  BOOST_TEST(in.of.count == 2);
  BOOST_TEST((row(in.id, in.of, 1) == std::vector<std::int32_t>{99, 5, 6, 7, 8}));
  BOOST_TEST((row(in.target, in.of, 1) == std::vector<std::int32_t>{5, 6, 7, 8, 99}));
  for (int t = 0; t < 10; ++t) BOOST_TEST(in.weight[t] == 1);
  BOOST_TEST(in.initial == states[0].get());
  batch.fill(1, in);
  BOOST_TEST(in.initial == states[1].get());
  train::rebuilding_batch<nothing>{three, 99, nullptr, 2}.fill(0, in);
  BOOST_TEST(in.initial == nullptr);
}
