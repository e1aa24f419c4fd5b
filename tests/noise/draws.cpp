// tests/noise/draws.cpp: a noise that draws a number a letter: other letters in every text, the same for the same draw.
#define BOOST_TEST_MODULE noise_draws
#include <boost/test/unit_test.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/noise/noise.hpp>
#include <krait/noise/none.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/downstream/vowel_drop.hpp"
using namespace krait;

namespace {
const std::string vowels(64, 'a');  // what is left of it counts the vowels that stayed
std::string text_of_vowels() {
  std::string text;
  for (int i = 0; i < 12; ++i) text += "aeiou";
  return text;
}
template <class Noise> std::string noised(std::string_view text, std::uint64_t index, std::uint64_t seed = 1) {
  return Noise::apply(text, {seed, stream(Noise::name), index});
}
}  // namespace

BOOST_AUTO_TEST_CASE(equal_texts_lose_other_vowels) {
  std::set<std::string> all;
  for (std::uint64_t i = 0; i < 50; ++i) all.insert(noised<vowel_drop<.5>>(text_of_vowels(), i));
  BOOST_TEST(all.size() == 50u);
  BOOST_TEST(noised<vowel_drop<.5>>(text_of_vowels(), 3, 1) != noised<vowel_drop<.5>>(text_of_vowels(), 3, 2));
}

BOOST_AUTO_TEST_CASE(a_text_is_noised_alike_in_any_order) {
  std::vector<std::string> forward(20), backward(20);
  for (std::size_t i = 0; i < 20; ++i) forward[i] = noised<vowel_drop<.5>>(text_of_vowels(), i);
  for (std::size_t i = 20; i-- > 0;) backward[i] = noised<vowel_drop<.5>>(text_of_vowels(), i);
  BOOST_TEST((forward == backward));
}

BOOST_AUTO_TEST_CASE(as_many_go_as_are_asked_for) {
  double kept = 0;
  for (std::uint64_t i = 0; i < 500; ++i) kept += static_cast<double>(noised<vowel_drop<.2>>(vowels, i).size());
  BOOST_TEST(std::abs(kept / (500 * 64) - .8) < 4 * std::sqrt(.2 * .8 / (500 * 64)));
  BOOST_TEST(noised<vowel_drop<0.>>(vowels, 1) == vowels);
  BOOST_TEST(noised<vowel_drop<1.>>("Lima is it", 1) == "Lm s t");
}

BOOST_AUTO_TEST_CASE(settings_stand_in_names) {
  using noises = noise::list<vowel_drop<.2>, vowel_drop<.9>, noise::charflip<>,
                             noise::named<"charflip 0.3", noise::charflip<noise::charflip_config{.share = .3}>>>;
  static_assert(noises::names[0] == "vowel_drop_0.2" && noises::names[1] == "vowel_drop_0.9" &&
                noises::names[2] == "charflip" && noises::names[3] == "charflip 0.3");
  using third = noise::named<"charflip 0.3", noise::charflip<noise::charflip_config{.share = .3}>>;
  static_assert(noise::text_noise<third> && noise::pattern_detector<third>);
  int flipped = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) flipped += noised<third>("ab", i) == "ba";
  BOOST_TEST(std::abs(flipped - 300) < 60);
  BOOST_TEST(third::in_pattern(".siraP", "Paris.").value());
}

// Another right answer is noised as the first is.
BOOST_AUTO_TEST_CASE(all_right_answers_of_a_pair_are_noised) {
  const data::question_answer pair{"Who?", "Ann", {"Bob", "Cleo"}};
  const auto flipped = noise::noised<noise::charflip<>>(pair, draw{});
  BOOST_TEST((flipped == data::question_answer{"Who?", "nnA", {"boB", "oelC"}}));
  using half = noise::charflip<noise::charflip_config{.share = .5}>;
  for (std::uint64_t i = 0; i < 50; ++i) {
    const auto some = noise::noised<half>(pair, draw{1, 2, i});
    BOOST_TEST((some == pair || some == flipped));
  }
}
