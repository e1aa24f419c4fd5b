// krait/experiment/outlier_fraction.hpp: the test error of one-layer models against the fraction of outliers in a
// prompt, for three rules of their labels, beside the error that prompts without a clean example leave.
#pragma once
#include <fmt/core.h>

#include <array>
#include <cmath>
#include <krait/experiment/names.hpp>
#include <krait/experiment/outlier_fraction_report.hpp>
#include <krait/experiment/outlier_grid.hpp>
#include <krait/experiment/outlier_models.hpp>
#include <string>
#include <vector>

namespace krait::experiment {

struct outlier_fraction_config {
  std::array<double, 11> alpha = {0, .1, .2, .3, .4, .5, .6, .7, .8, .85, .9};
  long prompts = 40'000;  // a seed, rule and fraction
};

/// Models: model::list of outlier_model. The first is the Mamba that the claims are about, the second the linear
/// Transformer.
template <class Models, class Task, outlier_fraction_config C = outlier_fraction_config{}> struct outlier_fraction {
  static constexpr const char* unit = "prompts";
  static constexpr int seeds = 5;
  static long steps(const options& o) { return o.seeds * static_cast<long>(Models::size); }

  static result run(run_context& context) {
    const options& asked = context.asked;
    std::vector<grid_run> runs;
    outlier_fraction_record record{.examples = Task::examples,
                                   .prompts = asked.quick ? 2000 : C.prompts,
                                   .alpha = {C.alpha.begin(), C.alpha.end()}};
    Models::for_each([&](auto named) {
      using model_type = typename decltype(named)::type;
      const descent training = asked_for(model_type::training, asked);
      check(training);
      record.models.push_back({std::string(model_type::name), training});
      for (int i = 0; i < asked.seeds; ++i) {
        const std::uint64_t seed = asked.seed + static_cast<std::uint64_t>(i);
        runs.push_back({record.key(record.models.size() - 1, seed),
                        training.steps * training.batch + 3 * record.prompts * static_cast<long>(C.alpha.size()),
                        [=] { return measure<typename model_type::model>(seed, training, record.prompts); }});
      }
    });
    const outlier_grid grid(context, runs);
    return outlier_fraction_result<Task::config>(record, grid, asked);
  }

 private:
  /// The mean loss of the last tenth of the training, then the error of each rule and fraction.
  template <class Model> static std::vector<double> measure(std::uint64_t seed, descent t, long prompts) {
    one_layer_trainer<Model, Task> trainer(seed, Task::config.patterns, Task::config.training, t);
    double loss = 0;
    const long last = std::max(1L, t.steps / 10);
    trainer.train([&](long step, double now) { loss += step > t.steps - last ? now / double(last) : 0; });
    std::vector<double> numbers{loss};
    const auto novel = trainer.patterns().published_novel();
    each_rule([&](auto rule) {
      for (const double alpha : C.alpha) {
        task::outlier::drawing d = Task::config.test;
        d.outliers = alpha;
        numbers.push_back(double(trainer.template errors<typename decltype(rule)::type, task::outlier::anywhere>(
                              test_prompts(seed), prompts, d, novel)) /
                          double(prompts));
      }
    });
    return numbers;
  }
};

}  // namespace krait::experiment
