// krait/statistics/correction.hpp: p-values of several tests, corrected for their number, so that the chance of one
// false find among all is at most alpha. Bonferroni; Holm 1979, "A simple sequentially rejective multiple test
// procedure".
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace krait::statistics {

/// Libraries differ about tests that were made and gave no p-value (statsmodels counts them, pingouin
/// leaves them out: findings/missing_p_values.sh). Here they count, as whoever looks at all the tests does, and have no
/// corrected p-value.
struct corrected {
  std::vector<std::optional<double>> p;  // in the order given, at most 1
  std::size_t tests = 0;                 // the number that was corrected for, with those
  std::size_t missing = 0;               // tests without a p-value
  std::string method;

  /// "Holm's correction for 6 tests, 1 of which has no p-value": for a table's note.
  std::string describe() const;
};

/// A p-value is missing if there is none or if it is NaN. Throws data_error for one outside of 0 to 1.
corrected bonferroni(std::span<const std::optional<double>> p);
corrected holm(std::span<const std::optional<double>> p);

}  // namespace krait::statistics

#ifndef KRAIT_COMPILED
#include <krait/statistics/correction_impl.hpp>
#endif
