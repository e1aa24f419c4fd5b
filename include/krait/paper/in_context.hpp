// krait/paper/in_context.hpp: what a model learns in context of a regression task: error against the number of
// examples. Park et al. 2024 (arXiv:2402.04248), figures 1 and 2 and table 1; Garg et al. 2022 (arXiv:2208.01066).
#pragma once
#include <algorithm>
#include <krait/study/exhibit.hpp>

namespace krait::paper {

struct in_context_regression {
  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const quantity error = studies::of("error").within(studies::of("error_low"), studies::of("error_high"));
    const auto d = static_cast<int>(seen.number("d")), points = static_cast<int>(seen.number("examples a prompt"));
    const int enough = std::min(points - 1, 2 * d);
    selection some{"examples", {}};
    for (int i = 0; i < points; i += std::max(1, (points - 1) / 10)) some.levels.push_back(level(i));
    const std::string after = " after " + level(enough) + " examples";
    return {
        .tables = {table{.name = "errors",
                         .rows = {{"examples", "examples"}},
                         .columns = spread("model", error, 4),
                         .caption = "Error on fresh prompts after so many examples (squared error / d, unless the task "
                                    "has its own); mean and standard deviation over seeds, with one "
                                    "seed the interval that holds 90 % of the bootstrap's resamples of the prompts.",
                         .only = {some}}},
        .plots = {lines{.name = "shots",
                        .x = {.over = "examples", .label = "examples in the prompt"},
                        .y = error,
                        .axis = {.label = "error", .low = 0},
                        .series = "model",
                        .caption =
                            "Error against the number of examples in the prompt. A model that has learnt to learn "
                            "follows the best predictor (grey, where one is known).",
                        .references = {{static_cast<double>(d), "d examples", true}},
                        .band = true},
                  lines{.name = "training",
                        .x = {},
                        .y = studies::of("loss"),
                        .axis = {.label = "loss", .log = true},
                        .series = "model",
                        .caption =
                            "Loss of the training batches over the steps (squared error / d, or the task's own). "
                            "Look for the fall that marks the beginning of in-context learning.",
                        .each_seed = true}},
        .claims = {{.id = "in_context",
                    .each = {"model"},
                    .value = error.where("examples", enough) / error.where("examples", 0),
                    .holds = at_most(0.1),
                    .says = "The error of the {model}" + after + " is at most a tenth of its error without examples.",
                    .unit = "of the error without examples",
                    .only = {{"model", seen.group("model", "trained")}}}},
        .finding = {{"{error} of the {model}",
                     {{"error", error.where("examples", enough), 3}},
                     {"model"},
                     {},
                     {},
                     "The error" + after + " is ",
                     ", ",
                     "."}}};
  }
};

}  // namespace krait::paper
