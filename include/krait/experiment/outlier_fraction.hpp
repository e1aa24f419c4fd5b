// krait/experiment/outlier_fraction.hpp: the test error of one-layer models against the fraction of outliers in a
// prompt, for three rules of their labels, beside the error that prompts without a clean example leave.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <krait/experiment/outlier_models.hpp>
#include <krait/experiment/policies.hpp>
#include <krait/run/run.hpp>
#include <krait/study/plain.hpp>
#include <krait/theory/outlier_bounds.hpp>
#include <string>
#include <vector>

namespace krait::experiment {

struct outlier_fraction_config {
  std::array<double, 11> alpha = {0, .1, .2, .3, .4, .5, .6, .7, .8, .85, .9};
  long prompts = 40'000;  // a seed, rule and fraction
};

/// Models: model::list of outlier_model. A page may ask that the first be the Mamba that its claims are about, and the
/// second the linear Transformer (paper::outlier_fraction does).
///
/// Labels: model, rule (of the outliers' labels), alpha (fraction of outliers). Quantities:
///   error  share of test prompts that are answered wrongly, 0 to 1; that of a model called "floor: no clean example"
///          is analytic: the error of prompts without a clean example
///   loss   mean hinge loss of the last tenth of the training
template <class Models, class Task, outlier_fraction_config C = outlier_fraction_config{}, class Page = studies::plain>
requires(all_fit<takes::models<Models>, takes::outlier_task<Task>, takes::page<Page>>()) class outlier_fraction {
 public:
  using page = Page;
  static constexpr const char* unit = "prompts";
  static constexpr int seeds = 5;

  explicit outlier_fraction(const program::options& o) : asked_(o), prompts_(o.quick ? 2000 : C.prompts) {
    Models::for_each([&](auto named) { trainings_.push_back(asked_for(decltype(named)::type::training, o)); });
  }

  long steps() const { return asked_.seeds * static_cast<long>(Models::size); }

  void describe(studies::record& to) const {
    to.declare_levels("model", Models::names);
    std::vector<std::string_view> rules;
    each_rule([&](auto rule) { rules.push_back(decltype(rule)::type::name); });
    to.declare_levels("rule", rules);
    to.declare_levels("alpha", C.alpha);
    to.declare("error", {"model", "rule", "alpha"});
    to.declare("loss", {"model"});
    each_rule([&](auto rule) {
      using type = typename decltype(rule)::type;
      for (const double a : C.alpha)
        to.publish("error", {{"model", "floor: no clean example"}, {"rule", type::name}, {"alpha", a}},
                   std::is_same_v<type, task::outlier::flipped> ? theory::flipped_floor(a, Task::examples)
                                                                : theory::uninformed_floor(a, Task::examples),
                   "analytic: the probability that a prompt has no clean example");
    });
    describe_one_layer(to, Task::config);
    for (std::size_t m = 0; m < Models::size; ++m) experiment::describe(to, Models::names[m], trainings_[m]);
    to.fact("test prompts a seed, rule and fraction (guessed)", std::int64_t{prompts_});
  }

  void measure(program::run_context& context) {
    std::vector<program::small_run> runs;
    std::size_t m = 0;
    Models::for_each([&](auto named) {
      using model_type = typename decltype(named)::type;
      const train::descent training = trainings_[m++];
      for (int i = 0; i < asked_.seeds; ++i) {
        const std::uint64_t seed = asked_.seed + static_cast<std::uint64_t>(i);
        runs.push_back({fmt::format("{}-seed{}", model_type::name, seed),
                        training.steps * training.batch + 3 * prompts_ * static_cast<long>(C.alpha.size()),
                        [=, prompts = prompts_](auto& found) { one<model_type>(seed, training, prompts, found); },
                        size_of_training<typename model_type::model, Task>});
      }
    });
    context.legs.run(runs, context.threads, context.shown);
  }

 private:
  template <class Named>
  static void one(std::uint64_t seed, const train::descent& t, long prompts, std::vector<studies::measurement>& found) {
    train::one_layer_trainer<typename Named::model, Task> trainer(seed, Task::config.patterns, Task::config.training,
                                                                  t);
    double loss = 0;
    const long last = std::max(1L, t.steps / 10);
    trainer.train([&](long step, double now) { loss += step > t.steps - last ? now / double(last) : 0; });
    found.push_back({{{"model", Named::name}}, seed, t.steps, "loss", loss});
    const auto novel = trainer.patterns().published_novel();
    each_rule([&](auto rule) {
      using type = typename decltype(rule)::type;
      for (const double alpha : C.alpha) {
        task::outlier::drawing d = Task::config.test;
        d.outliers = alpha;
        const long wrong =
            trainer.template errors<type, task::outlier::anywhere>(test_prompts(seed), prompts, d, novel);
        found.push_back({{{"model", Named::name}, {"rule", type::name}, {"alpha", alpha}},
                         seed,
                         0,
                         "error",
                         double(wrong) / double(prompts)});
      }
    });
  }

  program::options asked_;
  long prompts_;
  std::vector<train::descent> trainings_;
};

}  // namespace krait::experiment
