#define BOOST_TEST_MODULE core_graphemes
#include <boost/test/unit_test.hpp>
#include <krait/core/graphemes.hpp>
#include <string>
#include <vector>

using krait::utf8::graphemes;
using parts = std::vector<std::string_view>;

BOOST_AUTO_TEST_CASE(what_a_reader_takes_for_a_character) {
  BOOST_TEST((graphemes("a b") == parts{"a", " ", "b"}));
  BOOST_TEST((graphemes("e\u0301a") == parts{"e\u0301", "a"}));
  BOOST_TEST((graphemes("\u0915\u093f\u0915") == parts{"\u0915\u093f", "\u0915"}));  // ki, ka
  BOOST_TEST((graphemes("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7") ==
              parts{"\U0001F1E9\U0001F1EA", "\U0001F1EB\U0001F1F7"}));                                 // two flags
  BOOST_TEST((graphemes("\U0001F468\u200D\U0001F469!") == parts{"\U0001F468\u200D\U0001F469", "!"}));  // a family
  BOOST_TEST((graphemes("a\r\nb") == parts{"a", "\r\n", "b"}));
  BOOST_TEST(graphemes("").empty());
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf8_are_all_there) {
  for (const std::string text : {"a\xC3", "\x80\x80x", "caf\xE9 au lait", "\xFF\xFE\xE0\xA4"}) {
    std::string all;
    for (const auto part : graphemes(text)) all += part;
    BOOST_TEST(all == text);
  }
}
