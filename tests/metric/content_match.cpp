#define BOOST_TEST_MODULE metric_content_match
#include <boost/test/unit_test.hpp>
#include <krait/metric/content_match.hpp>

using metric = krait::metric::content_match<>;

BOOST_AUTO_TEST_CASE(asks_for_what_the_question_does_not_say) {
  const char* question = "What is the capital of France?";
  const char* truth = "Paris is the capital of France.";
  BOOST_TEST(metric::matches(question, truth, truth));
  BOOST_TEST(metric::matches(question, "paris!", truth));
  BOOST_TEST(!metric::matches(question, question, truth));
  BOOST_TEST(!metric::matches(question, "Lyon is the capital of France.", truth));
  BOOST_TEST(!metric::matches(question, "", truth));
  BOOST_TEST(metric::matches("Which colours?", "red", "red and white"));  // half of them
  BOOST_TEST(!krait::metric::content_match<80>::matches("Which colours?", "red", "red and white"));
}

BOOST_AUTO_TEST_CASE(a_truth_without_content_words_must_be_met_in_full) {
  BOOST_TEST(metric::matches("What is the symbol of arsenic?", "As.", "As"));
  BOOST_TEST(!metric::matches("What is the symbol of arsenic?", "In as", "As"));
  BOOST_TEST(!metric::matches("What is the symbol of arsenic?", "", "As"));
}

BOOST_AUTO_TEST_CASE(adds_and_merges) {
  metric one, two;
  one.add("Who?", "Ann", "Ann");
  two.add("Who?", "Bob", "Ann");
  one.merge(two);
  BOOST_TEST(one.value() == 0.5);
  static_assert(metric::name == "content_match" && krait::metric::content_match<80>::name == "content_match_80");
  static_assert(std::is_sorted(metric::stop_words.begin(), metric::stop_words.end()));
}
