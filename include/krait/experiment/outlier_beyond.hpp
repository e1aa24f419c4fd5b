// krait/experiment/outlier_beyond.hpp: what one-layer models do outside the theorems (oblique outliers, outliers
// outside the cone or in the query, other decays, other attention), and how much each guessed setting matters.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/experiment/names.hpp>
#include <krait/experiment/outlier_beyond_plan.hpp>
#include <krait/experiment/outlier_beyond_report.hpp>
#include <krait/experiment/outlier_grid.hpp>
#include <krait/experiment/outlier_models.hpp>
#include <string>
#include <vector>

namespace krait::experiment {

/// Models: model::list of outlier_model. Main: the names in it that are compared everywhere, the Mamba first; Decays
/// and Widths: names of Mambas with another A or m, and what to call them.
template <class Models, class Task, long Prompts = 20'000> struct outlier_beyond {
  static constexpr const char* unit = "prompts";
  static constexpr int seeds = 5;

  static long steps(const options& o) { return o.seeds * static_cast<long>(plan(o).variations.size()); }

  static result run(run_context& context) {
    const options& asked = context.asked;
    const beyond_plan all = plan(asked);
    const long prompts = asked.quick ? 500 : Prompts;
    std::vector<grid_run> runs;
    for (const auto& v : all.variations) {
      check(v.how);
      for (int i = 0; i < asked.seeds; ++i) {
        const std::uint64_t seed = asked.seed + static_cast<std::uint64_t>(i);
        runs.push_back({beyond_plan::key(v.name, seed),
                        v.how.steps * v.how.batch + prompts * static_cast<long>(v.tests.size()),
                        [=] { return measure(v, seed, prompts); }});
      }
    }
    return outlier_beyond_result(all, outlier_grid(context, runs), asked, prompts, Task::config);
  }

 private:
  static beyond_plan plan(const options& o) {
    std::vector<beyond_model> models;
    Models::for_each([&](auto named) {
      using model_type = typename decltype(named)::type;
      models.push_back({std::string(model_type::name), asked_for(model_type::training, o)});
    });
    return make_beyond_plan(models, Task::config, o);
  }

  /// The error of each test; -1 where the training diverged.
  static std::vector<double> measure(const beyond_variation& v, std::uint64_t seed, long prompts) {
    std::vector<double> numbers;
    Models::for_each([&](auto named) {
      using model_type = typename decltype(named)::type;
      if (v.model != model_type::name) return;
      one_layer_trainer<typename model_type::model, Task> trainer(seed, v.patterns, v.training, v.how);
      try {
        trainer.train();
      } catch (const number_error&) {
        numbers.assign(v.tests.size(), -1);
        return;
      }
      for (const auto& test : v.tests) {
        const auto& own = trainer.patterns();
        const auto with = test.kind == outlier_kind::published ? own.published_novel()
                          : test.kind == outlier_kind::trained ? own
                          : test.kind == outlier_kind::random
                              ? own.random_novel({seed, stream("random outliers"), 0}, .3)
                          : test.kind == outlier_kind::mirrored ? own.published_novel().mirrored()
                                                                : own.aside();
        numbers.push_back(double(trainer.template errors<task::outlier::flipped, task::outlier::anywhere>(
                              test_prompts(seed), prompts, test.drawing, with)) /
                          double(prompts));
      }
    });
    return numbers;
  }
};

}  // namespace krait::experiment
