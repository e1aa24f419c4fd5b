// tests/statistics/bootstrap.cpp: against the normal approximation, and how often the interval holds the truth.
#define BOOST_TEST_MODULE statistics_bootstrap
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/statistics/bootstrap.hpp>
#include <vector>
using namespace krait;
using statistics::bootstrap, statistics::bootstrap_mean, statistics::interval;

namespace {
std::vector<double> normals(std::uint64_t seed, std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = normal({seed, stream("bootstrap test"), i});
  return x;
}
constexpr draw at{1, stream("bootstrap"), 0};
}  // namespace

// The mean's bootstrap distribution is near N(mean, s^2 / n): 90 % of it lies within 1.645 s / sqrt(n).
BOOST_AUTO_TEST_CASE(mean_of_many) {
  const auto x = normals(1, 2000);
  double mean = 0, squares = 0;
  for (double v : x) mean += v / 2000;
  for (double v : x) squares += (v - mean) * (v - mean) / 2000;
  const auto [low, high] = bootstrap_mean(x, at, {.resamples = 4000});
  const double half = 1.6449 * std::sqrt(squares / 2000);
  BOOST_TEST(std::abs(mean - half - low) < 0.1 * half);
  BOOST_TEST(std::abs(mean + half - high) < 0.1 * half);
}

// Of 400 samples of 50, 90 % have an interval that holds the truth, but for sampling and the percentile's own bias
// (about 1 point at 50).
BOOST_AUTO_TEST_CASE(holds_the_truth_as_often_as_it_says) {
  int held = 0;
  for (std::uint64_t k = 0; k < 400; ++k) {
    const auto [low, high] = bootstrap_mean(normals(100 + k, 50), at.within(k), {.resamples = 400});
    held += low <= 0 && 0 <= high;
  }
  BOOST_TEST(held > 335);  // 4 deviations below 360 - 4
  BOOST_TEST(held < 381);
}

BOOST_AUTO_TEST_CASE(any_statistic_of_pairs) {
  const std::vector<double> a = {1, 2, 3, 4}, b = {2, 4, 6, 8};  // b / a is 2 whatever is drawn
  const interval ratio = bootstrap(4, at, [&](std::span<const std::size_t> chosen) {
    double above = 0, below = 0;
    for (const std::size_t i : chosen) above += b[i], below += a[i];
    return above / below;
  });
  BOOST_TEST(ratio.low == 2.);
  BOOST_TEST(ratio.high == 2.);
}

BOOST_AUTO_TEST_CASE(same_address_same_interval) {
  const auto x = normals(2, 30);
  const auto a = bootstrap_mean(x, at), b = bootstrap_mean(x, at), c = bootstrap_mean(x, {2, at.stream, 0});
  BOOST_TEST((a.low == b.low && a.high == b.high));
  BOOST_TEST((a.low != c.low || a.high != c.high));
}

BOOST_AUTO_TEST_CASE(edges) {
  BOOST_TEST(std::isnan(bootstrap_mean({}, at).low));
  const std::vector<double> one = {3};
  BOOST_TEST(bootstrap_mean(one, at).high == 3.);
  const std::vector<double> tenths(10, .1);  // whose sum is not 1
  BOOST_TEST(bootstrap_mean(tenths, at).low == .1);
  BOOST_TEST(bootstrap_mean(tenths, at).high == .1);
  // Resamples without a value are left out: of 0 / 0 and 1 / 1 those that are all zeros.
  const std::vector<double> zeros = {0, 1};
  const interval some = bootstrap(2, at, [&](std::span<const std::size_t> chosen) {
    const double n = zeros[chosen[0]] + zeros[chosen[1]];
    return n / n;
  });
  BOOST_TEST(some.low == 1.);
  BOOST_TEST(std::isnan(bootstrap(2, at, [](auto) { return std::nan(""); }).high));
}
