// krait/experiment/prompt_errors.hpp: the errors of test prompts, each after 0, 1, ... examples.
#pragma once
#include <cstdint>
#include <krait/run/legs.hpp>
#include <krait/statistics/bootstrap.hpp>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace krait::experiment {

class prompt_errors {
 public:
  prompt_errors(int prompts, int points)
      : prompts_(static_cast<std::size_t>(prompts)), of_(prompts_ * static_cast<std::size_t>(points)) {}

  double& at(int prompt, int examples) {
    return of_[static_cast<std::size_t>(examples) * prompts_ + static_cast<std::size_t>(prompt)];
  }
  /// Of all prompts after so many examples.
  std::span<const double> after(std::size_t examples) const { return {of_.data() + examples * prompts_, prompts_}; }

  /// Adds to a leg the mean over prompts as "error", and as "error_low" and "error_high" the ends of the interval that
  /// holds `share` of its bootstrap.
  void add_to(program::legs& legs, const std::string& leg, std::string_view model, std::uint64_t seed, long step,
              double share) const {
    for (std::size_t i = 0; i < of_.size() / prompts_; ++i) {
      const auto all = after(i);
      const auto ends = statistics::bootstrap_mean(all, draw{seed, stream("resampled prompts"), i}, {.share = share});
      const studies::labels at = {{"model", model}, {"examples", i}};
      legs.add(leg, at, seed, step, "error", std::accumulate(all.begin(), all.end(), 0.) / double(all.size()));
      legs.add(leg, at, seed, step, "error_low", ends.low);
      legs.add(leg, at, seed, step, "error_high", ends.high);
    }
  }

 private:
  std::size_t prompts_;
  std::vector<double> of_;
};

}  // namespace krait::experiment
