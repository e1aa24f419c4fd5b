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
/// models are recurrent ones and ones with attention besides (experiment/model_kinds.hpp), of several d_state each. Of
/// the rates the best counts, for every model and number of pairs, by the mean over seeds.
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
      report::row row{.cells = {run.model, std::int64_t(run.states), std::int64_t(run.pairs), {}, {}, {}}};
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
    const best_run &small = find(runs, recurrent, least.states, most.pairs),
                   &large = find(runs, recurrent, greatest.states, most.pairs),
                   &former = find(runs, looks_back, least.states, most.pairs),
                   &learner = find(runs, looks_back, greatest.states, fewest.pairs),
                   &swept = find(runs, recurrent, greatest.states, fewest.pairs);
    page.claims = {
        {.id = "recalled",
         .value = learner.left,
         .holds = below(75),
         .says = fmt::format("The {} learns to recall {} pairs.", learner.model, fewest.pairs)},
        {.id = "gap",
         .value = (small.left - former.left).in("% above the " + former.model),
         .holds = above(5),
         .says = fmt::format("Of {} pairs the {} stays behind the {}, whatever the rate.", most.pairs, small.model,
                             former.model),
         .source = "arXiv:2402.04248, table 1"},
        {.id = "state_helps",
         .value = (small.left - large.left).in("% less is left"),
         .holds = above(0).by_errors(2),
         .says = fmt::format("A larger d_state, {} for {}, lets the {} recall more of {} pairs than the {}.",
                             greatest.states, least.states, large.model, most.pairs, small.model)},
        {.id = "rate_matters",
         .value = swept.worst - swept.left,
         .holds = above(5),
         .says = fmt::format("The recall of {} pairs by the {} hangs on the learning rate.", fewest.pairs, swept.model),
         .source = "arXiv:2508.19029",
         .unit = "% more is left at the worst rate"}};
    page.finding = {{fmt::format("Of {} pairs, at its best learning rate, the {} leaves {{small}} % of the error and "
                                 "the {} {{large}} %; the {} leaves {{former}} %.",
                                 most.pairs, small.model, large.model, former.model),
                     {{"small", small.left, 1}, {"large", large.left, 1}, {"former", former.left, 1}}}};
    return page;
  }

 private:
  static constexpr const char *recurrent = "recurrent", *looks_back = "with attention";  // in the plot's key
  struct best_run {
    std::string model, kind;
    int states, pairs;
    double rate;
    studies::quantity left, worst;  // % of the error without knowledge
  };
  static const best_run& find(const std::vector<best_run>& runs, const std::string& kind, int states, int pairs) {
    const auto found = std::ranges::find_if(
        runs, [&](const auto& run) { return run.kind == kind && run.states == states && run.pairs == pairs; });
    if (found == runs.end())
      throw study_error(
          fmt::format("The page of capacities compares recurrent models with ones that have attention "
                      "besides, and none of these that is {} has a d_state of {}; add one.",
                      kind, states));
    return *found;
  }

  /// A run for each model and number of pairs.
  static std::vector<best_run> best_of(const studies::record& seen) {
    using namespace studies;
    std::vector<best_run> all;
    for (const auto& model : seen.group("model", "trained")) {
      const int states = static_cast<int>(seen.number(model + ": d_state"));
      const auto& carry = seen.group("model", "recurrent");
      const char* kind = std::ranges::find(carry, model) != carry.end() ? recurrent : looks_back;
      for (const auto& task : seen.levels("task")) {
        const int pairs = static_cast<int>(seen.number(task + ": pairs"));
        const quantity left = (100. / seen.number(task + ": error without knowledge") *
                               mean_over("examples", studies::of("error"), seen.group("examples", "end of " + task)))
                                  .where("task", task)
                                  .where("model", model)
                                  .in("%");
        best_run now{model, kind, states, pairs, seen.number(task + ": learning rate"), left, left};
        const auto same =
            std::ranges::find_if(all, [&](const best_run& one) { return one.model == model && one.pairs == pairs; });
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
