// krait/experiment/outlier_placement_result.hpp: from the measurements of a study of outliers' places to its result.
#pragma once
#include <krait/experiment/names.hpp>
#include <krait/experiment/outlier_placement_record.hpp>
#include <krait/report/result.hpp>
#include <krait/run/options.hpp>
#include <vector>

namespace krait::experiment {

/// Tables, plots, claims and finding; `settings` are shown as they come.
result outlier_placement_result(const outlier_placement_record& record, std::vector<setting> settings,
                                const options& asked);

}  // namespace krait::experiment

#ifndef KRAIT_COMPILED
#include <krait/experiment/outlier_placement_report.hpp>
#endif
