// krait/statistics/bootstrap.hpp: how far a number would move with other samples: it is made again from as many
// samples, drawn from those at hand with replacement, many times. Efron 1979, "Bootstrap methods: another look at the
// jackknife".
#pragma once
#include <cstddef>
#include <functional>
#include <krait/core/config.hpp>
#include <krait/core/random.hpp>
#include <krait/statistics/interval.hpp>
#include <span>

namespace krait::statistics {

struct bootstrap_config {
  int resamples = 1000;
  double share = 0.9;  // of the resamples that the interval holds; the rest lies below and above in equal parts
};

/// The percentile interval of any number made of `samples` things: statistic(indices) takes as many indices, each of 0
/// to samples - 1, some of them several times, and may be called by several threads. Resample r takes its index i from
/// at.within(r).within(i), so the interval is the same for any number of threads. Resamples whose number is not finite
/// are left out; NaN and NaN where none is left, or where there are no samples.
interval bootstrap(std::size_t samples, draw at, const std::function<double(std::span<const std::size_t>)>& statistic,
                   bootstrap_config c = {});

/// Of the mean of some values; exactly their value where all are equal (where the corrected interval BCa is NaN).
interval bootstrap_mean(std::span<const double> values, draw at, bootstrap_config c = {});

}  // namespace krait::statistics

#ifndef KRAIT_COMPILED
#include <krait/statistics/bootstrap_impl.hpp>
#endif
