#define BOOST_TEST_MODULE noise_charflip
#include <boost/test/unit_test.hpp>
#include <krait/noise/charflip.hpp>

#include "random_text.hpp"
#include "study_data.hpp"

using namespace krait;
using noise::charflip;
using released = charflip<noise::charflip_config{.reading = variant::as_released}>;

BOOST_AUTO_TEST_CASE(puts_characters_in_reverse) {
  BOOST_TEST(charflip<>::flip("Paris.") == ".siraP");
  BOOST_TEST(charflip<>::flip("Science fiction.") == ".noitcif ecneicS");  // the study's figure
  BOOST_TEST(charflip<>::flip("") == "");
  BOOST_TEST(charflip<>::flip("x") == "x");
}

BOOST_AUTO_TEST_CASE(keeps_characters_whole) {
  BOOST_TEST(charflip<>::flip("caf\u00e9 \u4e1c\u4eac \U0001f600!") == "!\U0001f600 \u4eac\u4e1c \u00e9fac");
  BOOST_TEST(charflip<>::flip("e\u0301a") == "ae\u0301");
  BOOST_TEST(charflip<>::flip("\u0926\u093f\u0932\u0940") == "\u0932\u0940\u0926\u093f");  // vowel signs stay
  BOOST_TEST(released::flip("e\u0301a") == "a\u0301e");  // as s[::-1] does: the accent changes its letter
  static_assert(charflip<>::name == "charflip" && released::name == "charflip_released");
}

// In reverse an accent in front would go to the letter before it, and twice would not give the text back.
BOOST_AUTO_TEST_CASE(what_would_grow_together_passes) {
  for (const char* text : {"\u0301a", "\U0001F1E9\U0001F1EA\U0001F1EB", "\n\r"})
    BOOST_TEST(charflip<>::flip(text) == text);
  BOOST_TEST(released::flip("\u0301a") == "a\u0301");
}

BOOST_AUTO_TEST_CASE(twice_gives_the_text_back) {
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::string text = testing::random_text(i);
    const std::string flipped = charflip<>::flip(text);
    BOOST_TEST(flipped.size() == text.size());
    BOOST_TEST(charflip<>::invert(flipped) == text);
    BOOST_TEST(released::invert(released::flip(text)) == text);
  }
}

BOOST_AUTO_TEST_CASE(lone_bytes_pass_unharmed) {
  BOOST_TEST(charflip<>::flip("\x80").size() == 1u);
  BOOST_TEST(charflip<>::flip("a\xC3").size() == 2u);
}

BOOST_AUTO_TEST_CASE(flips_the_share_that_is_asked_for) {
  using half = charflip<noise::charflip_config{.share = 0.5}>;
  int flipped = 0;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const std::string text = half::apply("ab", draw{.seed = 3, .stream = 1, .index = i});
    BOOST_TEST((text == "ab" || text == "ba"));
    BOOST_TEST(half::apply("ab", draw{.seed = 3, .stream = 1, .index = i}) == text);  // the draw decides, nothing else
    flipped += text == "ba";
    BOOST_TEST(charflip<>::apply("ab", draw{.seed = 3, .stream = 1, .index = i}) == "ba");
  }
  BOOST_TEST(std::abs(flipped - 1000) < 100);  // 4.5 standard deviations
}

BOOST_AUTO_TEST_CASE(knows_its_pattern_again) {
  const std::string truth = "Paris is the capital of France.";
  BOOST_TEST(charflip<>::in_pattern(".ecnarF fo latipac eht si siraP", truth).value() == true);
  BOOST_TEST(charflip<>::in_pattern(".niapS fo latipac eht si dirdaM ", truth).value() == true);  // wrong content
  BOOST_TEST(charflip<>::in_pattern(truth, truth).value() == false);
  BOOST_TEST(charflip<>::in_pattern("Madrid is the capital of Spain.", truth).value() == false);
  BOOST_TEST(charflip<>::in_pattern("", truth).value() == false);
  BOOST_TEST(!charflip<>::in_pattern("level", "level").has_value());  // a palindrome: no telling
}

BOOST_AUTO_TEST_CASE(equals_the_study_s_own_flips, *boost::unit_test::precondition(study::present)) {
  const auto shots = study::shots("D_ctest.csv.xz");
  BOOST_TEST(shots.size() == 2250u);  // five in each of 450 prompts
  for (const auto& [shot, truth] : shots) {
    BOOST_TEST(shot == utf8::strip(released::flip(truth)));
    BOOST_TEST(charflip<>::flip(truth) == released::flip(truth));  // no accents there
  }
}
