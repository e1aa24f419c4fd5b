// krait/experiment/three_phase_plan.hpp: what all models of a noise study have in common.
#pragma once
#include <krait/core/digest.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/run/options.hpp>
#include <string>
#include <vector>

namespace krait::experiment {

/// Of one run.
struct three_phase_plan {
  const program::options& asked;
  std::vector<data::question_answer> pairs;
  std::vector<std::string> statements = {};
  digest data = {};                                  // of all of it
  long learn = 0, noise = 0, relearn = 0, most = 0;  // steps; most: of the pretraining
  double lr = 0, replay = 0;
  int batch = 0;  // texts a step

  /// All texts that are read, said or answered, without noise: what tokens are made of.
  std::vector<std::string> texts() const {
    std::vector<std::string> all = statements;
    for (const auto& pair : pairs) all.push_back(pair.question), all.push_back(pair.answer);
    return all;
  }
};

}  // namespace krait::experiment
