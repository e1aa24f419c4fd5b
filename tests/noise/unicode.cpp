// tests/noise/unicode.cpp: every noise on 10,000 random texts of all planes, and on texts of nothing and of one
// character.
#define BOOST_TEST_MODULE noise_unicode
#include "unicode.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <krait/core/graphemes.hpp>
#include <krait/noise/char_drop.hpp>
#include <krait/noise/char_substitution.hpp>
#include <krait/noise/char_swap.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/noise/compose.hpp>
#include <krait/noise/counterfactual.hpp>
#include <krait/noise/irrelevant.hpp>
#include <krait/noise/mix.hpp>
#include <krait/noise/none.hpp>
#include <krait/noise/romanisation.hpp>
#include <krait/noise/transliteration_cmu.hpp>
#include <krait/noise/with_probability.hpp>
#include <krait/noise/word_shuffle.hpp>
#include <krait/noise/wordflip.hpp>
#include <string>
#include <vector>

using namespace krait;
using noise::scheme;
using testing::comes_back, testing::survives_unicode;
using released = noise::charflip<noise::charflip_config{.reading = variant::as_released}>;
using by_sound = noise::transliteration<scheme::cmu>;
using all =
    noise::list<noise::none, noise::charflip<>, released, noise::wordflip<>, noise::char_substitution<.5>,
                noise::char_swap<.5>, noise::char_drop<.5>, noise::word_shuffle<>, noise::transliteration<scheme::icu>,
                by_sound, noise::romanisation<scheme::icu>, noise::romanisation<scheme::schwa_deletion>,
                noise::compose<noise::wordflip<>, noise::charflip<>>, noise::with_probability<.7, noise::charflip<>>,
                noise::mix<noise::charflip<>, noise::wordflip<>, noise::char_drop<.5>>>;

namespace {
void read_some_words() { by_sound::read_dictionary("a AH0\nz Z IY1\n", "test"); }
}  // namespace

BOOST_AUTO_TEST_CASE(what_comes_out_is_utf8_and_inverses_restore) {
  read_some_words();
  survives_unicode<noise::none>(comes_back::exactly);
  survives_unicode<noise::charflip<>>(comes_back::exactly);
  survives_unicode<noise::wordflip<>>(comes_back::in_letters);
  survives_unicode<noise::compose<noise::charflip<>, noise::none>>(comes_back::exactly);
  all::for_each([]<class Noise>(std::type_identity<Noise>) { survives_unicode<Noise>(); });
}

BOOST_AUTO_TEST_CASE(released_charflip_restores_all_utf8) {
  long lost = 0;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const std::string text = testing::random_unicode(i);
    lost += released::invert(released::flip(text)) != text;
  }
  BOOST_TEST(lost == 0);
}

BOOST_AUTO_TEST_CASE(characters_in_reverse_are_the_same_characters) {
  long torn = 0, flipped = 0;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const std::string text = testing::random_unicode(i), reverse = noise::charflip<>::flip(text);
    auto before = utf8::graphemes(text), after = utf8::graphemes(reverse);
    std::ranges::sort(before);
    std::ranges::sort(after);
    torn += before != after;
    flipped += reverse != text;
  }
  BOOST_TEST(torn == 0);
  BOOST_TEST_MESSAGE(flipped << " of 10000 are flipped");
  BOOST_TEST(flipped > 6000);
}

BOOST_AUTO_TEST_CASE(nothing_and_one_character) {
  read_some_words();
  all::for_each([]<class Noise>(std::type_identity<Noise>) {
    BOOST_TEST_CONTEXT(Noise::name) {
      for (std::uint64_t i = 0; i < 20; ++i) {
        const draw at{1, stream(Noise::name), i};
        BOOST_TEST(Noise::apply("", at) == "");
        BOOST_TEST(Noise::apply(std::string_view{}, at) == "");
        const std::string one = Noise::apply("x", at);
        const bool may_go = Noise::name.find("drop") != std::string_view::npos;
        BOOST_TEST((may_go || !one.empty()));
      }
      if constexpr (noise::invertible_noise<Noise>) BOOST_TEST(Noise::invert("") == "");
    }
  });
}

BOOST_AUTO_TEST_CASE(whole_sets) {
  std::vector<data::question_answer> clean;
  for (std::uint64_t i = 0; i < 3000; ++i)
    clean.push_back({testing::random_unicode(2 * i), testing::random_unicode(2 * i + 1)});
  const auto before = clean;
  noise::list<noise::counterfactual, noise::irrelevant>::for_each([&]<class Noise>(std::type_identity<Noise>) {
    const auto noisy = noise::noised_set<Noise>(clean, 1);
    BOOST_TEST((clean == before));
    BOOST_TEST_REQUIRE(noisy.size() == clean.size());
    long torn = 0, right = 0;
    for (std::size_t i = 0; i < clean.size(); ++i) {
      torn += !testing::is_utf8(noisy[i].answer) || noisy[i].question != clean[i].question;
      right += noise::said_alike(noisy[i].answer, clean[i].answer);
    }
    BOOST_TEST(torn == 0);
    BOOST_TEST(right == 0);
  });
}
