// krait/experiment/online_gradient_s4.hpp: the task of arXiv:2509.23779 for an S4D layer, whose B and C do not look at
// the input.
#pragma once
#include <algorithm>
#include <cstdint>
#include <krait/core/shard.hpp>
#include <krait/layer/chain.hpp>
#include <krait/layer/linear.hpp>
#include <krait/layer/s4d.hpp>
#include <krait/objective/squared_error.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/task/query_regression.hpp>
#include <krait/train/cpu.hpp>

namespace krait::experiment {

/// Prompts first .. first + count - 1 of (seed, stream) as tokens (x, y), for a trainer: only the query's output
/// counts.
template <int Dimensions> struct query_batch {
  static constexpr int width = Dimensions + 1;
  draw from;
  std::uint64_t first;
  int count, per_shard, examples;

  int shards() const { return (count + per_shard - 1) / per_shard; }
  double weight() const { return count; }
  template <class Shard> void fill(int i, Shard& to) const {
    to.of = {std::min(per_shard, count - i * per_shard), examples + 1};
    const auto x = to.x.of(to.of);
    const auto target = to.target_rows.of(to.of);
    float w[Dimensions], xs[Shard::cap.length * Dimensions], ys[Shard::cap.length];
    for (int s = 0; s < to.of.count; ++s) {
      task::query_regression<Dimensions>::sample(from, first + static_cast<std::uint64_t>(i * per_shard + s), examples,
                                                 w, xs, ys);
      for (int l = 0; l <= examples; ++l) {
        const int t = s * to.of.length + l;
        const bool query = l == examples;
        std::copy_n(xs + l * Dimensions, Dimensions, x[t]);
        x[t][Dimensions] = query ? 0 : ys[l];
        target[t][0] = query ? ys[l] : 0;
        to.weight[t] = query ? 1 : 0;
      }
    }
  }
};

/// (tokens, Stack::in) -> (tokens, Stack::out): a layer as a whole model, whose input needs no gradient.
template <layer Stack> struct layer_alone {
  static constexpr int in = Stack::in, out = Stack::out;
  template <class T> using weights = typename Stack::template weights<T>;
  template <class T, capacity Cap> using saved = typename Stack::template saved<T, Cap>;

  template <class B, class W, class T, class Saved>
  static void forward(B& on, const W& w, rows<const T, in> x, rows<T, out> y, Saved& s) {
    Stack::forward(on, w, x, y, s);
  }
  template <class B, class W, class T, class Saved>
  static void backward(B& on, const W& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy, W& dw) {
    scratch_frame frame(on);
    Stack::backward(on, w, x, s, dy, frame.template rows<T, in>(x.of), dw);
  }
  template <class W> static void initialise(W& w, initialiser& at) { Stack::initialise(w, at); }
};

struct online_gradient_s4_config {
  int d_state = 80;  // real numbers a channel, as many as the S6 layer has
  double rate = 3e-3;
  long steps = 300;
  int prompts = 64;  // fresh ones a step
};

/// The mean loss on fresh prompts of a trained S4D layer, of all whose channels a linear map reads the answer at the
/// query; prompts have at most Longest examples.
template <int Dimensions, int Longest, online_gradient_s4_config C>
double s4_loss(std::uint64_t seed, int examples, long steps, draw test, int test_prompts) {
  constexpr int width = Dimensions + 1, per_shard = 8;
  using mixer = s4d<s4d_config{.d_model = width, .d_state = C.d_state}>;
  using model_type = layer_alone<chain<mixer, linear<linear_config{.in = width, .out = 1}>>>;
  using shard = vector_shard<capacity{per_shard, Longest + 1}, width, 1>;
  using optimizer = optim::adamw<optim::adamw_config{.lr = C.rate, .weight_decay = 0, .clip_norm = 1}>;
  train::trainer<backend::cpu, train::pipeline<model_type, objective::squared_error, shard, optimizer>> trainer(seed,
                                                                                                                1);
  const draw from{seed, stream("online gradient training prompts"), 0};
  for (long s = 0; s < steps; ++s)
    trainer.step(
        query_batch<Dimensions>{from, static_cast<std::uint64_t>(s) * C.prompts, C.prompts, per_shard, examples},
        C.rate * std::min(1., 2 * (1 - double(s) / double(steps))));
  return trainer.loss(query_batch<Dimensions>{test, 0, test_prompts, per_shard, examples}) / 2;
}

}  // namespace krait::experiment
