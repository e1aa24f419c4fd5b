// tests/statistics/ridge_regression.cpp: ridge regression by hand, and of what is exactly linear.
#define BOOST_TEST_MODULE statistics_ridge_regression
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/core/error.hpp>
#include <krait/core/random.hpp>
#include <krait/statistics/ridge_regression.hpp>
using namespace krait;
using statistics::ridge_regression;

namespace {
float number(std::uint64_t row, std::uint64_t i) {
  return static_cast<float>(normal(draw{1, stream("test"), row}.within(i)));
}
}  // namespace

// One standardised feature: the slope is that of least squares over 1 + penalty.
BOOST_AUTO_TEST_CASE(by_hand) {
  const float x[] = {-1, 1, -1, 1}, y[] = {1, 5, 1, 5}, asked[] = {0, 1, 3};
  const double penalty[] = {3};
  const ridge_regression shrunk(x, 1, y, penalty);
  const auto found = shrunk.values(asked);
  BOOST_TEST(std::abs(found[0] - 3) < 1e-12);
  BOOST_TEST(std::abs(found[1] - 3.5) < 1e-12);
  BOOST_TEST(std::abs(found[2] - 4.5) < 1e-12);
}

// Of y = 2 + 3 a - b the least penalty is taken; a feature that never changes does no harm.
BOOST_AUTO_TEST_CASE(linear) {
  std::vector<float> x, y;
  for (std::uint64_t k = 0; k < 40; ++k) {
    const float a = number(k, 0), b = number(k, 1);
    x.insert(x.end(), {a, 7.f, b}), y.push_back(2 + 3 * a - b);
  }
  const ridge_regression fitted(x, 3, y);
  BOOST_TEST(fitted.penalty() == 1e-6);
  const float asked[] = {1, 7, 0, 0, 7, 1};
  BOOST_TEST(std::abs(fitted.values(asked)[0] - 5) < 1e-4);
  BOOST_TEST(std::abs(fitted.values(asked)[1] - 1) < 1e-4);
}

// Of noise, with half as many features as rows, the greatest is taken.
BOOST_AUTO_TEST_CASE(noise) {
  std::vector<float> x, y;
  for (std::uint64_t k = 0; k < 40; ++k) {
    for (std::uint64_t i = 0; i < 20; ++i) x.push_back(number(k, i));
    y.push_back(number(k, 20));
  }
  const double penalties[] = {1e-6, 1e6};
  BOOST_TEST(ridge_regression(x, 20, y, penalties).penalty() == 1e6);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit) {
  const float x[] = {1, 2, 3, 4, 5, 6, 7, 8}, y[] = {1, 2, 3, 4};
  BOOST_CHECK_THROW(ridge_regression(x, 3, y), data_error);
  BOOST_CHECK_THROW(ridge_regression(x, 1, y), data_error);
  BOOST_CHECK_THROW(ridge_regression(x, 2, y).values(std::span(x, 3)), data_error);
}
