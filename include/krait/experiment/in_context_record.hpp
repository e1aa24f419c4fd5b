// krait/experiment/in_context_record.hpp: what an in-context run has measured, and from there to its result.
#pragma once
#include <algorithm>
#include <cstdint>
#include <krait/experiment/names.hpp>
#include <krait/report/result.hpp>
#include <krait/run/options.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::experiment {

struct in_context_curve {
  std::string model;
  std::uint64_t seed = 0;
  bool baseline = false;
  std::vector<double> error;  // mean squared error / d after 0, 1, ... examples
};

struct in_context_training {
  std::string leg, model;
  std::uint64_t seed = 0;
  long step = 0;
  double loss = 0;  // of the step's batch, / the dimensions in use
};

struct in_context_record {
  std::string task = {};
  int dimensions = 0, points = 0;
  long steps = 0;
  int prompts = 0;
  std::vector<std::string> models = {};
  std::vector<in_context_curve> curves = {};
  std::vector<in_context_training> training = {};

  /// Error of a model or baseline after `examples`, over seeds.
  measured error(std::string_view name, int examples) const {
    std::vector<double> values;
    for (const auto& c : curves)
      if (c.model == name) values.push_back(c.error[static_cast<std::size_t>(examples)]);
    return mean_and_spread(values);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& c : curves)
      if (std::ranges::find(all, c.model) == all.end()) all.push_back(c.model);
    return all;
  }
};

/// A record as JSON text, and back; data_error where the text is none.
std::string to_text(const in_context_record& record);
void from_text(const std::string& text, in_context_record& record);

/// Table, plots, claims and finding. exact: the analytic error / d of least squares after 0, 1, ... examples.
result in_context_result(const in_context_record& record, const std::vector<double>& exact, double lr,
                         const options& asked);

}  // namespace krait::experiment

#ifndef KRAIT_COMPILED
#include <krait/experiment/in_context_report.hpp>
#endif
