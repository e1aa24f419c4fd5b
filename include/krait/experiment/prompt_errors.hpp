// krait/experiment/prompt_errors.hpp: the errors of test prompts, each after 0, 1, ... examples.
#pragma once
#include <cstdint>
#include <krait/run/legs.hpp>
#include <krait/statistics/bootstrap.hpp>
#include <numeric>
#include <string>
#include <vector>

namespace krait::experiment {

class prompt_errors {
 public:
  prompt_errors(int prompts, int points)
      : prompts_(static_cast<std::size_t>(prompts)), of_(prompts_ * static_cast<std::size_t>(points)) {}

  /// The error of an answer of a prompt after so many examples. Several answers count as their mean. Prompts may be
  /// added to by different threads.
  void add(int prompt, int examples, double error) {
    answers& to = of_[static_cast<std::size_t>(examples) * prompts_ + static_cast<std::size_t>(prompt)];
    to.sum += error;
    ++to.count;
  }
  /// Of all prompts that were asked after so many examples.
  std::vector<double> after(std::size_t examples) const {
    std::vector<double> all;
    for (std::size_t p = 0; p < prompts_; ++p)
      if (const answers& one = of_[examples * prompts_ + p]; one.count > 0) all.push_back(one.sum / one.count);
    return all;
  }

  /// Adds to a leg the mean over prompts as "error", and as "error_low" and "error_high" the ends of the interval that
  /// holds `share` of its bootstrap; nothing where no prompt was asked. `of`: labels beside the examples.
  void add_to(program::legs& legs, const std::string& leg, const studies::labels& of, std::uint64_t seed, long step,
              double share) const {
    for (std::size_t i = 0; i < of_.size() / prompts_; ++i) {
      const std::vector<double> all = after(i);
      if (all.empty()) continue;
      const auto ends = statistics::bootstrap_mean(all, draw{seed, stream("resampled prompts"), i}, {.share = share});
      const studies::labels at = studies::with(of, {"examples", i});
      legs.add(leg, at, seed, step, "error", std::accumulate(all.begin(), all.end(), 0.) / double(all.size()));
      legs.add(leg, at, seed, step, "error_low", ends.low);
      legs.add(leg, at, seed, step, "error_high", ends.high);
    }
  }

 private:
  struct answers {
    double sum = 0;
    int count = 0;
  };
  std::size_t prompts_;
  std::vector<answers> of_;
};

}  // namespace krait::experiment
