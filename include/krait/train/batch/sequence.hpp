// krait/train/batch/sequence.hpp: batches of freshly drawn prompts that a task writes token by token: vectors, or
// tokens of a vocabulary.
#pragma once
#include <algorithm>
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/core/shard.hpp>
#include <krait/task/task.hpp>

namespace krait::train {
namespace detail {
template <class Task, int Count> struct written_shard {
  using type = vector_shard<capacity{Count, Task::tokens}, Task::inputs, Task::outputs>;
};
template <task::token_task Task, int Count> struct written_shard<Task, Count> {
  using type = text_shard<capacity{Count, Task::tokens}>;
};
}  // namespace detail

/// Prompts first .. first + count - 1 of (seed, stream), for a trainer.
template <class Task>
requires(task::sequence_task<Task> || task::token_task<Task>) struct sequence_batch {
  draw from;
  std::uint64_t first;
  int count, per_shard;
  task::extent extent;

  template <int Count> using shard = typename detail::written_shard<Task, Count>::type;
  /// Which of the points a token asks.
  static constexpr int question(int token) { return Task::question(token); }
  int shards() const { return (count + per_shard - 1) / per_shard; }
  double weight() const {
    double sum = 0;
    for (int s = 0; s < count; ++s) sum += Task::weight(from, first + static_cast<std::uint64_t>(s), extent);
    return std::max(1., sum);  // (without a question the loss is 0)
  }
  template <class Shard> void fill(int i, Shard& to) const {
    to.of = {std::min(per_shard, count - i * per_shard), Task::length(extent)};
    const sequences one{1, to.of.length};
    for (int s = 0; s < to.of.count; ++s) {
      const std::uint64_t prompt = first + static_cast<std::uint64_t>(i) * per_shard + static_cast<std::uint64_t>(s);
      const int t = s * to.of.length;
      if constexpr (task::token_task<Task>)
        Task::write(from, prompt, extent, to.id + t, to.target + t, to.weight + t);
      else
        Task::write(from, prompt, extent, rows<float, Task::inputs>{to.x.of(to.of)[t], one},
                    rows<float, Task::outputs>{to.target_rows.of(to.of)[t], one}, to.weight + t);
    }
  }
};

}  // namespace krait::train
