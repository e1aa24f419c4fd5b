// krait/experiment/outlier_models.hpp: one-layer models with their training, and what the outlier studies state alike
// of it.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <krait/core/fixed_string.hpp>
#include <krait/experiment/outlier_settings.hpp>
#include <krait/model/list.hpp>
#include <krait/model/one_layer.hpp>
#include <krait/run/legs.hpp>
#include <krait/run/options.hpp>
#include <krait/study/record.hpp>
#include <krait/train/one_layer.hpp>
#include <string>
#include <string_view>
#include <type_traits>

namespace krait::experiment {

/// A one-layer model under a name, and how it is trained. For model::list.
template <fixed_string<> Name, class Model, train::descent Training> struct outlier_model : model::named<Name, Model> {
  static constexpr train::descent training = Training;
};

/// The label rules of the tests, in the order of the plots: f(std::type_identity<Rule>{}).
template <class F> void each_rule(F&& f) {
  f(std::type_identity<task::outlier::flipped>{});
  f(std::type_identity<task::outlier::targeted>{});
  f(std::type_identity<task::outlier::random_label>{});
}

/// Steps of a training as asked for: --steps, few with --quick, else the study's own. Throws option_error where the
/// training is impossible.
inline train::descent asked_for(train::descent t, const program::options& o) {
  t.steps = o.steps > 0 ? o.steps : o.quick ? std::min(t.steps, 200L) : t.steps;
  train::check(t);
  return t;
}
/// What one of the trainings takes, as they run side by side.
template <class Model, class Task>
inline constexpr program::training_size size_of_training = {train::one_layer_trainer<Model, Task>::parameters,
                                                            train::one_layer_trainer<Model, Task>::bytes()};
inline draw test_prompts(std::uint64_t seed) { return {seed, stream("outlier test prompts"), 0}; }

/// States the prompts' settings and the width that the published models take from them.
inline void describe_one_layer(studies::record& to, const task::outlier_classification_config& c) {
  describe(to, c);
  to.fact("rows of W_B and W_C (guessed)", std::int64_t{c.dimensions + 1});
}
/// States a model's training.
inline void describe(studies::record& to, std::string_view model, const train::descent& t) {
  to.fact(fmt::format("{}: learning rate (guessed)", model), t.rate);
  to.fact(fmt::format("{}: steps (guessed)", model), std::int64_t{t.steps});
  to.fact(fmt::format("{}: prompts a step (guessed)", model), std::int64_t{t.batch});
}

}  // namespace krait::experiment
