// krait/experiment/three_phase_report.hpp: claims and finding of a three-phase study, and its whole result
// (declared in three_phase_result.hpp).
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/experiment/names.hpp>
#include <krait/experiment/three_phase_plots.hpp>
#include <krait/experiment/three_phase_record.hpp>
#include <krait/experiment/three_phase_result.hpp>
#include <krait/experiment/three_phase_tables.hpp>
#include <krait/report/result.hpp>
#include <krait/run/options.hpp>
#include <string>
#include <vector>

namespace krait::experiment {
/// What the published studies say, and what this run says to it.
inline std::vector<claim> three_phase_claims(const three_phase_record& record, double learnt) {
  const detail::three_phase_view view{record};
  std::vector<claim> claims;
  const std::string paper = "arXiv:2407.00996, table of accuracies", blog = "the study's extension to Mamba, 130M";
  for (const auto& model : record.models) {
    const measured exact = view.percent(model, record.noises.front(), 1, [](const measurement& m) { return m.exact; });
    claims.push_back({.id = "precondition." + model,
                      .statement = fmt::format(
                          "The {} has learnt the clean answers after phase 1 (else nothing can be unlearnt).", model),
                      .source = "precondition of the study",
                      .value = exact.value,
                      .spread = exact.spread,
                      .unit = "%",
                      .expected = fmt::format("at least {:.0f} %", 100 * learnt),
                      .holds = exact.value >= 100 * learnt});
    for (const auto& noise : record.noises) {
      const measured p2 = view.percent(model, noise, 2, detail::clean_of),
                     back = view.over_phases(model, noise, detail::recovered);
      const measured kept = view.percent(model, noise, 3, [](const measurement& m) { return m.pattern; });
      if (noise == "charflip")
        claims.push_back(
            {.id = "collapse." + model + "." + noise,
             .statement = fmt::format("Under {} the clean accuracy of the {} collapses (published: 0.5 to 3.8 %).",
                                      noise, model),
             .source = paper,
             .value = p2.value,
             .spread = p2.spread,
             .unit = "%",
             .expected = "at most 5 %",
             .holds = p2.value <= 5});
      claims.push_back(
          {.id = "recovery." + model + "." + noise,
           .statement =
               fmt::format("After {} the {} comes back to its first accuracy (published: 90 to 105 % for transformers, "
                           "74 % for Mamba 130M under charflip).",
                           noise, model),
           .source = paper + "; " + blog,
           .value = back.value,
           .spread = back.spread,
           .unit = "% of P1",
           .expected = "at least 90 %",
           .holds = back.value >= 90});
      claims.push_back(
          {.id = "retained." + model + "." + noise,
           .statement = fmt::format(
               "After clean retraining hardly any answer of the {} is left in the pattern of {} (published: "
               "0 to 1 %).",
               model, noise),
           .source = paper,
           .value = kept.value,
           .spread = kept.spread,
           .unit = "%",
           .expected = "at most 2 %",
           .holds = kept.value <= 2});
    }
  }
  return claims;
}

/// One or two sentences from the numbers.
inline std::string three_phase_finding(const three_phase_record& record, const std::vector<claim>& claims) {
  const detail::three_phase_view view{record};
  for (const claim& c : claims)
    if (c.id.starts_with("precondition.") && !c.holds)
      return fmt::format("This run says nothing about unlearning: the {} reached {:.1f} % exact answers in phase 1.",
                         c.id.substr(13), c.value);
  const auto listed = [](const auto& items, auto&& shown) {
    std::string text;
    for (std::size_t i = 0; i < items.size(); ++i)
      text += (i == 0 ? "" : i + 1 == items.size() ? " and " : ", ") + shown(items[i]);
    return text;
  };
  std::string text = "Under " + listed(record.noises, [](const std::string& noise) { return noise; });
  for (std::size_t i = 0; i < record.models.size(); ++i) {
    const std::string& model = record.models[i];
    text += fmt::format(
        "{} the {} keeps {} % of its clean answers, and comes back to {} % of its first accuracy", i ? ";" : "", model,
        listed(record.noises,
               [&](const std::string& noise) {
                 const measured left =
                     view.over_phases(model, noise, [](double p1, double p2, double) { return p2 / p1; });
                 return fmt::format("{:.1f}", left.value);
               }),
        listed(record.noises, [&](const std::string& noise) {
          return fmt::format("{:.1f}", view.over_phases(model, noise, detail::recovered).value);
        }));
  }
  text += ".";
  const std::string& noise = record.noises.front();
  std::string again;
  for (const auto& model : record.models) {
    const auto first = mean_and_spread(view.steps_to(model, noise, 1, 0.8, detail::clean_of));
    const auto second = mean_and_spread(view.steps_to(model, noise, 3, 0.8, detail::clean_of));
    if (std::isfinite(first.value) && std::isfinite(second.value))
      again += fmt::format("{} the {} {:.0f} steps where learning took {:.0f}", again.empty() ? "" : ",", model,
                           second.value, first.value);
  }
  if (!again.empty()) text += fmt::format(" To four fifths of the answers, relearning after {} takes{}.", noise, again);
  return text;
}

KRAIT_INLINE result three_phase_result(const three_phase_record& record, const three_phase_settings& with,
                                       const options& asked) {
  result r;
  r.tables = {three_phase_table(record), three_phase_relearning(record), three_phase_metrics(record)};
  r.plots = {
      three_phase_trajectory(record), three_phase_levels(record),
      three_phase_bars(record, "recovery", "Accuracy after clean retraining, in % of the accuracy before the noise.",
                       "recovered, P3 / P1 (%)", detail::recovered),
      three_phase_bars(record, "absorption", "How much of the clean accuracy the noise took.",
                       "absorbed, (P1 - P2) / P1 (%)", detail::absorbed)};
  r.claims = three_phase_claims(record, with.learnt);
  r.finding = three_phase_finding(record, r.claims);
  r.settings = {{"data", with.data},
                {"pairs", std::int64_t{record.pairs}},
                {"steps of phases 1, 2, 3",
                 fmt::format("{}, {}, {}", record.steps.learn, record.steps.noise, record.steps.relearn)},
                {"learning rate", with.lr},
                {"gradient clipping", with.clip_norm},
                {"weights", with.precision}};
  r.notes.push_back(
      "All pairs are trained on and asked: the study measures what is kept of what was learnt, by models trained from "
      "nothing on these pairs alone. The published models were pretrained, and judged by another model or a word "
      "overlap.");
  if (asked.quick) r.notes.push_back("Made with --quick: too few steps and pairs to mean anything.");
  return r;
}

KRAIT_INLINE void require_precondition(const result& r) {
  if (std::ranges::any_of(r.notes, [](const std::string& n) { return n.starts_with("Made with --quick"); })) return;
  for (const claim& c : r.claims)
    if (c.id.starts_with("precondition.") && !c.holds)
      throw study_error(fmt::format(
          "Phase 1 left {} at {:.1f} % exact clean answers where {} are needed, so this run says nothing about "
          "unlearning; train longer with --steps.",
          c.id.substr(13), c.value, c.expected));
}

}  // namespace krait::experiment
