// krait/paper/outlier_mechanism.hpp: attention, gates and w of a one-layer Mamba beside what is proven of them:
// corollaries 1 and 2 and the proof of theorem 1 of "Can Mamba Learn In Context with Outliers?" (arXiv:2510.00399).
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/paper/outlier_theory.hpp>

namespace krait::paper {

/// Of experiment::outlier_mechanism.
struct outlier_mechanism {
  static constexpr const char *attention_source = "arXiv:2510.00399, corollary 1",
                              *gate_source = "arXiv:2510.00399, corollary 2",
                              *gates_seen = "arXiv:2510.00399, corollary 2 and figure 4",
                              *phases_source = "arXiv:2510.00399, proof of theorem 1";

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const double alpha = seen.number("fraction of outliers in the prompts that are looked at");
    const theory::outlier_setting s = outlier_theory::setting_of(seen, "mamba", alpha);
    const double log_M1 = theory::natural_log(s.M1);

    const quantity attention = studies::of("attention"), gate = studies::of("gate"), logit = studies::of("logit"),
                   w = studies::of("w"), loss = studies::of("loss"), error = studies::of("error");
    const quantity same = attention.where("pattern", "same pattern"),
                   other = attention.where("pattern", "other pattern"), closed = gate.where("examples", "outliers"),
                   open = gate.where("examples", "clean"), low_outlier = logit.where("examples", "outliers"),
                   low_clean = logit.where("examples", "clean"), w_outlier = w.where("vector", "v*"),
                   w_pattern = w.where("vector", "mu");
    const quantity gap = (same - other).last() / (same - other).first(), relative = closed / open;

    // The gates of clean examples: log2 G = a + b j.
    const auto log2 = [](const quantity& of) {
      return combine([](const auto& v) { return v[0] > 0 ? std::log2(v[0]) : report::unknown; }, {of});
    };
    const auto exp2 = [](const quantity& of) { return combine([](const auto& v) { return std::exp2(v[0]); }, {of}); };
    const quantity by_rank = studies::of("gate_of_rank"), rank = level_of("rank"), first = by_rank.where("rank", 1),
                   factor = exp2(slope(log2(by_rank), along("rank"))),
                   straight = explained(log2(by_rank), along("rank")), mean = log2(pooled(by_rank)),
                   fitted =
                       exp2(mean_over("rank", mean) + slope(mean, along("rank")) * (rank - mean_over("rank", rank)));

    // Phase 1: from the beginning to where w . v* has made half of its way down.
    const auto first_fall = [](const course& all) {
      const double begin = all.front().second, low = std::ranges::min(all, {}, &course::value_type::second).second;
      course fall;
      for (const auto& point : all) {
        fall.push_back(point);
        if (point.second < (begin + low) / 2) break;
      }
      return fit(fall);
    };
    const quantity pace = over_steps([=](const course&all) { return first_fall(all).slope; }, w_outlier),
                   line = over_steps([=](const course&all) { return first_fall(all).explained; }, w_outlier),
                   lowest = over_steps(
                       [](const course&all) { return std::ranges::min(all, {}, &course::value_type::second).first; },
                       w_outlier);

    const running steps{.label = "training steps", .log = true};
    const std::string no_gate = fmt::format("at most {:.3f}, of order 1 / poly(M1)", theory::outlier_gate(s));
    return {
        .tables = {over_training(seen, {{"same", same, 2},
                                        {"other", other, 2},
                                        {"G outliers", closed, 4},
                                        {"G clean", open, 3},
                                        {"w . v*", w_outlier, 2},
                                        {"w . mu", w_pattern, 2},
                                        {"w . p outliers", low_outlier, 2},
                                        {"w . p clean", low_clean, 2},
                                        {"loss", loss, 4},
                                        {fmt::format("error, {:g} flipped", alpha), error, 4}}),
                   report::table{.name = "orders",
                                 .caption = "The proof's orders (constants 1) beside what was measured.",
                                 .columns = {{.name = "quantity"},
                                             {.name = "order", .decimals = 3},
                                             {.name = "measured", .decimals = 3}},
                                 .rows = {{{"slope of w . v* in phase 1, a step", theory::outlier_slope(s),
                                            measured(pace, seen, {})}},
                                          {{"end of phase 1, steps; measured: where w . v* is lowest",
                                            theory::first_phase(s), measured(lowest, seen, {})}},
                                          {{"T_M, steps; measured: all of the training", theory::mamba_steps(s),
                                            static_cast<std::int64_t>(s.steps)}},
                                          {{"gate of outliers", theory::outlier_gate(s), measured(closed, seen, {})}},
                                          {{"gate's factor an example", .5, measured(factor, seen, {})}}}},
                   outlier_theory::bounds_table(s)},
        .plots = {lines{.name = "attention",
                        .x = steps,
                        .y = attention,
                        .axis = {.label = "sum of attention"},
                        .series = "pattern",
                        .caption = "Corollary 1: the sum of p_i W_B^T W_C p_query over examples that show the query's "
                                   "pattern, and over the others. Bands are spreads over seeds.",
                        .alt =
                            "Two lines over training steps: attention on the same pattern grows, that on others falls "
                            "below zero.",
                        .band = true},
                  lines{.name = "gates",
                        .x = steps,
                        .y = gate,
                        .axis = {.label = "mean gate G", .log = true},
                        .series = "examples",
                        .caption = fmt::format(
                            "Corollary 2: the gate G of examples with an outlier closes in training (prompts with a "
                            "fraction of {:g} novel outliers).",
                            alpha),
                        .alt = "Mean gates of outlier and clean examples over training steps on a logarithmic scale.",
                        .references = {{theory::outlier_gate(s), "1 / M1", false}},
                        .band = true},
                  lines{
                      .name = "decay",
                      .x = {.over = "rank", .label = "j-th closest clean example"},
                      .y = {{"measured", by_rank}, {"fitted", fitted}, {"2^-(j-1)", exp2(1 - rank), true, gate_source}},
                      .axis = {.label = "mean gate G", .log = true},
                      .caption = "Corollary 2 after training: the gate of the j-th closest clean example falls "
                                 "geometrically with j. Grey: the guarantee 2^-(j-1), an order.",
                      .alt = "Mean gate against place among clean examples, logarithmic, with a fitted line and the "
                             "bound."},
                  lines{.name = "phases",
                        .x = steps,
                        .y = {{"w . v*", w_outlier},
                              {"w . mu", w_pattern},
                              {"w . p, outliers", low_outlier},
                              {"w . p, clean", low_clean}},
                        .axis = {.label = "inner product with w"},
                        .caption =
                            "The proof's two phases: first w . v* falls, then w stays while attention grows. Dotted: "
                            "the theorem's orders of the two times, with constants 1.",
                        .alt = "w . outlier, w . pattern and w . p of tokens over training steps.",
                        .references = {{-log_M1, "-log M1", false},
                                       {theory::first_phase(s), "phase 1", true},
                                       {theory::mamba_steps(s), "T_M", true}},
                        .band = true}},
        .claims = {{.id = "attention_same",
                    .value = same,
                    .holds = at_least(1),
                    .says =
                        "After training the attention on examples of the query's pattern sums to at least a constant.",
                    .source = attention_source,
                    .unit = "sum of attention"},
                   {.id = "attention_other",
                    .value = other,
                    .holds = at_most(theory::other_attention(s)),
                    .says = "After training the attention on the other examples sums to next to nothing, or less.",
                    .source = attention_source,
                    .unit = "sum of attention",
                    .expected =
                        fmt::format("at most {:.3f}, of order (1 - p_a)^-1 epsilon", theory::other_attention(s))},
                   {.id = "attention_gap",
                    .value = gap,
                    .holds = above(1),
                    .says = "The gap between the two grows in training.",
                    .source = "arXiv:2510.00399, figure 3 (there with three layers)",
                    .unit = "times the gap before training"},
                   {.id = "gate_outlier",
                    .value = closed,
                    .holds = at_most(theory::outlier_gate(s)),
                    .says = "Gates of examples with outliers are nearly closed after training.",
                    .source = gate_source,
                    .unit = "mean gate G",
                    .expected = no_gate},
                   {.id = "gate_relative",
                    .value = relative,
                    .holds = at_most(theory::outlier_gate(s)),
                    .says = "An outlier's gate is nearly closed beside that of a clean example.",
                    .source = gates_seen,
                    .unit = "of a clean example's gate",
                    .expected = no_gate},
                   {.id = "gate_decay",
                    .value = factor,
                    .holds = at_least(.5),
                    .says = "The gate of the j-th closest clean example falls by less than half an example.",
                    .source = gate_source,
                    .unit = "factor an example, fitted"},
                   {.id = "gate_geometric",
                    .value = straight,
                    .holds = at_least(.95),
                    .says = "This fall is geometric.",
                    .source = gates_seen,
                    .unit = "share of the variance of log G that a line explains"},
                   {.id = "gate_first",
                    .value = first,
                    .holds = at_least(.1),
                    .says = "The closest clean example has a gate of order 1.",
                    .source = gate_source,
                    .unit = "mean gate G"},
                   {.id = "phase_one",
                    .value = line,
                    .holds = at_least(.9),
                    .says = "In the first phase w . v* falls at a constant rate.",
                    .source = phases_source,
                    .unit = "share of its variance that a line explains, over the first half of the fall"},
                   {.id = "phase_two_outlier",
                    .value = low_outlier,
                    .holds = at_most(-log_M1),
                    .says = "After training w . p of outliers is below -log M1.",
                    .source = phases_source,
                    .unit = "mean w . p",
                    .expected = fmt::format("at most {:.2f}", -log_M1)},
                   {.id = "phase_two_clean",
                    .value = low_clean,
                    .holds = at_least(-log_M1),
                    .says = "After training w . p of clean examples is of order -1.",
                    .source = phases_source,
                    .unit = "mean w . p",
                    .expected = fmt::format("at least {:.2f}, which outliers must be below", -log_M1)}},
        .finding =
            {{"After training the attention sums to {same} on examples of the query's pattern and {other} on "
              "others; gates of outliers are {closed} on average, that of the closest clean example {first}, "
              "and each further clean example has {factor} times the gate.",
              {{"same", same}, {"other", other}, {"closed", closed, 4}, {"first", first, 2}, {"factor", factor, 2}}}},
        .notes = {outlier_theory::guessed_note}};
  }

 private:
  /// A row for a look in two: at steps that are about twice as far each.
  static report::table over_training(const studies::record& seen, const std::vector<studies::column>& columns) {
    report::table made{.name = "training",
                       .caption = "Means over prompts at some steps; mean and standard deviation over seeds.",
                       .columns = {{.name = "step", .decimals = 0}}};
    for (const auto& c : columns) made.columns.push_back({.name = c.name, .decimals = c.decimals});
    std::vector<long> steps;
    if (!seen.seeds.empty()) steps = columns.front().of.steps({&seen, {}, seen.seeds.front()});
    double shown = 0;
    for (const long step : steps) {
      const auto now = static_cast<double>(step);
      if (step != steps.front() && step != steps.back() && now < 1.9 * shown) continue;
      shown = now;
      report::row row{{std::int64_t{step}}};
      for (const auto& c : columns) row.cells.emplace_back(studies::measured(c.of, seen, {}, false, step));
      made.rows.push_back(std::move(row));
    }
    return made;
  }
};

}  // namespace krait::paper
