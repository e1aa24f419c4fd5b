#define BOOST_TEST_MODULE metric_after_inverse
#include <boost/test/unit_test.hpp>
#include <krait/metric/after_inverse.hpp>
#include <krait/metric/content_match.hpp>
#include <krait/metric/exact_match.hpp>
#include <krait/metric/fuzzy_match.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/noise/compose.hpp>
#include <krait/noise/none.hpp>
#include <krait/noise/restored.hpp>
#include <krait/noise/wordflip.hpp>
#include <vector>

#include "../noise/study_data.hpp"
using namespace krait;
using noise::charflip, noise::wordflip;
using exact = metric::after_inverse<charflip<>, metric::exact_match>;

BOOST_AUTO_TEST_CASE(judges_what_the_answer_was_before_the_noise) {
  static_assert(exact::name == "exact_match_after_inverse_of_charflip" && metric::text_metric<exact>);
  exact metric, other;
  BOOST_TEST(metric.value() == 0);
  const std::vector<std::string> truths{"Paris.", "Rome."};
  metric.add("?", ".siraP", truths[0]);
  metric.add("?", "Paris.", truths[0]);
  other.add("?", ".emoR", {truths[0], std::span(truths).last(1)});  // any right answer
  metric.merge(other);
  BOOST_TEST(metric.hits == 2);
  BOOST_TEST(metric.answers == 3);
}

BOOST_AUTO_TEST_CASE(any_metric_any_noise) {
  using both = noise::compose<wordflip<>, charflip<>>;
  using content = metric::after_inverse<both, metric::content_match<>>;
  using control = metric::after_inverse<noise::none, metric::exact_match>;
  metric::list<metric::exact_match, exact, content, control> all;
  const char* truth = "Paris is the capital of France.";
  all.add("Capital of France?", both::apply(truth, draw{}), truth);
  all.add("Which sign?", "-", "+");
  BOOST_TEST(all.get<content>().value() == 1);  // which asks for the question
  BOOST_TEST(all.get<control>().value() == 0);
  BOOST_TEST((all.left_out() == std::array<long, 4>{0, 0, 1, 0}));  // and leaves out as before
}

BOOST_AUTO_TEST_SUITE(mamba_130m, *boost::unit_test::precondition(study::present))

// Fuzzy match 0.0 % under charflip; after the inverse 0.9 %: the pattern was learnt, the content is gone.
BOOST_AUTO_TEST_CASE(under_charflip) {
  using fuzzy = metric::fuzzy_match<50, metric::short_truths::scored>;
  const auto truths = study::truths();
  metric::list<fuzzy, metric::after_inverse<charflip<>, fuzzy>> all;
  for (const auto& pair : study::pairs("mamba-130m-charflip.csv.xz"))
    all.add(pair.question, pair.answer, truths.at(pair.question));
  BOOST_TEST(all.get<fuzzy>().hits == 0);
  BOOST_TEST(all.values()[1].value == 4. / 449, boost::test_tools::tolerance(1e-12));
}

// What a model that learnt a noise perfectly could score at most.
BOOST_AUTO_TEST_CASE(ceilings) {
  const auto pairs = study::pairs("D_test.csv");
  const auto letters = noise::restored_by_inverse<charflip<>>(pairs, 1),
             words = noise::restored_by_inverse<wordflip<>>(pairs, 1);
  BOOST_TEST_MESSAGE("exactly " << letters.exactly << " and " << words.exactly << ", in letters " << words.in_letters
                                << " of " << words.answers);
  BOOST_TEST(letters.exactly == 449);
  BOOST_TEST(words.in_letters == 449);
  BOOST_TEST(words.exact_share() > .9);
  BOOST_TEST(noise::restored{}.exact_share() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
