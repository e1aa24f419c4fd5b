// tests/metric/reconstruction.cpp: omission, edit distance and match by position, on cases counted by hand.
#define BOOST_TEST_MODULE metric_reconstruction
#include <boost/test/unit_test.hpp>
#include <krait/metric/edit_distance.hpp>
#include <krait/metric/omission.hpp>
#include <krait/metric/position_match.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/data/files.hpp"
using namespace krait;
using views = std::vector<std::string_view>;

// (the, 1), (the, 2), (the, 3), ...: a word is kept as often as the reconstruction has it, wherever that is.
BOOST_AUTO_TEST_CASE(words_count_with_their_number) {
  const views text{"the", "cat", "and", "the", "dog", "and", "the", "Cat"};
  BOOST_TEST(metric::retained(text, views{"Cat", "the", "dog", "bird", "the", "and"}) ==
             (std::vector<bool>{true, false, true, true, true, false, false, true}));
  BOOST_TEST(metric::retained(text, text) == std::vector<bool>(8, true));
  BOOST_TEST(metric::retained(text, {}) == std::vector<bool>(8, false));
  BOOST_TEST(metric::retained({}, text).empty());
}

BOOST_AUTO_TEST_CASE(by_given_categories) {
  metric::omissions first, second;
  const views text{"Ann", "saw", "2", "cats", ",", "2"}, tags{"NAME", "VERB", "NUM", "NOUN", "", "NUM"};
  first.add(text, tags, views{"Ann", "2", "cats"});
  second.add(views{"7"}, views{"NUM"}, views{});
  first.merge(second);
  BOOST_TEST(first.by_category.size() == 4u);  // the mark is left out
  BOOST_TEST(first.by_category.at("NUM").words == 3);
  BOOST_TEST(first.by_category.at("NUM").rate() == 2. / 3);
  BOOST_TEST(first.by_category.at("NUM").values() == (std::vector<double>{1, 1, 0}));
  BOOST_TEST(first.by_category.at("VERB").rate() == 1.);
  BOOST_TEST(first.by_category.at("NAME").rate() == 0.);
  BOOST_TEST(first.total().words == 6);
  BOOST_TEST(first.total().omitted == 3);
  BOOST_CHECK_EXCEPTION(first.add(text, views{"NUM"}, text), data_error,
                        test::says("1 categories are given for 6 words"));
}

BOOST_AUTO_TEST_CASE(as_metrics_of_texts) {
  using shapes = metric::omission<metric::word_shape>;
  static_assert(metric::omission<>::name == "omission_of_words" && shapes::name == "omission_of_shapes");
  metric::list<metric::omission<>, shapes, metric::omission<metric::any_word, metric::word_cut::unicode>> all, more;
  all.add("", "Ann saw 12 .", "In 1066 , Ann saw Évora .");
  more.add("", "", "भारत, 5");
  all.merge(more);
  BOOST_TEST(all.values()[0].value == 6. / 9);  // lost: In 1066 , Évora भारत, 5
  const auto& found = all.get<shapes>().counts.by_category;
  BOOST_TEST(found.at("name").rate() == 2. / 3);
  BOOST_TEST(found.at("number").rate() == 1.);
  BOOST_TEST(found.at("mark").rate() == .5);
  BOOST_TEST(found.at("word").rate() == .5);
  BOOST_TEST(all.values()[2].value == 5. / 7);
  BOOST_TEST(metric::omission<>{}.value() == 0.);
}

BOOST_AUTO_TEST_CASE(edits) {
  using metric::edit_distance;
  using text = std::string;
  BOOST_TEST(edit_distance(text("kitten"), text("sitting")) == 3);
  BOOST_TEST(edit_distance(text("sitting"), text("kitten")) == 3);
  BOOST_TEST(edit_distance(text("flaw"), text("lawn")) == 2);
  BOOST_TEST(edit_distance(text(""), text("abc")) == 3);
  BOOST_TEST(edit_distance(text("abc"), text("")) == 3);
  BOOST_TEST(edit_distance(std::vector<int>{1, 2, 3, 4}, std::vector<int>{2, 3, 5, 4, 6}) == 3);
  metric::character_error error, other;
  error.add("cafe", "café");
  other.add("café au lait", "café");
  error.merge(other);
  BOOST_TEST(error.value() == 9. / 8);
  BOOST_TEST(metric::character_error{}.value() == 0.);
}

BOOST_AUTO_TEST_CASE(places) {
  metric::position_match found, more;
  found.add_sequences(std::vector<int>{1, 2, 9}, std::vector<int>{1, 3, 9, 4});
  more.add("éa", "éa");
  more.add("xbcdefg", "éb");
  found.merge(more);
  BOOST_TEST(found.at(0) == 2. / 3);
  BOOST_TEST(found.at(1) == 2. / 3);
  BOOST_TEST(found.at(2) == 1.);
  BOOST_TEST(found.at(3) == 0.);
  BOOST_TEST(found.at(4) == 0.);
  BOOST_TEST(found.value() == 5. / 8);
  metric::position_match into = more;
  into.merge(metric::position_match{});
  BOOST_TEST(into.value() == .75);
}
