// krait/experiment/outlier_mechanism.hpp: what a one-layer Mamba learns in training with outliers: attention to
// examples that show the query's pattern, gates that close on outliers, and the two phases of w. "Can Mamba Learn In
// Context with Outliers?" (arXiv:2510.00399), corollaries 1 and 2 and the proof of theorem 1.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/core/error.hpp>
#include <krait/experiment/outlier_models.hpp>
#include <krait/experiment/policies.hpp>
#include <krait/run/run.hpp>
#include <krait/study/plain.hpp>
#include <numeric>
#include <string>
#include <vector>

namespace krait::experiment {

struct outlier_mechanism_config {
  train::descent training = {.rate = .1};
  double alpha = .3;    // of the prompts that are looked at, as in the published figure 4
  long prompts = 2000;  // for each look
};

/// Mamba: a gated one_layer model.
///
/// Labels: pattern (of an example: the query's, or another), examples (outliers, clean), rank (1 for the clean example
/// that is closest to the query), vector (v*: outliers, mu: relevant patterns). Quantities, means over prompts at some
/// steps from 0 on; unknown where no prompt had such an example:
///   attention     sum of p_i W_B^T W_C p_query over a prompt's examples, by pattern
///   gate          G of an example, by examples;  gate_of_rank  of clean ones by rank
///   error         share of the same prompts, a fraction alpha of novel flipped outliers, that are answered wrongly
///   logit         w . p of a training prompt's examples, by examples;  loss  hinge loss of those prompts
///   w             inner product of w with the training's vectors, by vector
template <class Mamba, class Task, outlier_mechanism_config C = outlier_mechanism_config{}, class Page = studies::plain>
requires(all_fit<takes::outlier_task<Task>, takes::page<Page>>()) class outlier_mechanism {
  static_assert(Mamba::attention::gated, "outlier_mechanism: the model has no gates to look at");

 public:
  using page = Page;
  static constexpr const char* unit = "prompts";
  static constexpr int seeds = 5;

  explicit outlier_mechanism(const program::options& o)
      : asked_(o), training_(asked_for(C.training, o)), prompts_(o.quick ? 200 : C.prompts) {}

  long steps() const { return asked_.seeds; }

  void describe(studies::record& to) const {
    to.declare_label("pattern", {"same pattern", "other pattern"});
    to.declare_label("examples", {"outliers", "clean"});
    to.declare_label("vector", {"v*", "mu"});
    std::vector<int> ranks(clean_places);
    std::iota(ranks.begin(), ranks.end(), 1);
    to.declare_levels("rank", ranks);
    to.declare("attention", {"pattern"});
    to.declare("gate", {"examples"});
    to.declare("gate_of_rank", {"rank"});
    to.declare("logit", {"examples"});
    to.declare("w", {"vector"});
    to.declare("loss", {});
    to.declare("error", {});
    describe_one_layer(to, Task::config);
    experiment::describe(to, "mamba", training_);
    to.fact("fraction of outliers in the prompts that are looked at", C.alpha);
    to.fact("prompts a look (guessed)", std::int64_t{prompts_});
  }

  void measure(program::run_context& context) {
    std::vector<program::small_run> runs;
    const std::vector<long> at = looks(training_.steps);
    for (int i = 0; i < asked_.seeds; ++i) {
      const std::uint64_t seed = asked_.seed + static_cast<std::uint64_t>(i);
      runs.push_back({fmt::format("mamba-seed{}", seed),
                      training_.steps * training_.batch + 2 * prompts_ * static_cast<long>(at.size()),
                      [=, training = training_, prompts = prompts_](auto& found) {
                        trainer_type trainer(seed, Task::config.patterns, Task::config.training, training);
                        auto next = at.begin();
                        const auto look = [&](long step) {
                          if (next == at.end() || step != *next) return;
                          ++next;
                          look_at(trainer, seed, step, prompts, found);
                        };
                        look(0);
                        trainer.train([&](long step, double) { look(step); });
                      },
                      size_of_training<Mamba, Task>});
    }
    context.legs.run(runs, context.threads, context.shown);
  }

 private:
  using trainer_type = train::one_layer_trainer<Mamba, Task>;
  static constexpr int clean_places = 10;  // gates of the 1st to 10th closest clean example

  /// Every second step at first, then about ten a decade.
  static std::vector<long> looks(long steps) {
    std::vector<long> all;
    for (long at = 0; at < steps; at = std::max(at + 2, std::lround(double(at) * 1.25))) all.push_back(at);
    all.push_back(steps);
    return all;
  }

  struct mean {
    double sum = 0, count = 0;
    void add(double value) { sum += value, ++count; }
  };

  static void look_at(trainer_type& trainer, std::uint64_t seed, long step, long prompts,
                      std::vector<studies::measurement>& found) {
    const auto tell = [&](studies::labels at, const char* quantity, const mean& m) {
      if (!std::isfinite(m.sum))
        throw number_error(fmt::format("The {} after step {} is not finite; lower the learning rate.", quantity, step));
      found.push_back({std::move(at), seed, step, quantity, m.count > 0 ? m.sum / m.count : report::unknown});
    };
    const draw from{seed, stream("outlier mechanism prompts"), 0};

    mean same, other, gate_outlier, gate_clean, gate_of_rank[clean_places], error;
    task::outlier::drawing d = Task::config.test;
    d.outliers = C.alpha;
    const auto novel = trainer.patterns().published_novel();
    trainer.template each_prompt<task::outlier::flipped, task::outlier::anywhere>(
        from, prompts, d, novel, [&](const auto& p, const auto& block, int l) {
          double on_same = 0, on_other = 0;
          int clean = 0;
          for (int i = Task::examples - 1; i >= 0; --i) {
            const double s = block.s[i][l], G = block.kept.G[i][l];
            (p.as_query(i, l) ? on_same : on_other) += s;
            if (p.is_outlier(i, l)) {
              gate_outlier.add(G);
            } else {
              gate_clean.add(G);
              if (clean < clean_places) gate_of_rank[clean].add(G);
              ++clean;
            }
          }
          same.add(on_same), other.add(on_other);
          error.add(!(block.F[l] * p.z[l] > 0));
        });
    tell({{"pattern", "same pattern"}}, "attention", same);
    tell({{"pattern", "other pattern"}}, "attention", other);
    tell({{"examples", "outliers"}}, "gate", gate_outlier);
    tell({{"examples", "clean"}}, "gate", gate_clean);
    for (int j = 0; j < clean_places; ++j) tell({{"rank", j + 1}}, "gate_of_rank", gate_of_rank[j]);
    tell({}, "error", error);

    mean logit_outlier, logit_clean, loss;
    trainer.template each_prompt<task::outlier::random_label, task::outlier::anywhere>(
        from, prompts, Task::config.training, trainer.patterns(), [&](const auto& p, const auto& block, int l) {
          for (int i = 0; i < Task::examples; ++i)
            (p.is_outlier(i, l) ? logit_outlier : logit_clean).add(block.a[i][l]);
          loss.add(std::max(0., 1 - double(p.z[l]) * block.F[l]));
        });
    tell({{"examples", "outliers"}}, "logit", logit_outlier);
    tell({{"examples", "clean"}}, "logit", logit_clean);
    tell({}, "loss", loss);

    mean w_relevant, w_outlier;
    const auto& w = trainer.master().w;
    for (int a = 0; a < Task::relevant + Task::irrelevant + Task::outliers; ++a) {
      double dot = 0;
      for (int c = 0; c < Task::dimensions; ++c) dot += double(w[c]) * trainer.patterns()[a][c];
      if (a < Task::relevant) w_relevant.add(dot);
      if (a >= Task::relevant + Task::irrelevant) w_outlier.add(dot);
    }
    tell({{"vector", "v*"}}, "w", w_outlier);
    tell({{"vector", "mu"}}, "w", w_relevant);
  }

  program::options asked_;
  train::descent training_;
  long prompts_;
};

}  // namespace krait::experiment
