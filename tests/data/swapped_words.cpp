// tests/data/swapped_words.cpp: which words are paired, and texts that differ in them alone.
#define BOOST_TEST_MODULE data_swapped_words
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <krait/data/swapped_words.hpp>
#include <string>
#include <vector>

#include "files.hpp"
using namespace krait;
using namespace krait::data;

namespace {

constexpr swapped_words_config few{.pairs = 2, .least = 5, .most = 6, .share = .9};
/// The same sentence a thousand times, with words of each kind.
struct sentences {
  static std::string describe(const std::filesystem::path&) { return "sentences"; }
  static read_text load(const std::filesystem::path&) {
    read_text all;
    for (int i = 0; i < 1000; ++i) all.train += "Large house, white house: large stones. Often small, too; nothing.\n";
    for (int i = 0; i < 100; ++i) all.held_out += "The house was white.\n";
    return all;
  }
};
long count(const std::string& text, std::string_view wanted) {
  const auto words = utf8::unicode_words(text);
  return std::ranges::count(words, wanted);
}

}  // namespace

BOOST_AUTO_TEST_CASE(words_are_paired_by_length_and_frequency) {
  const std::string text = sentences::load({}).train;
  // Large and Often have capitals, too is short, nothing long, and stones alone of its length.
  const word_pairs pairs = pairs_of_words(text, few);
  BOOST_REQUIRE(pairs.size() == 2u);
  BOOST_TEST(pairs[0][0] == "house");
  BOOST_TEST(pairs[0][1] == "large");
  BOOST_TEST(pairs[1][0] == "small");
  BOOST_TEST(pairs[1][1] == "white");
  BOOST_TEST(pairs_of_words(text, {.pairs = 1, .least = 5, .most = 6}).size() == 1u);
  BOOST_CHECK_EXCEPTION(pairs_of_words("a few words", few), data_error,
                        test::says("no two words of 5 to 6 small letters"));
}

BOOST_AUTO_TEST_CASE(texts_differ_in_their_frequencies_alone) {
  using policy = swapped_words<few, sentences>;
  const std::string plain = sentences::load({}).train, equal = policy::load({}).train,
                    first = policy::to_read({}, policy::first_common),
                    second = policy::to_read({}, policy::second_common);
  BOOST_TEST(policy::to_read({}, "mamba") == equal);
  for (const std::string* one : {&equal, &first, &second}) {
    BOOST_REQUIRE(one->size() == plain.size());
    BOOST_TEST(count(*one, "house") + count(*one, "large") == 3000);  // places keep their pair
    BOOST_TEST(count(*one, "Large") == 1000);
    std::string rest = *one, wanted = plain;
    for (std::string* text : {&rest, &wanted})
      for (const auto& pair : policy::pairs({}))
        for (const auto& word : pair)
          for (std::size_t at; (at = text->find(word)) != std::string::npos;) text->replace(at, word.size(), "*****");
    BOOST_TEST((rest == wanted));
  }
  const auto near = [](long found, double wanted) { return std::abs(static_cast<double>(found) - wanted) < 100; };
  BOOST_TEST(near(count(equal, "house"), 1500));
  BOOST_TEST(near(count(first, "house"), 2700));
  BOOST_TEST(near(count(second, "house"), 300));
  // One chance decides for all texts: what is the first word where it is rare is so everywhere.
  for (std::size_t at = 0; (at = second.find("house", at)) != std::string::npos; ++at)
    BOOST_TEST((first.compare(at, 5, "house") == 0 && equal.compare(at, 5, "house") == 0));
  const std::string held_out = policy::load({}).held_out;
  BOOST_TEST((count(held_out, "house") > 25 && count(held_out, "large") > 25));
}
