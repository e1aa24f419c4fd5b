// krait/paper/gating.hpp: memorise first or learn in context first, beside the formulas of "On the Importance of
// Gating: Memorization vs. In-Context Learning in SSMs" (Tong et al. 2026; read here is its first part).
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/study/exhibit.hpp>
#include <krait/theory/gating.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::paper {

/// Of experiment::gating.
struct gating {
  static constexpr const char* source = "On the Importance of Gating (2026)";

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const double epsilon = seen.number("probability of a flipped label (guessed)"),
                 level = seen.number("level at which a part of the answer has escaped (guessed)"),
                 watched = seen.number("points P that are watched");
    const auto critical = [=](double P) { return theory::gating(static_cast<int>(P), epsilon).critical(); };
    const quantity P = level_of("points"), r = combine([=](const auto&v) { return critical(v[0]); }, {P}),
                   alpha = level_of("start") * r;

    const quantity growth = studies::of("growth_ratio"), formula = in_published(growth),
                   growth_off = greatest_over("start", size(pooled(growth) / formula - 1), from_an_eighth(seen));
    const quantity lead = studies::of("lead"), retrieval_time = studies::of("retrieval_time"),
                   memory_time = studies::of("memory_time"), crossing = crossing_of(seen, lead),
                   learning_critical = combine(
                       [=](const auto&v) {
                         return theory::gating(static_cast<int>(v[0]), epsilon).critical_of_learning(level) /
                                critical(v[0]);
                       },
                       {P});
    const quantity exactly = combine(
        [=](const auto& v) {
          return theory::gating(static_cast<int>(v[0]), epsilon).critical_exactly() / critical(v[0]);
        },
        {P});
    const quantity learns = crossing.where("gate", "learns"), held = crossing.where("gate", "held");
    const quantity law = combine([](const auto& v) { return theory::gating::escape_time(v[0]); }, {alpha});

    // Of the retrieval's time against 1 / (alpha log(1 / alpha)), where the gate starts below the critical one.
    const auto log = [](const quantity& of) {
      return combine([](const auto& v) { return v[0] > 0 ? std::log(v[0]) : report::unknown; }, {of});
    };
    const quantity exponent = exponent_of(seen, log(retrieval_time.where("gate", "learns")), log(law));
    const std::string weakest = seen.greatest("start"), strongest = seen.least("start");
    const std::string shortest = seen.least("length"), longest = seen.greatest("length");
    const quantity accuracy = 100 * studies::of("accuracy");
    const std::string at_watched = level_text(watched);
    const running steps{.label = "training steps"};
    const selection some{"start", spread_of(seen.levels("start"))};
    const auto both = [&](const quantity& of) { return of.where("points", at_watched); };

    exhibits page;
    page.tables = {
        table{.name = "critical",
              .rows = {{"points", "P"}},
              .columns = {{"sqrt((1 - 2 eps) / P)", r, 4, {}, true},
                          {"gate held: crossing / that", held, 2},
                          {"exactly / that", exactly, 2, {}, true},
                          {"gate learns: crossing / that", learns, 3},
                          {"escape time's crossing / that", learning_critical, 3, {}, true},
                          {"growth off the formula, at most", growth_off, 3, {}, true},
                          {"escape time's exponent", exponent, 2}},
              .caption = "The gate at the start at which memory and retrieval escape together, over the critical gate; "
                         "with the gate held where it starts, and with a gate that learns.",
              .published = false},
        table{.name = "times",
              .rows = {{"points", "P"}, {"start", "alpha / critical", 3}},
              .columns = {{"alpha", alpha, 4, {}, true},
                          {"growth ratio", growth, 3},
                          {"formula", formula, 3, {}, true},
                          {"held: retrieval at", retrieval_time.where("gate", "held")},
                          {"held: memory at", memory_time.where("gate", "held")},
                          {"learns: retrieval at", retrieval_time.where("gate", "learns")},
                          {"learns: memory at", memory_time.where("gate", "learns")},
                          {"1 / (alpha log 1/alpha)", law, 1, {}, true}},
              .caption = fmt::format(
                  "Times of gradient flow until a part of the answer is {:g}; empty: not before the end.", level),
              .published = false},
        table{.name = "lengths",
              .rows = {{"start", "alpha / critical", 3}, {"place", "asked example"}},
              .columns = spread("length", accuracy, 1, "{} examples"),
              .caption =
                  fmt::format("Right answers (%) for points never seen, after training on contexts of {} with a gate "
                              "that learns (P = {}).",
                              shortest, at_watched)}};
    page.plots = {
        lines{.name = "lead_held",
              .x = {.over = "start", .label = "gate at the start over the critical one", .log = true},
              .y = lead.where("gate", "held"),
              .axis = {.label = "log2(memory's time / retrieval's)"},
              .series = "points",
              .caption =
                  "With the gate held: above 0 retrieval is learnt first. The formula's crossing is at 1 (dotted).",
              .alt = "Lead of retrieval against the gate at the start, rising through zero near one for all P.",
              .references = {{0, "", false}, {1, "critical", true}}},
        lines{
            .name = "lead_learns",
            .x = {.over = "start", .label = "gate at the start over the critical one", .log = true},
            .y = lead.where("gate", "learns"),
            .axis = {.label = "log2(memory's time / retrieval's)"},
            .series = "points",
            .caption = "The same with a gate that learns: it opens before memory has grown, and what decides is the "
                       "escape time against the memory's time.",
            .alt =
                "Lead of retrieval against the gate at the start for a gate that learns; it crosses zero further left.",
            .references = {{0, "", false}, {1, "critical", true}}},
        lines{.name = "escape",
              .x = {.over = "start", .label = "gate at the start over the critical one", .log = true},
              .y = {{"retrieval", both(retrieval_time.where("gate", "learns"))},
                    {"memory", both(memory_time.where("gate", "learns"))},
                    {"sqrt(8) / (alpha log 1/alpha)", both(std::sqrt(8.) * law), true, source}},
              .axis = {.label = "time until it is learnt", .log = true},
              .caption =
                  fmt::format("Escape times with a gate that learns, P = {}, beside the order that is published (its "
                              "factor derived here).",
                              at_watched),
              .alt = "Times of retrieval and memory against the gate at the start, with the escape law."},
        lines{.name = "retrieval",
              .x = steps,
              .y = studies::of("retrieval"),
              .axis = {.label = "looked-up part of the answer"},
              .series = "start",
              .caption = fmt::format("How retrieval takes off over the training, by the gate at the start (P = {}).",
                                     at_watched),
              .only = {some},
              .band = true},
        lines{.name = "memory",
              .x = steps,
              .y = studies::of("memory"),
              .axis = {.label = "known part of the answer"},
              .series = "start",
              .caption = "What is known by heart, in the same trainings.",
              .only = {some},
              .band = true},
        lines{.name = "gate",
              .x = steps,
              .y = studies::of("alpha"),
              .axis = {.label = "gate of the asked example", .low = 0, .high = 1},
              .series = "start",
              .caption = "The gate, in the same trainings.",
              .only = {some},
              .band = true},
        lines{.name = "lengths",
              .x = {.over = "length", .label = "examples in the context", .log = true},
              .y = accuracy,
              .axis = {.label = "right answers, %"},
              .series = "start",
              .panel = "place",
              .caption = "Longer contexts than trained, with points never seen.",
              .only = {some}}};
    page.claims = {
        {.id = "growth",
         .each = {"points"},
         .value = growth_off,
         .holds = at_most(.1),
         .says =
             "At w = 0 retrieval and memory grow in the ratio P alpha^2 / ((1 - 2 eps) (1 + alpha)^2), with {points} points and a gate of at least an eighth of the critical one.",
         .source = source,
         .unit = "off, at the worst alpha"},
        {.id = "critical_held",
         .each = {"points"},
         .value = held,
         .holds = within(.3, 1),
         .says =
             "With the gate held and {points} points, the critical gate sqrt((1 - 2 eps) / P) decides what is learnt first.",
         .source = source,
         .unit = "measured crossing over the critical gate"},
        {.id = "critical_learns",
         .each = {"points"},
         .value = learns,
         .holds = within(.3, 1),
         .says = "With a gate that learns and {points} points, the same gate decides.",
         .source = source,
         .unit = "measured crossing over the critical gate"},
        {.id = "crossing_of_times",
         .each = {"points"},
         .value = learns / learning_critical,
         .holds = within(.5, 1),
         .says =
             "With a gate that learns and {points} points, the crossing is where sqrt(8) / (alpha log 1/alpha) is memory's time.",
         .unit = "measured crossing over that"},
        {.id = "memorises_first",
         .each = {"points"},
         .value = lead.where("gate", "learns").where("start", strongest),
         .holds = below(0),
         .says = "A strong gate at the start (" + strongest +
                 " of the critical alpha) makes a model of {points} points memorise first.",
         .source = source,
         .unit = "log2 of memory's time over retrieval's"},
        {.id = "retrieves_first",
         .each = {"points"},
         .value = lead.where("gate", "learns").where("start", weakest),
         .holds = above(0),
         .says = "A weak gate at the start (" + weakest +
                 " times the critical alpha) makes a model of {points} points learn in context first.",
         .source = source,
         .unit = "log2 of memory's time over retrieval's"},
        {.id = "escape_law",
         .each = {"points"},
         .value = exponent,
         .holds = within(.2, 1),
         .says =
             "Below the critical gate retrieval escapes after a time in proportion to 1 / (alpha log(1 / alpha)), with {points} points.",
         .source = source,
         .unit = "exponent, fitted"},
        {.id = "lengths",
         .value = (accuracy.where("start", strongest) - accuracy.where("start", weakest))
                      .where("length", longest)
                      .where("place", "as trained"),
         .holds = above(0).by_errors(2),
         .says =
             "A strong gate at the start helps with contexts longer than trained, the asked example standing where it stood in training.",
         .source = source,
         .unit = "% of right answers more, with " + longest + " examples"},
        {.id = "lengths_anywhere",
         .value = (accuracy.where("start", strongest) - accuracy.where("start", weakest))
                      .where("length", longest)
                      .where("place", "anywhere"),
         .holds = above(0).by_errors(2),
         .says = "It helps also where the asked example stands anywhere in a longer context.",
         .unit = "% of right answers more, with " + longest + " examples"}};
    const auto each_P = [](std::string before, std::vector<sentence::number> values, std::string after,
                           const std::string& unit = "") {
      return sentence("{number}" + unit + " with {points} points", std::move(values), {"points"}, {}, {},
                      std::move(before), ", ", std::move(after));
    };
    page.finding = {each_P("With the gate held, what is learnt first changes at ", {{"number", held, 2}},
                           " times the published critical gate sqrt((1 - 2 eps) / P); "),
                    each_P("with a gate that learns, at ", {{"number", learns, 3}}, " times it. "),
                    each_P("Growth at the start is off the published ratio by at most ",
                           {{"number", 100 * growth_off, 0}}, "; ", " %"),
                    each_P("the time until retrieval escapes goes as 1 / (alpha log(1 / alpha)) to the power ",
                           {{"number", exponent, 2}}, ".")};
    page.notes = {
        "What we have read of the work ends before its experiments: its sizes, rates and plots are not known to us, and those here "
        "are our own. The model, the growth ratio, the critical gate and the order of the escape time are the work's.",
        "The growth ratio leaves out the inner products of different points. Below an eighth of the critical gate and with "
        "few points they weigh as much as alpha, for points nearer to the query have wider gates: the table of times has "
        "the measured ratios there, and no claim is made of them.",
        "The asked example stands at one distance from the query, so that all prompts have one alpha. A part of the answer "
        "is the mean over prompts, towards what the context says or towards the point's own label."};
    return page;
  }

 private:
  static std::string level_text(double value) { return studies::level(static_cast<int>(value)); }
  static studies::quantity size(const studies::quantity& of) {
    return studies::combine([](const auto& v) { return std::abs(v[0]); }, {of}, of.unit());
  }
  /// The starts that the growth ratio is claimed for.
  static std::vector<std::string> from_an_eighth(const studies::record& seen) {
    std::vector<std::string> some;
    for (const auto& level : seen.levels("start"))
      if (studies::number_of(level) >= .125) some.push_back(level);
    return some;
  }
  /// Every second level, so that a plot has few lines.
  static std::vector<std::string> spread_of(const std::vector<std::string>& levels) {
    std::vector<std::string> some;
    for (std::size_t k = 0; k < levels.size(); k += 2) some.push_back(levels[k]);
    if (levels.size() % 2 == 0) some.push_back(levels.back());
    return some;
  }
  /// Where `lead` first rises through 0 over the starts, between them in their logarithm; unknown where it does not.
  static studies::quantity crossing_of(const studies::record& seen, const studies::quantity& lead) {
    std::vector<studies::quantity> at;
    std::vector<double> starts;
    for (const auto& level : seen.levels("start"))
      at.push_back(lead.where("start", level)), starts.push_back(studies::number_of(level));
    return studies::combine(
        [starts](const auto& v) {
          for (std::size_t k = 1; k < v.size(); ++k)
            if (v[k - 1] < 0 && v[k] >= 0)
              return starts[k - 1] * std::pow(starts[k] / starts[k - 1], -v[k - 1] / (v[k] - v[k - 1]));
          return report::unknown;
        },
        at);
  }
  /// Slope of y against x over the starts below the critical gate.
  static studies::quantity exponent_of(const studies::record& seen, const studies::quantity& y,
                                       const studies::quantity& x) {
    std::vector<studies::quantity> all;
    for (const auto& level : seen.levels("start"))
      if (studies::number_of(level) < 1) all.push_back(x.where("start", level)), all.push_back(y.where("start", level));
    return studies::combine(
        [](const auto& v) {
          std::vector<std::pair<double, double>> points;
          for (std::size_t k = 0; k + 1 < v.size(); k += 2)
            if (std::isfinite(v[k]) && std::isfinite(v[k + 1])) points.emplace_back(v[k], v[k + 1]);
          return studies::fit(points).slope;
        },
        all);
  }
};

}  // namespace krait::paper
