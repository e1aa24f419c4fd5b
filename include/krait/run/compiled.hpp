// krait/run/compiled.hpp: all that a build compiles once for its experiments (see core/config.hpp:
// KRAIT_COMPILED).
#pragma once
#include <krait/data/safetensors_file.hpp>
#include <krait/experiment/in_context_report.hpp>
#include <krait/experiment/outlier_placement_json.hpp>
#include <krait/experiment/outlier_placement_report.hpp>
#include <krait/experiment/three_phase_json.hpp>
#include <krait/experiment/three_phase_report.hpp>
#include <krait/run/program.hpp>
