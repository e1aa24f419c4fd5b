// krait/experiment/outlier_models.hpp: one-layer models with their training, and what the outlier studies say alike of
// their settings: what was guessed, and which conditions of the theorems hold.
#pragma once
#include <fmt/core.h>

#include <cmath>
#include <krait/core/fixed_string.hpp>
#include <krait/experiment/names.hpp>
#include <krait/model/list.hpp>
#include <krait/report/result.hpp>
#include <krait/run/run.hpp>
#include <krait/theory/outlier_bounds.hpp>
#include <krait/train/one_layer.hpp>
#include <string>
#include <string_view>

namespace krait::experiment {

/// A one-layer model under a name, and how it is trained. For model::list.
template <fixed_string<> Name, class Model, descent Training> struct outlier_model : model::named<Name, Model> {
  static constexpr descent training = Training;
};

/// The label rules of the tests, in the order of the plots.
template <class F> void each_rule(F&& f) {
  f(std::type_identity<task::outlier::flipped>{});
  f(std::type_identity<task::outlier::targeted>{});
  f(std::type_identity<task::outlier::random_label>{});
}
inline constexpr std::string_view rule_names[] = {task::outlier::flipped::name, task::outlier::targeted::name,
                                                  task::outlier::random_label::name};

/// Steps of a training as asked for: --steps, few with --quick, else the study's own.
inline descent asked_for(descent t, const options& o) {
  t.steps = o.steps > 0 ? o.steps : o.quick ? std::min(t.steps, 200L) : t.steps;
  return t;
}
inline draw test_prompts(std::uint64_t seed) { return {seed, stream("outlier test prompts"), 0}; }

/// Sizes that are published, and the settings that nobody gave: the appendix with them is not public.
inline void add_settings(result& r, const task::outlier_classification_config& c) {
  r.settings.insert(
      r.settings.end(),
      {{"dimensions d", std::int64_t{c.dimensions}},
       {"relevant, irrelevant, outlier patterns", fmt::format("{}, {}, {}", c.relevant, c.irrelevant, c.outliers)},
       {"examples a prompt", std::int64_t{c.examples}},
       {"norm of patterns", c.patterns.pattern_norm},
       {"training outliers: probability p_a", c.training.outliers},
       {"training outliers: scale kappa_a", c.training.outlier_scale},
       {"test outliers: scale kappa'_a (guessed)", c.test.outlier_scale},
       {"norm of outliers (guessed)", c.patterns.outlier_norm},
       {"irrelevant scale K in training (guessed)", c.training.irrelevant_scale},
       {"irrelevant scale K' in tests (guessed)", c.test.irrelevant_scale},
       {"training tasks (guessed)",
        std::string(c.training.tasks == task::outlier::coverage::ring ? "neighbours on a ring"
                                                                      : "all ordered pairs of relevant patterns")},
       {"rows of W_B and W_C (guessed)", std::int64_t{c.dimensions + 1}}});
}
inline void add_settings(result& r, std::string_view model, const descent& t) {
  r.settings.push_back(
      {fmt::format("{}: rate, steps, batch (guessed)", model), fmt::format("{:g}, {}, {}", t.rate, t.steps, t.batch)});
}
inline const char* guessed_note =
    "The published appendix with learning rate, steps, batch, K, K', kappa'_a, the outliers' norm and the number of "
    "test "
    "prompts is not public: what is marked as guessed was chosen because it reaches the published figures. "
    "outliers/beyond shows how much each guess matters.";

/// Theorems 1 to 4 on one setting: bounds are orders with the hidden constants taken as 1.
inline table bounds_table(const theory::outlier_setting& s) {
  table t{
      .name = "bounds",
      .caption = fmt::format(
          "Conditions of theorems 1 to 4 for this setting at an outlier fraction of {:g} and an error of {:g}. They "
          "are orders of magnitude: constants are taken as 1 and poly(x) as x.",
          s.alpha, s.epsilon),
      .columns = {{.name = "theorem"},
                  {.name = "quantity"},
                  {.name = "here", .decimals = 3},
                  {.name = "at least", .decimals = 3},
                  {.name = "at most", .decimals = 3},
                  {.name = "holds"}}};
  const auto bound = [](double x, bool low) -> cell {
    if (!std::isfinite(x)) return low ? cell{std::string("never")} : cell{};
    if (low && x < 1e-300) return x > 0 ? cell{std::string("above 0")} : cell{};
    return x;
  };
  for (const auto& c : theory::conditions(s))
    t.rows.push_back(
        {{std::string(c.theorem), std::string(c.what), c.value, bound(c.low, true), bound(c.high, false), c.holds()}});
  return t;
}

/// The standard error of a share that is `share`, among `prompts`.
inline double sampling_error(double share, double prompts) { return std::sqrt(share * (1 - share) / prompts); }

}  // namespace krait::experiment
