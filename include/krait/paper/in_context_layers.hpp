// krait/paper/in_context_layers.hpp: does the error fall from layer to layer, as that of a solver that goes step by
// step, and do longer prompts than trained help? Grazzi et al. 2024, "Is Mamba Capable of In-Context Learning?"
// (arXiv:2402.03170).
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/study/exhibit.hpp>
#include <string>
#include <vector>

namespace krait::paper {

/// Of experiment::in_context_layers.
struct in_context_layers {
  static constexpr const char* source = "arXiv:2402.03170, abstract";
  /// Of the error without examples: above this a model has learnt nothing that could be shared or last (krait's rule).
  static constexpr double learnt = .8;

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const quantity error = studies::of("error").within(studies::of("error_low"), studies::of("error_high"));
    const auto main = static_cast<int>(seen.number("examples of the main query"));
    const auto trained = static_cast<int>(seen.number("points a prompt in training"));
    const auto scaled = static_cast<int>(seen.number("examples that the own head is fitted to"));
    const auto depth = static_cast<int>(seen.number("layers"));
    const double most = seen.number("steps of gradient descent at most");
    const std::string query = fmt::format(" after {} examples", main);
    const quantity layers = studies::of("layer_error"), at_main = layers.where("examples", main);
    const quantity descent = studies::of("descent_steps").where("examples", main);
    const quantity probed = at_main.where("reading", "linear probe"), by_head = at_main.where("reading", "own head");
    const selection models{"model", seen.group("model", "trained")},
        queries{"examples", seen.group("examples", "probed")};
    const quantity end = mean_over("examples", error, seen.group("examples", "end")),
                   beyond = mean_over("examples", error, seen.group("examples", "beyond"));
    // What each layer leaves of the error before it: the worst of them, and the part of all of the fall, in logarithms,
    // that the greatest step makes.
    const auto falls = [&](const quantity& of, bool greatest_step) {
      std::vector<quantity> all;
      for (int k = 0; k <= depth; ++k) all.push_back(of.where("layer", k));
      return combine(
          [greatest_step](const auto& v) {
            double worst = 0, step = 0, whole = 0;
            for (std::size_t k = 1; k < v.size() && std::isfinite(v[k]); ++k) {
              worst = std::max(worst, v[k] / v[k - 1]);
              step = std::max(step, std::log(v[k - 1] / v[k]));
              whole += std::log(v[k - 1] / v[k]);
            }
            if (worst == 0) return report::unknown;
            if (!greatest_step) return worst;
            return whole > 0 ? step / whole : report::unknown;
          },
          all);
    };
    // Of a model that has learnt nothing there is nothing to say.
    const quantity left = error.where("examples", main) / error.where("examples", 0);
    const auto of_learnt = [&](const quantity& of) {
      return combine([](const auto& v) { return v[1] <= learnt ? v[0] : report::unknown; }, {of, left});
    };
    selection some{"examples", {}};
    for (const auto& level : seen.levels("examples"))
      if (static_cast<int>(number_of(level)) % std::max(1, main / 4) == 0) some.levels.push_back(level);

    // (Made beforehand: g++ 12 takes the labels for uninitialised where they are made within a list.)
    const report::axis of_error{.label = "error" + query, .log = true},
        of_probe{.label = "error of a linear probe", .log = true},
        of_steps{.label = "as many steps of gradient descent", .low = 0}, of_answers{.label = "error", .log = true},
        of_loss{.label = "loss", .log = true};
    exhibits page;
    page.tables = {
        table{.name = "layers",
              .rows = {"model", "reading"},
              .columns = spread("layer", at_main, 4, "layer {}"),
              .caption = "Error of what is read out of each layer at the query" + query +
                         " (squared error over that of who says 0). Layer 0 is what the read-in puts out.",
              .only = {models, {"reading", seen.levels("reading")}}},
        table{.name = "descent",
              .rows = {"model", "reading"},
              .columns = spread("layer", descent, 1, "layer {}"),
              .caption = fmt::format("The same in steps of gradient descent on the prompt's least squares, each with "
                                     "the step size that is best for the prompt; {:g} were tried.",
                                     most),
              .only = {models}},
        table{
            .name = "lengths",
            .rows = {{"examples", "examples"}},
            .columns = spread("model", error, 4),
            .caption = fmt::format("Error of the models' answers by the examples before the query; trained on prompts "
                                   "of {} points. One seed: the interval that holds 90 % of the bootstrap's "
                                   "resamples of the prompts.",
                                   trained),
            .only = {some}}};
    page.plots = {
        lines{.name = "layers",
              .x = {.over = "layer", .label = "layer (of gradient descent: steps)"},
              .y = at_main,
              .axis = of_error,
              .series = "model",
              .panel = "reading",
              .caption = "What can be read out of each layer, by a linear probe and by the model's own head. A solver "
                         "that goes step by step falls from layer to layer, as gradient descent does."},
        lines{.name = "queries",
              .x = {.over = "layer", .label = "layer (of gradient descent: steps)"},
              .y = layers.where("reading", "linear probe"),
              .axis = of_probe,
              .series = "model",
              .panel = "examples",
              .caption = "The same by the linear probe, after fewer and more examples.",
              .only = {queries}},
        lines{.name = "descent",
              .x = {.over = "layer", .label = "layer"},
              .y = descent.where("reading", "linear probe"),
              .axis = of_steps,
              .series = "model",
              .caption =
                  "How many steps of gradient descent come to the error of each layer (linear probe). A straight "
                  "line: every layer does the work of as many steps.",
              .only = {models}},
        lines{.name = "lengths",
              .x = {.over = "examples", .label = "examples before the query"},
              .y = error,
              .axis = of_answers,
              .series = "model",
              .caption = "Prompts longer than trained begin at the dotted line. The error should go on falling there, "
                         "or stay.",
              .references = {{trained - 1., "as trained", true}},
              .band = true,
              .least = 1e-3},
        lines{.name = "training",
              .x = {},
              .y = studies::of("loss"),
              .axis = of_loss,
              .series = "model",
              .caption = "Loss of the training batches over the steps.",
              .only = {models},
              .each_seed = true}};
    page.claims = {
        {.id = "learnt",
         .each = {"model"},
         .value = left,
         .holds = at_most(.1),
         .says = "The {model} learns linear regression in context: its error" + query +
                 " is at most a tenth of that without examples.",
         .source = source,
         .unit = "of the error without examples",
         .only = {models}},
        {.id = "falls",
         .each = {"model"},
         .value = falls(probed, false),
         .holds = below(1),
         .says = "What a linear probe reads out of the {model}'s layers gets better from every layer to the next.",
         .source = source,
         .unit = "times the error of the layer before, at the worst layer",
         .only = {models}},
        {.id = "head_falls",
         .each = {"model"},
         .value = falls(by_head, false),
         .holds = below(1),
         .says = fmt::format("So does what its own head reads out of the {{model}}'s layers, scaled and shifted to the "
                             "last {} examples.",
                             scaled),
         .source = source,
         .unit = "times the error of the layer before, at the worst layer",
         .only = {models}},
        {.id = "shared",
         .each = {"model"},
         .value = of_learnt(falls(probed, true)),
         .holds = at_most(.5),
         .says = "No single layer of the {model} does more than half of the work (of the fall of the probe's error, in "
                 "logarithms).",
         .unit = "of the fall, by the layer that does most",
         .only = {models}},
        {.id = "descent",
         .each = {"model"},
         .value = descent.where("reading", "linear probe").where("layer", depth),
         .holds = at_least(depth),
         .says = fmt::format("The {} layers of the {{model}} come at least as far as {} steps of gradient descent.",
                             depth, depth),
         .unit = "steps",
         .only = {models}},
        {.id = "longer",
         .each = {"model"},
         .value = of_learnt(beyond / end),
         .holds = at_most(1),
         .says = "In prompts longer than trained the {model}'s error does not rise: over the last fifth of the longest "
                 "it is at most that over the last fifth of the trained length.",
         .unit = "times the error at the trained length",
         .only = {models}}};
    page.finding = {
        sentence(
            "{first} of {model}'s layer 1 becomes {last} at its layer " + level(depth) + " ({steps} steps)",
            {{"first", probed.where("layer", 1), 3},
             {"last", probed.where("layer", depth), 4},
             {"steps", descent.where("reading", "linear probe").where("layer", depth), 1}},
            {"model"}, {}, {models},
            "Read out by a linear probe" + query + ", with the steps of gradient descent that come as far: the error ",
            "; ", ". "),
        sentence("{ratio} times with {model}", {{"ratio", beyond / end, 2}}, {"model"}, {}, {models},
                 "In the longest prompts the error is, of that at the trained length, ", ", ", ".")};
    page.notes = {
        fmt::format(
            "The work applies the model's last norm and read-out to every layer and fits a scale and a shift to "
            "the last 10 examples of each prompt (its released code), as the own head here (last {}); a linear "
            "probe of the whole stream, fitted to other prompts, is added here.",
            scaled),
        "The work's models are 20-dimensional, 12 (transformer) and 24 (Mamba, S4) blocks deep and trained for 500,000 "
        "steps, and its curves are of skewed inputs. A layer here is a residual branch: an attention or a feed-forward "
        "network of the transformer is one.",
        fmt::format(
            "How the work is shared, and longer prompts, are asked about where a model leaves at most {:g} of its "
            "error without examples.",
            learnt),
        "Positions beyond those trained have the values in a transformer that they began with."};
    return page;
  }
};

}  // namespace krait::paper
