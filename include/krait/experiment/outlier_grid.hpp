// krait/experiment/outlier_grid.hpp: thousands of small independent runs (seeds x settings) side by side on the threads
// of one program. A run is one thread's, so that the numbers are the same for any number of threads; what is finished
// is kept, so that a cut-short program goes on where it was.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <krait/backend/cpu/team.hpp>
#include <krait/core/error.hpp>
#include <krait/experiment/names.hpp>
#include <krait/experiment/record_text.hpp>
#include <krait/report/result.hpp>
#include <krait/run/run.hpp>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

/// One run: finds some finite numbers. `key` names it in the kept state and is unlike all others.
struct grid_run {
  std::string key;
  long prompts = 0;  // trained on and tested with, for the progress
  std::function<std::vector<double>()> measure;
};

/// The numbers of all runs by key.
class outlier_grid {
 public:
  /// Measures what is not kept already. Throws what a run throws, with its key, after the others have been kept.
  outlier_grid(run_context& context, const std::vector<grid_run>& runs) {
    const std::filesystem::path file = context.folder.state_dir() / "grid.json";
    if (context.folder.resumed() && std::filesystem::exists(file)) {
      std::ifstream in(file, std::ios::binary);
      detail::record_from_text(std::string(std::istreambuf_iterator<char>(in), {}), found_);
    }
    std::vector<const grid_run*> left;
    for (const auto& run : runs)
      if (!found_.contains(run.key)) left.push_back(&run);
    const auto all = static_cast<long>(runs.size());
    context.shown.stage(fmt::format("{} runs", all), all, all - static_cast<long>(left.size()));
    auto kept = std::chrono::steady_clock::now();
    std::atomic<std::size_t> next{0};
    std::mutex lock;
    backend::team team(std::max(1, context.threads));
    team.run([&](int) {
      for (std::size_t i; (i = next.fetch_add(1)) < left.size();) {
        std::vector<double> numbers;
        try {
          numbers = left[i]->measure();
        } catch (const number_error& e) {
          throw number_error(left[i]->key + ": " + e.what());
        }
        for (const double x : numbers)
          if (!std::isfinite(x))
            throw number_error(left[i]->key + " found a number that is not finite; lower the learning rate.");
        const std::lock_guard guard(lock);
        found_[left[i]->key] = std::move(numbers);
        context.shown.update(0, left[i]->prompts);
        const auto now = std::chrono::steady_clock::now();
        if (now - kept < std::chrono::seconds(5)) continue;
        kept = now;
        context.folder.write("state/grid.json", detail::record_to_text(found_));
      }
    });
  }

  const std::vector<double>& at(const std::string& key) const { return found_.at(key); }

 private:
  std::map<std::string, std::vector<double>> found_;
};

/// Mean and spread over seeds of f(numbers of the run `key(seed)`).
template <class Key, class F> measured over_seeds(const options& asked, const outlier_grid& grid, Key&& key, F&& f) {
  std::vector<double> values;
  for (int i = 0; i < asked.seeds; ++i) values.push_back(f(grid.at(key(asked.seed + static_cast<std::uint64_t>(i)))));
  return mean_and_spread(values);
}

/// Least squares through (x, y): y = intercept + slope x, and the share of y's variance that it explains.
struct line_fit {
  double intercept = 0, slope = 0, explained = 0;
};
inline line_fit fit_line(const std::vector<double>& x, const std::vector<double>& y) {
  double n = 0, sx = 0, sy = 0, xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) ++n, sx += x[i], sy += y[i];
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double u = x[i] - sx / n, v = y[i] - sy / n;
    xx += u * u, xy += u * v, yy += v * v;
  }
  line_fit f;
  f.slope = xx > 0 ? xy / xx : 0;
  f.intercept = sy / n - f.slope * sx / n;
  f.explained = xx > 0 && yy > 0 ? xy * xy / (xx * yy) : 0;
  return f;
}

}  // namespace krait::experiment
