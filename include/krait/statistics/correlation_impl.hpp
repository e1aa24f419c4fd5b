// krait/statistics/correlation_impl.hpp: ranks by sorting and searching, permutations by sorting with random keys.
#pragma once
#include <thrust/binary_search.h>
#include <thrust/count.h>
#include <thrust/functional.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/sort.h>
#include <thrust/transform.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/statistics/correlation.hpp>
#include <krait/statistics/execution.hpp>
#include <limits>
#include <numeric>

namespace krait::statistics {
namespace detail {

using column = std::vector<double>;

KRAIT_INLINE double dot(const column& a, const column& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.);
}

/// What the columns (orthogonal to each other) do not explain of x; twice, for rounding. Nothing where it is all
/// rounding.
KRAIT_INLINE bool take_away(column& x, std::span<const column> explained) {
  const double before = dot(x, x);
  for (int again = 0; again < 2; ++again)
    for (const column& one : explained) {
      const double share = dot(x, one) / dot(one, one);
      for (std::size_t i = 0; i < x.size(); ++i) x[i] -= share * one[i];
    }
  return dot(x, x) > 1e-20 * before;
}

/// Twice the smaller tail of the products that permutations of y give with x; both have mean 0. Equal up to rounding
/// counts as equal, as in scipy.stats.permutation_test.
KRAIT_INLINE void permute(correlation& result, const column& x, const column& y, draw at, correlation_config c) {
  const double observed = dot(x, y);
  const double rounding = 100 * std::numeric_limits<double>::epsilon() * std::sqrt(dot(x, x) * dot(y, y));
  std::size_t all = 1;
  for (std::size_t n = 2; n <= y.size() && all <= static_cast<std::size_t>(c.permutations); ++n) all *= n;
  result.every_permutation = all <= static_cast<std::size_t>(c.permutations);
  column products;
  if (result.every_permutation) {
    std::vector<std::size_t> order(y.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    do {
      double product = 0;
      for (std::size_t i = 0; i < x.size(); ++i) product += x[i] * y[order[i]];
      products.push_back(product);
    } while (std::next_permutation(order.begin(), order.end()));
  } else {
    products.resize(static_cast<std::size_t>(std::max(c.permutations, 0)));
    const thrust::counting_iterator<std::uint64_t> first(0);
    thrust::transform(on_arrays, first, first + products.size(), products.begin(), [&](std::uint64_t r) {
      const draw from = at.within(r).within(0);
      std::vector<std::uint64_t> keys(y.size());
      for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = bits(from.with_index(i));
      column mixed = y;
      thrust::stable_sort_by_key(on_arrays, keys.begin(), keys.end(), mixed.begin(), thrust::less<std::uint64_t>());
      return dot(x, mixed);
    });
  }
  const auto count = [&](auto holds) {
    return static_cast<double>(thrust::count_if(on_arrays, products.begin(), products.end(), holds));
  };
  const double below = count([&](double product) { return product <= observed + rounding; });
  const double above = count([&](double product) { return product >= observed - rounding; });
  const double itself = result.every_permutation ? 0 : 1;
  result.permutations = products.size();
  result.p = std::min(1., 2 * (std::min(below, above) + itself) / (static_cast<double>(products.size()) + itself));
}

KRAIT_INLINE correlation correlate(std::span<const double> of_x, std::span<const double> of_y,
                                   std::span<const column> controls, bool of_ranks, draw at, correlation_config c) {
  correlation result;
  const auto finite = [](std::span<const double> values) {
    return std::ranges::all_of(values, [](double v) { return std::isfinite(v); });
  };
  bool all_finite = finite(of_x) && finite(of_y), as_many = of_x.size() == of_y.size();
  for (const column& one : controls)
    all_finite = all_finite && finite(one), as_many = as_many && one.size() == of_x.size();
  if (!as_many)
    throw data_error("correlation: x has " + std::to_string(of_x.size()) +
                     " values, and y, or a control, another "
                     "number; give as many of each, those that belong together at the same place.");
  if (of_x.size() < 3 + controls.size()) result.undefined = "there are too few values";
  if (!all_finite) result.undefined = "a value is not finite";
  if (!result.undefined.empty()) return result;

  std::vector<column> explained{column(of_x.size(), 1.)};  // the mean
  const auto prepared = [&](std::span<const double> values) {
    return of_ranks ? ranks(values) : column(values.begin(), values.end());
  };
  std::size_t used = 0;
  for (const column& one : controls) {
    column rest = prepared(one);
    if (take_away(rest, explained)) explained.push_back(std::move(rest)), ++used;
  }
  column x = prepared(of_x), y = prepared(of_y);
  if (!take_away(x, explained) || !take_away(y, explained)) {
    result.undefined = controls.empty() ? "all values are equal" : "the controls leave nothing";
    return result;
  }
  const double rho = std::clamp(dot(x, y) / std::sqrt(dot(x, x) * dot(y, y)), -1., 1.);
  const double degrees = static_cast<double>(x.size()) - 2 - static_cast<double>(used);
  result.rho = rho;
  const double t = std::abs(rho) * std::sqrt(degrees / ((1 - rho) * (1 + rho)));
  result.p_by_t =
      std::isfinite(t) ? 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(degrees), t)) : 0;
  permute(result, x, y, at, c);
  return result;
}
}  // namespace detail

KRAIT_INLINE std::vector<double> ranks(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end()), result(values.size());
  // With a comparator: without one Thrust sorts by bits, where -0 stands before +0.
  thrust::sort(on_arrays, sorted.begin(), sorted.end(), thrust::less<double>());
  std::vector<std::size_t> below(values.size()), up_to(values.size());
  const thrust::less<double> less;
  thrust::lower_bound(on_arrays, sorted.begin(), sorted.end(), values.begin(), values.end(), below.begin(), less);
  thrust::upper_bound(on_arrays, sorted.begin(), sorted.end(), values.begin(), values.end(), up_to.begin(), less);
  thrust::transform(on_arrays, below.begin(), below.end(), up_to.begin(), result.begin(),
                    [](std::size_t low, std::size_t high) { return static_cast<double>(low + high + 1) / 2; });
  return result;
}

KRAIT_INLINE correlation pearson(std::span<const double> x, std::span<const double> y, draw at, correlation_config c) {
  return detail::correlate(x, y, {}, false, at, c);
}
KRAIT_INLINE correlation spearman(std::span<const double> x, std::span<const double> y, draw at, correlation_config c) {
  return detail::correlate(x, y, {}, true, at, c);
}
KRAIT_INLINE correlation partial(std::span<const double> x, std::span<const double> y,
                                 std::span<const std::vector<double>> controls, draw at, correlation_config c) {
  return detail::correlate(x, y, controls, false, at, c);
}
KRAIT_INLINE correlation partial_spearman(std::span<const double> x, std::span<const double> y,
                                          std::span<const std::vector<double>> controls, draw at,
                                          correlation_config c) {
  return detail::correlate(x, y, controls, true, at, c);
}

}  // namespace krait::statistics
