// krait/paper/in_context_flops.hpp: what does a loss cost? Park et al. 2024 (arXiv:2402.04248) compare models over
// widths and depths by the FLOPs of their whole training, as Kaplan et al. 2020 (arXiv:2001.08361) do for language.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/core/error.hpp>
#include <krait/paper/in_context_end.hpp>
#include <krait/study/exhibit.hpp>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace krait::paper {

/// Of experiment::in_context whose models are called by their kind and their size, "mamba 64x4", two sizes or more of
/// each kind. A budget is a number of FLOPs that a model spends on as many steps as it pays for, or on all that it has:
/// the large one is a quarter of what the whole training of a kind's costliest model costs (of the kind where that is
/// least), the small one a quarter of that.
struct in_context_flops {
  static constexpr double learnt = 25;  // % of the error of who knows nothing below which a model has learnt the task

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const std::vector<kind> kinds = kinds_of(seen);
    double large = std::numeric_limits<double>::infinity();  // GFLOP
    for (const kind& k : kinds) large = std::min(large, k.sizes.back().step * seen.number("steps") / 4);
    const std::pair<const char*, double> budgets[] = {{"large", large}, {"small", large / 4}};
    const quantity left = detail::in_context_end(seen).left;

    exhibits page;
    page.tables.push_back(sizes(seen, kinds, left, budgets));
    page.plots.push_back(courses(seen, kinds));
    page.plots.push_back(iso_flop(seen, kinds, budgets));
    for (const kind& k : kinds) {
      std::vector<std::string> names;
      for (const size& s : k.sizes) names.push_back(s.model);
      const auto at_end = [&](const size& s) { return left.where("model", s.model); };
      page.claims.push_back({.id = "learnt." + k.name,
                             .value = pooled(least_over("model", left, names)),
                             .holds = below(learnt),
                             .says = "Some " + k.name + " learns the task.",
                             .unit = "%"});
      page.claims.push_back(
          {.id = "larger." + k.name,
           .value = (at_end(k.sizes.front()) - at_end(k.sizes.back())).in("points"),
           .holds = above(0).by_errors(2),
           .says = "After as many steps the costliest " + k.name + " leaves less error than the cheapest."});
      page.claims.push_back({.id = "budget." + k.name,
                             .value = (spent(seen, k.sizes.back(), large / 4) - best(seen, k, large / 4)).in("points"),
                             .holds = above(0).by_errors(2),
                             .says = "With the small budget a cheaper " + k.name + " is ahead of the costliest.",
                             .source = "arXiv:2001.08361 (language models)"});
    }
    if (kinds.size() > 1)
      page.claims.push_back(
          {.id = "ahead",
           .value = (best(seen, kinds[1], large) - best(seen, kinds[0], large)).in("points"),
           .holds = above(0).by_errors(2),
           .says = fmt::format("With the large budget the {} leaves less than the {}, each at its best "
                               "size.",
                               kinds[0].name, kinds[1].name)});
    sentence told{fmt::format("With at most {:.0f} GFLOP ", large), {}};
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const kind& k = kinds[i];
      told.text += fmt::format(
          "{}the {} at its best size leaves {{large{}}} % of the loss of who knows nothing "
          "({{small{}}} % with a quarter of them)",
          i == 0 ? "" : ", ", k.name, i, i);
      told.values.push_back({fmt::format("large{}", i), best(seen, k, large), 1});
      told.values.push_back({fmt::format("small{}", i), best(seen, k, large / 4), 1});
    }
    told.text += ".";
    page.finding.push_back(std::move(told));
    page.notes = {
        "FLOPs are counted from the models' types, of prompts at their full length; what they cost in time "
        "is another matter. The loss is a mean over the batches since the last point."};
    return page;
  }

 private:
  struct size {
    std::string model, name;  // "mamba 64x4", "64x4"
    double step, parameters;  // GFLOP
  };
  struct kind {
    std::string name;
    std::vector<size> sizes;  // from the cheapest on
  };

  static std::vector<kind> kinds_of(const studies::record& seen) {
    std::vector<kind> all;
    for (const auto& model : seen.group("model", "trained")) {
      const auto space = model.rfind(' ');
      const std::string name = model.substr(0, space);
      auto k = std::ranges::find(all, name, &kind::name);
      if (k == all.end()) k = all.insert(all.end(), kind{name, {}});
      k->sizes.push_back({model, space == std::string::npos ? "" : model.substr(space + 1),
                          seen.number(model + ": GFLOP a step"), seen.number(model + ": parameters")});
    }
    for (kind& k : all) {
      if (k.sizes.size() < 2)
        throw study_error("The page of FLOPs compares sizes of a kind of model, and '" + k.sizes[0].model +
                          "' is the only one of its kind; call them as \"mamba 64x4\".");
      std::ranges::sort(k.sizes, {}, &size::step);
    }
    return all;
  }

  /// The training loss, in % of that of who knows nothing.
  static studies::quantity loss(const studies::record& seen, const size& of) {
    return (100. / seen.number("loss without knowledge") * studies::of("loss").where("model", of.model)).in("%");
  }
  /// That of the last step that so many GFLOP pay for.
  static studies::quantity spent(const studies::record& seen, const size& of, double budget) {
    const double last = budget / of.step;
    return studies::over_steps(
        [last](const studies::course& all) {
          double value = report::unknown;
          for (const auto& [step, now] : all)
            if (step <= last * (1 + 1e-9)) value = now;
          return value;
        },
        loss(seen, of), "%");
  }
  /// The least over the sizes, seed by seed.
  static studies::quantity best(const studies::record& seen, const kind& k, double budget) {
    std::vector<studies::quantity> all;
    for (const size& s : k.sizes) all.push_back(spent(seen, s, budget));
    return studies::combine(
        [](const std::vector<double>& v) {
          double least = report::unknown;
          for (const double x : v)
            if (std::isfinite(x) && !(least <= x)) least = x;
          return least;
        },
        std::move(all), "%");
  }

  template <class Budgets>
  static report::table sizes(const studies::record& seen, const std::vector<kind>& kinds, const studies::quantity& left,
                             const Budgets& budgets) {
    report::table t{.name = "sizes",
                    .caption =
                        "Sizes are width x blocks. Error left: at the end of a prompt after all steps, in % of "
                        "that of who knows nothing. Loss left: the training loss where so many FLOPs are "
                        "spent, likewise, or all steps made (empty: before the first point)."};
    t.columns = {{.name = "model"},
                 {.name = "size"},
                 {.name = "parameters"},
                 {.name = "GFLOP a step", .decimals = 2},
                 {.name = "error left", .unit = "%"}};
    for (const auto& [name, budget] : budgets)
      t.columns.push_back({.name = fmt::format("loss left, {:.0f} GFLOP", budget), .unit = "%"});
    for (const kind& k : kinds)
      for (const size& s : k.sizes) {
        report::row row{.cells = {k.name, s.name, std::int64_t(s.parameters), s.step,
                                  studies::measured(left.where("model", s.model), seen, {})}};
        for (const auto& [name, budget] : budgets)
          row.cells.emplace_back(studies::measured(spent(seen, s, budget), seen, {}));
        t.rows.push_back(std::move(row));
      }
    return t;
  }
  static report::plot courses(const studies::record& seen, const std::vector<kind>& kinds) {
    report::plot p{.name = "courses",
                   .caption =
                       "The training loss against the FLOPs that are spent. Look which size is lowest at each "
                       "budget.",
                   .alt = "Lines: training loss in per cent against FLOPs spent, by size, for each kind of model.",
                   .x = {.label = "GFLOP spent", .log = true},
                   .y = {.label = "loss left (%)", .log = true}};
    for (const kind& k : kinds)
      for (const size& s : k.sizes) {
        report::series line{.name = s.name, .model = s.name, .panel = k.name};
        const studies::quantity of = loss(seen, s);
        double next = 0;  // equal distances on the axis
        for (const auto step : seen.seeds.empty() ? std::vector<long>{} : of.steps({&seen, {}, seen.seeds.front()})) {
          const double spent = s.step * static_cast<double>(step);
          if (spent < next) continue;
          next = 1.25 * spent;
          const report::measured m = studies::measured(of, seen, {}, false, step);
          line.x.push_back(spent), line.y.push_back(m.value), line.spread.push_back(m.spread);
        }
        p.data.push_back(std::move(line));
      }
    return p;
  }
  template <class Budgets>
  static report::plot iso_flop(const studies::record& seen, const std::vector<kind>& kinds, const Budgets& budgets) {
    report::plot p{.name = "iso_flop",
                   .caption =
                       "Lines of equal FLOPs: the loss that a budget buys, against the size that it is spent "
                       "on. Look where each line is lowest.",
                   .alt = "Lines: training loss in per cent against parameters, by budget, for each kind of model.",
                   .x = {.label = "parameters", .log = true},
                   .y = {.label = "loss left (%)", .low = 0}};
    for (const kind& k : kinds)
      for (const auto& [name, budget] : budgets) {
        const std::string called = fmt::format("{:.0f} GFLOP", budget);
        report::series line{.name = called, .model = called, .panel = k.name};
        for (const size& s : k.sizes) {
          const report::measured m = studies::measured(spent(seen, s, budget), seen, {});
          line.x.push_back(s.parameters), line.y.push_back(m.value), line.spread.push_back(m.spread);
        }
        p.data.push_back(std::move(line));
      }
    return p;
  }
};

}  // namespace krait::paper
