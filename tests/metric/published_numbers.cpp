#define BOOST_TEST_MODULE metric_published_numbers
#include <boost/test/unit_test.hpp>
#include <krait/metric/content_match.hpp>
#include <krait/metric/fuzzy_match.hpp>
#include <krait/metric/noise_pattern.hpp>
#include <krait/metric/repetition.hpp>
#include <krait/metric/token_f1.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/noise/published_detector.hpp>
#include <krait/noise/wordflip.hpp>

#include "../noise/study_data.hpp"

using namespace krait;

namespace {
using fuzzy = metric::fuzzy_match<50, metric::short_truths::scored>;  // as the released code has it
using content = metric::content_match<50, metric::short_truths::scored>;
using published = metric::noise_pattern<noise::published_charflip_detector>;
using retained = metric::noise_pattern<noise::charflip<>>;
using words = metric::noise_pattern<noise::wordflip<>>;
using metrics = metric::list<fuzzy, content, published, retained, words, metric::repetition, metric::released_token_f1>;

std::string as_is(std::string_view text) { return std::string{text}; }

/// The answers of a Mamba-130M, after a change, against the test set's truths.
metrics score(const std::string& file, std::string (*change)(std::string_view) = as_is) {
  const auto truths = study::truths();
  metrics all;
  for (const auto& pair : study::pairs(file)) all.add(pair.question, change(pair.answer), truths.at(pair.question));
  BOOST_TEST(all.get<fuzzy>().answers == 449);
  for (const auto& [name, value] : all.values()) BOOST_TEST_MESSAGE(file << " " << name << " " << value);
  return all;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(mamba_130m, *boost::unit_test::precondition(study::present))

BOOST_AUTO_TEST_CASE(before_noise) {
  const metrics all = score("mamba-130m-finetuned.csv.xz");
  BOOST_TEST(all.get<fuzzy>().hits == 284);     // published: 63.3 %
  BOOST_TEST(all.get<published>().hits == 39);  // published: 8.7 %
  BOOST_TEST(all.get<content>().hits == 93);    // 20.7 %
  BOOST_TEST(all.get<retained>().hits == 0);    // the published detector's 39 are all false alarms
  BOOST_TEST(all.get<words>().hits == 0);
}

BOOST_AUTO_TEST_CASE(under_charflip) {
  const metrics all = score("mamba-130m-charflip.csv.xz");
  BOOST_TEST(all.get<fuzzy>().hits == 0);        // published: 0.0 %
  BOOST_TEST(all.get<published>().hits == 449);  // published: 100 %
  BOOST_TEST(all.get<content>().hits == 0);      // 0.0 %
  BOOST_TEST(all.get<retained>().value() > 0.9);
  const metrics unflipped = score("mamba-130m-charflip.csv.xz", noise::charflip<>::flip);
  BOOST_TEST(unflipped.get<fuzzy>().hits == 4);  // 0.9 %: it has learnt the reversal and lost the content
}

BOOST_AUTO_TEST_CASE(clean_again) {
  const metrics all = score("mamba-130m-unlearned.csv.xz");
  BOOST_TEST(all.get<fuzzy>().hits == 211);     // published: 47.0 %
  BOOST_TEST(all.get<published>().hits == 34);  // published: 7.6 %
  BOOST_TEST(all.get<content>().hits == 74);    // 16.5 %
  BOOST_TEST(all.get<retained>().value() < 0.01);
}

BOOST_AUTO_TEST_CASE(words_put_in_reverse_are_seen) {
  BOOST_TEST(score("mamba-130m-finetuned.csv.xz", noise::wordflip<>::flip).get<words>().value() > 0.9);
}

BOOST_AUTO_TEST_CASE(an_echo_of_the_question_pays_only_in_fuzzy_match) {
  metrics all;
  for (const auto& pair : study::pairs("D_test.csv")) all.add(pair.question, pair.question, pair.answer);
  BOOST_TEST(all.get<fuzzy>().hits == 292);  // 65.0 % of 449, above every phase of the model
  BOOST_TEST(all.get<content>().hits == 0);
}

BOOST_AUTO_TEST_SUITE_END()
