// tests/study/label.cpp: labels from text and back.
#define BOOST_TEST_MODULE study_label
#include <boost/test/unit_test.hpp>
#include <krait/core/error.hpp>
#include <krait/study/label.hpp>
using namespace krait::studies;

BOOST_AUTO_TEST_CASE(numbers_are_their_shortest_text) {
  BOOST_TEST(level(.8) == "0.8");
  BOOST_TEST(level(64) == "64");
  BOOST_TEST(level(1e-4) == "0.0001");
  BOOST_TEST((label("length", 64) == label("length", "64")));
}

BOOST_AUTO_TEST_CASE(text_and_back) {
  for (const char* text : {"", "model=mamba", "model=mamba 130M, length=64", "a=1, b=x = y, c=3"})
    BOOST_TEST(text_of(labels_from(text)) == text);
}

BOOST_AUTO_TEST_CASE(a_comma_belongs_to_a_value_unless_a_name_follows) {
  const labels at = labels_from("model=mamba, rate 0.03, place=closest, then more");
  BOOST_TEST(at.size() == 2u);
  BOOST_TEST(*find(at, "model") == "mamba, rate 0.03");
  BOOST_TEST(*find(at, "place") == "closest, then more");
  BOOST_TEST(!find(at, "rate"));
}

BOOST_AUTO_TEST_CASE(setting_a_label_keeps_its_place) {
  labels at = labels_from("a=1, b=2");
  set(at, {"a", 3});
  BOOST_TEST(text_of(with(at, {"c", "x"})) == "a=3, b=2, c=x");
  BOOST_TEST(text_of(at) == "a=3, b=2");
}
