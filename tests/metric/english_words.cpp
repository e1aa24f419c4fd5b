#define BOOST_TEST_MODULE metric_english_words
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <krait/core/read_files.hpp>
#include <krait/metric/english_words.hpp>
#include <krait/metric/exact_match.hpp>
#include <krait/metric/length.hpp>
#include <krait/noise/charflip.hpp>

#include "../data/files.hpp"
#include "../noise/study_data.hpp"
using namespace krait;
using metric::english_words, metric::length;

BOOST_AUTO_TEST_CASE(needs_a_list) {
  english_words metric;
  BOOST_CHECK_EXCEPTION(metric.add("the", ""), data_error, test::says("call krait::read_files"));
  BOOST_CHECK_EXCEPTION(english_words::read_list("/nowhere/words"), file_error,
                        test::says("apt-get install wamerican"));
}

BOOST_AUTO_TEST_CASE(counts_words_without_their_marks) {
  const test::folder folder;
  folder.write("words", "Paris\nis\nBIG \n\nisn't\ncaf\u00e9\n");
  read_files<metric::list<english_words, length>>(folder.at);
  english_words metric, other;
  metric.add("\"PARIS\" is (big), isn't 42 - Caf\u00e9!", "");  // all
  metric.add(".siraP si xyz paris7", "");                       // the number is cut off the last one: 1 of 4
  BOOST_TEST(metric.value() == (1 + .25) / 2);
  metric.add("42 -", "");  // nothing to tell
  metric.add("", "");
  BOOST_TEST(metric.answers == 2);
  other.add("xyz", "");
  metric.merge(other);
  BOOST_TEST(metric.value() == 1.25 / 3);
  BOOST_TEST(english_words{}.value() == 0);
}

BOOST_AUTO_TEST_CASE(length_is_in_words) {
  length metric, other;
  BOOST_TEST(metric.value() == 0);
  metric.add(" one  two\n", "");
  other.add("", "");
  metric.merge(other);
  BOOST_TEST(metric.value() == 1);
  static_assert(length::name == "length" && english_words::name == "english_words");
}

namespace {
auto has_list(boost::unit_test::test_unit_id test) {
  boost::test_tools::assertion_result there = study::present(test);
  if (there && !std::filesystem::exists("/usr/share/dict/words")) {
    std::cout << "skipped: there is no /usr/share/dict/words (Debian: wamerican)\n";
    there = false;
  }
  return there;
}
}  // namespace

// Published, by the word list of NLTK and in a way that was not found out: 67.8, 50.0 and 61.9 %.
BOOST_AUTO_TEST_CASE(answers_of_mamba_130m, *boost::unit_test::precondition(has_list)) {
  read_files<english_words>("");
  const auto share = [](const char* file) {
    english_words metric;
    for (const auto& pair : study::pairs(file)) metric.add(pair.answer, "");
    return metric.value();
  };
  const double clean = share("mamba-130m-finetuned.csv.xz"), noisy = share("mamba-130m-charflip.csv.xz"),
               again = share("mamba-130m-unlearned.csv.xz");
  BOOST_TEST_MESSAGE(clean << " " << noisy << " " << again);
  BOOST_TEST(clean == .976, boost::test_tools::tolerance(.01));
  BOOST_TEST(noisy == .194, boost::test_tools::tolerance(.02));
  BOOST_TEST(again == .925, boost::test_tools::tolerance(.01));
}
