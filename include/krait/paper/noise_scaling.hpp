// krait/paper/noise_scaling.hpp: does a larger model lose less to reversed words? The extension of the noise study to
// Mamba (ARC345/learn-unlearn-mamba) asks it of Mamba 2.8B and leaves it open: wordflip is published for its 1.4B model
// alone.
#pragma once
#include <krait/study/exhibit.hpp>
#include <string>
#include <vector>

namespace krait::paper {

/// Of a noise study with wordflip and none, the control, whose models are one architecture, the smallest first.
struct wordflip_by_size {
  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const std::string held_out = seen.levels("asked").back();
    const auto right = [&](int phase) { return percent("right").where("asked", held_out).where("phase", phase); };
    const quantity p1 = right(1).where("noise", "wordflip"),
                   taken = (100 * (right(1) - right(2)) / right(1)).in("% of P1"),
                   by_noise = taken.where("noise", "wordflip"), by_steps = taken.where("noise", "none"),
                   beyond = (by_noise - by_steps).in("% of P1"),
                   back = (100 * right(3) / right(1)).in("% of P1").where("noise", "wordflip"),
                   known = percent("known").where("asked", held_out);
    const std::vector<std::string>& sizes = seen.levels("model");
    const auto smaller_less_larger = [&](const quantity& of) {
      return (of.where("model", sizes.front()) - of.where("model", sizes.back())).in("% of P1");
    };

    exhibits page;
    page.tables = {table{.name = "sizes",
                         .rows = {"model"},
                         .columns = {{"before P1", known},
                                     {"P1 clean", p1},
                                     {"P2 un-flipped", right(2).where("noise", "wordflip")},
                                     {"P3 clean again", right(3).where("noise", "wordflip")},
                                     {"absorbed", by_noise},
                                     {"absorbed by clean steps", by_steps},
                                     {"beyond these", beyond},
                                     {"recovered", back}},
                         .caption = "Held-out answers in %, and in % of those after phase 1 what phase 2 takes: with "
                                    "reversed words, with as many clean steps, and the difference.",
                         .published = false}};
    page.plots = {
        bars{.name = "sizes",
             .categories = "model",
             .y = {{"wordflip", by_noise}, {"clean steps", by_steps}, {"wordflip beyond clean steps", beyond}},
             .axis = {.label = "taken of the answers after P1 (%)"},
             .caption =
                 "Look whether reversed words take less of a larger model, and whether that is more than what any "
                 "further training takes of it.",
             .published = false},
        lines{.name = "answers",
              .x = {.label = "step of the phases"},
              .y = percent("right").where("asked", held_out).where("noise", "wordflip"),
              .axis = {.label = "held-out answers, un-flipped (%)", .low = 0},
              .series = "model",
              .panel = "phase",
              .caption = "The same over the steps.",
              .band = true,
              .published = false}};
    page.claims = {
        {.id = "taken_from_the_larger",
         .value = smaller_less_larger(by_noise),
         .holds = above(0).by_errors(2),
         .says = "Reversed words take less of the " + sizes.back() + " model than of the " + sizes.front() + " one."},
        {.id = "beyond_clean_steps",
         .value = smaller_less_larger(beyond),
         .holds = above(0).by_errors(2),
         .says = "So they do beyond what as many clean steps take."},
        {.id = "wordflip_takes",
         .each = {"model"},
         .value = beyond,
         .holds = above(0).by_errors(2),
         .says = "Reversed words take more of the {model} model than as many clean steps do."}};
    page.finding = {
        {"the {model} loses {noise} % of its held-out answers to reversed words and {steps} % to as many clean "
         "steps, and has {back} % of them after clean retraining",
         {{"noise", by_noise}, {"steps", by_steps}, {"back", back}},
         {"model"},
         {},
         {},
         "Where as many answers were known before, ",
         "; ",
         ". "},
        {"From the smallest to the largest model the loss falls by {fall} points, beyond clean steps by "
         "{beyond}.",
         {{"fall", smaller_less_larger(by_noise)}, {"beyond", smaller_less_larger(beyond)}}}};
    page.otherwise = "This run does not tell what size does";
    return page;
  }
};

}  // namespace krait::paper
