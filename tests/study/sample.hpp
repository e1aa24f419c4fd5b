// tests/study/sample.hpp: a record of two models, two noises and three seeds, whose numbers a reader can check by hand.
#pragma once
#include <krait/study/record.hpp>
#include <string>
#include <vector>

namespace krait::testing {

inline constexpr studies::published sample_rows[] = {{"right", "model=giant, noise=flip", .9, "a paper, table 1"},
                                                     {"right", "model=giant, noise=shuffle", .5, "a paper, table 2"}};

/// right(model, noise) at steps 10, 20, 30: step / 100 + seed / 1000, and .3 more for the small model under shuffle.
inline studies::record sample_record(bool measured = true) {
  studies::record r;
  r.seeds = {1, 2, 3};
  r.declare_levels("model", std::vector<std::string>{"small", "large"});
  r.declare_levels("noise", std::vector<std::string>{"flip", "shuffle"});
  r.declare_levels("length", std::vector{4, 16, 64});
  r.declare("right", {"model", "noise"});
  r.declare("kept", {"model", "length"});
  r.fact("steps", std::int64_t{30});
  if (measured) {
    for (const char* model : {"small", "large"}) {
      for (const char* noise : {"flip", "shuffle"})
        for (const std::uint64_t seed : r.seeds)
          for (const long step : {10L, 20L, 30L}) {
            const bool more = model[0] == 's' && noise[0] == 's';
            r.add({{"model", model}, {"noise", noise}}, seed, step, "right",
                  static_cast<double>(step) / 100 + static_cast<double>(seed) / 1000 + (more ? .3 : 0));
          }
      for (const std::uint64_t seed : r.seeds)
        for (const int length : {4, 16, 64})  // 1 - seed / 10 * log4(length)
          r.add({{"model", model}, {"length", length}}, seed, 0, "kept",
                1 - static_cast<double>(seed) / 10 *
                        (length == 4    ? 1
                         : length == 16 ? 2
                                        : 3));
    }
  }
  r.publish(sample_rows);
  return r;
}

}  // namespace krait::testing
