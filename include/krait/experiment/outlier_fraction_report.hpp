// krait/experiment/outlier_fraction_report.hpp: error against the fraction of outliers: tables, plots, claims, finding.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/experiment/names.hpp>
#include <krait/experiment/outlier_grid.hpp>
#include <krait/experiment/outlier_models.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

struct outlier_fraction_record {
  struct entry {
    std::string name;
    descent training;
  };
  int examples = 0;
  long prompts = 0;  // a seed, rule and fraction
  std::vector<double> alpha = {};
  std::vector<entry> models = {};

  std::string key(std::size_t model, std::uint64_t seed) const {
    return fmt::format("{}-seed{}", models[model].name, seed);
  }
  /// Over seeds.
  measured error(const outlier_grid& grid, const options& asked, std::size_t model, std::size_t rule,
                 std::size_t a) const {
    return over_seeds(
        asked, grid, [&](std::uint64_t seed) { return key(model, seed); },
        [&](const auto& numbers) { return numbers[1 + rule * alpha.size() + a]; });
  }
  double floor(std::size_t rule, std::size_t a) const {
    return rule == 0 ? theory::flipped_floor(alpha[a], examples) : theory::uninformed_floor(alpha[a], examples);
  }
  std::size_t at(double wanted) const {
    return static_cast<std::size_t>(
        std::ranges::min_element(alpha, {}, [&](double a) { return std::abs(a - wanted); }) - alpha.begin());
  }
};

inline constexpr const char* outlier_paper = "Can Mamba Learn In Context with Outliers? (arXiv:2510.00399), figure 2";

template <task::outlier_classification_config C>
result outlier_fraction_result(const outlier_fraction_record& record, const outlier_grid& grid, const options& asked) {
  result r;
  const auto error = [&](std::size_t model, std::size_t rule, std::size_t a) {
    return record.error(grid, asked, model, rule, a);
  };
  const std::size_t rules = std::size(rule_names), points = record.alpha.size();
  const double all_prompts = double(record.prompts) * asked.seeds;

  plot fraction{.name = "fraction",
                .caption =
                    "Error against the fraction of examples with an outlier, for three rules of their labels. Look "
                    "at where each model leaves the axis: a linear Transformer at one half of flipped labels, a "
                    "Mamba only where prompts begin to have no clean example at all (grey).",
                .alt = "Three panels of lines of test error against outlier fraction, one line a model.",
                .x = {.label = "outlier fraction"},
                .y = {.label = "error", .low = 0, .high = 1}};
  plot floors{.name = "floors",
              .caption =
                  "The Mamba's error beside the floor (grey): the probability that a prompt has no clean example, "
                  "or half of it where the labels of outliers say nothing. Bars are spreads over seeds.",
              .alt = "Three panels of the Mamba's error and the floor on a logarithmic scale.",
              .x = {.label = "outlier fraction", .low = .55, .high = .92},
              .y = {.label = "error", .log = true, .low = 1e-5, .high = 1}};
  table errors{.name = "errors",
               .caption = fmt::format("Error on {} test prompts a seed; mean and standard deviation over seeds.",
                                      record.prompts),
               .columns = {{.name = "labels"}, {.name = "fraction", .decimals = 2}}};
  for (const auto& m : record.models) errors.columns.push_back({.name = m.name, .decimals = 4});
  errors.columns.push_back({.name = "floor", .decimals = 5});
  errors.columns.push_back({.name = record.models[0].name + " - floor, in sampling errors", .decimals = 2});
  for (std::size_t rule = 0; rule < rules; ++rule) {
    const std::string name(rule_names[rule]);
    series floor{.name = "floor: no clean example", .panel = name, .published = true, .source = "analytic"};
    for (std::size_t m = 0; m < record.models.size(); ++m) {
      series s{.name = record.models[m].name, .model = record.models[m].name, .panel = name};
      for (std::size_t a = 0; a < points; ++a) {
        const measured e = error(m, rule, a);
        s.x.push_back(record.alpha[a]), s.y.push_back(e.value);
        s.spread.push_back(std::isfinite(e.spread) ? e.spread : 0);
      }
      if (m == 0) {
        series high = s;
        for (double& y : high.y) y = y > 0 ? y : unknown;
        floors.data.push_back(std::move(high));
      }
      fraction.data.push_back(std::move(s));
    }
    for (std::size_t a = 0; a < points; ++a) {
      row line{{name, record.alpha[a]}};
      for (std::size_t m = 0; m < record.models.size(); ++m) line.cells.push_back(error(m, rule, a));
      const double f = record.floor(rule, a), sampling = sampling_error(f, all_prompts);
      line.cells.push_back(f);
      line.cells.push_back(f * all_prompts >= 5 ? cell{(error(0, rule, a).value - f) / sampling} : cell{});
      errors.rows.push_back(std::move(line));
      floor.x.push_back(record.alpha[a]), floor.y.push_back(f);
    }
    fraction.data.push_back(floor);
    for (double& y : floor.y) y = y > 0 ? y : unknown;
    floors.data.push_back(std::move(floor));
  }
  r.plots = {std::move(fraction), std::move(floors)};

  const std::size_t eight = record.at(.8), half = record.at(.5);
  for (std::size_t rule = 0; rule < rules; ++rule) {
    const double most = rule == 0 ? .013 : .01;
    const measured e = error(0, rule, eight);
    r.claims.push_back({.id = fmt::format("outliers.mamba_{}", rule_names[rule]),
                        .statement = fmt::format("With {} labels a one-layer Mamba errs about as rarely as prompts "
                                                 "without clean examples occur, up to a fraction of 0.8.",
                                                 rule_names[rule]),
                        .source = outlier_paper,
                        .value = e.value,
                        .spread = e.spread,
                        .unit = "error at a fraction of 0.8",
                        .expected = fmt::format("{} {:g} (the floor is {:.4f})", rule == 0 ? "at most" : "below", most,
                                                record.floor(rule, eight)),
                        .holds = e.value <= most});
    double worst = 0, where = 0;  // in sampling errors
    for (std::size_t a = 0; a < points; ++a) {
      const double f = record.floor(rule, a);
      if (record.alpha[a] > .8 || f * all_prompts < 5) continue;
      const double off = (error(0, rule, a).value - f) / sampling_error(f, all_prompts);
      if (std::abs(off) > std::abs(worst)) worst = off, where = record.alpha[a];
    }
    r.claims.push_back({.id = fmt::format("outliers.floor_{}", rule_names[rule]),
                        .statement = fmt::format("With {} labels the Mamba's error is the floor, within the sampling "
                                                 "error of {:.0f} prompts, up to a fraction of 0.8.",
                                                 rule_names[rule], all_prompts),
                        .source = "analytic: the probability that a prompt has no clean example",
                        .value = worst,
                        .unit = fmt::format("sampling errors off, at the worst fraction ({:g})", where),
                        .expected = "within 3",
                        .holds = std::abs(worst) <= 3});
  }
  measured least;
  for (std::size_t a = half; a < points; ++a)
    if (const measured e = error(1, 0, a); !(e.value >= least.value)) least = e;
  r.claims.push_back(
      {.id = "outliers.linear_flipped",
       .statement = "With flipped labels a linear Transformer fails once half of the examples are outliers.",
       .source = outlier_paper,
       .value = least.value,
       .spread = least.spread,
       .unit = "least error at fractions from 0.5 on",
       .expected = "above 0.4",
       .holds = least.value > .4});

  theory::outlier_setting s = theory::setting_of(C);
  s.alpha = .8, s.eta = record.models[0].training.rate, s.batch = record.models[0].training.batch;
  s.steps = double(record.models[0].training.steps);
  table summary{.name = "summary",
                .caption =
                    "Error at the fractions where the models part. Floor: the probability that a prompt has no "
                    "clean example, for flipped labels, and half of it for others.",
                .columns = {{.name = ""}}};
  const std::pair<std::size_t, double> shown[] = {{0, .5}, {0, .8}, {1, .8}, {2, .8}};
  for (const auto& [rule, alpha] : shown)
    summary.columns.push_back({.name = fmt::format("{}, {:g}", rule_names[rule], alpha), .decimals = 4});
  row last{{std::string("floor")}};
  for (std::size_t m = 0; m < record.models.size(); ++m) {
    row line{{record.models[m].name}};
    for (const auto& [rule, alpha] : shown) line.cells.push_back(error(m, rule, record.at(alpha)));
    summary.rows.push_back(std::move(line));
  }
  for (const auto& [rule, alpha] : shown) last.cells.push_back(record.floor(rule, record.at(alpha)));
  summary.rows.push_back(std::move(last));
  r.tables = {std::move(summary), std::move(errors), bounds_table(s)};
  r.finding = fmt::format(
      "With 80 % outliers whose labels are flipped a one-layer Mamba errs on {:.2f} % of prompts, where {:.2f} % have "
      "no "
      "clean example, and a linear Transformer on {:.1f} %; the theorems guarantee fractions up to {:.0f} % and 50 %.",
      100 * error(0, 0, eight).value, 100 * record.floor(0, eight), 100 * error(1, 0, eight).value,
      100 * theory::mamba_fraction(s));
  add_settings(r, C);
  for (const auto& m : record.models) add_settings(r, m.name, m.training);
  r.settings.push_back({"test prompts a seed, rule and fraction (guessed)", std::int64_t{record.prompts}});
  r.notes = {guessed_note};
  if (asked.quick) r.notes.push_back("Made with --quick: too few steps to mean anything.");
  return r;
}

}  // namespace krait::experiment
