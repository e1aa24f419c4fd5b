// krait/task/outlier/batch.hpp: prompts with outliers as dense tokens p = (x, y), the query last.
#pragma once
#include <algorithm>
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/core/shard.hpp>
#include <krait/task/outlier_classification.hpp>

namespace krait::task::outlier {

template <class Task, int PerShard>
using shard = vector_shard<capacity{PerShard, Task::points}, Task::dimensions + 1, 1>;

/// Prompts first .. first + count - 1 of (seed, stream) with outliers from `patterns`, for a trainer: only the query's
/// output counts. The first `placed` of them have their outliers right before the query, as `placed_how` says.
template <class Task, class Rule = random_label, class Place = anywhere> struct batch {
  using patterns_type = typename Task::template patterns<float>;
  using prompt_type = typename Task::template prompts<float>;
  draw from;
  std::uint64_t first;
  int count, per_shard;
  outlier::drawing how;
  const patterns_type* patterns;
  int placed = 0;
  outlier::drawing placed_how = {};

  int shards() const { return (count + per_shard - 1) / per_shard; }
  double weight() const { return count; }
  void sample(int i, prompt_type& to) const {
    const auto number = first + static_cast<std::uint64_t>(i);
    if (i < placed)
      Task::template sample<Rule, closest>(from, number, placed_how, to);
    else
      Task::template sample<Rule, Place>(from, number, how, to);
  }
  template <class Shard> void fill(int i, Shard& to) const {
    to.of = {std::min(per_shard, count - i * per_shard), Task::points};
    const auto x = to.x.of(to.of);
    const auto target = to.target_rows.of(to.of);
    prompt_type prompt;
    for (int s = 0; s < to.of.count; ++s) {
      sample(i * per_shard + s, prompt);
      for (int p = 0; p < Task::points; ++p) {
        const int t = s * Task::points + p;
        prompt.write_token(*patterns, p, x[t]);
        target[t][0] = p + 1 == Task::points ? prompt.z[0] : 0;
        to.weight[t] = p + 1 == Task::points ? 1 : 0;
      }
    }
  }
};

}  // namespace krait::task::outlier
