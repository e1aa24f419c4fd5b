// krait/train/one_layer.hpp: hinge loss and plain gradient descent for a one-layer model on prompts with
// outliers, on one thread; a study runs many of them side by side (run/legs.hpp).
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <krait/core/aligned.hpp>
#include <krait/core/error.hpp>
#include <krait/kernel/one_layer/atoms.hpp>
#include <krait/task/outlier_classification.hpp>
#include <utility>

namespace krait::train {

/// Plain gradient descent on E max(0, 1 - z F): no momentum, no decay.
struct descent {
  double rate = .1;      // eta, at most 1
  long steps = 10'000;   // T
  int batch = 128;       // B: fresh prompts a step
  double diagonal = .2;  // delta, the first diagonal entries of W_B and W_C
  bool operator==(const descent&) const = default;
};

/// Throws option_error where a training is impossible.
inline void check(const descent& t) {
  const auto fail = [](const char* what, double value, const char* bounds) {
    throw option_error(fmt::format("descent: {} is {}: it must be {}", what, value, bounds));
  };
  if (!(t.rate > 0 && t.rate <= 1)) fail("the learning rate", t.rate, "above 0 and at most 1");
  if (t.steps < 0) fail("the number of steps", double(t.steps), "at least 0");
  if (t.batch < 1) fail("the batch", t.batch, "at least 1 prompt");
  if (!(t.diagonal > 0 && std::isfinite(t.diagonal))) fail("the diagonal of W_B and W_C", t.diagonal, "above 0");
}

/// Weights, gradient and tables of one training; a seed has the same weights, prompts and results on any thread.
template <class Model, class Task, class T = float> class one_layer_trainer {
 public:
  using patterns_type = typename Task::template patterns<T>;
  using atoms = kernel::one_layer_atoms<Model, T, patterns_type, Task::points>;
  using weights = typename Model::template weights<T>;
  static constexpr int lanes = atoms::lanes;
  using prompts = typename Task::template prompts<T, lanes>;

  one_layer_trainer(std::uint64_t seed, const task::outlier::geometry& g, const task::outlier::drawing& d,
                    const descent& t)
      : at_{seed, stream("outlier training prompts"), 0}, drawing_(d), training_(t), own_(make_heap<storage>()) {
    Task::check(d);
    check(t);
    own_->patterns = patterns_type(g);
    Model::initialise(own_->w, seed, t.diagonal);
  }

  weights& master() { return own_->w; }
  const weights& master() const { return own_->w; }
  const patterns_type& patterns() const { return own_->patterns; }
  long steps_done() const { return step_; }

  /// One step on fresh prompts; the mean hinge loss of the batch before it. Throws number_error where it is not finite.
  double step() {
    atoms::make(own_->w, own_->patterns, own_->tables);
    clear(own_->gradients), clear(own_->dw);
    double loss = 0;
    const T share = T(1) / T(training_.batch);
    const std::uint64_t first = static_cast<std::uint64_t>(step_) * static_cast<std::uint64_t>(training_.batch);
    for (int at = 0; at < training_.batch; at += lanes) {
      Task::template sample<task::outlier::random_label, task::outlier::anywhere>(
          at_, first + static_cast<std::uint64_t>(at), drawing_, own_->drawn);
      const auto F = atoms::forward(own_->tables, own_->drawn, own_->block);
      const auto z = simd::load(own_->drawn.z);
      alignas(64) T miss[lanes], dF[lanes];
      simd::store(miss, 1 - z * F);
      bool any = false;
      for (int l = 0; l < lanes; ++l) {
        const bool counts = at + l < training_.batch && !(miss[l] <= 0);
        loss += counts ? double(miss[l]) : 0.;
        dF[l] = counts ? -own_->drawn.z[l] * share : T(0);
        any |= counts;
      }
      if (any) atoms::backward(own_->drawn, own_->block, simd::load(dF), own_->gradients);
    }
    atoms::finish(own_->tables, own_->patterns, own_->gradients, own_->dw);
    const auto w = flat<T>(own_->w);
    const auto dw = flat<T>(own_->dw);
    const T rate = static_cast<T>(training_.rate);
    for (std::size_t i = 0; i < w.size(); ++i) w[i] -= rate * dw[i];
    ++step_;
    loss /= training_.batch;
    if (!std::isfinite(loss))
      throw number_error(
          fmt::format("The loss of {} after step {} is not finite; lower the learning rate.", Model::name, step_));
    return loss;
  }

  /// All remaining steps; seen(step, loss) after each.
  template <class F> void train(F&& seen) {
    while (step_ < training_.steps) {
      const double loss = step();
      seen(step_, loss);
    }
  }
  void train() {
    train([](long, double) {});
  }

  /// f(prompts, block, lane) for each of prompts 0 .. count - 1 of `from`, made of `with`; block has the scores s, the
  /// gates' logits a, what the attention keeps (the gates G) and F, all of [token][lane].
  template <class Rule, class Place, class F>
  void each_prompt(draw from, long count, const task::outlier::drawing& d, const patterns_type& with, F&& f) {
    Task::check(d);
    atoms::make(own_->w, with, own_->tables);
    for (long at = 0; at < count; at += lanes) {
      Task::template sample<Rule, Place>(from, static_cast<std::uint64_t>(at), d, own_->drawn);
      atoms::forward(own_->tables, own_->drawn, own_->block);
      for (int l = 0; l < lanes && at + l < count; ++l) f(std::as_const(own_->drawn), std::as_const(own_->block), l);
    }
  }

  /// How many of prompts 0 .. count - 1 of `from` are answered with the wrong sign (z F <= 0).
  template <class Rule, class Place>
  long errors(draw from, long count, const task::outlier::drawing& d, const patterns_type& with) {
    long wrong = 0;
    each_prompt<Rule, Place>(from, count, d, with,
                             [&](const auto& p, const auto& block, int l) { wrong += !(block.F[l] * p.z[l] > 0); });
    return wrong;
  }

  /// Numbers that are trained, and bytes of all that is held.
  static constexpr std::int64_t parameters = sizeof(typename Model::template weights<T>) / sizeof(T);
  static constexpr std::int64_t bytes() { return sizeof(storage); }

 private:
  struct storage {
    weights w, dw;
    patterns_type patterns;
    typename atoms::tables tables;
    typename atoms::gradients gradients;
    typename atoms::block block;
    one_layer_trainer::prompts drawn;
  };
  template <class S> static void clear(S& s) { std::fill_n(reinterpret_cast<T*>(&s), sizeof(S) / sizeof(T), T(0)); }

  draw at_;
  task::outlier::drawing drawing_;
  descent training_;
  heap<storage> own_;
  long step_ = 0;
};

}  // namespace krait::train
