// krait/experiment/gating.hpp: which is learnt first, labels by heart or to look them up, against the gate at the start
// and the number of points. "On the Importance of Gating: Memorization vs. In-Context Learning in SSMs".
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <krait/experiment/gating_learner.hpp>
#include <krait/run/run.hpp>
#include <krait/study/plain.hpp>
#include <krait/theory/gating.hpp>
#include <string>
#include <vector>

namespace krait::experiment {

/// All guessed: what we have read of the work breaks off before its own experiments.
struct gating_config {
  gating_training training = {};
  std::array<int, 3> points = {16, 64, 256};  // P
  std::array<double, 9> starts = {1. / 256, 1. / 64, 1. / 16, .125, .25,
                                  .5,       1,       2,       4};  // alpha at first, over the critical one
  int watched = 64;                                                // P of what is followed over the training
  double level = .5;                                               // a part of the answer has escaped when it is this
  double most = 4;  // trainings end after so many times the time that memorising takes
  long watched_steps = 1500;
  std::array<int, 4> lengths = {8, 32, 128, 512};  // of contexts after the training
  int look_prompts = 256, first_prompts = 8000, test_prompts = 1000;
};

/// Labels: gate (learns, or is held), points (P), start (alpha at first over sqrt((1 - 2 epsilon) / P)), length
/// (examples in a context), place (of the asked example: as trained, or anywhere). Quantities:
///   growth_ratio   how fast the looked-up part of the answer grows at w = 0, over how fast the known part does
///   retrieval_time, memory_time   until that part is at the level; unknown where it never is
///   lead           log2 of memory_time over retrieval_time, the end of the training standing for never
///   retrieval, memory   the parts over the training of a gate that learns;  alpha  its gate
///   follows        share of prompts with a flipped label that are answered as the context says
///   accuracy       of points never seen, after the training
template <int Dimensions = 256, gating_config C = gating_config{}, class Page = studies::plain> class gating {
  static_assert(Dimensions >= 1, "gating: the dimensions d of x must be at least 1");
  static_assert(C.training.flipped >= 0 && C.training.flipped < .5,
                "gating: labels are flipped with a probability of at least 0 and below 1/2");
  static_assert(C.training.examples >= 1 && C.training.examples <= std::ranges::min(C.points) &&
                    C.training.examples <= std::ranges::min(C.lengths),
                "gating: a context holds at least 1 example, and no more than there are points");
  static_assert(C.training.lag >= 1 && C.training.lag <= C.training.examples,
                "gating: the asked example is one of the context's");
  static_assert(std::ranges::max(C.lengths) <= task::labelled_points<Dimensions>::most_examples,
                "gating: a context holds at most 1024 examples");
  static_assert(std::ranges::min(C.starts) > 0 &&
                    std::ranges::max(C.starts) * std::ranges::max(C.starts) * (1 - 2 * C.training.flipped) <
                        std::ranges::min(C.points),
                "gating: every gate at the start lies between 0 and 1");
  static_assert(std::ranges::find(C.points, C.watched) != C.points.end(),
                "gating: the number of points that is watched must be among the numbers of points");

 public:
  using page = Page;
  static constexpr const char* unit = "prompts";
  static constexpr int seeds = 5;

  explicit gating(const program::options& o) : asked_(o) {}

  long steps() const { return asked_.seeds * 2 * static_cast<long>(C.points.size() * C.starts.size()); }

  void describe(studies::record& to) const {
    to.declare_label("gate", {"learns", "held"});
    to.declare_levels("points", C.points);
    to.declare_levels("start", C.starts);
    to.declare_levels("length", C.lengths);
    to.declare_label("place", {"as trained", "anywhere"});
    to.declare("growth_ratio", {"points", "start"});
    for (const char* time : {"retrieval_time", "memory_time", "lead"}) to.declare(time, {"gate", "points", "start"});
    for (const char* followed : {"retrieval", "memory", "alpha", "follows"}) to.declare(followed, {"start"});
    to.declare("accuracy", {"start", "length", "place"});
    for (const int P : C.points)
      for (const double start : C.starts) {
        const theory::gating theory(P, C.training.flipped);
        to.publish("growth_ratio", {{"points", P}, {"start", start}}, theory.growth_ratio(start * theory.critical()),
                   "formula");
      }
    to.fact("dimensions d (guessed)", std::int64_t{Dimensions});
    to.fact("examples in a context (guessed)", std::int64_t{C.training.examples});
    to.fact("places between the asked example and the query (guessed)", std::int64_t{C.training.lag});
    to.fact("probability of a flipped label (guessed)", C.training.flipped);
    to.fact("learning rate (guessed)", C.training.rate);
    to.fact("prompts a step (guessed)", std::int64_t{C.training.prompts});
    to.fact("points P that are watched", std::int64_t{C.watched});
    to.fact("steps where they are watched", std::int64_t{shortened(C.watched_steps)});
    to.fact("level at which a part of the answer has escaped (guessed)", C.level);
    to.fact("greatest time over the time that memorising takes", C.most);
  }

  void measure(program::run_context& context) {
    std::vector<program::small_run> runs;
    for (int i = 0; i < asked_.seeds; ++i)
      for (const int P : C.points)
        for (const double start : C.starts)
          for (const bool learns : {true, false}) {
            const std::uint64_t seed = asked_.seed + static_cast<std::uint64_t>(i);
            const long most = steps_of(P, learns);
            runs.push_back({fmt::format("{}-p{}-start{:g}-seed{}", learns ? "learns" : "held", P, start, seed),
                            most * C.training.prompts,
                            [=, this](auto& found) { one(seed, P, start, learns, most, found); },
                            {gating_learner<Dimensions>::parameters, gating_learner<Dimensions>::bytes}});
          }
    context.legs.run(runs, context.threads, context.shown);
  }

 private:
  int some(int prompts) const { return asked_.quick ? std::min(prompts, 50) : prompts; }
  long shortened(long steps) const {
    return asked_.steps > 0 ? asked_.steps : asked_.quick ? std::min(30L, steps) : steps;
  }
  long steps_of(int P, bool learns) const {
    const double time = C.most * theory::gating(P, C.training.flipped).memory_time(C.level);
    return shortened(learns && P == C.watched ? C.watched_steps : std::lround(time / C.training.rate));
  }

  void one(std::uint64_t seed, int P, double start, bool learns, long most,
           std::vector<studies::measurement>& found) const {
    gating_learner<Dimensions> learner(seed, P, start * theory::gating(P, C.training.flipped).critical(), learns,
                                       C.training);
    const bool watched = learns && P == C.watched;
    const auto tell = [&](studies::labels at, long step, const char* quantity, double value) {
      found.push_back({std::move(at), seed, step, quantity, value});
    };
    if (learns) {
      const auto out = learner.setting_out(some(C.first_prompts));
      tell({{"points", P}, {"start", start}}, 0, "growth_ratio", out.retrieval / out.memory);
    }
    struct escape {
      double time = report::unknown, before = 0;
      void look(double now, double at, double since) {
        if (std::isnan(time) && now >= C.level) time = since + (at - since) * (C.level - before) / (now - before);
        before = now;
      }
      bool escaped() const { return !std::isnan(time); }
    } retrieval, memory;
    const studies::labels at_start = {{"start", start}};
    constexpr long every = 4;
    double since = 0;
    for (long s = 0; s < most && (watched || !(retrieval.escaped() && memory.escaped())); ++s) {
      learner.step();
      if ((s + 1) % every != 0 && s + 1 < most) continue;
      const auto now = learner.look(0, some(C.look_prompts));
      retrieval.look(now.retrieval, learner.time(), since), memory.look(now.memory, learner.time(), since);
      since = learner.time();
      if (watched && ((s + 1) % (10 * every) == 0 || s + 1 == most || (s < 100 && (s + 1) % every == 0))) {
        tell(at_start, s + 1, "retrieval", now.retrieval), tell(at_start, s + 1, "memory", now.memory);
        tell(at_start, s + 1, "alpha", learner.alpha()), tell(at_start, s + 1, "follows", now.follows);
      }
    }
    const studies::labels at = {{"gate", learns ? "learns" : "held"}, {"points", P}, {"start", start}};
    tell(at, 0, "retrieval_time", retrieval.time), tell(at, 0, "memory_time", memory.time);
    const double end = static_cast<double>(most) * C.training.rate;
    const bool known = memory.escaped() || retrieval.escaped();
    const double until_memory = memory.escaped() ? memory.time : end,
                 until_retrieval = retrieval.escaped() ? retrieval.time : end;
    tell(at, 0, "lead", known ? std::log2(until_memory / until_retrieval) : report::unknown);
    if (!watched) return;
    const typename gating_learner<Dimensions>::points_type others({seed, stream("gating other points"), 0},
                                                                  2 * std::ranges::max(C.lengths));
    for (const int length : C.lengths)
      for (const bool anywhere : {false, true})
        tell({{"start", start}, {"length", length}, {"place", anywhere ? "anywhere" : "as trained"}}, 0, "accuracy",
             learner.accuracy(others, length, anywhere ? 0 : C.training.lag, some(C.test_prompts)));
  }

  program::options asked_;
};

}  // namespace krait::experiment
