// krait/experiment/gating_learner.hpp: a gated_retrieval that learns labels by gradient descent, and how much of its
// answers is known by heart and how much looked up; on one thread.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <krait/core/aligned.hpp>
#include <krait/core/error.hpp>
#include <krait/kernel/pointwise_loss/losses.hpp>
#include <krait/model/gated_retrieval.hpp>
#include <krait/task/labelled_points.hpp>
#include <utility>

namespace krait::experiment {

struct gating_training {
  double rate = .5;   // of w and lambda: a step is so much time of gradient flow
  int prompts = 256;  // fresh ones a step
  int examples = 8, lag = 4;
  double flipped = .1;
};

template <int Dimensions> class gating_learner {
 public:
  using model_type = model::gated_retrieval<Dimensions>;
  using points_type = task::labelled_points<Dimensions>;
  using prompt = typename points_type::prompt;
  using weights = typename model_type::template weights<float>;
  static constexpr std::int64_t parameters = Dimensions + 2, bytes = 3 * sizeof(weights);

  /// alpha: of the gate at first. trained: whether the gate learns.
  gating_learner(std::uint64_t seed, int points, double alpha, bool trained, const gating_training& t)
      : seed_(seed),
        trained_(trained),
        training_(t),
        points_({seed, stream("gating points"), 0}, points),
        own_(make_heap<storage>()) {
    own_->w.lambda[0] = static_cast<float>(model_type::lambda_of(alpha, t.lag));
  }

  const points_type& points() const { return points_; }
  /// Of the example that equals the query.
  double alpha() const { return model_type::gate(own_->w.lambda[0], training_.lag); }
  double time() const { return training_.rate * static_cast<double>(done_); }

  /// One step of gradient descent on log(1 + exp(-y f)). Throws number_error where it diverges.
  void step() {
    gradient({seed_, stream("gating training prompts"), 0},
             static_cast<std::uint64_t>(done_) * static_cast<std::uint64_t>(training_.prompts), training_.prompts);
    const auto rate = static_cast<float>(training_.rate);
    for (int c = 0; c < Dimensions; ++c) own_->w.w_x[c] -= rate * own_->dw.w_x[c];
    own_->w.w_y[0] -= rate * own_->dw.w_y[0];
    if (trained_) own_->w.lambda[0] -= rate * own_->dw.lambda[0];
    ++done_;
    if (!std::isfinite(own_->w.lambda[0] + own_->w.w_y[0]))
      throw number_error(
          fmt::format("The gate or its weight is not finite after {} steps; lower the learning rate.", done_));
  }

  /// Parts of the answer, means over prompts of its points: looked up, towards what the context says; known, towards
  /// the points' own labels. And of prompts whose label is flipped, the share that is answered as the context says.
  struct parts {
    double retrieval = 0, memory = 0, follows = 0;
  };
  parts look(std::uint64_t first, int prompts) const { return parts_of(own_->w, first, prompts); }
  /// The same of the direction in which the weights set out from w = 0: how fast the parts grow. Before any step.
  parts setting_out(int prompts) {
    gradient({seed_, stream("gating first gradient"), 0}, 0, prompts);
    const auto ahead = make_heap<weights>();
    ahead->lambda[0] = own_->w.lambda[0];
    for (int c = 0; c < Dimensions; ++c) ahead->w_x[c] = -own_->dw.w_x[c];
    ahead->w_y[0] = -own_->dw.w_y[0];
    return parts_of(*ahead, 0, prompts);  // each part is linear in w
  }

  /// Share of right answers for points never seen, with so many examples, the asked one `lag` places before the query
  /// or, with 0, anywhere. `others`: at least as many points as examples.
  double accuracy(const points_type& others, int examples, int lag, int prompts) const {
    prompt p;
    long right = 0;
    for (int i = 0; i < prompts; ++i) {
      const auto number = static_cast<std::uint64_t>(i);
      const int place = lag > 0 ? lag
                                : 1 + static_cast<int>(integer({seed_, stream("gating places"), number},
                                                               static_cast<std::uint64_t>(examples)));
      others.sample({seed_, stream("gating other prompts"), 0}, number, examples, place, 0, p);
      right += answer_of(own_->w, others, p).f * static_cast<float>(p.answer()) > 0;
    }
    return static_cast<double>(right) / prompts;
  }

 private:
  struct storage {
    weights w, dw;
  };

  static auto answer_of(const weights& w, const points_type& points, const prompt& p) {
    return model_type::forward(
        w, static_cast<int>(p.point.size()), points.x(p.query),
        [&](int t) { return points.x(p.point[static_cast<std::size_t>(t)]); },
        [&](int t) { return p.said[static_cast<std::size_t>(t)]; });
  }
  void gradient(draw from, std::uint64_t first, int prompts) {
    for (float& one : flat<float>(own_->dw)) one = 0;
    prompt p;
    const float share = 1 / static_cast<float>(prompts);
    for (int i = 0; i < prompts; ++i) {
      points_.sample(from, first + static_cast<std::uint64_t>(i), training_.examples, training_.lag, training_.flipped,
                     p);
      const auto z = static_cast<float>(p.answer());
      const float slope = share * kernel::losses::logistic::slope(answer_of(own_->w, points_, p).f, z);
      model_type::backward(
          own_->w, training_.examples, points_.x(p.query),
          [&](int t) { return points_.x(p.point[static_cast<std::size_t>(t)]); },
          [&](int t) { return p.said[static_cast<std::size_t>(t)]; }, slope, own_->dw);
    }
  }
  parts parts_of(const weights& w, std::uint64_t first, int prompts) const {
    parts all;
    prompt p;
    long conflicts = 0;
    for (int i = 0; i < prompts; ++i) {
      points_.sample({seed_, stream("gating test prompts"), 0}, first + static_cast<std::uint64_t>(i),
                     training_.examples, training_.lag, training_.flipped, p);
      const auto a = answer_of(w, points_, p);
      all.retrieval += double(a.looked_up) * p.answer();
      all.memory += double(a.f - a.looked_up) * points_.label(p.query);
      if (p.answer() != points_.label(p.query)) ++conflicts, all.follows += a.f * static_cast<float>(p.answer()) > 0;
    }
    all.retrieval /= prompts, all.memory /= prompts;
    all.follows = conflicts > 0 ? all.follows / static_cast<double>(conflicts) : 0;
    return all;
  }

  std::uint64_t seed_;
  bool trained_;
  gating_training training_;
  points_type points_;
  heap<storage> own_;
  long done_ = 0;
};

}  // namespace krait::experiment
