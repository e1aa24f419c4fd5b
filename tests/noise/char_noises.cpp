// tests/noise/char_noises.cpp: substitution, swap and drop of characters, and shuffled words: what they change, how
// much.
#define BOOST_TEST_MODULE noise_char_noises
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/core/graphemes.hpp>
#include <krait/noise/char_drop.hpp>
#include <krait/noise/char_substitution.hpp>
#include <krait/noise/char_swap.hpp>
#include <krait/noise/word_shuffle.hpp>
#include <map>
#include <set>
#include <string>

using namespace krait;

namespace {
template <class Noise> std::string noised(std::string_view text, std::uint64_t i) {
  return Noise::apply(text, {1, stream(Noise::name), i});
}
/// Whether a share of n is within four standard deviations of the one that is asked for.
bool is_about(double found, double wanted, double n) {
  return std::abs(found - wanted) < 4 * std::sqrt(wanted * (1 - wanted) / n);
}
bool is_lower(char c) { return 'a' <= c && c <= 'z'; }
}  // namespace

BOOST_AUTO_TEST_CASE(a_letter_becomes_another_of_its_kind) {
  const std::string text = "Paris 75, \u0939\u093f\u00e9!";
  for (std::uint64_t i = 0; i < 200; ++i) {
    const std::string all = noised<noise::char_substitution<1.>>(text, i);
    const auto before = utf8::graphemes(text), after = utf8::graphemes(all);
    BOOST_TEST_REQUIRE(before.size() == after.size());
    for (std::size_t k = 0; k < before.size(); ++k)
      BOOST_TEST((before[k] == after[k]) == (k == 5 || k == 8 || k == 9 || k == 12));
    BOOST_TEST(('A' <= all[0] && all[0] <= 'Z'));
    BOOST_TEST((std::all_of(all.begin() + 1, all.begin() + 5, is_lower)));
    BOOST_TEST(('0' <= all[6] && all[6] <= '9'));
    BOOST_TEST(after[10].ends_with("\u093f"));  // the vowel sign stays, its consonant does not
  }
  std::set<char> letters;
  for (std::uint64_t i = 0; i < 500; ++i) letters.insert(noised<noise::char_substitution<1.>>("k", i)[0]);
  BOOST_TEST(letters.size() == 25u);  // all but itself
}

BOOST_AUTO_TEST_CASE(as_many_are_replaced_as_are_asked_for) {
  const std::string text(50, 'm');
  double stayed = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const auto some = noised<noise::char_substitution<.3>>(text, i);
    stayed += static_cast<double>(std::ranges::count(some, 'm'));
  }
  BOOST_TEST(is_about(stayed / 20000, .7, 20000));
  BOOST_TEST(noised<noise::char_substitution<0.>>(text, 1) == text);
  static_assert(noise::char_substitution<.3>::name == "char_substitution_0.3");
}

BOOST_AUTO_TEST_CASE(neighbours_of_a_word_change_places) {
  BOOST_TEST(noised<noise::char_swap<1.>>("Paris is big.", 0) == "aPirs si ib.g");
  BOOST_TEST(noised<noise::char_swap<1.>>("e\u0301a", 0) == "ae\u0301");
  BOOST_TEST(noised<noise::char_swap<0.>>("Paris", 0) == "Paris");
  BOOST_TEST(noised<noise::char_swap<1.>>("a", 0) == "a");
  // From place to place a swap with probability p takes two characters, none takes one: p / (1 + p) swaps a character.
  std::string text;
  for (int i = 0; i < 60; ++i) text += static_cast<char>('A' + i);
  double swaps = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const std::string some = noised<noise::char_swap<.25>>(text, i);
    for (std::size_t k = 0; k + 1 < some.size(); ++k) swaps += some[k] > some[k + 1];
  }
  BOOST_TEST(std::abs(swaps / (400 * 60) - .2) < .01);
}

BOOST_AUTO_TEST_CASE(characters_are_left_out) {
  BOOST_TEST(noised<noise::char_drop<1.>>("Paris is\u00e9 ", 0) == "  ");
  BOOST_TEST(noised<noise::char_drop<0.>>("Paris", 0) == "Paris");
  BOOST_TEST(noised<noise::char_drop<1.>>("a", 0) == "");
  double kept = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const auto some = noised<noise::char_drop<.2>>(std::string(50, 'x'), i);
    kept += static_cast<double>(some.size());
  }
  BOOST_TEST(is_about(kept / 20000, .8, 20000));
  const std::set<std::string> parts{"", "e\u0301", "\u0939\u093f", "e\u0301\u0939\u093f"};
  for (std::uint64_t i = 0; i < 50; ++i)
    BOOST_TEST(parts.contains(noised<noise::char_drop<.5>>("e\u0301\u0939\u093f", i)));
}

BOOST_AUTO_TEST_CASE(every_other_order_of_words_is_as_likely) {
  std::map<std::string, int> seen;
  for (std::uint64_t i = 0; i < 5000; ++i) ++seen[noised<noise::word_shuffle<>>("one  two three.", i)];
  BOOST_TEST(seen.size() == 5u);
  BOOST_TEST(!seen.contains("one two three."));
  for (const auto& [order, count] : seen) BOOST_TEST(is_about(count / 5000., .2, 5000), order << " " << count);
  for (const char* text : {"", "Paris", "no no no"}) BOOST_TEST(noised<noise::word_shuffle<>>(text, 0) == text);
  BOOST_TEST(noised<noise::word_shuffle<>>("a b", 3) == "b a");
  using never = noise::word_shuffle<noise::word_shuffle_config{.share = 0}>;
  BOOST_TEST(noised<never>("one  two", 0) == "one  two");
}
