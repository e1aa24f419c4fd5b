// krait/statistics/ratio.hpp: the ratio of two sums over clusters that were drawn as wholes, with its interval: a
// category's omitted words over its words, chunk by chunk. Cochran 1977, "Sampling Techniques", section 6.3.
#pragma once
#include <krait/statistics/interval.hpp>
#include <span>

namespace krait::statistics {

struct ratio_of_sums {
  double value;               // sum(y) / sum(x)
  statistics::interval ends;  // by the normal approximation, from y_k - value * x_k of the clusters
};

/// share: of the interval. NaN where the sum of x is 0; the ends are NaN where fewer than two clusters have an x or y
/// other than 0. Throws data_error unless there are as many of both.
ratio_of_sums ratio(std::span<const double> y, std::span<const double> x, double share = .9);

}  // namespace krait::statistics

#ifndef KRAIT_COMPILED
#include <krait/statistics/ratio_impl.hpp>
#endif
