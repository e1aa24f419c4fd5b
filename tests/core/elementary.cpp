// tests/core/elementary.cpp: held against the C library's long double.
#define BOOST_TEST_MODULE core_elementary
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/core/elementary.hpp>
#include <krait/core/random.hpp>
using namespace krait;

namespace {
constexpr std::uint64_t whole = std::uint64_t{1} << 53;
}

BOOST_AUTO_TEST_CASE(logarithm) {
  double worst = 0;
  const auto look = [&](std::uint64_t n) {
    const long double exact = std::log(static_cast<long double>(n) / whole);
    const double off = std::abs(static_cast<double>((elementary::log_of_53_bits(n) - exact) / exact));
    worst = std::max(worst, off);
  };
  for (int bit = 0; bit < 53; ++bit)  // all sizes, and both ends of the reduction
    for (std::uint64_t i = 0; i < 2000; ++i)
      look(1 + bits({1, stream("elementary"), 2000u * static_cast<unsigned>(bit) + i}) % (std::uint64_t{1} << bit));
  for (std::uint64_t n : {std::uint64_t{1}, std::uint64_t{2}, whole - 1, whole / 2, whole / 2 + 1}) look(n);
  BOOST_TEST(worst < 5e-16);
  BOOST_TEST(elementary::log_of_53_bits(whole) == 0.);
}

BOOST_AUTO_TEST_CASE(cosine) {
  double worst = 0;
  const auto look = [&](std::uint64_t n) {
    const long double exact = std::cos(6.283185307179586476925286766559L * static_cast<long double>(n) / whole);
    worst = std::max(worst, std::abs(static_cast<double>(elementary::cos_of_turns(n) - exact)));
  };
  for (std::uint64_t i = 0; i < 100000; ++i) look(bits({2, stream("elementary"), i}) >> 11);
  for (std::uint64_t eighth = 0; eighth < 8; ++eighth)
    for (int off = -1; off <= 1; ++off) look((eighth * (whole / 8) + static_cast<std::uint64_t>(off)) % whole);
  BOOST_TEST(worst < 3e-16);
  const double turns[] = {1, 0, -1, 0};
  for (std::uint64_t quarter = 0; quarter < 4; ++quarter)
    BOOST_TEST(elementary::cos_of_turns(quarter * (whole / 4)) == turns[quarter]);
}

BOOST_AUTO_TEST_CASE(cosine_and_sine) {
  double worst = 0;
  const auto look = [&](double x) {
    const elementary::cos_and_sin found(x);
    const auto exact = static_cast<long double>(x);
    worst = std::max({worst, std::abs(static_cast<double>(found.cos - std::cos(exact))),
                      std::abs(static_cast<double>(found.sin - std::sin(exact)))});
  };
  for (std::uint64_t i = 0; i < 100000; ++i)
    for (const double size : {1., 10., 1e5}) look(size * (2 * uniform({3, stream("elementary"), i}) - 1));
  for (int eighth = -16; eighth <= 16; ++eighth) look(eighth * 0.78539816339744830962);
  BOOST_TEST(worst < 3e-16);
}
