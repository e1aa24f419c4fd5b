// krait/experiment/in_context_task.hpp: what an in-context task says of its own training and evaluation, and what it
// means where it says nothing. See in_context.hpp.
#pragma once
#include <algorithm>
#include <krait/core/shard.hpp>
#include <krait/objective/cross_entropy.hpp>
#include <krait/objective/logistic.hpp>
#include <krait/objective/squared_error.hpp>
#include <krait/task/task.hpp>
#include <krait/train/batch/prompt.hpp>
#include <krait/train/batch/sequence.hpp>
#include <numeric>
#include <type_traits>
#include <vector>

/// A task has a name and points, the questions of a prompt, and may say
///   dimensions else 1
///   batch      {draw from, first, count, per_shard, extent}, with shard<count>, shards(), weight() and fill(i, shard);
///              else what it writes (train/batch/sequence.hpp), or prompts x1, y1, x2, y2, ... of vectors
///              (train/batch/prompt.hpp)
///   objective  else the squared error, the logistic loss where it `classifies`, the cross-entropy of tokens
///   score(outputs of a token, shard, token)   the error, say 1 where the answer is wrong; else of vectors the squared
///              error / unit, or where it classifies whether the sign is wrong, and of tokens whether the likeliest is
///   unit       the error of who always says 0; else dimensions
///   exact(i), exact_name    the error that the best predictor has after i examples
///   chance_error, chance_loss   of who knows nothing of the function; else 1
///   first_at_end    the point from which on a prompt is at its end; else its last fifth
/// Every token that has a weight is a question; which of the points it asks, its batch says, else the i-th of a prompt
/// is point i. Error after i examples is that of point i, over the prompts that ask it.

namespace krait::experiment::detail {

template <class Task> constexpr auto find_batch() {
  if constexpr (requires { typename Task::batch; })
    return std::type_identity<typename Task::batch>{};
  else if constexpr (task::sequence_task<Task> || task::token_task<Task>)
    return std::type_identity<train::sequence_batch<Task>>{};
  else
    return std::type_identity<train::prompt_batch<Task>>{};
}
template <class Task> using batch_of = typename decltype(find_batch<Task>())::type;

/// A shard laid out for prompts of at least Length tokens.
template <class Shard, int Length> struct roomy_shard { using type = Shard; };
template <capacity Cap, int In, int Out, int Length>
requires(Length > Cap.length) struct roomy_shard<vector_shard<Cap, In, Out>, Length> {
  using type = vector_shard<capacity{Cap.sequences, Length}, In, Out>;
};
template <class Shard, int Length> using roomy = typename roomy_shard<Shard, Length>::type;

template <class Task> constexpr auto find_objective() {
  if constexpr (requires { typename Task::objective; })
    return std::type_identity<typename Task::objective>{};
  else if constexpr (task::classifying<Task>)
    return std::type_identity<objective::logistic>{};
  else if constexpr (task::token_task<Task>)
    return std::type_identity<objective::cross_entropy>{};
  else
    return std::type_identity<objective::squared_error>{};
}
template <class Task> using objective_of = typename decltype(find_objective<Task>())::type;

template <class Task> constexpr int find_dimensions() {
  if constexpr (requires { Task::dimensions; })
    return Task::dimensions;
  else
    return 1;
}
template <class Task> inline constexpr int dimensions_of = find_dimensions<Task>();

/// By what the loss of training batches is divided.
template <class Task> constexpr double unit_of_loss(task::extent extent) {
  if constexpr (requires { Task::unit; } || task::classifying<Task>)
    return task::unit_of<Task>();
  else
    return extent.dimensions;
}

/// The error of who knows nothing of the function, in the task's unit; and the loss of training then.
template <class Task> constexpr double chance_error() {
  if constexpr (requires { Task::chance_error(); })
    return Task::chance_error();
  else if constexpr (requires { Task::chance_error; })
    return Task::chance_error;
  else
    return 1;
}
template <class Task> constexpr double chance_loss() {
  if constexpr (requires { Task::chance_loss(); })
    return Task::chance_loss();
  else if constexpr (requires { Task::chance_loss; })
    return Task::chance_loss;
  else
    return 1;
}

/// From this point on a prompt is at its end: its last fifth, or all of it where each question sees the same examples.
template <class Task> constexpr int first_at_end() {
  if constexpr (requires { Task::first_at_end; })
    return Task::first_at_end;
  else
    return Task::points - (Task::points + 4) / 5;
}

/// 0, 1, ... count - 1. (clang 14 does not take std::views::iota.)
inline std::vector<int> first_numbers(int count) {
  std::vector<int> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// Which point a token asks; `before`: the questions of the prompt before it.
template <class Batch> constexpr int question(int token, int before) {
  if constexpr (requires { Batch::question(token); })
    return Batch::question(token);
  else
    return before;
}

/// The error of the outputs at a token, in the task's unit.
template <class Task, class Shard> double score(const float* out, const Shard& in, int token) {
  if constexpr (requires { Task::score(out, in, token); }) {
    return Task::score(out, in, token);
  } else if constexpr (requires { in.id; }) {
    return std::max_element(out, out + Task::vocabulary) - out != in.target[token];
  } else {
    double sum = 0;
    const auto target = in.target();
    for (int c = 0; c < target.width; ++c) sum += task::error_of<Task>(out[c], target[token][c]);
    return sum / task::unit_of<Task>();
  }
}

}  // namespace krait::experiment::detail
