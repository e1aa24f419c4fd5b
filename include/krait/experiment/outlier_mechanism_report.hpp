// krait/experiment/outlier_mechanism_report.hpp: attention, gates and w over training: table, plots, claims, finding.
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

struct outlier_mechanism_record {
  static constexpr int clean_places = 10;  // gates of the 1st to 10th closest clean example
  /// Means over prompts, at each look.
  enum quantity {
    same,
    other,
    gate_outlier,
    gate_clean,
    logit_outlier,
    logit_clean,
    w_outlier,
    w_relevant,
    loss,
    error,
    gate_first
  };
  static constexpr int numbers = gate_first + clean_places;

  double alpha = 0;
  long prompts = 0;
  std::vector<long> looks = {};  // steps
  descent training = {};

  std::string key(std::uint64_t seed) const { return fmt::format("mamba-seed{}", seed); }
  double at(const std::vector<double>& found, std::size_t look, int q) const {
    return found[look * numbers + static_cast<std::size_t>(q)];
  }
  measured mean(const outlier_grid& grid, const options& asked, std::size_t look, int q) const {
    return over_seeds(
        asked, grid, [&](std::uint64_t seed) { return key(seed); },
        [&](const auto& found) { return at(found, look, q); });
  }
  /// The last look that is not after `step`.
  std::size_t look_before(double step) const {
    std::size_t i = 0;
    while (i + 1 < looks.size() && double(looks[i + 1]) <= step) ++i;
    return i;
  }
};

template <task::outlier_classification_config C>
result outlier_mechanism_result(const outlier_mechanism_record& record, const outlier_grid& grid,
                                const options& asked) {
  using record_type = outlier_mechanism_record;
  result r;
  theory::outlier_setting s = theory::setting_of(C);
  s.alpha = record.alpha, s.eta = record.training.rate, s.batch = record.training.batch;
  s.steps = double(record.training.steps);
  const std::size_t last = record.looks.size() - 1;
  const auto value = [&](std::size_t look, int q) { return record.mean(grid, asked, look, q); };
  const auto each_seed = [&](auto f) {
    return over_seeds(
        asked, grid, [&](std::uint64_t seed) { return record.key(seed); }, f);
  };

  const auto over_training = [&](std::string name, int q) {
    series line{.name = std::move(name)};
    for (std::size_t i = 1; i <= last; ++i) {  // a logarithmic axis has no step 0
      const measured m = value(i, q);
      line.x.push_back(double(record.looks[i])), line.y.push_back(m.value);
      line.spread.push_back(std::isfinite(m.spread) ? m.spread : 0);
    }
    return line;
  };
  const axis steps{.label = "training steps", .log = true};
  plot attention{
      .name = "attention",
      .caption =
          "Corollary 1: the sum of p_i W_B^T W_C p_query over examples that show the query's pattern, and "
          "over the others. Bands are spreads over seeds.",
      .alt =
          "Two lines over training steps: attention on the same pattern grows, that on others falls below "
          "zero.",
      .x = steps,
      .y = {.label = "sum of attention"},
      .data = {over_training("same pattern", record_type::same), over_training("other pattern", record_type::other)},
      .spread = spread_style::band};
  plot gates{
      .name = "gates",
      .caption = fmt::format("Corollary 2: the gate G of examples with an outlier closes in training (prompts with a "
                             "fraction of {:g} novel outliers).",
                             record.alpha),
      .alt = "Mean gates of outlier and clean examples over training steps on a logarithmic scale.",
      .x = steps,
      .y = {.label = "mean gate G", .log = true},
      .data = {over_training("outliers", record_type::gate_outlier), over_training("clean", record_type::gate_clean)},
      .references = {{theory::outlier_gate(s), "1 / M1", false}},
      .spread = spread_style::band};
  plot phases{
      .name = "phases",
      .caption =
          "The proof's two phases: first w . v* falls, then w stays while attention grows. Dotted: the "
          "theorem's orders of the two times, with constants 1.",
      .alt = "w . outlier, w . pattern and w . p of tokens over training steps.",
      .x = steps,
      .y = {.label = "inner product with w"},
      .data = {over_training("w . v*", record_type::w_outlier), over_training("w . mu", record_type::w_relevant),
               over_training("w . p, outliers", record_type::logit_outlier),
               over_training("w . p, clean", record_type::logit_clean)},
      .references = {{-theory::natural_log(s.M1), "-log M1", false},
                     {theory::first_phase(s), "phase 1", true},
                     {theory::mamba_steps(s), "T_M", true}},
      .spread = spread_style::band};
  plot decay{.name = "decay",
             .caption =
                 "Corollary 2 after training: the gate of the j-th closest clean example falls geometrically with j. "
                 "Grey: the guarantee 2^-(j-1), an order.",
             .alt = "Mean gate against place among clean examples, logarithmic, with a fitted line and the bound.",
             .x = {.label = "j-th closest clean example"},
             .y = {.label = "mean gate G", .log = true}};
  series found{.name = "measured"}, fitted{.name = "fitted"},
      bound{.name = "2^-(j-1)", .published = true, .source = "corollary 2"};
  std::vector<double> places, logs;
  for (int j = 1; j <= record_type::clean_places; ++j) {
    const measured m = value(last, record_type::gate_first + j - 1);
    found.x.push_back(j), found.y.push_back(m.value), found.spread.push_back(std::isfinite(m.spread) ? m.spread : 0);
    places.push_back(j), logs.push_back(std::log2(m.value));
    bound.x.push_back(j), bound.y.push_back(theory::clean_gate(j));
  }
  const line_fit mean_fit = fit_line(places, logs);
  for (const double j : places)
    fitted.x.push_back(j), fitted.y.push_back(std::exp2(mean_fit.intercept + mean_fit.slope * j));
  decay.data = {found, fitted, bound};
  r.plots = {std::move(attention), std::move(gates), std::move(decay), std::move(phases)};

  const auto fit_of = [&](const std::vector<double>& numbers) {
    std::vector<double> y;
    for (int j = 0; j < record_type::clean_places; ++j)
      y.push_back(std::log2(record.at(numbers, last, record_type::gate_first + j)));
    return fit_line(places, y);
  };
  const measured rate = each_seed([&](const auto& numbers) { return std::exp2(fit_of(numbers).slope); });
  const measured straight = each_seed([&](const auto& numbers) { return fit_of(numbers).explained; });
  const measured first = value(last, record_type::gate_first);
  // Phase 1: from the beginning to where w . v* has made half of its way down.
  const auto first_fall = [&](const auto& numbers) {
    double low = record.at(numbers, 0, record_type::w_outlier), begin = low;
    for (std::size_t i = 0; i <= last; ++i) low = std::min(low, record.at(numbers, i, record_type::w_outlier));
    std::vector<double> x, y;
    for (std::size_t i = 0; i <= last; ++i) {
      const double w = record.at(numbers, i, record_type::w_outlier);
      x.push_back(double(record.looks[i])), y.push_back(w);
      if (w < (begin + low) / 2) break;
    }
    return fit_line(x, y);
  };
  const measured slope = each_seed([&](const auto& numbers) { return first_fall(numbers).slope; });
  const measured line = each_seed([&](const auto& numbers) { return first_fall(numbers).explained; });
  const auto lowest_at = [&](const auto& numbers) {
    std::size_t best = 0;
    for (std::size_t i = 0; i <= last; ++i)
      if (record.at(numbers, i, record_type::w_outlier) < record.at(numbers, best, record_type::w_outlier)) best = i;
    return double(record.looks[best]);
  };
  const measured lowest = each_seed(lowest_at);

  const auto claim_of = [&](const char* id, std::string statement, const char* source, measured m, std::string unit,
                            std::string expected, bool holds) {
    r.claims.push_back({.id = std::string("outliers.") + id,
                        .statement = std::move(statement),
                        .source = std::string("arXiv:2510.00399, ") + source,
                        .value = m.value,
                        .spread = m.spread,
                        .unit = std::move(unit),
                        .expected = std::move(expected),
                        .holds = holds});
  };
  const measured same = value(last, record_type::same), other = value(last, record_type::other);
  claim_of("attention_same",
           "After training the attention on examples of the query's pattern sums to at least a constant.",
           "corollary 1", same, "sum of attention", "at least 1", same.value >= 1);
  claim_of("attention_other", "After training the attention on the other examples sums to next to nothing, or less.",
           "corollary 1", other, "sum of attention",
           fmt::format("at most {:.3f}, of order (1 - p_a)^-1 epsilon", theory::other_attention(s)),
           other.value <= theory::other_attention(s));
  const measured gap = each_seed([&](const auto& n) {
    const auto apart = [&](std::size_t i) {
      return record.at(n, i, record_type::same) - record.at(n, i, record_type::other);
    };
    return apart(last) / apart(0);
  });
  claim_of("attention_gap", "The gap between the two grows in training.", "figure 3 (there with three layers)", gap,
           "times the gap before training", "above 1", gap.value > 1);
  const measured closed = value(last, record_type::gate_outlier);
  claim_of("gate_outlier", "Gates of examples with outliers are nearly closed after training.", "corollary 2", closed,
           "mean gate G", fmt::format("at most {:.3f}, of order 1 / poly(M1)", theory::outlier_gate(s)),
           closed.value <= theory::outlier_gate(s));
  const measured relative = each_seed([&](const auto& n) {
    return record.at(n, last, record_type::gate_outlier) / record.at(n, last, record_type::gate_clean);
  });
  claim_of("gate_relative", "An outlier's gate is nearly closed beside that of a clean example.",
           "corollary 2 and figure 4", relative, "of a clean example's gate",
           fmt::format("at most {:.3f}, of order 1 / poly(M1)", theory::outlier_gate(s)),
           relative.value <= theory::outlier_gate(s));
  claim_of("gate_decay", "The gate of the j-th closest clean example falls by less than half an example.",
           "corollary 2", rate, "factor an example, fitted", "at least 0.5", rate.value >= .5);
  claim_of("gate_geometric", "This fall is geometric.", "corollary 2 and figure 4", straight,
           "share of the variance of log G that a line explains", "at least 0.95", straight.value >= .95);
  claim_of("gate_first", "The closest clean example has a gate of order 1.", "corollary 2", first, "mean gate G",
           "at least 0.1", first.value >= .1);
  claim_of("phase_one", "In the first phase w . v* falls at a constant rate.", "proof of theorem 1", line,
           "share of its variance that a line explains, over the first half of the fall", "at least 0.9",
           line.value >= .9);
  const measured low_outlier = value(last, record_type::logit_outlier),
                 low_clean = value(last, record_type::logit_clean);
  claim_of("phase_two_outlier", "After training w . p of outliers is below -log M1.", "proof of theorem 1", low_outlier,
           "mean w . p", fmt::format("at most {:.2f}", -theory::natural_log(s.M1)),
           low_outlier.value <= -theory::natural_log(s.M1));
  claim_of("phase_two_clean", "After training w . p of clean examples is of order -1.", "proof of theorem 1", low_clean,
           "mean w . p", "at least -1.79, which outliers must be below", low_clean.value >= -theory::natural_log(s.M1));

  table over{.name = "training",
             .caption = "Means over prompts at some steps; mean and standard deviation over seeds.",
             .columns = {{.name = "step", .decimals = 0},
                         {.name = "same", .decimals = 2},
                         {.name = "other", .decimals = 2},
                         {.name = "G outliers", .decimals = 4},
                         {.name = "G clean", .decimals = 3},
                         {.name = "w . v*", .decimals = 2},
                         {.name = "w . mu", .decimals = 2},
                         {.name = "w . p outliers", .decimals = 2},
                         {.name = "w . p clean", .decimals = 2},
                         {.name = "loss", .decimals = 4},
                         {.name = fmt::format("error, {:g} flipped", record.alpha), .decimals = 4}}};
  std::size_t shown = 0;
  for (std::size_t i = 0; i <= last; ++i) {
    if (i != 0 && i != last && double(record.looks[i]) < 1.9 * double(record.looks[shown])) continue;
    shown = i;
    row one{{std::int64_t{record.looks[i]}}};
    for (const int q : {record_type::same, record_type::other, record_type::gate_outlier, record_type::gate_clean,
                        record_type::w_outlier, record_type::w_relevant, record_type::logit_outlier,
                        record_type::logit_clean, record_type::loss, record_type::error})
      one.cells.push_back(value(i, q));
    over.rows.push_back(std::move(one));
  }
  table orders{
      .name = "orders",
      .caption = "The proof's orders (constants 1) beside what was measured.",
      .columns = {{.name = "quantity"}, {.name = "order", .decimals = 3}, {.name = "measured", .decimals = 3}}};
  orders.rows = {
      {{std::string("slope of w . v* in phase 1, a step"), theory::outlier_slope(s), slope}},
      {{std::string("end of phase 1, steps; measured: where w . v* is lowest"), theory::first_phase(s), lowest}},
      {{std::string("T_M, steps; measured: all of the training"), theory::mamba_steps(s),
        std::int64_t{record.training.steps}}},
      {{std::string("gate of outliers"), theory::outlier_gate(s), closed}},
      {{std::string("gate's factor an example"), .5, rate}}};
  r.tables = {std::move(over), std::move(orders), bounds_table(s)};
  r.finding = fmt::format(
      "After training the attention sums to {:.1f} on examples of the query's pattern and {:.1f} on others; gates of "
      "outliers are "
      "{:.4f} on average, that of the closest clean example {:.2f}, and each further clean example has {:.2f} times "
      "the gate.",
      same.value, other.value, closed.value, first.value, rate.value);
  add_settings(r, C);
  add_settings(r, "mamba", record.training);
  r.settings.push_back({"prompts a look (guessed)", std::int64_t{record.prompts}});
  r.notes = {guessed_note};
  if (asked.quick) r.notes.push_back("Made with --quick: too few steps to mean anything.");
  return r;
}

}  // namespace krait::experiment
