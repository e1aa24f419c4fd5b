// krait/experiment/outlier_placement_view.hpp: the numbers of a study of outliers' places by model, one a seed; and the
// published ones.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <krait/experiment/names.hpp>
#include <krait/experiment/outlier_placement_record.hpp>
#include <krait/report/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::experiment {

/// Published accuracies in %, 3 layers, alpha = .5.
struct published_placement {
  std::string_view model;
  double farthest, anywhere, closest;
  std::string_view source;
};
inline constexpr published_placement published_placements[] = {
    {"mamba", 99.73, 99.67, 82.73, "arXiv:2510.00399, table 1"},
    {"linear transformer", 93.68, 94.12, 93.96, "arXiv:2510.00399, table 1"},
    {"transformer", 99.40, 99.26, 99.28, "arXiv:2510.00399, appendix table 3, as quoted by its reviews"},
};
inline const published_placement* find_published_placement(std::string_view model) {
  for (const auto& p : published_placements)
    if (p.model == model) return &p;
  return nullptr;
}

namespace detail {

inline constexpr std::string_view outlier_places[] = {"farthest", "random", "closest"};

struct outlier_placement_view {
  const outlier_placement_record& record;

  std::vector<std::string> models(std::string_view role) const {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < record.models.size(); ++i)
      if (record.roles[i] == role) all.push_back(record.models[i]);
    return all;
  }
  /// Rows of the table, then their remedies.
  std::vector<std::string> shown() const {
    auto all = models("table");
    for (auto& m : models("remedy")) all.push_back(std::move(m));
    return all;
  }

  struct question {
    std::string rule = "flipped", place = "random";
    double alpha, scale, K;
  };
  question asked(std::string place, std::string rule = "flipped") const {
    return {std::move(rule), std::move(place), record.alpha, record.scale, record.K};
  }
  /// One accuracy a seed, in the order of the seeds.
  std::vector<double> accuracies(std::string_view model, const question& q) const {
    std::vector<double> all;
    for (const auto& a : record.accuracies)
      if (a.model == model && a.rule == q.rule && a.place == q.place && a.alpha == q.alpha && a.scale == q.scale &&
          a.K == q.K)
        all.push_back(a.accuracy);
    return all;
  }
  measured accuracy(std::string_view model, const question& q) const { return mean_and_spread(accuracies(model, q)); }
  measured accuracy(std::string_view model, std::string_view place) const {
    return accuracy(model, asked(std::string(place)));
  }

  /// Seed by seed difference of two accuracies.
  std::vector<double> differences(std::string_view a, const question& qa, std::string_view b,
                                  const question& qb) const {
    const auto x = accuracies(a, qa), y = accuracies(b, qb);
    std::vector<double> all;
    for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) all.push_back(x[i] - y[i]);
    return all;
  }
  /// Whether a mean over seeds is above `level` by more than two of its standard errors. One seed shows nothing.
  static bool above(const std::vector<double>& values, double level = 0) {
    const measured m = mean_and_spread(values);
    return values.size() > 1 && m.value - level > 2 * m.spread / std::sqrt(static_cast<double>(values.size()));
  }

  template <class Value> std::vector<double> at(std::string_view model, long step, Value&& value) const {
    std::vector<double> all;
    for (const auto& p : record.points)
      if (p.model == model && p.step == step) all.push_back(std::invoke(value, p));
    return all;
  }
  /// A line over training, a mean over seeds with its spread.
  template <class Value> series over_training(std::string_view model, std::string name, Value&& value) const {
    series s{.name = std::move(name), .model = std::string(model)};
    std::vector<long> steps;
    for (const auto& p : record.points)
      if (p.model == model && std::ranges::find(steps, p.step) == steps.end()) steps.push_back(p.step);
    for (const long step : steps) {
      const measured m = mean_and_spread(at(model, step, value));
      s.x.push_back(static_cast<double>(step));
      s.y.push_back(m.value);
      s.spread.push_back(std::isfinite(m.spread) ? m.spread : 0);
    }
    return s;
  }

  /// First-layer gate on outliers / on clean examples at the end, one a seed; empty for models without a scan.
  std::vector<double> gate_ratio(std::string_view model) const {
    std::vector<double> all;
    for (const auto& p : record.points)
      if (p.model == model && p.step == record.steps && p.gate.size() == 2 && p.gate[0] > 0)
        all.push_back(p.gate[1] / p.gate[0]);
    return all;
  }
  /// What gate tokens of a class have left at the query, by rank; one a seed.
  std::vector<double> left(std::string_view model, bool outlier, int rank) const {
    std::vector<double> all;
    for (const auto& g : record.gates)
      if (g.model == model && g.outlier == outlier && g.rank == rank) all.push_back(g.left);
    return all;
  }
  /// ln G of clean examples against their rank, a straight line by least squares for each seed: slope and R^2.
  struct decay {
    std::vector<double> slope, R2;
  };
  decay clean_decay(std::string_view model, int last_rank) const {
    decay d;
    std::vector<std::uint64_t> seeds;
    for (const auto& g : record.gates)
      if (g.model == model && std::ranges::find(seeds, g.seed) == seeds.end()) seeds.push_back(g.seed);
    for (const auto seed : seeds) {
      double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
      for (const auto& g : record.gates)
        if (g.model == model && g.seed == seed && !g.outlier && g.rank <= last_rank && g.left > 0) {
          const double r = g.rank, v = std::log(g.left);
          ++n, x += r, y += v, xx += r * r, xy += r * v, yy += v * v;
        }
      const double sxy = xy - x * y / n, sxx = xx - x * x / n, syy = yy - y * y / n;
      d.slope.push_back(sxy / sxx);
      d.R2.push_back(sxy * sxy / (sxx * syy));
    }
    return d;
  }
};

}  // namespace detail
}  // namespace krait::experiment
