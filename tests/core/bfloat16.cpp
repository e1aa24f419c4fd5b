#define BOOST_TEST_MODULE core_bfloat16
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <krait/core/bfloat16.hpp>
#include <limits>
#include <type_traits>
using namespace krait;

namespace {
constexpr float from(std::uint32_t bits) { return std::bit_cast<float>(bits); }
static_assert(sizeof(bfloat16) == 2 && std::is_trivially_copyable_v<bfloat16>);
static_assert(bfloat16(1.f).bits == 0x3F80 && bfloat16(-2.f).bits == 0xC000 && bfloat16(0.f).bits == 0);
static_assert(bfloat16(-0.f).bits == 0x8000);
}  // namespace

BOOST_AUTO_TEST_CASE(ties_go_to_the_even_number) {
  BOOST_TEST(bfloat16(from(0x3F808000u)).bits == 0x3F80);  // halfway, even below
  BOOST_TEST(bfloat16(from(0x3F818000u)).bits == 0x3F82);  // halfway, even above
  BOOST_TEST(bfloat16(from(0x3F807FFFu)).bits == 0x3F80);
  BOOST_TEST(bfloat16(from(0x3F808001u)).bits == 0x3F81);
  BOOST_TEST(bfloat16(from(0xBF818000u)).bits == 0xBF82);
  BOOST_TEST(bfloat16(from(0x3FFF8000u)).bits == 0x4000);  // the carry goes into the exponent
  BOOST_TEST(bfloat16(from(0x00008000u)).bits == 0);       // denormal numbers alike
  BOOST_TEST(bfloat16(from(0x00008001u)).bits == 1);
}

BOOST_AUTO_TEST_CASE(infinity_and_nan) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  BOOST_TEST(float(bfloat16(infinity)) == infinity);
  BOOST_TEST(float(bfloat16(-infinity)) == -infinity);
  BOOST_TEST(float(bfloat16(std::numeric_limits<float>::max())) == infinity);  // nearer than the greatest bfloat16
  BOOST_TEST(float(bfloat16(from(0x7F7F7FFFu))) == from(0x7F7F0000u));
  for (const std::uint32_t nan : {0x7F800001u, 0x7FC00000u, 0xFF80FFFFu, 0x7FFFFFFFu, 0xFFFFFFFFu})
    BOOST_TEST(std::isnan(float(bfloat16(from(nan)))));
}

BOOST_AUTO_TEST_CASE(every_bfloat16_comes_back) {
  for (std::uint32_t b = 0; b < 0x10000u; ++b) {
    bfloat16 x;
    x.bits = static_cast<std::uint16_t>(b);
    if (std::isnan(float(x)))
      BOOST_REQUIRE(std::isnan(float(bfloat16(float(x)))));
    else
      BOOST_REQUIRE(bfloat16(float(x)).bits == b);
  }
}
