// krait/experiment/outlier_beyond.hpp: what one-layer models do outside the theorems (oblique outliers, outliers
// outside the cone or in the query, other decays, other attention), and how much each guessed setting matters.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <krait/core/error.hpp>
#include <krait/experiment/outlier_beyond_plan.hpp>
#include <krait/experiment/outlier_models.hpp>
#include <krait/experiment/policies.hpp>
#include <krait/run/run.hpp>
#include <krait/study/plain.hpp>
#include <string>
#include <vector>

namespace krait::experiment {
namespace detail {
/// a of a one-layer Mamba's A = -a I; 1 for attention that has none.
template <class Attention> inline constexpr double decay_of = 1;
template <model::decay_config C> inline constexpr double decay_of<model::mamba_attention<C>> = C.rate;
}  // namespace detail

/// Models: model::list of outlier_model: a Mamba, linear attention, softmax, gated linear attention, in this order;
/// then Mambas with another A or m. All test errors are shares of prompts with flipped outliers, 0 to 1, and unknown
/// where the training diverged.
///
/// Labels: model (the first four), fraction (of outliers in the test), and what is varied: kind (of the outliers),
/// overlap (cosine of outliers and a pattern), rate (of learning), decay, choice, guess and times (its multiple).
/// Quantities, the last three of the first model alone:
///   error_by_kind, error_by_overlap, error_by_rate, error_by_decay, error_by_choice, error_by_guess
template <class Models, class Task, long Prompts = 20'000, class Page = studies::plain>
requires(all_fit<takes::models<Models>, takes::outlier_task<Task>, takes::page<Page>>()) class outlier_beyond {
  static_assert(Models::size >= 4, "outlier_beyond: a Mamba, linear, softmax and gated linear attention come first");

 public:
  using page = Page;
  static constexpr const char* unit = "prompts";
  static constexpr int seeds = 5;

  explicit outlier_beyond(const program::options& o) : asked_(o), prompts_(o.quick ? 500 : Prompts) {
    Models::for_each([&](auto named) {
      using model_type = typename decltype(named)::type;
      constexpr auto size = size_of_training<typename model_type::model, Task>;
      sizes_ = {std::max(sizes_.parameters, size.parameters), std::max(sizes_.bytes, size.bytes)};
      models_.push_back({std::string(model_type::name), asked_for(model_type::training, o),
                         detail::decay_of<typename model_type::attention>});
    });
    plan_ = make_beyond_plan(models_, Task::config, o);
    for (const auto& v : plan_.variations) train::check(v.how);
  }

  long steps() const { return asked_.seeds * static_cast<long>(plan_.variations.size()); }

  void describe(studies::record& to) const {
    for (const char* label : {"model", "kind", "overlap", "rate", "decay", "choice", "guess", "times"})
      to.declare_label(label, plan_.levels(label));
    to.declare_levels("fraction", std::vector{plan_.low_alpha, plan_.high_alpha});
    to.declare("error_by_kind", {"model", "kind", "fraction"});
    to.declare("error_by_overlap", {"model", "overlap", "fraction"});
    to.declare("error_by_rate", {"model", "rate", "fraction"});
    to.declare("error_by_decay", {"decay", "fraction"});
    to.declare("error_by_choice", {"choice", "fraction"});
    to.declare("error_by_guess", {"guess", "times", "fraction"});
    describe_one_layer(to, Task::config);
    for (const auto& m : models_) experiment::describe(to, m.name, m.training);
    to.fact("test prompts a seed and test (guessed)", std::int64_t{prompts_});
  }

  void measure(program::run_context& context) {
    std::vector<program::small_run> runs;
    for (const auto& v : plan_.variations)
      for (int i = 0; i < asked_.seeds; ++i) {
        const std::uint64_t seed = asked_.seed + static_cast<std::uint64_t>(i);
        runs.push_back({fmt::format("{}-seed{}", v.name, seed),
                        v.how.steps * v.how.batch + prompts_ * static_cast<long>(v.tests.size()),
                        [this, &v, seed](auto& found) { tell(v, seed, errors(v, seed), found); }, sizes_});
      }
    context.legs.run(runs, context.threads, context.shown);
  }

 private:
  void tell(const beyond_variation& v, std::uint64_t seed, const std::vector<double>& errors,
            std::vector<studies::measurement>& found) const {
    for (const auto& p : plan_.places)
      if (p.variation == v.name)
        for (const bool high : {false, true})
          found.push_back({studies::with(p.at, {"fraction", high ? plan_.high_alpha : plan_.low_alpha}), seed, 0,
                           p.quantity, errors[p.test + high]});
  }

  /// The error of each test; unknown where the training diverged.
  std::vector<double> errors(const beyond_variation& v, std::uint64_t seed) const {
    std::vector<double> all;
    Models::for_each([&](auto named) {
      using model_type = typename decltype(named)::type;
      if (v.model != model_type::name) return;
      train::one_layer_trainer<typename model_type::model, Task> trainer(seed, v.patterns, v.training, v.how);
      try {
        trainer.train();
      } catch (const number_error&) {
        all.assign(v.tests.size(), report::unknown);
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
        all.push_back(double(trainer.template errors<task::outlier::flipped, task::outlier::anywhere>(
                          test_prompts(seed), prompts_, test.drawing, with)) /
                      double(prompts_));
      }
    });
    return all;
  }

  program::options asked_;
  long prompts_;
  std::vector<beyond_model> models_;
  program::training_size sizes_;  // of the greatest
  beyond_plan plan_;
};

}  // namespace krait::experiment
