// krait/paper/single_index.hpp: functions of one direction among r of d dimensions: does the number of examples that is
// needed follow r and not d, and are the models ahead of kernel ridge regression? Oh, Huang & Suzuki
// (arXiv:2510.12026), after Oko et al. 2024 (arXiv:2411.02544); read in reviews and summaries only.
#pragma once
#include <fmt/core.h>

#include <cmath>
#include <krait/core/error.hpp>
#include <krait/study/exhibit.hpp>
#include <string>
#include <vector>

namespace krait::paper {

/// Of experiment::in_context_tasks over task::single_index, whose baselines' names begin with "kernel ridge" where
/// models are to be ahead of them.
struct single_index {
  static constexpr const char* source = "arXiv:2510.12026, as reviewed";
  static constexpr double insensitive = .25, learnt = .8;

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const quantity error = studies::of("error").within(studies::of("error_low"), studies::of("error_high"));
    const auto& trained = seen.group("model", "trained");
    std::vector<std::string> kernels;
    for (const auto& model : seen.levels("model"))
      if (model.starts_with("kernel ridge")) kernels.push_back(model);
    if (kernels.empty())
      throw study_error(
          "The page of single-index functions holds models against kernel ridge regression, and no baseline "
          "is called so; give one a name that begins with \"kernel ridge\".");
    const auto end = [&](const std::string& task) {
      return mean_over("examples", error.where("task", task), seen.group("examples", "end of " + task));
    };
    const auto& tasks = seen.levels("task");
    std::vector<column> ends;
    for (const auto& task : tasks) ends.push_back({task, end(task), 3});
    table at_end{.name = "end",
                 .rows = {"model"},
                 .columns = {ends[0]},
                 .caption =
                     "Squared error over the last fifth of a prompt, by dimensions d and relevant ones r; who says "
                     "0 has 1, and noise besides."};
    for (std::size_t k = 1; k < ends.size(); ++k) at_end.columns.push_back(ends[k]);

    const report::axis of_error{.label = "error", .low = 0}, of_loss{.label = "loss", .log = true};
    exhibits page;
    page.tables = {at_end};
    page.plots = {
        lines{.name = "examples",
              .x = {.over = "examples", .label = "examples in the prompt"},
              .y = error,
              .axis = of_error,
              .series = "model",
              .panel = "task",
              .caption = "Error against the number of examples. A model that has found which dimensions matter "
                         "has the same curve for 16 and 32 of them; kernel ridge regression is shown with all, "
                         "and where it sees the relevant ones alone."},
        lines{.name = "training",
              .x = {},
              .y = studies::of("loss"),
              .axis = of_loss,
              .series = "model",
              .panel = "task",
              .caption = "Loss of the training batches over the steps.",
              .only = {{"model", trained}}}};
    std::vector<sentence> finding;
    for (const auto& task : tasks) {
      const auto [d, r] = sizes_of(seen, task);
      page.claims.push_back({.id = fmt::format("learnt_{}_{}", d, r),
                             .each = {"model"},
                             .value = end(task),
                             .holds = at_most(learnt),
                             .says = "The {model} learns functions of " + task + " in context.",
                             .unit = "of the error of who says 0",
                             .only = {{"model", trained}}});
      page.claims.push_back({.id = fmt::format("ahead_{}_{}", d, r),
                             .each = {"model"},
                             .value = end(task) - least_over("model", end(task), kernels),
                             .holds = below(0).by_errors(2),
                             .says = "Of " + task +
                                     " the {model} is ahead of kernel ridge regression, also where that "
                                     "sees the relevant dimensions alone.",
                             .source = source,
                             .unit = "error less the better kernel's",
                             .only = {{"model", trained}}});
      for (const auto& other : tasks) {
        const auto [wide, same] = sizes_of(seen, other);
        if (same == r && wide > d)
          page.claims.push_back(
              {.id = fmt::format("insensitive_{}_{}_{}", d, wide, r),
               .each = {"model"},
               .value = combine([](const auto& v) { return v[1] <= learnt ? v[0] / v[1] : report::unknown; },
                                {end(other), end(task)}),
               .holds = within(insensitive, 1),
               .says = fmt::format("With r = {} the {{model}} errs as much in {} dimensions as in {}.", r, wide, d),
               .source = source,
               .unit = "times the error in fewer dimensions",
               .only = {{"model", trained}}});
        if (wide == d && same > r)
          page.claims.push_back(
              {.id = fmt::format("relevant_{}_{}_{}", d, r, same),
               .each = {"model"},
               .value = end(task) / end(other),
               .holds = below(1).by_errors(2),
               .says = fmt::format("In {} dimensions the {{model}} errs less with r = {} than with {}.", d, r, same),
               .source = source,
               .unit = "times the error with more of them",
               .only = {{"model", trained}}});
      }
      finding.push_back(sentence("{error} of {model}", {{"error", end(task), 2}}, {"model"}, {}, {},
                                 "At the end of prompts of " + task + " the error is ", ", ", ". "));
    }
    for (auto& one : finding) page.finding.push_back(std::move(one));
    page.notes = {
        "The works' g is a polynomial whose coefficients are not known, and their models' sizes and rates were not found: "
        "those here are our own. Their subspace of r dimensions lies anywhere; x being N(0, I), the first r coordinates "
        "are one of them.",
        "The kernel's width and penalty are not tuned: exp(-|x - x'|^2 / the dimensions that it sees), and the penalty that "
        "the program sets.",
        fmt::format(
            "Learnt and insensitive by rules of krait's: at most {:g} of the error of who says 0; at most {:g} % "
            "apart, asked of what has been learnt in fewer dimensions alone.",
            learnt, 100 * insensitive)};
    return page;
  }

 private:
  struct sizes {
    int dimensions, relevant;
  };
  static sizes sizes_of(const studies::record& seen, const std::string& task) {
    return {static_cast<int>(seen.number(task + ": d")), static_cast<int>(seen.number(task + ": relevant dimensions"))};
  }
};

}  // namespace krait::paper
