// krait/experiment/measuring.hpp: where a measure's numbers go, text by text, with intervals over the texts.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <iterator>
#include <krait/core/random.hpp>
#include <krait/statistics/bootstrap.hpp>
#include <krait/study/record.hpp>
#include <limits>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace krait::experiment {

/// A number a text; NaN where it has none.
using by_text = std::vector<double>;

/// A quantity and, under its name with _low and _high, the ends of its interval.
inline void declare_with_ends(studies::record& to, const std::string& quantity,
                              const std::vector<std::string>& labels) {
  for (const char* end : {"", "_low", "_high"}) to.declare(quantity + end, labels);
}

/// Where numbers go: those of a leg into its record.
struct measuring {
  std::function<void(studies::measurement)> keep;
  std::uint64_t seed;
  long step;
  double share;  // of the bootstrap's resamples that the interval holds

  void add(const studies::labels& at, std::string_view name, double value) const {
    keep({at, seed, step, std::string(name), value});
  }
  void add(const studies::labels& at, std::string_view name, double value, statistics::interval ends) const {
    add(at, name, value);
    add(at, std::string(name) + "_low", ends.low);
    add(at, std::string(name) + "_high", ends.high);
  }
  /// The mean over texts under a name, and its interval over the texts as name_low and name_high.
  void add(const studies::labels& at, std::string_view name, const by_text& values) const {
    by_text known;
    std::ranges::copy_if(values, std::back_inserter(known), [](double v) { return std::isfinite(v); });
    const double mean = known.empty()
                            ? std::numeric_limits<double>::quiet_NaN()
                            : std::accumulate(known.begin(), known.end(), 0.) / static_cast<double>(known.size());
    const auto ends = statistics::bootstrap_mean(known, {seed, stream("texts"), 0}, {.share = share});
    add(at, name, mean, ends);
  }
};

}  // namespace krait::experiment
