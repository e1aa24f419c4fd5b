#define BOOST_TEST_MODULE noise_wordflip
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <krait/noise/restored.hpp>
#include <krait/noise/wordflip.hpp>
#include <nlohmann/json.hpp>

#include "random_text.hpp"
#include "study_data.hpp"

using namespace krait;
using noise::wordflip;

BOOST_AUTO_TEST_CASE(puts_words_in_reverse) {
  BOOST_TEST(wordflip<>::flip("Paris is the capital of France.") == ". France of capital the is Paris");
  BOOST_TEST(wordflip<>::flip("It is (roughly) 206 bones, isn't it?") == "? it isn't , bones 206 ) roughly ( is It");
  BOOST_TEST(wordflip<>::flip("Paris") == "Paris");
  BOOST_TEST(wordflip<>::flip("") == "");
  BOOST_TEST(wordflip<>::flip(" \n") == "");
}

BOOST_AUTO_TEST_CASE(equals_python) {
  std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "wordflip_cases.json");
  const nlohmann::json cases = nlohmann::json::parse(file);
  BOOST_TEST(cases.size() > 100u);
  for (const auto& one : cases) {
    const auto text = one["text"].get<std::string>();
    BOOST_TEST(wordflip<>::flip(text) == one["flipped"].get<std::string>(), "text: '" << text << "'");
  }
}

BOOST_AUTO_TEST_CASE(keeps_all_letters_and_leaves_single_spaces) {
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::string text = testing::random_text(i);
    const std::string flipped = wordflip<>::flip(text);
    std::string letters, flipped_letters;
    for (const auto word : utf8::words(text)) letters += word;
    for (const auto word : utf8::words(flipped)) flipped_letters += word;
    std::sort(letters.begin(), letters.end());
    std::sort(flipped_letters.begin(), flipped_letters.end());
    BOOST_TEST(letters == flipped_letters);
    BOOST_TEST(flipped.find("  ") == flipped.npos);
    BOOST_TEST(utf8::strip(flipped) == flipped);
  }
}

BOOST_AUTO_TEST_CASE(twice_gives_the_words_back_if_there_is_no_punctuation) {
  for (std::uint64_t i = 0; i < 1000; ++i) {
    std::string text = testing::random_text(i);
    std::erase_if(text, [](unsigned char c) { return std::ispunct(c); });
    const std::string twice = wordflip<>::flip(wordflip<>::flip(text));
    BOOST_TEST(utf8::words(twice) == utf8::words(text), boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(the_inverse_puts_marks_back) {
  for (const char* text : {"Paris is the capital of France.", "It is (roughly) 206 bones, isn't it?", "",
                           "\u00c9mile Zola", "50 %, or so!", "Paris", "[sic]", "So? \"Yes,\" he said."}) {
    const std::string back = wordflip<>::invert(wordflip<>::flip(text));
    BOOST_TEST(noise::letters_of(back) == noise::letters_of(text));
    if (std::string_view{text} != "50 %, or so!") BOOST_TEST(back == text);
  }
  const auto back = [](const char* text) { return wordflip<>::invert(wordflip<>::flip(text)); };
  BOOST_TEST(back("a\n  b") == "a b");  // what is lost
  BOOST_TEST(back("yes : no") == "yes: no");
  BOOST_TEST(back("C++ it is") == "C+ + it is");
  BOOST_TEST(back("3 + 4 - 1 = 6") == "3 + 4 - 1 = 6");
}

BOOST_AUTO_TEST_CASE(the_inverse_gives_all_letters_back) {
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::string text = testing::random_text(i);
    BOOST_TEST(noise::letters_of(wordflip<>::invert(wordflip<>::flip(text))) == noise::letters_of(text));
  }
}

BOOST_AUTO_TEST_CASE(flips_the_share_that_is_asked_for) {
  using never = wordflip<noise::wordflip_config{.share = 0}>;
  BOOST_TEST(never::apply("two  words.", draw{}) == "two  words.");
  BOOST_TEST(wordflip<>::apply("two  words.", draw{}) == ". words two");
}

BOOST_AUTO_TEST_CASE(knows_its_pattern_again) {
  const std::string truth = "Paris is the capital of France.";
  BOOST_TEST(wordflip<>::in_pattern(". France of capital the is Paris", truth).value() == true);
  BOOST_TEST(wordflip<>::in_pattern(". Spain of capital the is Madrid ", truth).value() == true);
  BOOST_TEST(wordflip<>::in_pattern(truth, truth).value() == false);
  BOOST_TEST(wordflip<>::in_pattern("Madrid is the capital of Spain.", truth).value() == false);
  BOOST_TEST(wordflip<>::in_pattern("", truth).value() == false);
  BOOST_TEST(!wordflip<>::in_pattern("Paris", "Paris").has_value());
}

BOOST_AUTO_TEST_CASE(equals_the_study_s_own_flips, *boost::unit_test::precondition(study::present)) {
  const auto shots = study::shots("D_wtest.csv.xz");
  BOOST_TEST(shots.size() == 2250u);  // five in each of 450 prompts
  for (const auto& [shot, truth] : shots) BOOST_TEST(shot == wordflip<>::flip(truth));
}
