// krait/paper/linear_systems.hpp: do models that have met many linear-Gaussian systems predict a new one as the Kalman
// predictor, which knows it? Zhang & Xing 2026, "Bayesian Optimality of In-Context Learning with Selective State
// Spaces" (arXiv:2602.17744), of which its abstract alone was at hand.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/study/exhibit.hpp>
#include <string>
#include <vector>

namespace krait::paper {

/// Of experiment::linear_systems. What the abstract says is held against the models that have these names.
struct linear_systems {
  static constexpr const char *selective = "mamba", *softmax = "transformer", *linear = "linear transformer",
                              *source = "arXiv:2602.17744, abstract";
  /// At most this part of the Kalman predictor's risk above it counts as reached; this part of what is lost by who
  /// says 0 as learnt (krait's rules).
  static constexpr double reached = .1, learnt = .1;

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const auto& trained = seen.group("model", "trained");
    const selection models{"model", trained};
    const std::string first = seen.least("seen"), last = seen.greatest("seen");
    const auto end = static_cast<int>(number_of(last));
    const quantity excess = percent("excess"), at_end = excess.where("seen", last);
    const quantity of_zero = at_end / at_end.where("model", "zero").last();
    const auto against = [&](const char* model, const char* other, const quantity& of) {
      return (100. * of.where("model", model) / of.where("model", other)).in("");
    };
    // (Made beforehand: g++ 12 takes the labels for uninitialised where they are made within a list.)
    const report::axis of_excess{.label = "risk above the Kalman predictor (%)", .log = true};

    exhibits page;
    page.tables = {
        table{.name = "excess",
              .rows = {"noise", "states", "model"},
              .columns = spread("seen", excess.last(), 1, "{} seen"),
              .caption = "Risk above that of the Kalman predictor, which knows the system, in % of its risk, by the "
                         "numbers seen before the prediction (up to so many). Least squares fits an autoregression to "
                         "the sequence so far; zero says 0. Persistent: the measurement's noise is correlated in "
                         "time."},
        table{.name = "speed",
              .rows = {"noise", "states", "model"},
              .columns = {{"steps", first_step_below(of_zero, learnt), 0}},
              .caption = fmt::format("Training steps after which a model loses at most {:g} % of what is lost by who "
                                     "says 0, at the end of the sequences; empty: never.",
                                     100 * learnt),
              .only = {models}}};
    page.plots = {
        lines{.name = "length",
              .x = {.over = "seen", .label = "numbers seen"},
              .y = excess.last(),
              .axis = of_excess,
              .series = "model",
              .panel = "states",
              .caption = "Risk above the Kalman predictor as a sequence goes on, by the states of the system, with "
                         "white noise. Who finds out the system in the end comes down to nothing.",
              .where = {{"noise", "white"}}},
        lines{.name = "noise",
              .x = {.over = "seen", .label = "numbers seen"},
              .y = excess.last(),
              .axis = of_excess,
              .series = "model",
              .panel = "noise",
              .caption = "The same for the systems of fewest states, with white noise and with noise that persists.",
              .where = {{"states", seen.least("states")}}},
        lines{.name = "training",
              .x = {},
              .y = at_end,
              .axis = of_excess,
              .series = "model",
              .panel = "noise",
              .caption = "The same at the end of the sequences over the training steps.",
              .where = {{"states", seen.least("states")}},
              .only = {models}}};

    const auto has = [&](const char* name) { return std::ranges::find(trained, name) != trained.end(); };
    if (has(selective))
      page.claims.push_back(
          {.id = "optimal",
           .each = {"noise", "states"},
           .value = at_end.where("model", selective).last(),
           .holds = at_most(100 * reached),
           .says = fmt::format("After {} numbers the {} predicts systems of {{states}} states with {{noise}} noise as "
                               "the Kalman predictor does, within {:g} % of its risk.",
                               end, selective, 100 * reached),
           .source = source,
           .unit = "% above"});
    page.claims.push_back({.id = "length",
                           .each = {"noise", "states", "model"},
                           .value = (100. * at_end / excess.where("seen", first)).last().in(""),
                           .holds = below(100),
                           .says = "With {noise} noise and {states} states the {model} comes nearer to the Kalman "
                                   "predictor the more it has seen.",
                           .unit = "% of what it is above at the beginning",
                           .only = {models}});
    if (has(selective) && has(linear)) {
      page.claims.push_back(
          {.id = "better_than_linear",
           .each = {"noise", "states"},
           .value = against(selective, linear, at_end.last()),
           .holds = below(100).by_errors(2),
           .says =
               fmt::format("With {{noise}} noise and {{states}} states the {} stays below the {}.", selective, linear),
           .source = source,
           .unit = "% of its excess"});
      const quantity to_go = at_end.where("model", selective) / at_end.where("model", linear).last();
      page.claims.push_back({.id = "faster_than_linear",
                             .each = {"noise", "states"},
                             .value = 100. / seen.number("steps") * first_step_below(to_go, 1),
                             .holds = below(100),
                             .says = fmt::format("With {{noise}} noise and {{states}} states the {} is as near the "
                                                 "Kalman predictor as the {} in the end, in fewer steps of training.",
                                                 selective, linear),
                             .source = source,
                             .unit = "% of the steps"});
    }
    if (has(selective) && has(softmax))
      page.claims.push_back(
          {.id = "better_than_softmax",
           .each = {"noise", "states"},
           .value = against(selective, softmax, at_end.last()),
           .holds = below(100).by_errors(2),
           .says = fmt::format("With {{noise}} noise and {{states}} states the {} stays below the {}, which the work "
                               "takes for empirical risk minimisation.",
                               selective, softmax),
           .source = source,
           .unit = "% of its excess"});
    if (has(selective)) {
      page.claims.push_back({.id = "better_than_fit",
                             .each = {"noise", "states"},
                             .value = against(selective, "least squares", at_end.last()),
                             .holds = below(100).by_errors(2),
                             .says = fmt::format("With {{noise}} noise and {{states}} states the {} stays below an "
                                                 "autoregression that is fitted to the sequence.",
                                                 selective),
                             .source = source,
                             .unit = "% of its excess"});
      const auto& noises = seen.levels("noise");
      if (std::ranges::find(noises, "white") != noises.end() &&
          std::ranges::find(noises, "persistent") != noises.end()) {
        const quantity ahead = against(selective, softmax, at_end.last()).where("states", seen.least("states"));
        if (has(softmax))
          page.claims.push_back(
              {.id = "noise_separates",
               .value = ahead.where("noise", "persistent") / ahead.where("noise", "white"),
               .holds = below(1),
               .says = fmt::format("Noise that is correlated in time favours the {} over the {}.", selective, softmax),
               .source = source,
               .unit = "times the ratio with white noise"});
      }
      if (seen.levels("states").size() > 1)
        page.claims.push_back(
            {.id = "states",
             .value = (at_end.where("states", seen.greatest("states")) / at_end.where("states", seen.least("states")))
                          .where("model", selective)
                          .where("noise", "white")
                          .last()
                          .in(""),
             .holds = above(1),
             .says = fmt::format("Systems of more states leave the {} farther from the Kalman "
                                 "predictor.",
                                 selective),
             .unit = "times the excess with fewest"});
    }
    page.finding = {sentence("with {noise} noise and {states} states {model} {end} % ({start} % at the beginning)",
                             {{"end", at_end.last(), 1}, {"start", excess.where("seen", first).last(), 0}},
                             {"noise", "states", "model"}, {}, {models},
                             fmt::format("Above the Kalman predictor's risk, after {} numbers: ", end), "; ", ". "),
                    sentence("with {noise} noise and {states} states {fit} %",
                             {{"fit", at_end.where("model", "least squares").last(), 1}}, {"noise", "states"}, {}, {},
                             "An autoregression fitted to the sequence is at, ", ", ", ".")};
    page.notes = {
        "The work's abstract alone was at hand: the systems, their noise, the models and all sizes are krait's own, and "
        "so is what counts as near. Its tracking of latent states and its benchmark of characters are not repeated.",
        "The Kalman predictor knows the matrices of every system, which no model does: nobody who must find them out "
        "reaches it on short sequences, and the least that could be reached without them is not known in closed form.",
        fmt::format("Persistent noise is a first-order autoregression, known to the Kalman predictor as a part of the "
                    "state. A token holds the last {} numbers; least squares goes back {}, with a penalty of 1.",
                    static_cast<int>(seen.number("numbers a token")),
                    static_cast<int>(seen.number("numbers that least squares goes back")))};
    return page;
  }
};

}  // namespace krait::paper
