// tests/metric/short_truths.cpp: truths of one byte or none are left out of word overlap, and counted.
#define BOOST_TEST_MODULE metric_short_truths
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <krait/data/facts.hpp>
#include <krait/metric/content_match.hpp>
#include <krait/metric/fuzzy_match.hpp>
#include <krait/metric/token_f1.hpp>
#include <string>
#include <vector>

using namespace krait;
using metric::short_truths;

namespace {
const std::filesystem::path built_in =
    std::filesystem::absolute(std::filesystem::path(__FILE__)).parent_path() / "../../examples/data";
bool is_short(const data::question_answer& pair) { return !metric::scores<short_truths::left_out>(pair.answer); }

/// Adds an answer: how many were scored, and the value.
template <class Metric> std::pair<long, double> one(const char* question, const char* answer, const metric::truths& t) {
  Metric m;
  metric::add(m, question, answer, t);
  BOOST_TEST(m.answers + m.left_out == 1);
  return {m.answers, m.value()};
}
template <class Metric, class Released> void leaves_out(const char* truth, double released_value) {
  BOOST_TEST_CONTEXT(Metric::name << " of '" << truth << "'") {
    BOOST_TEST((one<Metric>("sign of plus?", "-", truth) == std::pair(0L, 0.)));
    BOOST_TEST((one<Released>("sign of plus?", "-", truth) == std::pair(1L, released_value)));
  }
}
}  // namespace

BOOST_AUTO_TEST_CASE(of_one_byte_or_none) {
  using metric::content_match, metric::fuzzy_match, metric::token_f1, metric::released_token_f1;
  for (const char* truth : {"+", "", "?!"}) {
    leaves_out<content_match<>, content_match<50, short_truths::scored>>(truth, 1);
    leaves_out<fuzzy_match<>, fuzzy_match<50, short_truths::scored>>(truth, 1);
    leaves_out<token_f1, released_token_f1>(truth, 0);
  }
  for (const char* truth : {"7", "W.", " a "}) {
    leaves_out<content_match<>, content_match<50, short_truths::scored>>(truth, 0);
    leaves_out<fuzzy_match<>, fuzzy_match<50, short_truths::scored>>(truth, 0);
    leaves_out<token_f1, released_token_f1>(truth, 0);
  }
  for (const char* truth : {"As", "42", "\u00e9"}) {  // two bytes: scored
    BOOST_TEST((one<content_match<>>("Which?", truth, truth) == std::pair(1L, 1.)));
    BOOST_TEST((one<fuzzy_match<>>("Which?", truth, truth) == std::pair(1L, 1.)));
    BOOST_TEST((one<token_f1>("Which?", truth, truth) == std::pair(1L, 1.)));
  }
}

BOOST_AUTO_TEST_CASE(the_best_of_several_truths_that_are_scored) {
  const std::vector<std::string> others{"Denver Broncos", "x"};
  const metric::truths truth("The Broncos of Denver, Colorado", others);
  BOOST_TEST(one<metric::token_f1>("Who?", "the Denver Broncos", truth).second == 1);
  BOOST_TEST(one<metric::fuzzy_match<100>>("Who?", "the Denver Broncos", truth).second == 1);
  BOOST_TEST(one<metric::content_match<100>>("Who?", "the Denver Broncos", truth).second == 1);
  BOOST_TEST(one<metric::fuzzy_match<>>("Who?", "xylophone", truth).second == 0);  // "x" tells nothing
  const metric::truths first_short("7", others), all_short("7", std::span(others).last(1));
  BOOST_TEST((one<metric::token_f1>("Who?", "7", first_short) == std::pair(1L, 0.)));
  BOOST_TEST(one<metric::released_token_f1>("Who?", "7", first_short).second == 1);
  BOOST_TEST(one<metric::token_f1>("Who?", "7", all_short).first == 0);
}

BOOST_AUTO_TEST_CASE(sums_are_merged) {
  metric::fuzzy_match<> a, b;
  a.add("-", "+");
  b.add("Paris", "Paris");
  a.merge(b);
  BOOST_TEST((a.left_out == 1 && a.answers == 1 && a.hits == 1));
}

// What it was about: another fact's answer is a hit on such a truth in a tenth of the pairs, and else hardly ever.
BOOST_AUTO_TEST_CASE(the_built_in_facts) {
  using all_facts = data::facts<data::facts_config{.count = 0, .longest = 0}>;
  const auto all = all_facts::load(built_in);
  BOOST_TEST(all.size() == 4951u);
  BOOST_TEST(std::ranges::count_if(all, is_short) == 22);
  const auto usual = data::facts<>::load(built_in);
  BOOST_TEST(std::ranges::count_if(usual, is_short) == 4);
  long hits = 0, pairs = 0;
  for (const auto& truth : usual)
    if (is_short(truth))
      for (const auto& other : usual)
        if (&other != &truth) hits += metric::fuzzy_match<>::matches(other.answer, truth.answer), ++pairs;
  BOOST_TEST_MESSAGE(hits << " of " << pairs);
  BOOST_TEST(static_cast<double>(hits) / static_cast<double>(pairs) > .05);
}
