// tests/experiment/omission_census.cpp: counts by hand, and reconstructions whose omissions were made on purpose.
#define BOOST_TEST_MODULE experiment_omission_census
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/experiment/omission_census.hpp>
#include <string>
#include <vector>

#include "tests/data/files.hpp"
using namespace krait;
using experiment::omission_census;

namespace {
constexpr draw at{1, stream("census"), 0};

std::vector<data::placed_word> placed(const std::vector<std::string>& words) {
  std::vector<data::placed_word> all;
  for (const auto& word : words) all.push_back({word});
  return all;
}
}  // namespace

BOOST_AUTO_TEST_CASE(counted_by_hand) {
  const std::vector<std::string> words{"Ann", "saw", "Bob", "and", "Ann", "7", "!"};
  const std::vector<std::string> kinds{"name", "word", "name", "word", "name", "", ""};
  const auto all = placed(words);
  const auto packed = data::pack_words(all, {.length = 12});  // "Ann saw Bob", "and Ann 7 !"
  BOOST_TEST(packed.chunks.size() == 2u);
  omission_census census(all);
  census.add(packed.chunks[0], "Bob saw saw");
  BOOST_TEST(census.total().words == 3);
  BOOST_TEST(!census.omitted()[4].has_value());
  census.add(packed.chunks[1], " and  ! Ann");
  BOOST_TEST(census.total().words == 7);
  BOOST_TEST(census.total().omitted == 2);
  BOOST_TEST((*census.omitted()[0] && !*census.omitted()[1] && !*census.omitted()[4] && *census.omitted()[5]));
  const std::vector<double> ones(words.size(), 1);
  const auto by = census.ratios(kinds, census.losses(), ones);
  BOOST_TEST(by.size() == 2u);
  BOOST_TEST(by.at("name").words == 3);
  BOOST_TEST(by.at("name").ratio.value == 1. / 3);
  // Of two chunks with (omitted, names) = (1, 2) and (0, 1): sqrt((1 + 1) / 9 * 2) / 3 is the standard error.
  BOOST_TEST(std::abs(by.at("name").ratio.ends.high - (1. / 3 + 1.6448536 * 2 / 9)) < 1e-6);
  BOOST_TEST((by.at("word").ratio.ends.low == 0 && by.at("word").ratio.ends.high == 0));
  // Of the stratum "early" a third is omitted, of "late" a quarter: names are omitted 12 / 11 times as often.
  const std::vector<std::string> when{"early", "early", "early", "late", "late", "late", "late"};
  const auto expected = census.expected(when);
  BOOST_TEST((expected[0] == 1. / 3 && expected[6] == 1. / 4));
  BOOST_TEST(std::abs(census.ratios(kinds, census.losses(), expected).at("name").ratio.value - 12. / 11) < 1e-12);
  const auto pairs = census.compare(kinds);
  BOOST_TEST(pairs.pairs.size() == 1u);
  BOOST_TEST((pairs.pairs[0].first == "name" && pairs.pairs[0].second == "word"));
  BOOST_TEST(pairs.pairs[0].by_chunk.difference == .25);
  BOOST_CHECK_EXCEPTION(census.ratios(std::vector<std::string>{"name"}, ones, ones), data_error,
                        test::says("1 categories are given for 7 words"));
  BOOST_CHECK_EXCEPTION(census.against(std::vector<double>{1}, {}, at), data_error,
                        test::says("1 numbers are given for 7 words"));
}

// Words of three kinds: A is omitted in 20 % and B in 60 % wherever they stand; C like A. Frequent words are B.
BOOST_AUTO_TEST_CASE(finds_what_was_made) {
  std::vector<std::string> words, kinds;
  std::vector<double> frequency, kind_number;
  for (std::size_t i = 0; i < 3000; ++i) {
    const auto kind = integer({2, stream("kind"), i}, 3);
    words.push_back("w" + std::to_string(i));  // all different: omitted or not is each word's own
    kinds.emplace_back(1, "ABC"[kind]);
    kind_number.push_back(kind == 1);
    frequency.push_back((kind == 1) + normal({2, stream("frequency"), i}));
  }
  const auto all = placed(words);
  const auto packed = data::pack_words(all, {.length = 100});
  omission_census census(all);
  for (const auto& chunk : packed.chunks) {
    std::string written;
    for (const std::size_t i : chunk.words)
      if (uniform({2, stream("omitted"), i}) >= (kinds[i] == "B" ? .6 : .2)) written += words[i] + ' ';
    census.add(chunk, written);
  }
  const auto by = census.ratios(kinds, census.losses(), std::vector<double>(words.size(), 1), .99);
  for (const auto& [kind, rate] : std::map<std::string, double>{{"A", .2}, {"B", .6}, {"C", .2}}) {
    BOOST_TEST(by.at(kind).ratio.ends.low < rate, kind);
    BOOST_TEST(by.at(kind).ratio.ends.high > rate, kind);
    BOOST_TEST(by.at(kind).ratio.ends.high - by.at(kind).ratio.ends.low < .12, kind);
  }
  const auto found = census.compare(kinds);  // A-B, A-C, B-C
  BOOST_TEST(found.by_word.tests == 3u);
  BOOST_TEST(found.by_chunk.describe() == "Holm's correction for 3 tests");
  for (const auto* corrected : {&found.by_word, &found.by_chunk}) {
    BOOST_TEST((*corrected->p[0] < 1e-9 && *corrected->p[1] > .05 && *corrected->p[2] < 1e-9));
  }
  // Frequency goes with omission only because B is frequent.
  const auto plain = census.against(frequency, {}, at),
             held = census.against(frequency, std::vector<std::vector<double>>{kind_number}, at, {.permutations = 199});
  BOOST_TEST(*plain.rho > .1);
  BOOST_TEST(*plain.p == 2. / 1000);
  BOOST_TEST(std::abs(*held.rho) < .05);
  BOOST_TEST(*held.p > .01);
}
