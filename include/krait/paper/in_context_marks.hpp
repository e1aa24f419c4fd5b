// krait/paper/in_context_marks.hpp: which models learn a task in context, beside the marks of Park et al. 2024
// (arXiv:2402.04248), table 1.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/paper/in_context.hpp>
#include <krait/paper/in_context_marks_published.hpp>
#include <string>

namespace krait::paper {

/// Of experiment::in_context. The models called transformer, mamba and mambaformer are held to the published marks of
/// the task; all others are marked beside them. The paper gives no rule for its marks. Ours, from the mean error of the
/// points at the end of a prompt, as a share of the error of who knows nothing:
///   fail   at least 75 %
///   gap    else more than 5 % above the best of the models, seed by seed
///   ok     else
struct in_context_marks {
  static constexpr double failed = 75, behind = 5;

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    exhibits page = in_context_regression::of(seen);
    const auto& trained = seen.group("model", "trained");
    const quantity error = mean_over("examples", studies::of("error"), seen.group("examples", "end")),
                   left = (100. / seen.number("error without knowledge") * error).in("%"),
                   least = least_over("model", left, trained), lag = (left - least).in("%"),
                   half = first_step_below(studies::of("loss"), seen.number("loss without knowledge") / 2);
    const auto task = seen.text("task");
    const published_marks* published = published_marks::of(task);

    page.tables.insert(page.tables.begin(), marks(seen, task, published, left, lag, half));
    page.claims = {{.id = "learnt",
                    .value = least,
                    .holds = below(failed),
                    .says = "A model learns the task: of the error of who knows nothing it leaves less at the end of "
                            "a prompt.",
                    .unit = "%"}};
    for (const auto& [name, expected] : published ? published->by_model() : published_marks::models{}) {
      if (std::ranges::find(trained, name) == trained.end()) {
        page.notes.push_back("No model is called " + std::string(name) +
                             " here, so that the published mark of that model is not looked at.");
        continue;
      }
      page.claims.push_back(mark_of(name, task, expected, left, lag));
    }
    page.finding = {{"the {model} has {left} %",
                     {{"left", left, 1}},
                     {"model"},
                     {},
                     {{"model", trained}},
                     "Of the error of who knows nothing of the function, at the end of a prompt of " + task + " ",
                     ", ",
                     "."}};
    page.notes.push_back(fmt::format(
        "ok, gap and fail by a rule of krait's, for the paper states none: fail leaves at least {:g} % of the error of "
        "who knows nothing at the end of a prompt (its last fifth; of recall, every query), a gap is more than {:g} % "
        "of it above the best model here.",
        failed, behind));
    return page;
  }

 private:
  static studies::claim mark_of(const std::string& model, const std::string& task, mark expected,
                                const studies::quantity& left, const studies::quantity& lag) {
    using namespace studies;
    const std::string says = "The " + model +
                             (expected == mark::fail  ? " fails at "
                              : expected == mark::gap ? " stays behind the best model on "
                                                      : " is as good as the best model on ") +
                             task + ", as published.";
    // Near a best model that has learnt nothing, or far behind without having learnt anything, is neither ok nor a gap.
    const auto unless_failed = [&](bool ok) {
      return combine([ok](const auto& v) { return v[0] < failed ? v[1] : ok ? v[0] : 0; }, {left, lag});
    };
    claim c{.id = "mark_" + model, .value = unless_failed(true), .holds = at_most(behind), .says = says};
    if (expected == mark::fail) c.value = left, c.holds = at_least(failed);
    if (expected == mark::gap) c.value = unless_failed(false), c.holds = above(behind);
    c.source = published_marks::source;
    c.where = {{"model", model}};
    c.unit = expected == mark::fail ? "% of the error without knowledge" : "% of it above the best";
    return c;
  }
  static report::table marks(const studies::record& seen, const std::string& task, const published_marks* published,
                             const studies::quantity& left, const studies::quantity& lag,
                             const studies::quantity& half) {
    report::table t{.name = "marks",
                    .caption =
                        "What is left at the end of a prompt of the error of who knows nothing of the function, "
                        "and the mark that follows from its mean over seeds; the mark of the paper (" +
                        std::string(published_marks::source) +
                        "); and the first step at which the training loss was half of " +
                        "the loss of who knows nothing (empty: never in a seed)."};
    t.columns = {{.name = "task"},
                 {.name = "model"},
                 {.name = "error left", .unit = "%"},
                 {.name = "mark"},
                 {.name = "in the paper", .published = true},
                 {.name = "steps to half the loss", .decimals = 0}};
    for (const auto& model : seen.group("model", "trained")) {
      const studies::labels at = {{"model", model}};
      const report::measured share = studies::measured(left, seen, at);
      report::row row{.cells = {task, model, {}, {}, {}, {}}};
      if (std::isfinite(share.value)) {
        row.cells[2] = share;
        const double above = studies::measured(lag, seen, at).value;
        row.cells[3] = word(share.value >= failed ? mark::fail : above > behind ? mark::gap : mark::ok);
        const report::measured steps = studies::measured(studies::complete(half), seen, at);
        if (std::isfinite(steps.value)) row.cells[5] = steps;
      }
      if (published)
        for (const auto& [name, mark] : published->by_model())
          if (name == model) row.cells[4] = word(mark);
      t.rows.push_back(std::move(row));
    }
    return t;
  }
};

}  // namespace krait::paper
