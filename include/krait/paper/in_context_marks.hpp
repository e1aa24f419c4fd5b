// krait/paper/in_context_marks.hpp: which models learn which tasks in context, beside the marks of Park et al. 2024
// (arXiv:2402.04248), table 1.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/paper/in_context.hpp>
#include <krait/paper/in_context_marks_published.hpp>
#include <string>
#include <vector>

namespace krait::paper {

/// Of experiment::in_context, one task, or of experiment::in_context_tasks. The models called transformer, mamba and
/// mambaformer are held to the published marks of a task; all others are marked beside them. The paper gives no rule
/// for its marks. Ours, from the mean error of the points at the end of a prompt, as a share of the error of who knows
/// nothing:
///   fail   at least 75 %
///   gap    else more than 5 % above the best of the models, seed by seed
///   ok     else
struct in_context_marks {
  static constexpr double failed = 75, behind = 5;

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const bool several = seen.has_label("task");
    exhibits page = several ? exhibits{} : in_context_regression::of(seen);
    const auto& trained = seen.group("model", "trained");
    std::vector<one_task> tasks;
    for (const auto& name : several ? seen.levels("task") : std::vector{seen.text("task")})
      tasks.emplace_back(seen, name, several);

    page.claims.clear();
    for (const one_task& task : tasks) {
      page.claims.push_back({.id = "learnt" + task.ending,
                             .value = least_over("model", task.left, trained),
                             .holds = below(failed),
                             .says = several ? "A model learns " + task.name + "."
                                             : "A model learns the task: of the error of who knows nothing it leaves "
                                               "less at the end of a prompt.",
                             .unit = "%"});
      for (const auto& [name, expected] : task.expected())
        if (std::ranges::find(trained, name) != trained.end()) page.claims.push_back(claim_of(name, task, expected));
    }
    for (const auto& [name, mark] : table_of_marks[0].by_model())
      if (std::ranges::find(trained, name) == trained.end() && std::ranges::any_of(tasks, &one_task::published))
        page.notes.push_back("No model is called " + name +
                             " here, so that the published mark of that model is not looked at.");

    page.tables.insert(page.tables.begin(), marks(seen, tasks));
    if (several) {
      page.tables.insert(page.tables.begin(), overview(seen, tasks));
      page.plots.push_back(bars_of(seen, tasks));
      page.finding = counted(seen, tasks);
    } else {
      page.finding = {
          {"the {model} has {left} %",
           {{"left", tasks[0].left, 1}},
           {"model"},
           {},
           {{"model", trained}},
           "Of the error of who knows nothing of the function, at the end of a prompt of " + tasks[0].name + " ",
           ", ",
           "."}};
    }
    page.notes.push_back(fmt::format(
        "ok, gap and fail by a rule of krait's, for the paper states none: fail leaves at least {:g} % of the error of "
        "who knows nothing at the end of a prompt (its last fifth; of recall, every query), a gap is more than {:g} % "
        "of it above the best model here.",
        failed, behind));
    return page;
  }

 private:
  /// A task of the record, and what its models leave.
  struct one_task {
    std::string name, ending;  // of the ids of claims
    const published_marks* published;
    studies::labels at;
    studies::quantity left, lag, half;  // % of the error without knowledge; above the best; steps to half the loss

    one_task(const studies::record& seen, const std::string& task, bool several)
        : name(task),
          ending(several ? "_" + task : ""),
          published(published_marks::of(task)),
          at(several ? studies::labels{{"task", task}} : studies::labels{}),
          left(0),
          lag(0),
          half(0) {
      const std::string prefix = several ? task + ": " : "";
      const auto here = [&](const char* quantity) {
        return several ? studies::of(quantity).where("task", task) : studies::of(quantity);
      };
      const auto error =
          mean_over("examples", here("error"), seen.group("examples", several ? "end of " + task : "end"));
      left = (100. / seen.number(prefix + "error without knowledge") * error).in("%");
      lag = (left - least_over("model", left, seen.group("model", "trained"))).in("%");
      half = first_step_below(here("loss"), seen.number(prefix + "loss without knowledge") / 2);
    }
    published_marks::models expected() const { return published ? published->by_model() : published_marks::models{}; }
    std::string in_the_paper(const std::string& model) const {
      for (const auto& [known, mark] : expected())
        if (known == model) return word(mark);
      return {};
    }
    /// Empty where nothing was measured, or a training diverged.
    std::string mark_of(const studies::record& seen, const std::string& model) const {
      const double share = studies::measured(left, seen, {{"model", model}}).value,
                   above = studies::measured(lag, seen, {{"model", model}}).value;
      if (!std::isfinite(share)) return {};
      return word(share >= failed ? mark::fail : above > behind ? mark::gap : mark::ok);
    }
  };

  static studies::claim claim_of(const std::string& model, const one_task& task, mark expected) {
    using namespace studies;
    const std::string says = "The " + model +
                             (expected == mark::fail  ? " fails at "
                              : expected == mark::gap ? " stays behind the best model on "
                                                      : " is as good as the best model on ") +
                             task.name + ", as published.";
    // Near a best model that has learnt nothing, or far behind without having learnt anything, is neither ok nor a gap.
    const auto unless_failed = [&](bool ok) {
      return combine([ok](const auto& v) { return v[0] < failed ? v[1] : ok ? v[0] : 0; }, {task.left, task.lag});
    };
    claim c{
        .id = "mark" + task.ending + "_" + model, .value = unless_failed(true), .holds = at_most(behind), .says = says};
    if (expected == mark::fail) c.value = task.left, c.holds = at_least(failed);
    if (expected == mark::gap) c.value = unless_failed(false), c.holds = above(behind);
    c.source = published_marks::source;
    c.where = {{"model", model}};
    c.unit = expected == mark::fail ? "% of the error without knowledge" : "% of it above the best";
    return c;
  }

  static report::table marks(const studies::record& seen, const std::vector<one_task>& tasks) {
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
    for (const one_task& task : tasks)
      for (const auto& model : seen.group("model", "trained")) {
        const studies::labels at = {{"model", model}};
        report::row row{.cells = {task.name, model, {}, {}, {}, {}}};
        if (const report::measured share = studies::measured(task.left, seen, at); std::isfinite(share.value)) {
          row.cells[2] = share;
          row.cells[3] = task.mark_of(seen, model);
          const report::measured steps = studies::measured(studies::complete(task.half), seen, at);
          if (std::isfinite(steps.value)) row.cells[5] = steps;
        }
        if (const auto paper = task.in_the_paper(model); !paper.empty()) row.cells[4] = paper;
        t.rows.push_back(std::move(row));
      }
    return t;
  }

  /// A row a task, a column a model, as the paper's table has it.
  static report::table overview(const studies::record& seen, const std::vector<one_task>& tasks) {
    report::table t{.name = "table",
                    .caption = "The mark of every model on every task, and in brackets that of " +
                               std::string(published_marks::source) +
                               ", where it has one. The numbers behind it stand in the next table."};
    t.columns = {{.name = "task"}};
    for (const auto& model : seen.group("model", "trained")) t.columns.push_back({.name = model});
    for (const one_task& task : tasks) {
      report::row row{.cells = {task.name}};
      for (const auto& model : seen.group("model", "trained")) {
        std::string cell = task.mark_of(seen, model);
        if (const auto paper = task.in_the_paper(model); !cell.empty() && !paper.empty()) cell += " (" + paper + ")";
        row.cells.push_back(cell.empty() ? report::cell{} : report::cell{cell});
      }
      t.rows.push_back(std::move(row));
    }
    return t;
  }

  static report::plot bars_of(const studies::record& seen, const std::vector<one_task>& tasks) {
    report::plot p{.name = "left",
                   .kind = report::plot_kind::bars,
                   .caption =
                       "What is left of the error of who knows nothing, at the end of a prompt; from the line "
                       "on a model fails.",
                   .alt = "Bars: error left in per cent, for each task and model.",
                   .y = {.label = "error left (%)", .low = 0}};
    for (const one_task& task : tasks) p.categories.push_back(task.name);
    for (const auto& model : seen.group("model", "trained")) {
      report::series s{.name = model, .model = model};
      for (const one_task& task : tasks) {
        const report::measured share = studies::measured(task.left, seen, {{"model", model}});
        s.y.push_back(share.value), s.spread.push_back(share.spread);
      }
      p.data.push_back(std::move(s));
    }
    p.references = {{failed, "fail", false}};
    return p;
  }

  static studies::finding counted(const studies::record& seen, const std::vector<one_task>& tasks) {
    int published = 0, same = 0;
    std::string others;
    for (const one_task& task : tasks)
      for (const auto& [model, expected] : task.expected())
        if (const std::string mark = task.mark_of(seen, model); !mark.empty()) {
          ++published;
          if (mark == word(expected))
            ++same;
          else
            others += fmt::format("{}{} of the {} ({} there, {} here)", others.empty() ? "" : ", ", task.name, model,
                                  word(expected), mark);
        }
    if (published == 0) return "Nothing that has a mark in the paper has been measured.";
    const bool few = published - same <= 6;
    return {fmt::format("{} of {} marks of the paper are found here{}.", same, published,
                        others.empty() || !few ? "" : "; others are " + others)};
  }
};

}  // namespace krait::paper
