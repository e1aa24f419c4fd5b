// krait/statistics/bootstrap_impl.hpp: resamples by Thrust, each by itself and in a fixed order of sums.
#pragma once
#include <thrust/functional.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/remove.h>
#include <thrust/sort.h>
#include <thrust/transform.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <krait/statistics/bootstrap.hpp>
#include <krait/statistics/execution.hpp>
#include <limits>
#include <vector>

namespace krait::statistics {

KRAIT_INLINE interval bootstrap(std::size_t samples, draw at,
                                const std::function<double(std::span<const std::size_t>)>& statistic,
                                bootstrap_config c) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  if (samples == 0) return {unknown, unknown};
  std::vector<double> found(static_cast<std::size_t>(c.resamples));
  const thrust::counting_iterator<std::uint64_t> first(0);
  thrust::transform(on_arrays, first, first + c.resamples, found.begin(), [&](std::uint64_t r) {
    const draw from = at.within(r).within(0);
    std::vector<std::size_t> chosen(samples);
    for (std::size_t i = 0; i < samples; ++i) chosen[i] = integer(from.with_index(i), samples);
    return statistic(chosen);
  });
  found.erase(thrust::remove_if(on_arrays, found.begin(), found.end(), [](double x) { return !std::isfinite(x); }),
              found.end());
  if (found.empty()) return {unknown, unknown};
  // With a comparator: without one Thrust sorts by bits, where -0 stands before +0.
  thrust::sort(on_arrays, found.begin(), found.end(), thrust::less<double>());
  const auto quantile = [&](double share) {  // between the two nearest, as numpy's default
    const double place = share * static_cast<double>(found.size() - 1);
    const auto below = static_cast<std::size_t>(place), above = std::min(below + 1, found.size() - 1);
    return found[below] + (place - static_cast<double>(below)) * (found[above] - found[below]);
  };
  return {quantile((1 - c.share) / 2), quantile((1 + c.share) / 2)};
}

KRAIT_INLINE interval bootstrap_mean(std::span<const double> values, draw at, bootstrap_config c) {
  const bool equal = std::ranges::adjacent_find(values, std::ranges::not_equal_to()) == values.end();
  if (!values.empty() && equal && std::isfinite(values[0])) return {values[0], values[0]};  // a mean would round
  return bootstrap(
      values.size(), at,
      [&](std::span<const std::size_t> chosen) {
        double sum = 0;
        for (const std::size_t i : chosen) sum += values[i];
        return sum / static_cast<double>(chosen.size());
      },
      c);
}

}  // namespace krait::statistics
