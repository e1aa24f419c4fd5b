// krait/experiment/three_phase_report.hpp: tables, plots, claims and the finding of a three-phase study, from its
// measurements.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <krait/core/error.hpp>
#include <krait/experiment/options.hpp>
#include <krait/experiment/result.hpp>
#include <krait/experiment/three_phase_published.hpp>
#include <krait/experiment/three_phase_record.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::experiment {
namespace detail {

/// Reads values out of a record by (model, noise, phase), one a seed.
struct three_phase_view {
  const three_phase_record& record;

  long last_step(int phase) const {
    return phase == 1 ? record.steps.learn : phase == 2 ? record.steps.noise : record.steps.relearn;
  }

  template <class Value>
  std::vector<double> values(std::string_view model, std::string_view noise, int phase, long step,
                             Value&& value) const {
    std::vector<double> all;
    for (const measurement& m : record.points)
      if (m.model == model && m.noise == noise && m.phase == phase && m.step == step) all.push_back(value(m));
    return all;
  }
  template <class Value>
  std::vector<double> at_end(std::string_view model, std::string_view noise, int phase, Value&& value) const {
    return values(model, noise, phase, last_step(phase), value);
  }
  /// 100 f(phase 1, phase 2, phase 3) of every seed's clean accuracy.
  template <class F> measured over_phases(std::string_view model, std::string_view noise, F&& f) const {
    std::vector<double> p[3], all;
    for (int phase = 1; phase <= 3; ++phase)
      p[phase - 1] = at_end(model, noise, phase, [](const measurement& m) { return m.clean; });
    for (std::size_t i = 0; i < p[2].size(); ++i)
      if (p[0][i] > 0) all.push_back(100 * f(p[0][i], p[1][i], p[2][i]));
    return mean_and_spread(all);
  }
  template <class Value>
  measured percent(std::string_view model, std::string_view noise, int phase, Value&& value) const {
    return mean_and_spread(at_end(model, noise, phase, [&](const measurement& m) { return 100 * value(m); }));
  }
};

inline double clean_of(const measurement& m) { return m.clean; }
inline double absorbed(double p1, double p2, double) { return (p1 - p2) / p1; }
inline double recovered(double p1, double, double p3) { return p3 / p1; }

}  // namespace detail

/// Phases x models x noises, with absorption and recovery; published rows beside them.
inline table three_phase_table(const three_phase_record& record) {
  const detail::three_phase_view view{record};
  table t{.name = "phases",
          .caption =
              "Exact answers in % at the end of each phase, over the pairs whose answer the noise changes; mean and "
              "standard "
              "deviation over seeds. Absorbed: (P1 - P2) / P1; recovered: P3 / P1. Grey: published accuracies, by the "
              "judges of those studies and for pretrained models.",
          .columns = {{.name = "noise"},
                      {.name = "model"},
                      {.name = "P1 clean"},
                      {.name = "P2 noisy"},
                      {.name = "P3 clean again"},
                      {.name = "absorbed", .unit = "%"},
                      {.name = "recovered", .unit = "%"},
                      {.name = "noised answers in P2", .unit = "%"},
                      {.name = "still in the noise's pattern in P3", .unit = "%"}}};
  for (const auto& noise : record.noises) {
    for (const auto& model : record.models)
      t.rows.push_back(
          {{noise, model, view.percent(model, noise, 1, detail::clean_of),
            view.percent(model, noise, 2, detail::clean_of), view.percent(model, noise, 3, detail::clean_of),
            view.over_phases(model, noise, detail::absorbed), view.over_phases(model, noise, detail::recovered),
            view.percent(model, noise, 2, [](const measurement& m) { return m.noisy; }),
            view.percent(model, noise, 3, [](const measurement& m) { return m.pattern; })}});
    for (const published_phases& p : published_three_phases)
      if (p.noise == noise)
        t.rows.push_back({{noise,
                           std::string(p.model),
                           p.p1,
                           p.p2,
                           p.p3,
                           100 * detail::absorbed(p.p1, p.p2, p.p3),
                           100 * detail::recovered(p.p1, p.p2, p.p3),
                           {},
                           {}},
                          true,
                          std::string(p.source)});
  }
  return t;
}

/// The other metrics of the study at the end of each phase.
inline table three_phase_metrics(const three_phase_record& record) {
  const detail::three_phase_view view{record};
  table t{.name = "metrics",
          .caption = "All answers against the clean truth at the end of each phase, in %.",
          .columns = {
              {.name = "noise"}, {.name = "model"}, {.name = "phase", .decimals = 0}, {.name = "exact_match (all)"}}};
  for (const auto& name : record.metrics) t.columns.push_back({.name = name});
  for (const auto& noise : record.noises)
    for (const auto& model : record.models)
      for (int phase = 1; phase <= 3; ++phase) {
        row r{{noise, model, std::int64_t{phase},
               view.percent(model, noise, phase, [](const measurement& m) { return m.exact; })}};
        for (std::size_t i = 0; i < record.metrics.size(); ++i)
          r.cells.push_back(view.percent(model, noise, phase, [&](const measurement& m) { return m.metrics[i]; }));
        t.rows.push_back(std::move(r));
      }
  return t;
}

/// Exact answers over all steps, a panel a noise.
inline plot three_phase_trajectory(const three_phase_record& record) {
  const detail::three_phase_view view{record};
  plot p{.name = "trajectory",
         .caption =
             "What each model answers while it learns clean answers, then noisy ones, then clean ones again. Look at "
             "how fast the "
             "clean answers go when the noise begins, and whether they come back as fast as they were learnt.",
         .alt =
             "Lines of exact clean answers in percent against training steps, for each model and noise, over three "
             "phases.",
         .x = {.label = "training steps"},
         .y = {.label = "exact clean answers (%)", .low = 0, .high = 100}};
  const long offset[] = {0, record.steps.learn, record.steps.learn + record.steps.noise};
  for (const auto& noise : record.noises)
    for (const auto& model : record.models) {
      series s{.name = model, .model = model, .panel = noise};
      for (int phase = 1; phase <= 3; ++phase)
        for (long step = 1; step <= view.last_step(phase); ++step) {
          const auto values =
              view.values(model, noise, phase, step, [](const measurement& m) { return 100 * m.clean; });
          if (values.empty()) continue;
          const measured mean = mean_and_spread(values);
          s.x.push_back(static_cast<double>(offset[phase - 1] + step));
          s.y.push_back(mean.value);
          s.spread.push_back(std::isfinite(mean.spread) ? mean.spread : 0);
        }
      p.data.push_back(std::move(s));
    }
  p.spread = spread_style::band;
  p.references = {{static_cast<double>(offset[1]), "noise begins", true},
                  {static_cast<double>(offset[2]), "clean again", true}};
  return p;
}

/// One bar a model and noise: f of the phases.
template <class F>
plot three_phase_bars(const three_phase_record& record, std::string name, std::string caption, std::string label,
                      F&& f) {
  const detail::three_phase_view view{record};
  plot p{.name = std::move(name),
         .kind = plot_kind::bars,
         .caption = std::move(caption),
         .y = {.label = std::move(label), .low = 0}};
  p.alt = "Bars for each noise: " + p.y.label + " of each model, with published values in grey.";
  p.categories = record.noises;
  for (const auto& model : record.models) {
    series s{.name = model, .model = model};
    for (const auto& noise : record.noises) {
      const measured m = view.over_phases(model, noise, f);
      s.y.push_back(m.value);
      s.spread.push_back(std::isfinite(m.spread) ? m.spread : 0);
    }
    p.data.push_back(std::move(s));
  }
  for (const std::string_view model : {"Phi-2 2.7B", "Mamba 130M"}) {
    series s{.name = std::string(model) + " (published)", .published = true};
    for (const auto& noise : record.noises) {
      const auto* found = find_published(model, noise);
      s.y.push_back(found ? 100 * f(found->p1, found->p2, found->p3) : unknown);
      if (found) s.source = std::string(found->source);
    }
    p.data.push_back(std::move(s));
  }
  return p;
}

inline plot three_phase_levels(const three_phase_record& record) {
  const detail::three_phase_view view{record};
  plot p{.name = "levels",
         .kind = plot_kind::bars,
         .caption =
             "Exact clean answers at the end of each phase. Look at the middle bars: what is left of the clean answers "
             "under noise.",
         .alt =
             "Bars of exact clean answers after phases 1, 2 and 3 for each model, a panel a noise, with error bars "
             "over seeds.",
         .y = {.label = "exact clean answers (%)", .low = 0, .high = 100},
         .categories = {"P1 clean", "P2 noisy", "P3 clean again"}};
  for (const auto& noise : record.noises)
    for (const auto& model : record.models) {
      series s{.name = model, .model = model, .panel = noise};
      for (int phase = 1; phase <= 3; ++phase) {
        const measured m = view.percent(model, noise, phase, detail::clean_of);
        s.y.push_back(m.value);
        s.spread.push_back(std::isfinite(m.spread) ? m.spread : 0);
      }
      p.data.push_back(std::move(s));
    }
  return p;
}

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

/// One sentence from the numbers.
inline std::string three_phase_finding(const three_phase_record& record, const std::vector<claim>& claims) {
  const detail::three_phase_view view{record};
  for (const claim& c : claims)
    if (c.id.starts_with("precondition.") && !c.holds)
      return fmt::format("This run says nothing about unlearning: {} reached {:.1f} % exact answers in phase 1.",
                         c.id.substr(13), c.value);
  std::string text;
  for (const auto& noise : record.noises) {
    text += text.empty() ? "After " : "; after ";
    text += noise;
    for (std::size_t i = 0; i < record.models.size(); ++i) {
      const measured p2 = view.percent(record.models[i], noise, 2, detail::clean_of);
      const measured back = view.over_phases(record.models[i], noise, detail::recovered);
      text += fmt::format("{} the {} falls to {:.1f} % clean answers and recovers {:.1f} % of its accuracy",
                          i ? " and" : "", record.models[i], p2.value, back.value);
    }
  }
  return text + ".";
}

/// The whole result of a run; seeds, command, environment and time are the caller's.
template <class Data, class Optimizer, class Precision>
result three_phase_result(const three_phase_record& record, const options& asked, double learnt) {
  result r;
  r.tables = {three_phase_table(record), three_phase_metrics(record)};
  r.plots = {
      three_phase_trajectory(record), three_phase_levels(record),
      three_phase_bars(record, "recovery", "Accuracy after clean retraining, in % of the accuracy before the noise.",
                       "recovered, P3 / P1 (%)", detail::recovered),
      three_phase_bars(record, "absorption", "How much of the clean accuracy the noise took.",
                       "absorbed, (P1 - P2) / P1 (%)", detail::absorbed)};
  r.claims = three_phase_claims(record, learnt);
  r.finding = three_phase_finding(record, r.claims);
  r.settings = {{"data", std::string(Data::name)},
                {"pairs", std::int64_t{record.pairs}},
                {"steps of phases 1, 2, 3",
                 fmt::format("{}, {}, {}", record.steps.learn, record.steps.noise, record.steps.relearn)},
                {"learning rate", Optimizer::lr},
                {"gradient clipping", Optimizer::clip_norm},
                {"weights", std::string(Precision::name)}};
  r.notes.push_back(
      "All pairs are trained on and asked: the study measures what is kept of what was learnt, by models trained from "
      "nothing on these pairs alone. The published models were pretrained, and judged by another model or a word "
      "overlap.");
  if (asked.quick) r.notes.push_back("Made with --quick: too few steps and pairs to mean anything.");
  return r;
}

/// Throws study_error where a model did not learn the clean answers; --quick runs are let through.
inline void require_precondition(const result& r) {
  if (std::ranges::any_of(r.notes, [](const std::string& n) { return n.starts_with("Made with --quick"); })) return;
  for (const claim& c : r.claims)
    if (c.id.starts_with("precondition.") && !c.holds)
      throw study_error(fmt::format(
          "Phase 1 left {} at {:.1f} % exact clean answers where {} are needed, so this run says nothing about "
          "unlearning; train longer with --steps.",
          c.id.substr(13), c.value, c.expected));
}

}  // namespace krait::experiment
