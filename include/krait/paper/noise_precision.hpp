// krait/paper/noise_precision.hpp: what does keeping weights in bf16 do to learning and unlearning? The extension of
// the noise study to Mamba (ARC345/learn-unlearn-mamba) trains its 1.4B model in bf16 without fp32 copies at a learning
// rate of 3e-6, where most updates are below half a bf16 unit in the last place: 29.4 % after phase 1, where its 130M
// model, at 1e-5, has 63.3 %.
#pragma once
#include <fmt/core.h>

#include <krait/study/exhibit.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::paper {

/// Of a noise study whose models are one model in several precisions (model::kept_in).
struct updates_that_round_away {
  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const std::string trained = seen.levels("asked").front(), held_out = seen.levels("asked").back();
    const auto share = [](const char* name, const std::string& asked, int phase) {
      return percent(name).where("asked", asked).where("phase", phase);
    };
    const quantity p1 = share("right", held_out, 1), p2 = share("right", held_out, 2), p3 = share("right", held_out, 3),
                   lost = percent("updates lost");
    const auto lost_in = [&](int phase) { return mean_of_steps(lost.where("phase", phase)); };
    const auto rate = seen.number("learning rate");
    const std::string first = seen.levels("noise").front();

    exhibits page;
    page.tables = {table{
        .name = "precision",
        .rows = {"noise", "model"},
        .columns = {{"updates lost, P1", lost_in(1)},
                    {"updates lost, P2", lost_in(2)},
                    {"learnt, P1", share("exact", trained, 1)},
                    {"noised, P2", share("noisy", trained, 2)},
                    {"held out, P1", p1},
                    {"P2 un-flipped", p2},
                    {"P3", p3},
                    {"absorbed", (100 * (p1 - p2) / p1).in("%")},
                    {"recovered", (100 * p3 / p1).in("%")}},
        .caption =
            "Updates lost: of the weights that have a moment, how many are the same to the bit after a step, "
            "a mean over the steps that were looked at (rounding by chance leaves many as they are, too, but is right on "
            "average). Then answers that are trained on, clean after "
            "phase 1 and noised after phase 2, and held-out ones."}};
    page.plots = {lines{.name = "lost",
                        .x = {},
                        .y = mean_over("phase", lost),
                        .axis = {.label = "updates lost (%)", .low = 0, .high = 100},
                        .series = "model",
                        .panel = "noise",
                        .caption = "The share of the updates that leave a weight as it was. The rate falls to 0 at the "
                                   "end of each phase, and with it what is left of the updates.",
                        .band = true},
                  bars{.name = "learnt",
                       .y = {{"learnt, P1", share("exact", trained, 1)}, {"noised, P2", share("noisy", trained, 2)}},
                       .axis = {.label = "answers that are trained on (%)", .low = 0, .high = 100},
                       .series = "model",
                       .panel = "noise",
                       .caption = "Look whether what is lost is missed: clean answers after phase 1, noised ones after "
                                  "phase 2."}};
    const auto about = [&](const char* precision) { return among(seen, "model", {precision}).levels.size() == 1; };
    const auto of_model = [&](const quantity& of, const char* model) {
      return of.where("model", model).where("noise", first);
    };
    if (about("fp32"))
      page.claims.push_back({.id = "nothing_is_lost_in_fp32",
                             .value = of_model(lost_in(2), "fp32"),
                             .holds = at_most(5),
                             .precondition = true,
                             .says = "Hardly an update leaves an fp32 weight as it was."});
    if (about("bf16"))
      page.claims.push_back({.id = "lost",
                             .value = of_model(lost_in(2), "bf16"),
                             .holds = at_least(50),
                             .says = "Most updates of bf16 weights without copies round to nothing."});
    if (about("bf16") && about("fp32"))
      page.claims.push_back(
          {.id = "missed",
           .value = (of_model(share("noisy", trained, 2), "fp32") - of_model(share("noisy", trained, 2), "bf16"))
                        .in("points"),
           .holds = at_least(10),
           .says = "They are missed: in as many steps bf16 weights learn less of the noise than fp32 ones."});
    if (about("bf16 stochastic") && about("fp32"))
      page.claims.push_back({.id = "by_chance",
                             .value = (of_model(share("noisy", trained, 2), "fp32") -
                                       of_model(share("noisy", trained, 2), "bf16 stochastic"))
                                          .in("points"),
                             .holds = at_most(10),
                             .says = "Rounding by chance makes up for it: bf16 weights then learn the noise as fp32 "
                                     "ones do."});
    page.finding = {
        {"as {model}, weights lose {lost} % of the updates of phase 2 and answer {noisy} % of what they "
         "are trained on with the noise",
         {{"lost", lost_in(2)}, {"noisy", share("noisy", trained, 2)}},
         {"model"},
         {{"noise", first}},
         {},
         "At a learning rate of " + shown(rate) + ", under " + first + ", ",
         "; ",
         "."}};
    page.otherwise = "This run does not tell what precision does";
    page.notes = {
        "All models begin with the same fp32 weights of one pretraining. Another rate and more steps: --set "
        "rate=.003 --set phase_length=30 has the published 3e-6."};
    return page;
  }

 private:
  static studies::quantity mean_of_steps(const studies::quantity& of) {
    return studies::over_steps(
        [](const studies::course& all) {
          double sum = 0;
          for (const auto& [step, value] : all) sum += value;
          return sum / static_cast<double>(all.size());
        },
        of, "%");
  }
  static std::string shown(double rate) { return fmt::format("{:.2g}", rate); }
};

}  // namespace krait::paper
