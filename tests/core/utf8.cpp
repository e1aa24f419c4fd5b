#define BOOST_TEST_MODULE core_utf8
#include <boost/test/unit_test.hpp>
#include <krait/core/static_name.hpp>
#include <krait/core/utf8.hpp>
#include <string_view>
#include <vector>

using namespace krait;
using views = std::vector<std::string_view>;

BOOST_AUTO_TEST_CASE(cuts_code_points) {
  BOOST_TEST(utf8::code_points("a\u00e9\u4e1c\U0001f600") == (views{"a", "\u00e9", "\u4e1c", "\U0001f600"}),
             boost::test_tools::per_element());
  BOOST_TEST(utf8::code_points("").empty());
  BOOST_TEST(utf8::code_points("\x80\x80").size() == 1u);  // stray tails hang together
}

BOOST_AUTO_TEST_CASE(splits_where_python_splits) {
  BOOST_TEST(utf8::words(" a\tb\u00a0c\u2003d\u3000e\u2028f\x1cg\u0085h ").size() == 8u);
  BOOST_TEST(utf8::words("a\u200bb\ufeffc").size() == 1u);  // zero width is no white space
  BOOST_TEST(utf8::words(" \n").empty());
}

BOOST_AUTO_TEST_CASE(strips_both_ends) {
  BOOST_TEST(utf8::strip("\u3000 a  b\u00a0\n") == "a  b");
  BOOST_TEST(utf8::strip(" ").empty());
  BOOST_TEST(utf8::strip("").empty());
}

namespace {
constexpr std::string_view stem = "top_", end = "_share";
}
BOOST_AUTO_TEST_CASE(joins_names_at_compile_time) {
  static_assert(joined_name<stem, number_name<10>, end> == "top_10_share");
  static_assert(number_name<0> == "0" && number_name<2048> == "2048");
}
