// krait/experiment/outlier_mechanism.hpp: what a one-layer Mamba learns in training with outliers: attention to
// examples that show the query's pattern, gates that close on outliers, and the two phases of w. "Can Mamba Learn In
// Context with Outliers?" (arXiv:2510.00399), corollaries 1 and 2 and the proof of theorem 1.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/experiment/names.hpp>
#include <krait/experiment/outlier_grid.hpp>
#include <krait/experiment/outlier_mechanism_report.hpp>
#include <krait/experiment/outlier_models.hpp>
#include <string>
#include <vector>

namespace krait::experiment {

struct outlier_mechanism_config {
  descent training = {.rate = .1};
  double alpha = .3;    // of the prompts that are looked at, as in the published figure 4
  long prompts = 2000;  // for each look
};

/// Mamba: a gated one_layer model.
template <class Mamba, class Task, outlier_mechanism_config C = outlier_mechanism_config{}> struct outlier_mechanism {
  static_assert(Mamba::attention::gated, "outlier_mechanism: the model has no gates to look at");
  static constexpr const char* unit = "prompts";
  static constexpr int seeds = 5;
  static long steps(const options& o) { return o.seeds; }

  static result run(run_context& context) {
    const options& asked = context.asked;
    const descent training = asked_for(C.training, asked);
    check(training);
    outlier_mechanism_record record{.alpha = C.alpha,
                                    .prompts = asked.quick ? 200 : C.prompts,
                                    .looks = looks(training.steps),
                                    .training = training};
    std::vector<grid_run> runs;
    for (int i = 0; i < asked.seeds; ++i) {
      const std::uint64_t seed = asked.seed + static_cast<std::uint64_t>(i);
      runs.push_back({record.key(seed),
                      training.steps * training.batch + 2 * record.prompts * long(record.looks.size()),
                      [=] { return measure(seed, record); }});
    }
    const outlier_grid grid(context, runs);
    return outlier_mechanism_result<Task::config>(record, grid, asked);
  }

 private:
  /// Every step at first, then about ten a decade.
  static std::vector<long> looks(long steps) {
    std::vector<long> all;
    for (long at = 0; at < steps; at = std::max(at + 2, std::lround(double(at) * 1.25))) all.push_back(at);
    all.push_back(steps);
    return all;
  }

  static std::vector<double> measure(std::uint64_t seed, const outlier_mechanism_record& record) {
    one_layer_trainer<Mamba, Task> trainer(seed, Task::config.patterns, Task::config.training, record.training);
    std::vector<double> numbers;
    auto next = record.looks.begin();
    const auto look = [&](long step) {
      if (next == record.looks.end() || step != *next) return;
      ++next;
      const auto seen = look_at(trainer, seed, record.prompts);
      numbers.insert(numbers.end(), seen.begin(), seen.end());
    };
    look(0);
    trainer.train([&](long step, double) { look(step); });
    return numbers;
  }

  static std::vector<double> look_at(one_layer_trainer<Mamba, Task>& trainer, std::uint64_t seed, long prompts) {
    using quantity = outlier_mechanism_record::quantity;
    constexpr int clean_places = outlier_mechanism_record::clean_places;
    std::vector<double> sum(outlier_mechanism_record::numbers), n(outlier_mechanism_record::numbers);
    const auto add = [&](int which, double value) {
      sum[static_cast<std::size_t>(which)] += value, ++n[static_cast<std::size_t>(which)];
    };
    const draw from{seed, stream("outlier mechanism prompts"), 0};

    task::outlier::drawing d = Task::config.test;
    d.outliers = C.alpha;
    const auto novel = trainer.patterns().published_novel();
    trainer.template each_prompt<task::outlier::flipped, task::outlier::anywhere>(
        from, prompts, d, novel, [&](const auto& p, const auto& block, int l) {
          double same = 0, other = 0;
          int clean = 0;
          for (int i = Task::examples - 1; i >= 0; --i) {
            const double s = block.s[i][l], G = block.kept.G[i][l];
            (p.as_query(i, l) ? same : other) += s;
            if (p.is_outlier(i, l)) {
              add(quantity::gate_outlier, G);
            } else {
              add(quantity::gate_clean, G);
              if (clean < clean_places) add(quantity::gate_first + clean, G);
              ++clean;
            }
          }
          add(quantity::same, same), add(quantity::other, other);
          add(quantity::error, !(block.F[l] * p.z[l] > 0));
        });

    trainer.template each_prompt<task::outlier::random_label, task::outlier::anywhere>(
        from, prompts, Task::config.training, trainer.patterns(), [&](const auto& p, const auto& block, int l) {
          for (int i = 0; i < Task::examples; ++i)
            add(p.is_outlier(i, l) ? quantity::logit_outlier : quantity::logit_clean, block.a[i][l]);
          add(quantity::loss, std::max(0., 1 - double(p.z[l]) * block.F[l]));
        });
    const auto& w = trainer.master().w;
    for (int a = 0; a < Task::relevant + Task::irrelevant + Task::outliers; ++a) {
      double dot = 0;
      for (int c = 0; c < Task::dimensions; ++c) dot += double(w[c]) * trainer.patterns()[a][c];
      if (a < Task::relevant) add(quantity::w_relevant, dot);
      if (a >= Task::relevant + Task::irrelevant) add(quantity::w_outlier, dot);
    }
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = n[i] > 0 ? sum[i] / n[i] : 0;
    return sum;
  }
};

}  // namespace krait::experiment
