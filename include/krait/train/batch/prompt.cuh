// krait/train/batch/prompt.cuh: the prompts of a batch, drawn on a device: the numbers of prompt_batch::fill,
// so that training never waits for the host to make them.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/train/batch/prompt.hpp>

namespace krait::train {

/// A batch that a device can draw by itself.
template <class Batch>
concept device_batch = requires(const Batch& b) {
  b.address();  // (not of a task that asks only some points)
  requires task::device_task<typename Batch::task_type>;
};

namespace detail {
/// A thread a point: rows x and (y, 0, ..., 0), their targets and weights.
template <class Task, class Shard>
__global__ void __launch_bounds__(64)
    draw_prompts(const prompt_address* at, const float* weight, Shard* to, int count, int points) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= count * points) return;
  const int prompt = i / points, p = i % points, t = 2 * i;  // a prompt has 2 * points tokens
  float x[Task::dimensions];
  const float y = Task::sample_point(at->from, at->first + static_cast<std::uint64_t>(prompt), at->extent, p, x);
  const auto rows = to->x.of({count, 2 * points});
  const auto target = to->target_rows.of({count, 2 * points});
  for (int c = 0; c < Task::dimensions; ++c) {
    rows[t][c] = x[c];
    rows[t + 1][c] = c == 0 ? y : 0.0f;
  }
  target[t][0] = y;
  target[t + 1][0] = 0;
  to->weight[t] = *weight;
  to->weight[t + 1] = 0;
}
}  // namespace detail

/// Fills the shard at `to` with the prompts whose address lies at `at`, each answer with weight *weight; all three are
/// on the device.
template <class Task, class Shard>
void draw_prompts(backend::cuda& on, const prompt_address* at, const float* weight, Shard& to, int count, int points) {
  backend::launch(detail::draw_prompts<Task, Shard>, static_cast<unsigned>((count * points + 63) / 64), 64, 0,
                  on.stream, at, weight, &to, count, points);
}

}  // namespace krait::train
