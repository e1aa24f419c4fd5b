#define BOOST_TEST_MODULE noise_combinators
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/noise/char_drop.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/noise/compose.hpp>
#include <krait/noise/mix.hpp>
#include <krait/noise/none.hpp>
#include <krait/noise/view.hpp>
#include <krait/noise/with_probability.hpp>
#include <krait/noise/word_shuffle.hpp>
#include <krait/noise/wordflip.hpp>
#include <map>
#include <range/v3/range/conversion.hpp>
#include <string>
#include <vector>

using namespace krait;
using noise::charflip, noise::wordflip;

BOOST_AUTO_TEST_CASE(one_after_another_and_back) {
  using both = noise::compose<wordflip<>, charflip<>>;
  static_assert(both::name == "wordflip_then_charflip" && noise::invertible_noise<both>);
  BOOST_TEST(both::apply("Paris is big.", draw{}) == "siraP si gib .");
  BOOST_TEST(both::invert("siraP si gib .") == "Paris is big.");
  static_assert(!noise::invertible_noise<noise::compose<charflip<>, noise::word_shuffle<>>>);
  static_assert(noise::compose<both, noise::none>::name == "wordflip_then_charflip_then_none");
}

BOOST_AUTO_TEST_CASE(each_of_two_has_numbers_of_its_own) {
  using twice = noise::compose<noise::char_drop<.5>, noise::char_drop<.5>>;
  double kept = 0;
  for (std::uint64_t i = 0; i < 400; ++i)
    kept += static_cast<double>(twice::apply(std::string(50, 'x'), {1, 2, i}).size());
  BOOST_TEST(std::abs(kept / 20000 - .25) < 4 * std::sqrt(.25 * .75 / 20000));  // with the same numbers: one half
}

BOOST_AUTO_TEST_CASE(for_some_texts) {
  using some = noise::with_probability<.3, charflip<>>;
  static_assert(some::name == "charflip_with_0.3" && !noise::invertible_noise<some>);
  int flipped = 0;
  for (std::uint64_t i = 0; i < 2000; ++i) flipped += some::apply("ab", {1, 2, i}) == "ba";
  BOOST_TEST(std::abs(flipped - 600) < 82);  // four standard deviations
  BOOST_TEST((noise::with_probability<0., charflip<>>::apply("ab", draw{}) == "ab"));
  BOOST_TEST((noise::with_probability<1., charflip<>>::apply("ab", draw{}) == "ba"));
}

BOOST_AUTO_TEST_CASE(one_of_several) {
  using any = noise::mix<noise::none, charflip<>, wordflip<>>;
  static_assert(any::name == "none_or_charflip_or_wordflip");
  std::map<std::string, int> seen;
  for (std::uint64_t i = 0; i < 3000; ++i) ++seen[any::apply("a b.", {1, 2, i})];
  BOOST_TEST(seen.size() == 3u);
  for (const auto& [text, count] : seen) BOOST_TEST(std::abs(count - 1000) < 104, text << " " << count);
  BOOST_TEST((noise::mix<charflip<>>::apply("ab", draw{}) == "ba"));
}

BOOST_AUTO_TEST_CASE(as_views_and_in_lists) {
  using any = noise::mix<charflip<>, wordflip<>>;
  using both = noise::compose<any, noise::with_probability<.5, noise::char_drop<.2>>>;
  static_assert(noise::list<any, both>::size == 2);
  const std::vector<std::string> texts(30, "one two");
  const auto noised = texts | noise::with<both>(1) | ranges::to<std::vector>();
  for (std::size_t i = 0; i < 30; ++i) BOOST_TEST(noised[i] == both::apply(texts[i], draw{1, stream(both::name), i}));
}
