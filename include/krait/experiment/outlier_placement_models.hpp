// krait/experiment/outlier_placement_models.hpp: what each training of a study of outliers' places is for, and its
// settings.
#pragma once
#include <krait/model/list.hpp>

namespace krait::experiment {

/// What a training is for: a row of the table, a remedy for the first model, or a check of a setting of it that is
/// guessed.
enum class placement_role { table, remedy, check };

struct placement_training {
  placement_role role = placement_role::table;
  double rate = 1;      // of the optimiser's own
  double outliers = 0;  // p_a of training prompts; 0: the task's own
  double placed = 0;    // share of the prompts of a batch whose outliers stand right before the query, at the end
  double begin = 0.3;   // part of the training without such prompts; then their share rises in a straight line
  /// Share of placed prompts at a step.
  constexpr double placed_at(long step, long steps) const {
    const double first = begin * static_cast<double>(steps), now = static_cast<double>(step);
    return now < first ? 0 : placed * (now - first) / (static_cast<double>(steps) - first);
  }
};

/// A model under a name, and its training.
template <fixed_string<> Name, class Model, placement_training Training = placement_training{}>
struct trained : model::named<Name, Model> {
  static constexpr placement_training training = Training;
};

}  // namespace krait::experiment
