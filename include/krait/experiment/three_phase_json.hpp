// krait/experiment/three_phase_json.hpp: three-phase records as JSON.
#pragma once
#include <krait/core/config.hpp>
#include <krait/experiment/names.hpp>
#include <krait/experiment/record_text.hpp>
#include <krait/experiment/three_phase_record.hpp>
#include <string>

namespace krait::experiment {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(phase_steps, learn, noise, relearn)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(measurement, model, noise, seed, phase, step, loss, exact, clean, noisy, pattern,
                                   metrics)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(three_phase_record, steps, pairs, models, noises, metrics, points)

KRAIT_INLINE std::string to_text(const three_phase_record& record) { return detail::record_to_text(record); }
KRAIT_INLINE void from_text(const std::string& text, three_phase_record& record) {
  detail::record_from_text(text, record);
}

}  // namespace krait::experiment
