// krait/paper/noise_state.hpp: is the clean answer forgotten by a model that has learnt to answer noisily, or only
// overwritten on the way out? An open question of the noise study's extension to Mamba (ARC345/learn-unlearn-mamba):
// what does the recurrent state hold during noisy and clean answers?
#pragma once
#include <krait/paper/noise_claims.hpp>
#include <krait/study/exhibit.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::paper {

/// Of a noise study with the measure experiment::state_probe.
struct forgotten_or_overwritten {
  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const std::string asked = seen.levels("asked").back();
    const selection noises = detail::noise_claims::noisy(seen), probed{"reach", {"question", "beginning"}};
    const quantity read = percent("read").within(percent("read_low"), percent("read_high")).where("asked", asked),
                   clean = read.where("letter", "clean"), noisy = read.where("letter", "noisy"),
                   as_before = percent("read as after P1").where("asked", asked),
                   chance = percent("chance").where("asked", asked);
    const auto at = [](const quantity& of, const char* turn) { return of.where("turn", turn); };
    const quantity left = kept(clean, "P2"), back = kept(clean, "P3");
    const auto right = [&](int phase) { return percent("right").where("asked", asked).where("phase", phase); };
    const quantity answered = (100 * right(2) / right(1)).in("%"), answered_back = (100 * right(3) / right(1)).in("%");

    exhibits page;
    page.tables = {
        table{
            .name = "left",
            .rows = {"noise", "model", "part"},
            .columns = {{"untrained", at(clean, "untrained")},
                        {"P1", at(clean, "P1")},
                        {"P2", at(clean, "P2")},
                        {"P3", at(clean, "P3")},
                        {"left in P2", left},
                        {"back in P3", back},
                        {"answers left in P2", answered},
                        {"answers back in P3", answered_back}},
            .caption =
                "Of " + asked +
                " pairs: how many first letters of the clean answer's own part a linear probe reads out of "
                "what the model holds behind the question and the words that all clean answers of the kind "
                "begin with (the beginning). State: the recurrent one; hidden: the last layer's at the last token. Left: what is above the same probe of untrained weights, in % of "
                "that after phase 1 (none where that is below five points); beside it the right answers, "
                "un-flipped, in % of phase 1.",
            .where = {{"reach", "beginning"}}},
        table{.name = "read",
              .rows = {"noise", "model", "reach", "part", "letter", "asked"},
              .columns = spread("turn", percent("read").within(percent("read_low"), percent("read_high"))),
              .caption = "What the probe reads at every turn: the letter of the clean answer and of the noisy one, of "
                         "what is trained on and of what is held out. Fitted anew at each turn, to other pairs than "
                         "those that it is asked. Pairs whose question has a word with that letter are left out.",
              .only = {probed}},
        table{.name = "as_before",
              .rows = {"noise", "model", "reach", "part"},
              .columns = spread("turn", as_before),
              .caption = "The probe that was fitted to the model after phase 1, at the other turns: whether what is "
                         "still there stands where it stood.",
              .only = {probed}},
        table{.name = "chance",
              .rows = {"noise", "model", "letter", "asked"},
              .columns = {{"commonest letter", percent("chance")}},
              .caption = "Right where the answer is always the commonest letter of the kind. "
                         "A probe of untrained weights reads more where questions and answers are spelt alike."},
        table{.name = "geometry",
              .rows = {"noise", "model", "reach", "part", "turn"},
              .columns = {{"norm", studies::of("norm"), 2},
                          {"effective rank", studies::of("rank")},
                          {"moved since P1", percent("moved")},
                          {"alike P1 (CKA)", studies::of("alike"), 2}},
              .caption =
                  "What is held, over all pairs: root mean square of its numbers, effective rank, how far it has "
                  "moved from what it was after phase 1, in % of that, and how alike it is but for turning and "
                  "scaling (linear CKA). Answer: behind the model's own answer."}};
    page.plots = {
        bars{.name = "read",
             .categories = "turn",
             .y = clean.where("reach", "beginning").where("part", "hidden"),
             .axis = {.label = "clean letters read, held out (%)", .low = 0},
             .series = "noise",
             .panel = "model",
             .caption = "The probe behind the beginning of a clean answer. Look at P2: what noise has forgotten is as "
                        "low as in untrained weights, what it has overwritten as high as in P1."},
        bars{.name = "behind_questions",
             .categories = "turn",
             .y = clean.where("reach", "question").where("part", "hidden"),
             .axis = {.label = "clean letters read, held out (%)", .low = 0},
             .series = "noise",
             .panel = "model",
             .caption = "The same behind the question alone, when the model is about to answer in its own way."},
        bars{.name = "alike",
             .categories = "turn",
             .y = studies::of("alike").where("reach", "beginning").where("part", "hidden"),
             .axis = {.label = "alike P1 (linear CKA)", .low = 0, .high = 1},
             .series = "noise",
             .panel = "model",
             .caption = "How alike the hidden representation is to that after phase 1, behind the beginning."}};
    const auto main = [](const quantity& of) { return of.where("reach", "beginning").where("part", "hidden"); };
    page.claims = {
        {.id = "precondition",
         .each = {"model"},
         .value =
             main((at(clean, "P1") - at(clean, "untrained")).in("points")).where("noise", seen.levels("noise").front()),
         .holds = at_least(10),
         .precondition = true,
         .says = "The probe reads clean answers out of the {model} after phase 1, and not out of untrained weights."},
        {.id = "overwritten",
         .each = {"model", "noise"},
         .value = main(left),
         .holds = at_least(50),
         .says =
             "What {noise} takes from the {model}'s answers is not forgotten: behind the beginning of a clean answer "
             "at least half of it can still be read.",
         .unit = "% of P1",
         .only = {noises}},
        {.id = "below_the_answers",
         .each = {"model", "noise"},
         .value = main((left - answered).in("points")),
         .holds = above(0).by_errors(2),
         .says = "Under {noise} the {model} holds more of the clean answers than it gives, un-flipped.",
         .only = {noises}},
        {.id = "looked_up_late",
         .each = {"model"},
         .value = (at(clean, "P1") - at(clean, "untrained"))
                      .in("points")
                      .where("reach", "question")
                      .where("part", "hidden")
                      .where("noise", seen.levels("noise").front()),
         .holds = at_most(10),
         .says = "The {model} looks the answer up while it writes: behind the question alone hardly more of it can be "
                 "read than out of untrained weights."},
        {.id = "same_place",
         .each = {"model", "noise"},
         .value = main((at(clean, "P2") - at(as_before, "P2")).in("points")),
         .holds = at_most(5),
         .says = "It stands where it stood: the probe of phase 1 reads the {model} under {noise} as well as a new one.",
         .only = {noises}}};
    if (!among(seen, "noise", {"none"}).levels.empty())
      page.claims.push_back({.id = "noise_not_steps",
                             .each = {"model", "noise"},
                             .value = main((left - left.where("noise", "none")).in("points")),
                             .holds = below(0).by_errors(2),
                             .says =
                                 "Under {noise} less is left to be read out of the {model} than after as many clean "
                                 "steps.",
                             .only = {noises}});
    page.finding = told(seen, main(left), answered);
    page.otherwise = "This run does not tell what is forgotten";
    page.notes = {
        "A probe shows what can be read linearly, not what the model uses. It is fitted to as few pairs as "
        "there are facts, so that its shares are lower bounds."};
    return page;
  }

 private:
  /// What is above untrained weights at a turn, in % of that after phase 1; unknown where that is below five points.
  static studies::quantity kept(const studies::quantity& read, const char* turn) {
    const auto at = [&](const char* name) { return read.where("turn", name); };
    return studies::combine(
        [](const std::vector<double>& v) {
          const double known = v[1] - v[2];
          return known < 5 ? report::unknown : 100 * (v[0] - v[2]) / known;
        },
        {at(turn), at("P1"), at("untrained")}, "%");
  }
  /// Of each model a sentence with all noises. As many clean steps are what "none" says.
  static studies::finding told(const studies::record& seen, const studies::quantity& left,
                               const studies::quantity& answered) {
    using namespace studies;
    studies::finding all;
    for (const auto& model : seen.levels("model"))
      all.push_back({"{answers} and {left} % under {noise}",
                     {{"answers", answered.where("model", model)}, {"left", left.where("model", model)}},
                     {"noise"},
                     {},
                     {},
                     "Of what the " + model +
                         " answered after phase 1, and of what could then be read out of it behind the beginning of a "
                         "clean answer, phase 2 leaves ",
                     ", ",
                     ". "});
    return all;
  }
};

}  // namespace krait::paper
