// krait/experiment/three_phase_record.hpp: what a three-phase run has measured so far; kept with its state, so it can
// resume.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace krait::experiment {

struct phase_steps {
  long learn = 0, noise = 0, relearn = 0;
  NLOHMANN_DEFINE_TYPE_INTRUSIVE(phase_steps, learn, noise, relearn)
};

/// All answers of a model at one step of one phase. Shares, 0 to 1.
struct measurement {
  std::string model = {}, noise = {};
  std::uint64_t seed = 0;
  int phase = 0;
  long step = 0;       // of the phase
  double loss = 0;     // of the step's batch
  double exact = 0;    // exactly the clean answer, of all pairs
  double clean = 0;    // the same, of the pairs whose answer the noise changes
  double noisy = 0;    // exactly the noised answer, of those
  double pattern = 0;  // in the noise's pattern, of those
  std::vector<double> metrics = {};
  NLOHMANN_DEFINE_TYPE_INTRUSIVE(measurement, model, noise, seed, phase, step, loss, exact, clean, noisy, pattern,
                                 metrics)
};

struct three_phase_record {
  phase_steps steps = {};
  long pairs = 0;
  std::vector<std::string> models = {}, noises = {}, metrics = {};
  std::vector<measurement> points = {};
  NLOHMANN_DEFINE_TYPE_INTRUSIVE(three_phase_record, steps, pairs, models, noises, metrics, points)
};

}  // namespace krait::experiment
