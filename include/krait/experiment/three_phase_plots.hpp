// krait/experiment/three_phase_plots.hpp: the figures of a three-phase study.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <krait/experiment/names.hpp>
#include <krait/experiment/three_phase_published.hpp>
#include <krait/experiment/three_phase_record.hpp>
#include <krait/experiment/three_phase_tables.hpp>
#include <krait/report/result.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::experiment {
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
  p.references = {{static_cast<double>(offset[1]), "noisy", true}, {static_cast<double>(offset[2]), "clean", true}};
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

}  // namespace krait::experiment
