// krait/experiment/three_phase_result.hpp: from the measurements of a three-phase study to its result.
#pragma once
#include <krait/experiment/names.hpp>
#include <krait/experiment/three_phase_record.hpp>
#include <krait/report/result.hpp>
#include <krait/run/options.hpp>
#include <string>

namespace krait::experiment {

/// What the result says of how the run was made.
struct three_phase_settings {
  std::string data, precision;
  double lr, clip_norm;
  double learnt;  // share of exact answers that phase 1 must reach
};

/// Tables, plots, claims and finding; seeds, command, environment and time are the caller's.
result three_phase_result(const three_phase_record& record, const three_phase_settings& with, const options& asked);

/// Throws study_error where a model did not learn the clean answers; --quick runs are let through.
void require_precondition(const result& r);

}  // namespace krait::experiment

#ifndef KRAIT_COMPILED
#include <krait/experiment/three_phase_report.hpp>
#endif
