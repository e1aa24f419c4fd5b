// krait/experiment/three_phase_record.hpp: what a three-phase run has measured so far; kept with its state, so it can
// resume.
#pragma once
#include <cstdint>
#include <krait/experiment/names.hpp>
#include <string>
#include <vector>

namespace krait::experiment {

struct phase_steps {
  long learn = 0, noise = 0, relearn = 0;
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
};

struct three_phase_record {
  phase_steps steps = {};
  long pairs = 0;
  std::vector<std::string> models = {}, noises = {}, metrics = {};
  std::vector<measurement> points = {};
};

/// A record as JSON text, and back; data_error where the text is none.
std::string to_text(const three_phase_record& record);
void from_text(const std::string& text, three_phase_record& record);

}  // namespace krait::experiment

#ifndef KRAIT_COMPILED
#include <krait/experiment/three_phase_json.hpp>
#endif
