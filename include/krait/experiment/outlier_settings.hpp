// krait/experiment/outlier_settings.hpp: what all outlier studies state alike of their prompts.
#pragma once
#include <cstdint>
#include <krait/study/record.hpp>
#include <krait/task/outlier_classification.hpp>
#include <string>

namespace krait::experiment {

/// States the prompts' sizes and scales. Guessed: the published appendix with them is not public.
inline void describe(studies::record& to, const task::outlier_classification_config& c) {
  to.fact("dimensions d", std::int64_t{c.dimensions});
  to.fact("relevant patterns M1", std::int64_t{c.relevant});
  to.fact("irrelevant patterns M2", std::int64_t{c.irrelevant});
  to.fact("outlier patterns V", std::int64_t{c.outliers});
  to.fact("examples a prompt", std::int64_t{c.examples});
  to.fact("norm of patterns beta", c.patterns.pattern_norm);
  to.fact("training outliers: probability p_a", c.training.outliers);
  to.fact("training outliers: scale kappa_a", c.training.outlier_scale);
  to.fact("test outliers: scale kappa'_a (guessed)", c.test.outlier_scale);
  to.fact("norm of outliers (guessed)", c.patterns.outlier_norm);
  to.fact("irrelevant scale K in training (guessed)", c.training.irrelevant_scale);
  to.fact("irrelevant scale K' in tests (guessed)", c.test.irrelevant_scale);
  to.fact("training tasks (guessed)",
          std::string(c.training.tasks == task::outlier::coverage::ring ? "neighbours on a ring"
                                                                        : "all ordered pairs of relevant patterns"));
}

}  // namespace krait::experiment
