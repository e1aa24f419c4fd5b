#define BOOST_TEST_MODULE noise_published_detector
#include <boost/test/unit_test.hpp>
#include <krait/noise/published_detector.hpp>

#include "study_data.hpp"

using detector = krait::noise::published_charflip_detector;

BOOST_AUTO_TEST_CASE(wants_two_reversed_words_or_punctuation_in_front) {
  BOOST_TEST(detector::matches("ecnarF fo latipac eht"));
  BOOST_TEST(detector::matches("  .siraP"));
  BOOST_TEST(detector::matches("EHT Fo"));
  BOOST_TEST(!detector::matches("fo latipac"));
  BOOST_TEST(!detector::matches("1 2 3 4 5 6 7 8 9 fo eht"));  // only ten words are read
  BOOST_TEST(!detector::matches(""));
  BOOST_TEST(!detector::matches(" \n"));
  BOOST_TEST(detector::matches("It was a cat, and a dog saw it."));  // clean, yet it fires: "a" twice
}

BOOST_AUTO_TEST_CASE(gives_the_published_numbers, *boost::unit_test::precondition(study::present)) {
  const auto count = [](const char* file) {
    long found = 0;
    for (const auto& pair : study::pairs(file)) found += detector::matches(pair.answer);
    return found;
  };
  BOOST_TEST(count("mamba-130m-finetuned.csv.xz") == 39);  // 8.7 % of 449
  BOOST_TEST(count("mamba-130m-charflip.csv.xz") == 449);  // 100 %
  BOOST_TEST(count("mamba-130m-unlearned.csv.xz") == 34);  // 7.6 %
}
