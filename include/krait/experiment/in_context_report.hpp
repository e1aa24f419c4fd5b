// krait/experiment/in_context_report.hpp: error against number of examples: table, plots, claims and finding.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <krait/core/config.hpp>
#include <krait/experiment/in_context_record.hpp>
#include <krait/experiment/names.hpp>
#include <krait/experiment/record_text.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(in_context_curve, model, seed, baseline, error)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(in_context_training, leg, model, seed, step, loss)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(in_context_record, task, dimensions, points, steps, prompts, models, curves,
                                   training)

KRAIT_INLINE std::string to_text(const in_context_record& record) { return detail::record_to_text(record); }
KRAIT_INLINE void from_text(const std::string& text, in_context_record& record) {
  detail::record_from_text(text, record);
}

KRAIT_INLINE result in_context_result(const in_context_record& record, const std::vector<double>& exact_error,
                                      double lr, const options& asked) {
  result r;
  const int d = record.dimensions, last = record.points - 1;
  const auto names = record.names();

  table t{.name = "errors",
          .caption =
              "Mean squared error / d on fresh prompts after so many examples; mean and standard deviation over seeds.",
          .columns = {{.name = "examples", .decimals = 0}}};
  for (const auto& name : names) t.columns.push_back({.name = name, .decimals = 4});
  t.columns.push_back({.name = "least squares, exact", .decimals = 4});
  for (int i = 0; i <= last; i += std::max(1, last / 10)) {
    row line{{std::int64_t{i}}};
    for (const auto& name : names) line.cells.push_back(record.error(name, i));
    line.cells.push_back(exact_error[static_cast<std::size_t>(i)]);
    t.rows.push_back(std::move(line));
  }
  r.tables = {std::move(t)};

  plot shots{
      .name = "shots",
      .caption =
          "Error against the number of examples in the prompt. A model that has learnt to learn follows least squares, "
          "which is "
          "exact from d examples on; the dashed line is a predictor that always says 0.",
      .alt = "Lines of normalised squared error against number of in-context examples for each model and baseline.",
      .x = {.label = "examples in the prompt"},
      .y = {.label = "squared error / d", .low = 0}};
  for (const auto& name : names) {
    if (name == "zero") continue;
    series s{.name = name, .model = name};
    for (int i = 0; i <= last; ++i) {
      const measured m = record.error(name, i);
      s.x.push_back(i);
      s.y.push_back(m.value);
      s.spread.push_back(std::isfinite(m.spread) ? m.spread : 0);
    }
    shots.data.push_back(std::move(s));
  }
  series exact{.name = "least squares, exact: (d - i) / d", .published = true, .source = "analytic"};
  for (int i = 0; i <= last; ++i) {
    exact.x.push_back(i);
    exact.y.push_back(exact_error[static_cast<std::size_t>(i)]);
  }
  shots.data.push_back(std::move(exact));
  shots.references = {{1, "zero predictor", false}, {static_cast<double>(d), "d examples", true}};
  shots.spread = spread_style::band;

  plot training{.name = "training",
                .caption =
                    "Loss of the training batch over the steps. Look for the fall that marks the beginning of "
                    "in-context learning.",
                .alt = "Lines of training loss against steps, one a model and seed.",
                .x = {.label = "training steps"},
                .y = {.label = "squared error / d", .log = true}};
  for (const auto& model : record.models)
    for (const auto& c : record.curves) {
      if (c.model != model) continue;
      series s{.name = fmt::format("{}, seed {}", model, c.seed), .model = model};
      for (const auto& point : record.training)
        if (point.model == model && point.seed == c.seed) {
          s.x.push_back(static_cast<double>(point.step));
          s.y.push_back(point.loss);
        }
      training.data.push_back(std::move(s));
    }
  r.plots = {std::move(shots), std::move(training)};

  const int enough = std::min(last, 2 * d);
  std::string finding;
  for (const auto& model : record.models) {
    const measured m = record.error(model, enough);
    r.claims.push_back({.id = "in_context." + model,
                        .statement = fmt::format("A {} learns {} in context.", model, record.task),
                        .source = "Park et al. 2024 (arXiv:2402.04248), table 1",
                        .value = m.value,
                        .spread = m.spread,
                        .unit = fmt::format("squared error / d after {} examples", enough),
                        .expected = "below 0.1 (the zero predictor has 1)",
                        .holds = m.value < 0.1});
    finding += fmt::format("{}the {} has a squared error / d of {:.3f} after {} examples", finding.empty() ? "" : ", ",
                           model, m.value, enough);
  }
  const measured floor = record.error("least squares", enough);
  if (std::isfinite(floor.value)) finding += fmt::format(", where least squares has {:.3f}", floor.value);
  finding[0] = static_cast<char>(std::toupper(finding[0]));
  r.finding = finding + " and a predictor that always says 0 has 1.";
  r.settings = {{"task", record.task},
                {"d", std::int64_t{d}},
                {"examples a prompt", std::int64_t{record.points}},
                {"steps", std::int64_t{record.steps}},
                {"test prompts", std::int64_t{record.prompts}},
                {"learning rate", lr}};
  if (asked.quick) r.notes.push_back("Made with --quick: too few steps to mean anything.");
  return r;
}

}  // namespace krait::experiment
