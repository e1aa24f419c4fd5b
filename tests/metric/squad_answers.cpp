// tests/metric/squad_answers.cpp: of several gold answers the best counts, as in SQuAD's evaluate-v1.1.py.
#define BOOST_TEST_MODULE metric_squad_answers
#include <boost/test/unit_test.hpp>
#include <krait/core/utf8.hpp>
#include <krait/data/squad.hpp>
#include <krait/metric/exact_match.hpp>
#include <krait/metric/token_f1.hpp>
#include <string>

#include "../data/files.hpp"
using namespace krait;

BOOST_AUTO_TEST_CASE(any_gold_answer_is_right) {
  const auto pairs = data::parse_squad(
      R"([{"question": "Which team?", "answers": [{"text": "Denver Broncos"}, {"text": "The Broncos"}]}])", "s");
  metric::list<metric::token_f1, metric::released_token_f1, metric::exact_match> all;
  for (const auto& pair : pairs) all.add(pair.question, "the Broncos", {pair.answer, pair.others});
  BOOST_TEST(all.get<metric::token_f1>().value() == 1);
  BOOST_TEST(all.get<metric::released_token_f1>().value() == 1);
  BOOST_TEST(all.get<metric::exact_match>().value() == 0);
  metric::token_f1 first_alone;
  first_alone.add("the Broncos", pairs[0].answer);
  BOOST_TEST(first_alone.value() == 2. / 3, boost::test_tools::tolerance(1e-15));
}

// The first word of each first answer, scored by the official code in Python.
BOOST_AUTO_TEST_CASE(the_official_value, *boost::unit_test::precondition(test::needs("squad"))) {
  using dev = data::squad<data::squad_config{.split = data::squad_split::dev}>;
  metric::released_token_f1 all, first;
  for (const auto& pair : dev::load(test::real_data())) {
    const auto word = utf8::words(pair.answer).front();
    all.add(word, {pair.answer, pair.others});
    first.add(word, pair.answer);
  }
  BOOST_TEST(all.value() == 0.6554582990625235, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(first.value() == 0.6268322059229144, boost::test_tools::tolerance(1e-12));
}
