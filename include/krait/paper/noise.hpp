// krait/paper/noise.hpp: do models unlearn noise? "Can Small Language Models Learn, Unlearn, and Retain Noise
// Patterns?" (arXiv:2407.00996), and its extension to Mamba: accuracies in % after clean training (phase 1), noisy
// training (phase 2) and clean training again (phase 3), judged by those studies.
#pragma once
#include <krait/study/exhibit.hpp>

namespace krait::paper {

struct learn_unlearn_retain {
  static constexpr const char *paper = "arXiv:2407.00996", *extension = "ARC345/learn-unlearn-mamba, results";
  static constexpr studies::published rows[] = {
      {"clean", "noise=charflip, model=OLMo 1B, phase=1", .722, paper},
      {"clean", "noise=charflip, model=OLMo 1B, phase=2", .027, paper},
      {"clean", "noise=charflip, model=OLMo 1B, phase=3", .652, paper},
      {"clean", "noise=charflip, model=Qwen1.5 1.8B, phase=1", .823, paper},
      {"clean", "noise=charflip, model=Qwen1.5 1.8B, phase=2", .025, paper},
      {"clean", "noise=charflip, model=Qwen1.5 1.8B, phase=3", .797, paper},
      {"clean", "noise=charflip, model=Gemma 2B, phase=1", .891, paper},
      {"clean", "noise=charflip, model=Gemma 2B, phase=2", .038, paper},
      {"clean", "noise=charflip, model=Gemma 2B, phase=3", .859, paper},
      {"clean", "noise=charflip, model=Phi-2 2.7B, phase=1", .957, paper},
      {"clean", "noise=charflip, model=Phi-2 2.7B, phase=2", .005, paper},
      {"clean", "noise=charflip, model=Phi-2 2.7B, phase=3", .907, paper},
      {"clean", "noise=charflip, model=Mamba 1.4B, phase=1", .294, extension},
      {"clean", "noise=charflip, model=Mamba 1.4B, phase=2", .016, extension},
      {"clean", "noise=charflip, model=Mamba 1.4B, phase=3", .370, extension},
      {"clean", "noise=charflip, model=Mamba 130M, phase=1", .633, extension},
      {"clean", "noise=charflip, model=Mamba 130M, phase=2", .000, extension},
      {"clean", "noise=charflip, model=Mamba 130M, phase=3", .470, extension},
      {"clean", "noise=wordflip, model=OLMo 1B, phase=1", .722, paper},
      {"clean", "noise=wordflip, model=OLMo 1B, phase=2", .450, paper},
      {"clean", "noise=wordflip, model=OLMo 1B, phase=3", .704, paper},
      {"clean", "noise=wordflip, model=Qwen1.5 1.8B, phase=1", .823, paper},
      {"clean", "noise=wordflip, model=Qwen1.5 1.8B, phase=2", .577, paper},
      {"clean", "noise=wordflip, model=Qwen1.5 1.8B, phase=3", .819, paper},
      {"clean", "noise=wordflip, model=Gemma 2B, phase=1", .891, paper},
      {"clean", "noise=wordflip, model=Gemma 2B, phase=2", .641, paper},
      {"clean", "noise=wordflip, model=Gemma 2B, phase=3", .828, paper},
      {"clean", "noise=wordflip, model=Phi-2 2.7B, phase=1", .957, paper},
      {"clean", "noise=wordflip, model=Phi-2 2.7B, phase=2", .697, paper},
      {"clean", "noise=wordflip, model=Phi-2 2.7B, phase=3", .931, paper},
      {"clean", "noise=wordflip, model=Mamba 1.4B, phase=1", .294, extension},
      {"clean", "noise=wordflip, model=Mamba 1.4B, phase=2", .085, extension},
      {"clean", "noise=wordflip, model=Mamba 1.4B, phase=3", .363, extension}};

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    // Of the pairs that were trained on, also where others are asked too.
    const auto trained = [&](std::string name) {
      return percent(std::move(name)).where("asked", seen.levels("asked").front());
    };
    const quantity clean = trained("clean"), p1 = clean.where("phase", 1), p2 = clean.where("phase", 2),
                   p3 = clean.where("phase", 3), noisy = trained("noisy").where("phase", 2),
                   pattern = trained("pattern").where("phase", 3);
    const quantity absorbed = (100 * (p1 - p2) / p1).in("%"), recovered = (100 * p3 / p1).in("%"),
                   left = (100 * p2 / p1).in("%");
    const double learn = seen.number("steps of phase 1"), noise = seen.number("steps of phase 2");
    const quantity learning = first_step(p1, 80), flipping = (first_step(noisy, 80) - learn).in("steps"),
                   relearning = (first_step(p3, 80) - (learn + noise)).in("steps");
    const std::string first_noise = seen.levels("noise").front();
    const double learnt = seen.number("exact answers that phase 1 must reach (%)");
    return {
        .tables = {table{.name = "phases",
                         .rows = {"noise", "model"},
                         .columns = {{"P1 clean", p1.last()},
                                     {"P2 noisy", p2.last()},
                                     {"P3 clean again", p3.last()},
                                     {"absorbed", absorbed},
                                     {"recovered", recovered}},
                         .caption =
                             "Exact answers at the end of each phase, over the pairs whose answer the noise changes; "
                             "mean and standard deviation over seeds. Absorbed: (P1 - P2) / P1; recovered: P3 / P1. "
                             "Grey: published accuracies, by the judges of those studies and for pretrained models."},
                   table{.name = "relearning",
                         .rows = {"noise", "model"},
                         .columns = {{"to learn, P1", learning, 0},
                                     {"to the noise, P2", flipping, 0},
                                     {"to relearn, P3", relearning, 0},
                                     {"saved", (100 * (1 - relearning / learning)).in("%")},
                                     {"noised answers, end of P2", noisy},
                                     {"in the noise's pattern, end of P3", pattern}},
                         .caption =
                             "Steps until four fifths of the phase's own answers are right (looked at every few "
                             "steps), and how many steps relearning saves, 1 - P3 / P1 (the savings of Ebbinghaus, "
                             "1885). In the noise's pattern: share of answers that look more like the noised truth "
                             "than like the truth.",
                         .published = false},
                   table{.name = "metrics",
                         .rows = {"noise", "model", "phase"},
                         .columns = {{"exact_match (all)", trained("exact")}, spread("metric", trained("metric"))},
                         .caption = "All answers against the clean truth at the end of each phase.",
                         .published = false}},
        .plots = {lines{.name = "trajectory",
                        .x = {},
                        .y = mean_over("phase", clean),
                        .axis = {.label = "exact clean answers (%)", .low = 0, .high = 100},
                        .series = "model",
                        .panel = "noise",
                        .caption =
                            "What each model answers while it learns clean answers, then noisy ones, then clean ones "
                            "again. Look at how fast the clean answers go when the noise begins, and whether they "
                            "come back as fast as they were learnt.",
                        .references = {{learn, "noisy", true}, {learn + noise, "clean", true}},
                        .band = true},
                  bars{
                      .name = "levels",
                      .y = {{"P1 clean", p1}, {"P2 noisy", p2}, {"P3 clean again", p3}},
                      .axis = {.label = "exact clean answers (%)", .low = 0, .high = 100},
                      .series = "model",
                      .panel = "noise",
                      .caption =
                          "Exact clean answers at the end of each phase. Look at the middle bars: what is left of "
                          "the clean answers under noise.",
                      .published = false},
                  bars{.name = "recovery",
                       .categories = "noise",
                       .y = recovered,
                       .axis = {.label = "recovered, P3 / P1 (%)", .low = 0},
                       .series = "model",
                       .caption = "Accuracy after clean retraining, in % of the accuracy before the noise."},
                  bars{.name = "absorption",
                       .categories = "noise",
                       .y = absorbed,
                       .axis = {.label = "absorbed, (P1 - P2) / P1 (%)", .low = 0},
                       .series = "model",
                       .caption = "How much of the clean accuracy the noise took."}},
        .claims = {{.id = "precondition",
                    .each = {"model"},
                    .value = trained("exact").where("phase", 1).where("noise", first_noise),
                    .holds = at_least(learnt),
                    .precondition = true,
                    .says = "The {model} has learnt the clean answers after phase 1 (else nothing can be unlearnt)."},
                   {.id = "collapse",
                    .each = {"model", "noise"},
                    .value = p2,
                    .holds = at_most(5),
                    .says = "Under {noise} the clean accuracy of the {model} collapses.",
                    .source = "arXiv:2407.00996, table of accuracies",
                    .against = "model",
                    .only = {among(seen, "noise", {"charflip"})}},
                   {.id = "recovery",
                    .each = {"model", "noise"},
                    .value = recovered,
                    .holds = at_least(90),
                    .says = "After {noise} the {model} comes back to its first accuracy.",
                    .source = "arXiv:2407.00996, table of accuracies; the study's extension to Mamba",
                    .unit = "% of P1",
                    .against = "model"},
                   {.id = "retained",
                    .each = {"model", "noise"},
                    .value = pattern,
                    .holds = at_most(2),
                    .says =
                        "After clean retraining hardly any answer of the {model} is left in the pattern of {noise}.",
                    .source = "arXiv:2407.00996, table of accuracies: 0 to 1 %",
                    .only = {among(seen, "noise", {"charflip", "wordflip"})}}},
        .finding =
            {{"under {noise} the {model} keeps {left} % of its clean answers and comes back to {back} % of its first accuracy",
              {{"left", left}, {"back", recovered}},
              {"noise", "model"},
              {},
              {},
              "In this run, ",
              "; ",
              ". "},
             {"relearning after {noise} takes the {model} {again} steps where learning took {first}",
              {{"again", relearning, 0}, {"first", learning, 0}},
              {"noise", "model"},
              {},
              {},
              "To four fifths of the answers, ",
              ", ",
              "."}},
        .otherwise = "This run says nothing about unlearning",
        .notes = {"All pairs that are shown here are trained on and asked: the study measures what is kept of what was "
                  "learnt. Unless it was given weights, its models know these pairs alone. The published models were "
                  "pretrained, and judged by another model or a word overlap."}};
  }
};

}  // namespace krait::paper
