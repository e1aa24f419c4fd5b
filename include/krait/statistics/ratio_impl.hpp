// krait/statistics/ratio_impl.hpp: a ratio estimator, linearised.
#pragma once
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <cstddef>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/statistics/ratio.hpp>
#include <limits>
#include <string>

namespace krait::statistics {

KRAIT_INLINE ratio_of_sums ratio(std::span<const double> y, std::span<const double> x, double share) {
  if (x.size() != y.size())
    throw data_error("ratio: " + std::to_string(y.size()) + " values stand over " + std::to_string(x.size()) +
                     "; give one of each for every cluster.");
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  double above = 0, below = 0, clusters = 0, squares = 0;
  for (std::size_t k = 0; k < x.size(); ++k) above += y[k], below += x[k], clusters += x[k] != 0 || y[k] != 0;
  if (below == 0) return {unknown, {unknown, unknown}};
  const double value = above / below;
  if (clusters < 2) return {value, {unknown, unknown}};
  for (std::size_t k = 0; k < x.size(); ++k) squares += (y[k] - value * x[k]) * (y[k] - value * x[k]);
  const double error = std::sqrt(squares * clusters / (clusters - 1)) / std::abs(below);
  const double half = error * boost::math::quantile(boost::math::normal(), (1 + share) / 2);
  return {value, {value - half, value + half}};
}

}  // namespace krait::statistics
