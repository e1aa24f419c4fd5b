// krait/train/trainer.hpp: a model in training: weights, moments, and the step. The CPU's step stands in
// trainer_cpu.hpp.
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/core/layer.hpp>
#include <krait/core/reflect.hpp>
#include <krait/objective/objective.hpp>
#include <krait/optim/optimizer.hpp>
#include <krait/optim/precision.hpp>
#include <string>

namespace krait::train {

/// What a trainer is made of.
/// - Model: forward and backward over rows, with its own `weights` and `saved`.
/// - Objective: see objective/objective.hpp.
/// - Shard: text_shard or vector_shard, or a type of the same members; Shard::cap says how much a thread carries at a
/// time.
/// - Optimizer: see optim/optimizer.hpp.
/// - Precision: see optim/precision.hpp.
/// - DeviceShard: the same for a device, which carries a whole batch at a time.
template <class Model, class Objective, class Shard, optimizer Optimizer, class Precision = optim::fp32,
          class DeviceShard = Shard>
requires objective_for<Objective, Shard, Model::out>
struct pipeline {
  using model = Model;
  using objective = Objective;
  using shard = Shard;
  using optimizer = Optimizer;
  using precision = Precision;
  using device_shard = DeviceShard;
};

/// A trainer on a backend:
///   trainer(seed, threads)             weights as the model initialises them
///   per_shard                          how many of a batch's sequences it wants in a shard
///   step(batch, rate) -> step_result   one optimiser step
///   loss(batch) -> double              without one
/// A batch says how many shards it has, the sum of all its tokens' weights, and fills shard number i:
///   int shards() const;  double weight() const;  void fill(int i, Shard&) const;
template <class Backend, class Pipeline> class trainer;

namespace detail {
/// What a number_error says of a step: the first tensor that is not finite, of the weights and then of the gradient.
template <class Weights>
std::string not_finite(long step, double loss, const Weights& weights, const Weights& gradient) {
  std::string where;
  const auto look = [&](const auto& of, const char* what) {
    for_each_tensor(of, [&](const std::string& name, const auto& t) {
      if (where.empty() && std::ranges::any_of(t.values(), [](float x) { return !std::isfinite(x); }))
        where = what + name;
    });
  };
  look(weights, "");
  look(gradient, "the gradient of ");
  return "Step " + std::to_string(step) + " has a loss of " + std::to_string(loss) + " and " +
         (where.empty() ? "a gradient too large for a float" : where + " is not finite") +
         "; lower the learning rate or clip the gradient.";
}
}  // namespace detail

struct step_result {
  double loss = 0;           // mean over the batch's weight
  double gradient_norm = 0;  // before clipping
};

}  // namespace krait::train
