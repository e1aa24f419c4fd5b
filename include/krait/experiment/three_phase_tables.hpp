// krait/experiment/three_phase_tables.hpp: the numbers of a three-phase study by model, noise and phase, and their
// tables.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <krait/experiment/names.hpp>
#include <krait/experiment/three_phase_published.hpp>
#include <krait/experiment/three_phase_record.hpp>
#include <krait/report/result.hpp>
#include <string>
#include <string_view>
#include <utility>
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
  /// First step of a phase after which at least `share` is reached, by seed; seeds that never reach it are left out.
  template <class Value>
  std::vector<double> steps_to(std::string_view model, std::string_view noise, int phase, double share,
                               Value&& value) const {
    std::vector<double> all;
    std::vector<std::uint64_t> through;
    for (const measurement& m : record.points) {
      if (m.model != model || m.noise != noise || m.phase != phase || value(m) < share) continue;
      if (std::ranges::find(through, m.seed) != through.end()) continue;
      through.push_back(m.seed);
      all.push_back(static_cast<double>(m.step));
    }
    return all;
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
              "standard deviation over seeds. Absorbed: (P1 - P2) / P1; recovered: P3 / P1. Grey: published "
              "accuracies, by the "
              "judges of those studies and for pretrained models.",
          .columns = {{.name = "noise"},
                      {.name = "model"},
                      {.name = "P1 clean"},
                      {.name = "P2 noisy"},
                      {.name = "P3 clean again"},
                      {.name = "absorbed", .unit = "%"},
                      {.name = "recovered", .unit = "%"}}};
  for (const auto& noise : record.noises) {
    for (const auto& model : record.models)
      t.rows.push_back(
          {{noise, model, view.percent(model, noise, 1, detail::clean_of),
            view.percent(model, noise, 2, detail::clean_of), view.percent(model, noise, 3, detail::clean_of),
            view.over_phases(model, noise, detail::absorbed), view.over_phases(model, noise, detail::recovered)}});
    for (const published_phases& p : published_three_phases)
      if (p.noise == noise)
        t.rows.push_back({{noise, std::string(p.model), p.p1, p.p2, p.p3, 100 * detail::absorbed(p.p1, p.p2, p.p3),
                           100 * detail::recovered(p.p1, p.p2, p.p3)},
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

/// How the noise is learnt and given up: noised answers, what is left of them, and how many steps each phase needs.
inline table three_phase_relearning(const three_phase_record& record) {
  constexpr double share = 0.8;
  const detail::three_phase_view view{record};
  table t{.name = "relearning",
          .caption =
              "Steps until four fifths of the phase's own answers are right (looked at every few steps), and how many "
              "steps relearning saves, 1 - P3 / P1 (the savings of Ebbinghaus, 1885). In the noise's pattern: share of "
              "answers that look more like the noised truth than like the truth.",
          .columns = {{.name = "noise"},
                      {.name = "model"},
                      {.name = "steps to learn, P1", .decimals = 0},
                      {.name = "steps to the noise, P2", .decimals = 0},
                      {.name = "steps to relearn, P3", .decimals = 0},
                      {.name = "saved", .unit = "%"},
                      {.name = "noised answers, end of P2", .unit = "%"},
                      {.name = "in the noise's pattern, end of P3", .unit = "%"}}};
  for (const auto& noise : record.noises)
    for (const auto& model : record.models) {
      const auto learn = mean_and_spread(view.steps_to(model, noise, 1, share, detail::clean_of));
      const auto flip =
          mean_and_spread(view.steps_to(model, noise, 2, share, [](const measurement& m) { return m.noisy; }));
      const auto relearn = mean_and_spread(view.steps_to(model, noise, 3, share, detail::clean_of));
      t.rows.push_back({{noise, model, learn, flip, relearn, 100 * (1 - relearn.value / learn.value),
                         view.percent(model, noise, 2, [](const measurement& m) { return m.noisy; }),
                         view.percent(model, noise, 3, [](const measurement& m) { return m.pattern; })}});
    }
  return t;
}

}  // namespace krait::experiment
