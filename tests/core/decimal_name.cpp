#define BOOST_TEST_MODULE core_decimal_name
#include <boost/test/unit_test.hpp>
#include <krait/core/decimal_name.hpp>
#include <krait/core/static_name.hpp>
using namespace krait;

BOOST_AUTO_TEST_CASE(numbers_as_they_are_written) {
  static_assert(decimal_name<.2> == "0.2" && decimal_name<0.> == "0" && decimal_name<3.> == "3");
  static_assert(decimal_name<100.> == "100" && decimal_name<-12.5> == "-12.5" && decimal_name<.05> == "0.05");
  static_assert(decimal_name<1e-9> == "0.000000001" && decimal_name<123456.789> == "123456.789");
  static constexpr std::string_view stem = "drop_";
  static_assert(joined_name<stem, decimal_name<.9>> == "drop_0.9");
  BOOST_TEST(decimal_name<-.001> == "-0.001");
}
