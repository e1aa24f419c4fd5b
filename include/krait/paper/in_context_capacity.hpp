// krait/paper/in_context_capacity.hpp: how many pairs does a state hold? Park et al. 2024 (arXiv:2402.04248), table 1,
// mark Mamba's recall as failed; arXiv:2508.19029 finds recurrent models to recall in a narrow window of learning rates
// only, so that a failure counts after the rate was swept.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/core/error.hpp>
#include <krait/study/exhibit.hpp>
#include <string>
#include <vector>

namespace krait::paper {

/// Of experiment::in_context_tasks over recall of several numbers of pairs, each at several learning rates, whose
/// models are called by their kind and their d_state: "mamba 16", "mambaformer 16". Of the rates the best counts, for
/// every model and number of pairs, by the mean over seeds.
struct in_context_capacity {
  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const std::vector<best_run> runs = best_of(seen);
    report::table t{.name = "capacity",
                    .caption =
                        "What is left of the error of who knows nothing, for each d_state and number of pairs, "
                        "at the best of the learning rates (which the same test prompts choose), and at the "
                        "worst of them."};
    t.columns = {{.name = "model"},
                 {.name = "d_state"},
                 {.name = "pairs"},
                 {.name = "error left", .unit = "%"},
                 {.name = "best rate", .decimals = 4},
                 {.name = "error left at the worst rate", .unit = "%"}};
    report::plot p{.name = "capacity",
                   .caption =
                       "Error left at the best learning rate against the state of a channel, a panel for each "
                       "number of pairs. A model that looks back needs no state.",
                   .alt = "Lines: error left in per cent against d_state, by model, for each number of pairs.",
                   .x = {.label = "d_state", .log = true},
                   .y = {.label = "error left (%)", .low = 0}};
    for (const best_run& run : runs) {
      const report::measured left = measured(run.left, seen, {}), worst = measured(run.worst, seen, {});
      report::row row{.cells = {run.kind, std::int64_t(run.states), std::int64_t(run.pairs), {}, {}, {}}};
      if (std::isfinite(left.value)) row.cells[3] = left, row.cells[4] = run.rate, row.cells[5] = worst;
      t.rows.push_back(std::move(row));
      const std::string panel = fmt::format("{} pairs", run.pairs);
      auto s =
          std::ranges::find_if(p.data, [&](const auto& one) { return one.model == run.kind && one.panel == panel; });
      if (s == p.data.end())
        s = p.data.insert(p.data.end(), report::series{.name = run.kind, .model = run.kind, .panel = panel});
      s->x.push_back(run.states), s->y.push_back(left.value), s->spread.push_back(left.spread);
    }
    exhibits page;
    page.tables.push_back(std::move(t));
    page.plots.push_back(std::move(p));
    const auto [fewest, most] = std::ranges::minmax(runs, {}, &best_run::pairs);
    const auto [least, greatest] = std::ranges::minmax(runs, {}, &best_run::states);
    const auto at = [&](const char* kind, int states, int pairs) {
      for (const best_run& run : runs)
        if (run.kind == kind && run.states == states && run.pairs == pairs) return run.left;
      return quantity(report::unknown);
    };
    const quantity small = at("mamba", least.states, most.pairs), large = at("mamba", greatest.states, most.pairs),
                   former = at("mambaformer", least.states, most.pairs);
    page.claims = {
        {.id = "recalled",
         .value = at("mambaformer", greatest.states, fewest.pairs),
         .holds = below(75),
         .says =
             fmt::format("The mambaformer of d_state {} learns to recall {} pairs.", greatest.states, fewest.pairs)},
        {.id = "gap",
         .value = (small - former).in("% above the mambaformer"),
         .holds = above(5),
         .says = fmt::format("Of {} pairs the mamba of d_state {} stays behind the mambaformer, whatever the rate.",
                             most.pairs, least.states),
         .source = "arXiv:2402.04248, table 1"},
        {.id = "state_helps",
         .value = (small - large).in("% less is left"),
         .holds = above(0).by_errors(2),
         .says = fmt::format("A larger state, {} for {}, lets the mamba recall more of {} pairs.", greatest.states,
                             least.states, most.pairs)},
        {.id = "rate_matters",
         .value = worst_of(runs, "mamba", greatest.states, fewest.pairs) - at("mamba", greatest.states, fewest.pairs),
         .holds = above(5),
         .says = fmt::format("The mamba's recall of {} pairs hangs on the learning rate.", fewest.pairs),
         .source = "arXiv:2508.19029",
         .unit = "% more is left at the worst rate"}};
    page.finding = {
        {fmt::format("Of {} pairs, at its best learning rate, the mamba leaves {{small}} % of the error with "
                     "d_state {} and {{large}} % with {}; the mambaformer leaves {{former}} % with {}.",
                     most.pairs, least.states, greatest.states, least.states),
         {{"small", small, 1}, {"large", large, 1}, {"former", former, 1}}}};
    return page;
  }

 private:
  struct best_run {
    std::string kind;
    int states, pairs;
    double rate;
    studies::quantity left, worst;  // % of the error without knowledge
  };
  static studies::quantity worst_of(const std::vector<best_run>& runs, const char* kind, int states, int pairs) {
    for (const best_run& run : runs)
      if (run.kind == kind && run.states == states && run.pairs == pairs) return run.worst;
    return report::unknown;
  }

  /// A run for each model and number of pairs.
  static std::vector<best_run> best_of(const studies::record& seen) {
    using namespace studies;
    std::vector<best_run> all;
    for (const auto& model : seen.group("model", "trained")) {
      const auto space = model.rfind(' ');
      const double states = space == std::string::npos ? report::unknown : number_of(model.substr(space + 1));
      if (!std::isfinite(states))
        throw study_error("The page of capacities reads a model's d_state in its name, and '" + model +
                          "' has none; call it as \"mamba 16\".");
      for (const auto& task : seen.levels("task")) {
        const int pairs = static_cast<int>(seen.number(task + ": pairs"));
        const quantity left = (100. / seen.number(task + ": error without knowledge") *
                               mean_over("examples", studies::of("error"), seen.group("examples", "end of " + task)))
                                  .where("task", task)
                                  .where("model", model)
                                  .in("%");
        best_run now{
            model.substr(0, space), static_cast<int>(states), pairs, seen.number(task + ": learning rate"), left, left};
        const auto same = std::ranges::find_if(all, [&](const best_run& one) {
          return one.kind == now.kind && one.states == now.states && one.pairs == pairs;
        });
        if (same == all.end()) {
          all.push_back(std::move(now));
          continue;
        }
        const double here = measured(left, seen, {}).value;
        if (here < measured(same->left, seen, {}).value) same->left = left, same->rate = now.rate;
        if (here > measured(same->worst, seen, {}).value) same->worst = left;
      }
    }
    return all;
  }
};

}  // namespace krait::paper
