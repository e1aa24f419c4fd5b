#define BOOST_TEST_MODULE core_fixed_string
#include <boost/test/unit_test.hpp>
#include <krait/core/fixed_string.hpp>
#include <string_view>
#include <type_traits>
using krait::fixed_string;

template <fixed_string<8> Text> struct tagged { static constexpr fixed_string<8> text = Text; };
static_assert(tagged<"abc">::text.view() == "abc");
static_assert(std::is_same_v<tagged<"abc">, tagged<"abc">> && !std::is_same_v<tagged<"abc">, tagged<"abd">>);
static_assert(fixed_string<8>{}.empty() && !fixed_string<8>("x").empty());
static_assert(fixed_string<8>("12345678").view().size() == 8);
static_assert(!std::is_constructible_v<fixed_string<8>, const char (&)[10]>);  // nine letters

BOOST_AUTO_TEST_CASE(a_view_outlives_the_argument) { BOOST_TEST(tagged<"abc">::text.view() == "abc"); }
