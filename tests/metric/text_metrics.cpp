#define BOOST_TEST_MODULE metric_text_metrics
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <krait/metric/exact_match.hpp>
#include <krait/metric/fuzzy_match.hpp>
#include <krait/metric/repetition.hpp>
#include <krait/metric/token_f1.hpp>
#include <nlohmann/json.hpp>

using namespace krait;

BOOST_AUTO_TEST_CASE(equal_python) {
  std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "text_cases.json");
  const nlohmann::json cases = nlohmann::json::parse(file);
  BOOST_TEST(cases.size() == 100u);
  double sum = 0;
  metric::released_token_f1 f1;
  for (const auto& one : cases) {
    const auto answer = one["answer"].get<std::string>(), truth = one["truth"].get<std::string>();
    BOOST_TEST_CONTEXT("answer '" << answer << "', truth '" << truth << "'") {
      BOOST_TEST(metric::normalised(answer) == one["normalised"].get<std::string>());
      BOOST_TEST(metric::fuzzy_match<>::matches(answer, truth) == one["fuzzy_50"].get<bool>());
      BOOST_TEST(metric::fuzzy_match<80>::matches(answer, truth) == one["fuzzy_80"].get<bool>());
      BOOST_TEST(metric::token_f1::of(answer, truth) == one["f1"].get<double>(), boost::test_tools::tolerance(1e-12));
      BOOST_TEST(metric::repetition::of(answer) == one["repetition"].get<double>(),
                 boost::test_tools::tolerance(1e-12));
    }
    f1.add(answer, truth);
    sum += one["f1"].get<double>();
  }
  BOOST_TEST(f1.value() == sum / 100, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(names_hold_the_setting) {
  static_assert(metric::fuzzy_match<>::name == "fuzzy_match");
  static_assert(metric::fuzzy_match<80>::name == "fuzzy_match_80");
  static_assert(metric::fuzzy_match<100>::name == "fuzzy_match_100");
  using metric::short_truths;
  static_assert(metric::fuzzy_match<50, short_truths::scored>::name == "fuzzy_match_released");
  static_assert(metric::fuzzy_match<80, short_truths::scored>::name == "fuzzy_match_80_released");
  static_assert(metric::released_token_f1::name == "token_f1_released" && metric::token_f1::name == "token_f1");
}

BOOST_AUTO_TEST_CASE(fuzzy_match_counts_an_empty_answer_as_wrong) {
  metric::fuzzy_match<50, metric::short_truths::scored> fuzzy;
  fuzzy.add(" ", "");
  fuzzy.add("Paris", "Paris is the capital");
  fuzzy.add("capital Paris", "Paris is the capital");
  BOOST_TEST(fuzzy.answers == 3);
  BOOST_TEST(fuzzy.hits == 1);
}

BOOST_AUTO_TEST_CASE(exact_match_is_exact) {
  metric::exact_match exact;
  BOOST_TEST(exact.value() == 0);
  for (const char* answer : {"Paris", "paris", "Paris ", ""}) exact.add(answer, "Paris");
  BOOST_TEST(exact.value() == 0.25);
}

BOOST_AUTO_TEST_CASE(repetition_wants_more_than_two) {
  BOOST_TEST(metric::repetition::of("a b c a b c") == 0);              // abc twice
  BOOST_TEST(metric::repetition::of("a b c a b c a b c") == 1.0 / 3);  // abc three times, bca and cab twice
  BOOST_TEST(metric::repetition::of("x x x x x") == 1);
  BOOST_TEST(metric::repetition::of("x x") == 0);
  BOOST_TEST(metric::repetition::of("") == 0);
}

BOOST_AUTO_TEST_CASE(lower_survives_bytes_that_are_no_utf8) {
  BOOST_TEST(metric::lower("A\xFF"
                           "B") ==
             "a\xFF"
             "b");
  BOOST_TEST(metric::normalised("A\xFF"
                                "B") == "ab");
}
