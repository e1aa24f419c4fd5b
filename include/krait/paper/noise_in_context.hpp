// krait/paper/noise_in_context.hpp: do models take up noise from five examples in the prompt? Asked in "Can Small
// Language Models Learn, Unlearn, and Retain Noise Patterns?" (arXiv:2407.00996) of pretrained models. Its numbers are
// not in its code or data, so that none stand beside these.
#pragma once
#include <cmath>
#include <krait/study/exhibit.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::paper {

/// Of a study experiment::noise_in_context.
struct noise_from_examples {
  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const std::string asked = seen.levels("asked").back();
    const auto shots = std::to_string(static_cast<int>(seen.number("examples in a prompt")));
    const auto share = [&](const char* name) { return percent(name).where("asked", asked); };
    const auto behind = [](const quantity& of, const char* examples) { return of.where("examples", examples); };
    const quantity exact = share("exact"), noisy = share("noisy"), pattern = share("pattern"),
                   nats = studies::of("likelihood of noised", "nats").where("asked", asked),
                   clean_nats = studies::of("likelihood", "nats").where("asked", asked);
    const quantity taken_up = (behind(noisy, "noised") - behind(noisy, "clean")).in("points"),
                   leaning = (behind(nats, "noised") - behind(nats, "clean")).in("nats"),
                   shown = (behind(exact, "clean") - behind(exact, "none")).in("points"),
                   disturbed = (behind(exact, "clean") - behind(exact, "noised")).in("points");
    const selection fresh{"model", seen.group("model", "noise new")}, met{"model", seen.group("model", "noise met")};

    exhibits page;
    page.tables = {table{.name = "answers",
                         .rows = {"noise", "model", "examples"},
                         .columns = {{"clean answers", exact},
                                     {"noised answers", noisy},
                                     {"in the noise's pattern", pattern},
                                     {"log-probability of the clean answer", clean_nats, 2},
                                     {"of the noised answer", nats, 2}},
                         .caption = "Exact answers to " + asked + " questions that stand behind no examples, behind " +
                                    shots + " clean ones, and behind " + shots +
                                    " noised ones; nothing is trained after the pretraining. Nats a token."},
                   table{.name = "sets",
                         .rows = {"noise", "model", "asked"},
                         .columns = {{"clean, no examples", percent("exact").where("examples", "none")},
                                     {"clean, clean ones", percent("exact").where("examples", "clean")},
                                     {"clean, noised ones", percent("exact").where("examples", "noised")},
                                     {"noised, noised ones", percent("noisy").where("examples", "noised")}},
                         .caption = "The same for each set of questions."},
                   table{.name = "metrics",
                         .rows = {"noise", "model", "examples"},
                         .columns = spread("metric", percent("metric").where("asked", asked)),
                         .caption = "All answers, as given, against the clean truth."}};
    page.plots = {
        bars{.name = "noised",
             .categories = "examples",
             .y = pattern,
             .axis = {.label = "answers in the noise's pattern (%)", .low = 0, .high = 100},
             .series = "model",
             .panel = "noise",
             .caption = "Look at the right: whether noised examples alone make noised answers."},
        bars{.name = "clean",
             .categories = "examples",
             .y = exact,
             .axis = {.label = "clean answers (%)", .low = 0, .high = 100},
             .series = "model",
             .panel = "noise",
             .caption = "What is answered rightly. Look whether noised examples take more than clean ones do."},
        lines{.name = "pretraining",
              .x = {.label = "steps of the pretraining"},
              .y = percent("known"),
              .axis = {.label = "exact answers (%)", .low = 0, .high = 100},
              .series = "model",
              .panel = "asked",
              .caption = "Exact answers without examples while the models are pretrained, to one level for all.",
              .references = {{seen.number("known before it is asked (%)"), "level"}},
              .band = true}};
    const auto greatest = [](const course& all) {
      double most = report::unknown;
      for (const auto& [step, value] : all) most = std::fmax(most, value);
      return most;
    };
    page.claims = {
        {.id = "level",
         .each = {"model"},
         .value = over_steps(greatest, percent("known").where("asked", asked), "%"),
         .holds = at_least(seen.number("known before it is asked (%)")).in_every_seed(),
         .precondition = true,
         .says = "The {model} comes to the level of held-out answers that all models are to have.",
         .remedy = "read longer with --set pretraining=STEPS"},
        {.id = "taken_up",
         .each = {"model", "noise"},
         .value = taken_up,
         .holds = at_least(5),
         .says = "Behind " + shots + " examples with {noise} the {model}, for which it is new, answers with it.",
         .source = "arXiv:2407.00996, abstract: the smallest models adapt quickly",
         .only = {fresh}},
        {.id = "leans",
         .each = {"model", "noise"},
         .value = leaning,
         .holds = above(0).by_errors(2),
         .says = "Examples with {noise} make answers with it likelier to the {model} than clean examples do.",
         .only = {fresh}},
        {.id = "disturbed",
         .each = {"model", "noise"},
         .value = disturbed,
         .holds = above(0).by_errors(2),
         .says = "Examples with {noise} take more right answers from the {model} than clean examples do."},
        {.id = "shown",
         .each = {"model"},
         .value = shown.where("noise", seen.levels("noise").front()),
         .holds = above(0).by_errors(2),
         .says = "Clean examples bring the {model} more right answers than none."}};
    if (!met.levels.empty())
      page.claims.push_back({.id = "learnt_to",
                             .each = {"model", "noise"},
                             .value = taken_up,
                             .holds = at_least(5),
                             .says = "The {model}, whose pretraining had series with noise, goes on with {noise} where "
                                     "the examples have it.",
                             .only = {met}});
    page.finding = {
        {"behind " + shots +
             " examples with {noise} the {model} answers {noisy} % with it and {clean} % "
             "cleanly (behind clean examples {before} %)",
         {{"noisy", behind(noisy, "noised")}, {"clean", behind(exact, "noised")}, {"before", behind(exact, "clean")}},
         {"noise", "model"},
         {},
         {},
         "Of the " + asked + " questions, without any training after the pretraining: ",
         "; ",
         "."}};
    page.otherwise = "This run does not tell what examples do";
    page.notes = {
        "Greedy answers; examples are drawn anew for each question from what is trained on. The published "
        "prompts have an instruction and the words Question and Answer, which these models could not read."};
    return page;
  }
};

}  // namespace krait::paper
