// krait/train/batch/prompt.hpp: batches of freshly drawn in-context prompts.
#pragma once
#include <algorithm>
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/objective/objective.hpp>
#include <krait/task/task.hpp>

namespace krait::train {

/// Which prompts a batch holds, for whoever draws them.
struct prompt_address {
  draw from;
  std::uint64_t first;
  task::extent extent;
};

/// Prompts first .. first + count - 1 of (seed, stream), for a trainer. Tokens x1, y1, x2, y2, ...; a y is (y, 0, ...,
/// 0). Asked is the y of every x, or of those that the task asks.
template <task::prompt_task Task> struct prompt_batch {
  draw from;
  std::uint64_t first;
  int count, per_shard;
  task::extent extent{Task::points, Task::dimensions};

  using task_type = Task;
  /// So many of its prompts, for a thread or a device.
  template <int Count> using shard = vector_shard<capacity{Count, 2 * Task::points}, Task::dimensions, 1>;
  /// Which of the points a token asks.
  static constexpr int question(int token) { return token / 2; }
  prompt_address address() const requires(!task::asks_some<Task>) { return {from, first, extent}; }
  int shards() const { return (count + per_shard - 1) / per_shard; }
  double weight() const {
    if constexpr (task::asks_some<Task>) {
      long asked = 0;
      for (int s = 0; s < count; ++s)
        for (int p = 0; p < extent.points; ++p) asked += Task::asked(from, first + s, extent, p);
      return std::max(1., static_cast<double>(asked));  // (without a question the loss is 0)
    } else {
      return static_cast<double>(count) * extent.points;
    }
  }
  template <class Shard> void fill(int i, Shard& to) const {
    to.of = {std::min(per_shard, count - i * per_shard), 2 * extent.points};
    const auto x = to.x.of(to.of);
    const auto target = to.target_rows.of(to.of);
    float xs[Task::points * Task::dimensions], ys[Task::points];
    for (int s = 0; s < to.of.count; ++s) {
      const std::uint64_t prompt = first + static_cast<std::uint64_t>(i) * per_shard + s;
      Task::sample(from, prompt, extent, xs, ys);
      for (int p = 0; p < extent.points; ++p) {
        const int t = s * to.of.length + 2 * p;
        std::copy_n(xs + p * Task::dimensions, Task::dimensions, x[t]);
        std::fill_n(x[t + 1], Task::dimensions, 0.f);
        x[t + 1][0] = ys[p];
        target[t][0] = ys[p];
        target[t + 1][0] = 0;
        to.weight[t] = task::is_asked<Task>(from, prompt, extent, p);
        to.weight[t + 1] = 0;
      }
    }
  }
};

}  // namespace krait::train
