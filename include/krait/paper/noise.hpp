// krait/paper/noise.hpp: do models unlearn noise? "Can Small Language Models Learn, Unlearn, and Retain Noise
// Patterns?" (arXiv:2407.00996), and its extension to Mamba: accuracies in % after clean training (phase 1), noisy
// training (phase 2) and clean training again (phase 3), judged by those studies.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <krait/paper/noise_claims.hpp>
#include <krait/paper/noise_degenerate.hpp>
#include <krait/paper/noise_published.hpp>
#include <krait/paper/noise_tokens.hpp>
#include <krait/study/exhibit.hpp>
#include <string>
#include <utility>

namespace krait::paper {

struct learn_unlearn_retain {
  static constexpr auto rows = [] {
    std::array<studies::published, std::size(detail::noise_published::rows) + std::size(detail::noise_degenerate::rows)>
        all{};
    std::ranges::copy(detail::noise_degenerate::rows,
                      std::ranges::copy(detail::noise_published::rows, all.begin()).out);
    return all;
  }();

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    // After a pretraining, of what was never trained on; else of what was.
    const bool pretrained = seen.has_quantity("known");
    const std::string asked = pretrained ? seen.levels("asked").back() : seen.levels("asked").front();
    const std::string of_those = pretrained ? "held-out answers" : "answers";
    const auto share = [&](std::string name, int phase) {
      return percent(std::move(name)).where("asked", asked).where("phase", phase);
    };
    const quantity right = percent("right").where("asked", asked), p1 = share("right", 1), p2 = share("right", 2),
                   p3 = share("right", 3), pattern = share("pattern", 3);
    // Intervals of the bootstrap over questions, for runs of one seed.
    const auto kept = [&](const char* end, int phase) {
      return percent(std::string("kept_") + end).where("asked", asked).where("phase", phase);
    };
    const quantity lost_low = (100 - kept("high", 2)).in("%"), lost_high = (100 - kept("low", 2)).in("%"),
                   absorbed = (100 * (p1 - p2) / p1).in("%").within(lost_low, lost_high),
                   recovered = (100 * p3 / p1).in("%").within(kept("low", 3), kept("high", 3));
    const auto trained = [&](std::string name, int phase) {
      return percent(std::move(name)).where("asked", seen.levels("asked").front()).where("phase", phase);
    };
    const auto below = [&](const char* name, int phase) {
      return studies::of(name, "nats").where("asked", asked).where("phase", phase);
    };
    const double learn = seen.number("steps of phase 1"), noise = seen.number("steps of phase 2");
    const std::string first_noise = seen.levels("noise").front();

    exhibits page;
    // Half of the answers are preferred by chance.
    const quantity preferred = share("preferred", 1),
                   sunk = (100 * (preferred - share("preferred", 2)) / (preferred - 50)).in("%");
    studies::columns columns = {{"P1 clean", p1},       {"P2 un-flipped", p2},    {"P3 clean again", p3},
                                {"absorbed", absorbed}, {"recovered", recovered}, {"absorbed below the surface", sunk}};
    if (pretrained) columns.insert(columns.begin(), {"before P1", percent("known").where("asked", asked)});
    page.tables = {
        table{.name = "phases",
              .rows = {"noise", "model"},
              .columns = columns,
              .caption =
                  "Exact " + of_those + " at the end of each phase; mean and standard deviation over seeds. " +
                  (pretrained ? std::string("Held out: questions that no phase trains on; the models read their "
                                            "facts as statements, before phase 1 alone. ")
                              : std::string()) +
                  "Un-flipped: equal to the truth after the noise is undone. Absorbed: (P1 - P2 un-flipped) / "
                  "P1; recovered: P3 / P1. Wrong answers (counterfactual) cannot be undone: there P2 is as "
                  "given. Absorbed below the surface: see the table 'below'. Grey: published accuracies, by the judges "
                  "of those studies and for pretrained models; the paper's P2 are un-flipped, the extension's (Mamba) "
                  "are as given."},
        table{.name = "sets",
              .rows = {"noise", "model", "asked"},
              .columns = {{"P1 clean", percent("right").where("phase", 1)},
                          {"P2 as given", percent("exact").where("phase", 2)},
                          {"P2 un-flipped", percent("right").where("phase", 2)},
                          {"P3 clean again", percent("right").where("phase", 3)},
                          {"in the noise's pattern, end of P3", percent("pattern").where("phase", 3)}},
              .caption = "The same for each set of questions. What is trained on is learnt and unlearnt whole, so that "
                         "it tells nothing of what a model keeps. In the noise's pattern: answers that look more like "
                         "the noised truth than like the truth.",
              .published = false},
        table{.name = "speed",
              .rows = {"noise", "model"},
              .columns = {{"to learn, P1", first_step(trained("exact", 1), 80), 0},
                          {"to the noise, P2", (first_step(trained("right", 2), 80) - learn).in("steps"), 0},
                          {"to relearn, P3", (first_step(trained("exact", 3), 80) - (learn + noise)).in("steps"), 0},
                          {"noised answers, end of P2", trained("noisy", 2)}},
              .caption = "Steps until four fifths of the phase's own answers are right, of what is trained on (looked "
                         "at every few steps), and how many the noise has taken over in the end.",
              .published = false}};
    // Answers after the noise is undone, where the noises can be.
    const bool undone =
        std::ranges::any_of(seen.measured(), [](const auto& s) { return s.quantity == "undone metric"; });
    // What is measured in any case may stand among the metrics too.
    const bool apart = std::ranges::find(seen.levels("metric"), "exact_match") == seen.levels("metric").end();
    studies::columns judged = {spread("metric", percent("metric").where("asked", asked))};
    if (apart) judged.insert(judged.begin(), {"exact_match", percent("exact").where("asked", asked)});
    if (undone) {
      if (apart) judged.push_back({"exact_match, un-flipped", right});
      judged.push_back(spread("metric", percent("undone metric").where("asked", asked), 1, "{}, un-flipped"));
    }
    page.tables.push_back(table{.name = "metrics",
                                .rows = {"noise", "model", "phase"},
                                .columns = judged,
                                .caption = "All " + of_those + " against the clean truth at the end of each phase.",
                                .published = false});

    page.tables.push_back(
        table{.name = "below",
              .rows = {"noise", "model"},
              .columns = {{"truth preferred P1", preferred},
                          {"truth preferred P2", share("preferred", 2)},
                          {"truth preferred P3", share("preferred", 3)},
                          {"absorbed below the surface", sunk},
                          {"log-probability P1", below("likelihood", 1), 2},
                          {"log-probability P2", below("likelihood", 2), 2},
                          {"log-probability P3", below("likelihood", 3), 2}},
              .caption = "What is left below the surface of the " + of_those +
                         ", whatever is answered. Preferred: of how many questions the clean answer is likelier, a "
                         "token, than a wrong one of the same kind, which chance makes 50 %; absorbed: how much of "
                         "what is above it phase 2 takes. Log-probability of the clean answer: nats a token (of the "
                         "model's own tokens).",
              .published = false});
    page.tables.push_back(
        table{.name = "intervals",
              .rows = {"noise", "model"},
              .columns = {{"P1 clean", p1},
                          {"absorbed", absorbed},
                          {"absorbed, from", lost_low},
                          {"absorbed, to", lost_high},
                          {"recovered", recovered},
                          {"recovered, from", kept("low", 3)},
                          {"recovered, to", kept("high", 3)}},
              .caption = "Intervals that hold 90 % of the bootstrap over the questions that are asked, of each seed; "
                         "ends are means over seeds.",
              .published = false});
    if (detail::noise_degenerate::asked(seen)) page.tables.push_back(detail::noise_degenerate::table(asked, of_those));
    if (detail::noise_tokens::asked(seen))
      page.tables.insert(page.tables.begin() + 1, detail::noise_tokens::table(seen, absorbed, sunk, of_those));

    page.plots = {
        lines{.name = "trajectory",
              .x = {},
              .y = mean_over("phase", right),
              .axis = {.label = "right " + of_those + " (%)", .low = 0, .high = 100},
              .series = "model",
              .panel = "noise",
              .caption =
                  "What each model answers while it learns clean answers, then noisy ones (un-flipped here), then "
                  "clean ones again. Look at how much of the first part the other two keep.",
              .references = {{learn, "noisy", true}, {learn + noise, "clean", true}},
              .band = true},
        bars{.name = "levels",
             .y = {{"P1 clean", p1}, {"P2 un-flipped", p2}, {"P3 clean again", p3}},
             .axis = {.label = "right " + of_those + " (%)", .low = 0, .high = 100},
             .series = "model",
             .panel = "noise",
             .caption = "The end of each phase. Look at the middle bars: what is left under noise.",
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
             .caption = "How much of the clean accuracy the noise took, also after un-flipping."}};
    page.plots.push_back(
        lines{.name = "below",
              .x = {},
              .y = mean_over("phase", studies::of("likelihood", "nats").where("asked", asked)),
              .axis = {.label = "log-probability of the clean answer (nats a token)"},
              .series = "model",
              .panel = "noise",
              .caption =
                  "How likely the clean answer is, whatever is answered. Look how fast it comes back in the last part.",
              .references = {{learn, "noisy", true}, {learn + noise, "clean", true}},
              .band = true});
    if (detail::noise_tokens::asked(seen)) page.plots.insert(page.plots.begin(), detail::noise_tokens::plot(absorbed));
    if (pretrained)
      page.plots.push_back(
          lines{.name = "pretraining",
                .x = {.label = "steps of the pretraining"},
                .y = percent("known"),
                .axis = {.label = "exact answers (%)", .low = 0, .high = 100},
                .series = "model",
                .panel = "asked",
                .caption = "What the models answer while they read statements of all facts and the questions of those "
                           "that are trained on. Both go on to the same level of what is held out.",
                .references = {{seen.number("known before phase 1 (%)"), "level"}},
                .band = true});

    page.claims = detail::noise_claims::claims(seen, p2, absorbed, recovered, pattern, trained("noisy", 2));
    if (detail::noise_tokens::asked(seen))
      for (auto& one : detail::noise_tokens::claims(seen, absorbed, sunk)) page.claims.push_back(std::move(one));
    if (detail::noise_degenerate::asked(seen))
      for (auto& one : detail::noise_degenerate::claims(seen, asked, detail::noise_claims::pairs(seen)))
        page.claims.push_back(std::move(one));
    page.claims.insert(
        page.claims.begin(),
        {.id = "precondition",
         .each = {"model"},
         .value = trained("exact", 1).where("noise", first_noise),
         .holds = at_least(seen.number("exact answers that phase 1 must reach (%)")),
         .precondition = true,
         .says = "The {model} has learnt the clean answers after phase 1 (else nothing can be unlearnt)."});
    const auto greatest = [](const course& all) {
      double most = report::unknown;
      for (const auto& [step, value] : all) most = std::fmax(most, value);
      return most;
    };
    if (pretrained)
      page.claims.insert(
          page.claims.begin(),
          {.id = "level",
           .each = {"model"},
           .value = over_steps(greatest, percent("known").where("asked", asked), "%"),
           .holds = at_least(seen.number("known before phase 1 (%)")).in_every_seed(),
           .precondition = true,
           .says = "The {model} comes to the level of held-out answers that all models are to have before phase 1.",
           .remedy = "read longer with --set pretraining=STEPS"});
    page.finding = detail::noise_claims::finding(seen, of_those, p1, p2, absorbed, recovered, sunk);
    page.otherwise = "This run says nothing about unlearning";
    page.notes = {
        pretrained ? "The models know the statements of this run's facts and nothing else. The published models were "
                     "pretrained on much text, and judged by another model or a word overlap."
                   : "All pairs that are shown here are trained on and asked: the study measures what is kept of what "
                     "was learnt. Unless it was given weights, its models know these pairs alone. The published "
                     "models were pretrained, and judged by another model or a word overlap."};
    return page;
  }
};

}  // namespace krait::paper
