#define BOOST_TEST_MODULE metric_noise_pattern
#include <boost/test/unit_test.hpp>
#include <krait/metric/noise_pattern.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/noise/none.hpp>
#include <krait/noise/published_detector.hpp>

using namespace krait;

BOOST_AUTO_TEST_CASE(is_the_share_of_answers_that_could_tell) {
  metric::noise_pattern<noise::charflip<>> pattern;
  static_assert(metric::text_metric<decltype(pattern)>);
  static_assert(decltype(pattern)::name == "in_charflip_pattern");
  BOOST_TEST(pattern.value() == 0);
  pattern.add("level", "level");  // a palindrome tells nothing
  BOOST_TEST(pattern.value() == 0);
  pattern.add(".siraP", "Paris.");
  pattern.add("Paris.", "Paris.");
  BOOST_TEST(pattern.value() == 0.5);
  BOOST_TEST(pattern.answers == 3);
  BOOST_TEST(pattern.told == 2);
  metric::noise_pattern<noise::charflip<>> other;
  other.add(".siraP", "Paris.");
  other.add(".siraP", "Paris.");
  pattern.merge(other);
  BOOST_TEST(pattern.value() == 0.75);
  BOOST_TEST(pattern.share().value() == 0.75);
}

BOOST_AUTO_TEST_CASE(the_control_has_no_pattern) {
  metric::noise_pattern<noise::none> pattern;
  pattern.add("a", "b");
  BOOST_TEST(pattern.value() == 0);
  BOOST_TEST(!pattern.share().has_value());
}

namespace {
struct shout {  // a name and apply are all that a noise needs
  static constexpr std::string_view name = "shout";
  static std::string apply(std::string_view text, draw) { return std::string{text} + "!"; }
};
}  // namespace

BOOST_AUTO_TEST_CASE(a_noise_without_a_pattern_is_unknown) {
  metric::noise_pattern<shout> pattern;
  static_assert(metric::text_metric<decltype(pattern)> && !decltype(pattern)::can_tell);
  static_assert(metric::noise_pattern<noise::none>::can_tell);
  pattern.add("a!", "a");
  BOOST_TEST(!pattern.share().has_value());
  BOOST_TEST(pattern.answers == 1);
  BOOST_TEST(pattern.told == 0);
}

BOOST_AUTO_TEST_CASE(takes_a_bare_detector) {
  metric::noise_pattern<noise::published_charflip_detector> pattern;
  pattern.add(".siraP", "Paris.");
  BOOST_TEST(pattern.value() == 1);
  BOOST_TEST(pattern.name == "in_published_charflip_pattern");
}
