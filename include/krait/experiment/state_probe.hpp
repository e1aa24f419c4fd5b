// krait/experiment/state_probe.hpp: is the clean answer forgotten by a model that now answers noisily, or only
// overwritten on the way out? What it holds behind a question is read by a linear probe at every turn of a noise study,
// and compared with what it held after phase 1.
#pragma once
#include <krait/experiment/phase_measures.hpp>
#include <string_view>

namespace krait::experiment {

struct state_probe_config {
  int folds = 8;  // of the pairs: each is asked of a probe that was fitted to the other folds
};

/// The probe (ridge regression, statistics/ridge_classifier.hpp) tells which letter the own part of an answer begins
/// with (answer_letters.hpp). Pairs whose question gives that letter away are left out of it. Its controls: the same of
/// weights that were never trained, and always the letter that most answers of the kind have.
/// Labels: turn (untrained, before P1, P1, P2, P3); reach (question, beginning, answer: phase_measures.hpp); part
/// (state: the recurrent one, of models that have one; hidden: the last layer's at the last token); letter (of the
/// clean answer, of the noisy one). Quantities:
///   read         share of the letters read right; with the ends of an interval over pairs
///   read as after P1      likewise, of the clean answer by the probe that was fitted to the model after phase 1
///   chance       share that the commonest letter of the kind among the other folds gets right
///   letters      how many pairs the probe is asked
///   norm         root of the mean square of the numbers held, over all pairs
///   rank         effective rank over all pairs
///   moved        |now - after phase 1| / |after phase 1|, a mean over pairs
///   alike        linear CKA with what was held after phase 1
class state_probe_measure {
 public:
  static constexpr std::string_view name = "state probe";

  state_probe_measure(const three_phase_plan& plan, state_probe_config c) : config_(c), pretrained_(plan.most > 0) {}
  void describe(studies::record& to) const;
  void measure(phase_models& by, const measuring& to) const;

 private:
  state_probe_config config_;
  bool pretrained_;
};

template <state_probe_config C = state_probe_config{}> struct state_probe : state_probe_measure {
  static_assert(C.folds > 1, "state_probe: folds must be two or more");
  explicit state_probe(const three_phase_plan& plan) : state_probe_measure(plan, C) {}
};

}  // namespace krait::experiment

#include <krait/experiment/state_probe_impl.hpp>
