// krait/experiment/trainer.hpp: a model in training: weights, moments, and the step. The CPU's step stands in
// trainer_cpu.hpp.
#pragma once
#include <krait/core/layer.hpp>
#include <krait/objective/objective.hpp>
#include <krait/optim/optimizer.hpp>
#include <krait/optim/precision.hpp>

namespace krait::experiment {

/// What a trainer is made of.
/// - Model: forward and backward over rows, with its own `weights` and `saved`.
/// - Objective: see objective/objective.hpp.
/// - Shard: text_shard or vector_shard, or a type of the same members; Shard::cap says how much a thread carries at a
/// time.
/// - Optimizer: see optim/optimizer.hpp.
/// - Precision: optim::fp32, bf16 or bf16_master.
template <class Model, class Objective, class Shard, optimizer Optimizer, class Precision = optim::fp32>
requires objective_for<Objective, Shard, Model::out>
struct pipeline {
  using model = Model;
  using objective = Objective;
  using shard = Shard;
  using optimizer = Optimizer;
  using precision = Precision;
};

/// A trainer on a backend:
///   trainer(seed, threads)             weights as the model initialises them
///   step(batch, rate) -> step_result   one optimiser step
///   loss(batch) -> double              without one
/// A batch says how many shards it has, the sum of all its tokens' weights, and fills shard number i:
///   int shards() const;  double weight() const;  void fill(int i, Shard&) const;
template <class Backend, class Pipeline> class trainer;

struct step_result {
  double loss;           // mean over the batch's weight
  double gradient_norm;  // before clipping
};

}  // namespace krait::experiment
