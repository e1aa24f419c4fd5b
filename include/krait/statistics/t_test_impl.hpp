// krait/statistics/t_test_impl.hpp: means and variances in two passes, the distribution by Boost.Math.
#pragma once
#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstddef>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/statistics/t_test.hpp>
#include <limits>
#include <vector>

namespace krait::statistics {
namespace detail {

/// A group's mean and variance (with n - 1). Values that differ by rounding only are constant: `scale` is the
/// greatest number they were made of.
struct group {
  explicit group(std::span<const double> x, double scale = 0) : n(static_cast<double>(x.size())) {
    for (const double v : x) mean += v / n, scale = std::max(scale, std::abs(v)), finite = finite && std::isfinite(v);
    double greatest = 0, squares = 0, rest = 0;
    for (const double v : x) {
      squares += (v - mean) * (v - mean);
      rest += v - mean;
      greatest = std::max(greatest, std::abs(v - mean));
    }
    constant = greatest <= 8 * std::numeric_limits<double>::epsilon() * scale;
    if (n > 1) variance = (squares - rest * rest / n) / (n - 1);
  }
  double n, mean = 0, variance = 0;
  bool finite = true, constant = false;
};

KRAIT_INLINE void fill(t_result& result, double standard_error, double degrees, t_config c) {
  const boost::math::students_t distribution(degrees);
  result.t = result.difference / standard_error;
  result.degrees = degrees;
  result.p = 2 * boost::math::cdf(boost::math::complement(distribution, std::abs(*result.t)));
  const double half = standard_error * boost::math::quantile(distribution, (1 + c.confidence) / 2);
  result.of_difference = interval{result.difference - half, result.difference + half};
}

/// Why two groups have no t; empty where they have one.
KRAIT_INLINE std::string no_t(const group& a, const group& b) {
  if (a.n < 2 || b.n < 2) return "a group has fewer than 2 values";
  if (!a.finite || !b.finite) return "a value is not finite";
  if (a.constant && b.constant) return "both groups are constant";
  return {};
}
}  // namespace detail

KRAIT_INLINE t_result welch_t_test(std::span<const double> a, std::span<const double> b, t_config c) {
  const detail::group x(a), y(b);
  t_result result{.difference = x.mean - y.mean, .undefined = detail::no_t(x, y)};
  if (!result.undefined.empty()) return result;
  const double of_x = x.variance / x.n, of_y = y.variance / y.n, sum = of_x + of_y;
  detail::fill(result, std::sqrt(sum), sum * sum / (of_x * of_x / (x.n - 1) + of_y * of_y / (y.n - 1)), c);
  return result;
}

KRAIT_INLINE t_result equal_variance_t_test(std::span<const double> a, std::span<const double> b, t_config c) {
  const detail::group x(a), y(b);
  t_result result{.difference = x.mean - y.mean, .undefined = detail::no_t(x, y)};
  if (!result.undefined.empty()) return result;
  const double degrees = x.n + y.n - 2, pooled = ((x.n - 1) * x.variance + (y.n - 1) * y.variance) / degrees;
  detail::fill(result, std::sqrt(pooled * (1 / x.n + 1 / y.n)), degrees, c);
  return result;
}

KRAIT_INLINE t_result paired_t_test(std::span<const double> a, std::span<const double> b, t_config c) {
  if (a.size() != b.size())
    throw data_error("paired_t_test: " + std::to_string(a.size()) + " values stand beside " + std::to_string(b.size()) +
                     "; give as many of both, those that belong together at the same place.");
  std::vector<double> differences(a.size());
  double scale = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    differences[i] = a[i] - b[i];
    scale = std::max({scale, std::abs(a[i]), std::abs(b[i])});
  }
  const detail::group x(differences, scale);
  t_result result{.difference = x.mean};
  if (x.n < 2)
    result.undefined = "there are fewer than 2 pairs";
  else if (!x.finite)
    result.undefined = "a value is not finite";
  else if (x.constant)
    result.undefined = "all differences are equal";
  else
    detail::fill(result, std::sqrt(x.variance / x.n), x.n - 1, c);
  return result;
}

}  // namespace krait::statistics
