// krait/statistics/correlation.hpp: do two quantities rise together, and do they still, other quantities being equal?
// Spearman 1904; partial correlation as in Kendall & Stuart, vol. 2, ch. 27. Ranks and permutations by Thrust.
#pragma once
#include <cstddef>
#include <krait/core/random.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace krait::statistics {

struct correlation {
  std::optional<double> rho;       // -1 to 1
  std::optional<double> p;         // two-sided, by permutations: twice the smaller tail, at most 1
  std::optional<double> p_by_t;    // two-sided, by Student's t: good for many values, as scipy.stats.spearmanr gives
  std::size_t permutations = 0;    // how many stand behind p
  bool every_permutation = false;  // so p is exact; else they were drawn, and the one observed is counted with them
  std::string undefined;           // why there are no numbers: too few values, constant ones, some not finite
};

struct correlation_config {
  int permutations = 9999;  // if there are no more at all (up to 7 values), each is taken once
};

/// Ranks from 1; equal values have the mean of theirs. As scipy.stats.rankdata.
std::vector<double> ranks(std::span<const double> values);

/// Of values (Pearson) and of their ranks (Spearman). Permutation r is drawn at at.within(r), so p is the same for any
/// number of threads. All throw data_error unless there are as many of both (and of each control).
correlation pearson(std::span<const double> x, std::span<const double> y, draw at, correlation_config c = {});
correlation spearman(std::span<const double> x, std::span<const double> y, draw at, correlation_config c = {});

/// What is left of the correlation of x and y (of their ranks) if what the controls (their ranks) explain of each,
/// linearly, is taken away. p permutes what is left of y; p_by_t has as many degrees of freedom fewer as controls.
correlation partial(std::span<const double> x, std::span<const double> y, std::span<const std::vector<double>> controls,
                    draw at, correlation_config c = {});
correlation partial_spearman(std::span<const double> x, std::span<const double> y,
                             std::span<const std::vector<double>> controls, draw at, correlation_config c = {});

}  // namespace krait::statistics

#ifndef KRAIT_COMPILED
#include <krait/statistics/correlation_impl.hpp>
#endif
