// krait/paper/noise_instruction.hpp: does instruction tuning before phase 1 change what comes back? The extension of
// the noise study to Mamba (ARC345/learn-unlearn-mamba) has base models alone and leaves it open; the models of
// arXiv:2407.00996 are pretrained ones, whose phase 1 is their instruction tuning.
#pragma once
#include <krait/study/exhibit.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::paper {

/// Of a noise study some of whose models are experiment::tuned: taught to answer other questions, and as a control
/// going on to read the same texts for as many steps.
struct recovery_after_tuning {
  /// A model as pretrained, and what was made of it.
  struct trio {
    std::string plain, taught, reads;
  };
  static std::vector<trio> trios(const studies::record& seen) {
    std::vector<trio> all;
    for (const auto& taught : seen.group("model", "taught to answer"))
      for (const auto& reads : seen.group("model", "reads on"))
        if (const auto& from = seen.text(taught + ": tuned from"); from == seen.text(reads + ": tuned from"))
          all.push_back({from, taught, reads});
    return all;
  }

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const std::string held_out = seen.levels("asked").back();
    const auto right = [&](int phase) { return percent("right").where("asked", held_out).where("phase", phase); };
    const quantity taken = (100 * (right(1) - right(2)) / right(1)).in("% of P1"),
                   back = (100 * right(3) / right(1)).in("% of P1"), known = percent("known").where("asked", held_out),
                   tuned = percent("known after tuning").where("asked", held_out);
    const auto more = [](const quantity& of, const std::string& one, const std::string& other) {
      return (of.where("model", one) - of.where("model", other)).in("% of P1");
    };

    selection noises{"noise", seen.levels("noise")}, clean = among(seen, "noise", {"none"});
    std::erase(noises.levels, "none");

    exhibits page;
    page.tables = {table{.name = "tuning",
                         .rows = {"noise", "model"},
                         .columns = {{"before P1", known},
                                     {"after the tuning", tuned},
                                     {"P1 clean", right(1)},
                                     {"P2 un-flipped", right(2)},
                                     {"P3 clean again", right(3)},
                                     {"absorbed", taken},
                                     {"recovered", back}},
                         .caption = "Held-out answers in %. Each model is pretrained to the same level (before P1); "
                                    "some are then taught to answer questions of other kinds, and some read the same "
                                    "questions and answers as text for as many steps. Absorbed and recovered: in % of "
                                    "P1.",
                         .published = false}};
    page.plots = {bars{.name = "recovery",
                       .categories = "noise",
                       .y = back,
                       .axis = {.label = "recovered, P3 / P1 (%)", .low = 0},
                       .series = "model",
                       .caption = "Look whether the tuned models come back to more than those that read on.",
                       .published = false},
                  lines{.name = "answers",
                        .x = {.label = "step of the phases"},
                        .y = mean_over("phase", percent("right").where("asked", held_out)),
                        .axis = {.label = "held-out answers, un-flipped (%)", .low = 0},
                        .series = "model",
                        .panel = "noise",
                        .caption = "The same over the steps of all phases.",
                        .band = true,
                        .published = false}};
    for (const trio& one : trios(seen)) {  // (clang 14 captures no structured bindings)
      const std::string &plain = one.plain, &taught = one.taught, &reads = one.reads;
      page.claims.push_back({.id = "comes_back",
                             .each = {"noise"},
                             .value = more(back, taught, reads),
                             .holds = above(0).by_errors(2),
                             .says = "After {noise} the " + taught +
                                     " comes back to more of its first accuracy than the " + reads +
                                     ", which reads the same texts for as many steps.",
                             .unit = "% of P1",
                             .only = {noises}});
      page.claims.push_back({.id = "loses_less",
                             .each = {"noise"},
                             .value = more(taken, reads, taught),
                             .holds = above(0).by_errors(2),
                             .says = "Less is taken by {noise} from the " + taught + " than from the " + reads + ".",
                             .unit = "% of P1",
                             .only = {noises}});
      page.claims.push_back({.id = "reading_on",
                             .each = {"noise"},
                             .value = more(back, reads, plain),
                             .holds = above(0).by_errors(2),
                             .says = "After {noise} the " + reads + " comes back to more than the " + plain +
                                     ", so that steps alone change it.",
                             .unit = "% of P1",
                             .only = {noises}});
      // Of what is held out, after a noise or after as many clean steps.
      const auto told = [&](const char* opening, const char* after, const selection& of) {
        return sentence{after + ("the " + plain) + " comes back to {plain} % of its first accuracy, the " + taught +
                            " to {taught} % and the " + reads + " to {reads} %",
                        {{"plain", back.where("model", plain)},
                         {"taught", back.where("model", taught)},
                         {"reads", back.where("model", reads)}},
                        {"noise"},
                        {},
                        {of},
                        opening,
                        "; ",
                        ". "};
      };
      page.finding.push_back(told("Of what is held out, ", "after {noise} ", noises));
      page.finding.push_back(told("After as many clean steps ", "", clean));
      for (const auto& noise : noises.levels) {
        const auto gap = over_seeds(more(back, taught, reads).where("noise", noise), seen, {});
        if (gap.empty()) continue;
        page.finding.push_back(
            above(0).by_errors(2).holds(gap)   ? "Instruction tuning makes more of it come back after " + noise + "."
            : below(0).by_errors(2).holds(gap) ? "Instruction tuning makes less of it come back after " + noise + "."
                                               : "That instruction tuning changes what comes back after " + noise +
                                                     " is not seen in the " + plain + ".");
      }
    }
    page.otherwise = "This run does not tell what tuning does";
    return page;
  }
};

}  // namespace krait::paper
