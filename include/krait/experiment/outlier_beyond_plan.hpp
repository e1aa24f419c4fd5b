// krait/experiment/outlier_beyond_plan.hpp: the trainings and tests of the study beyond the theorems.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <krait/experiment/names.hpp>
#include <krait/experiment/outlier_models.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

/// Which outliers a test has: the published novel ones, those of training, random ones in the cone (L = .3), the
/// published ones mirrored to negative sums, or ones that share nothing with those of training.
enum class outlier_kind { published, trained, random, mirrored, aside };

struct beyond_model {
  std::string name;
  descent training;
};
struct beyond_test {
  outlier_kind kind;
  task::outlier::drawing drawing;
};
/// One training, and the tests after it.
struct beyond_variation {
  std::string name, model;
  task::outlier::geometry patterns;
  task::outlier::drawing training;
  descent how;
  std::vector<beyond_test> tests;
};
/// A place in a plot or table: the test number `test` of the training `variation`.
struct beyond_point {
  std::string group, label, model, variation;
  std::size_t test;
  double x;
};

struct beyond_plan {
  std::vector<beyond_variation> variations;
  std::vector<beyond_point> points;
  double low_alpha = .4, high_alpha = .8;

  static std::string key(const std::string& name, std::uint64_t seed) { return fmt::format("{}-seed{}", name, seed); }
};

/// models: mamba, linear, softmax, gated (in this order), then Mambas with other A ("A = -2 I") and m ("m = 16").
inline beyond_plan make_beyond_plan(const std::vector<beyond_model>& models,
                                    const task::outlier_classification_config& c, const options& asked) {
  beyond_plan plan;
  const auto at = [&](double alpha) {
    task::outlier::drawing d = c.test;
    d.outliers = alpha;
    return d;
  };
  const task::outlier::drawing low = at(plan.low_alpha), high = at(plan.high_alpha);
  const beyond_variation base{
      "mamba",    models[0].name,     c.patterns,
      c.training, models[0].training, {{outlier_kind::published, low}, {outlier_kind::published, high}}};
  const auto add = [&](beyond_variation v) {
    for (const auto& known : plan.variations)
      if (known.name == v.name) return;
    plan.variations.push_back(std::move(v));
  };
  /// A point at each of the two fractions: tests 0 and 1 of a variation.
  const auto point = [&](std::string group, std::string label, const std::string& model, const std::string& variation,
                         double x, std::size_t test = 0) {
    plan.points.push_back({std::move(group), std::move(label), model, variation, test, x});
  };

  // Kinds of outliers, for the four kinds of attention: tests 2k and 2k + 1 of one training each.
  const std::pair<outlier_kind, const char*> kinds[] = {{outlier_kind::published, "novel, in the cone"},
                                                        {outlier_kind::trained, "as in training"},
                                                        {outlier_kind::random, "random, in the cone"},
                                                        {outlier_kind::mirrored, "mirrored, outside"},
                                                        {outlier_kind::aside, "unrelated, outside"}};
  for (std::size_t m = 0; m < 4; ++m) {
    beyond_variation v = base;
    v.name = v.model = models[m].name, v.how = models[m].training;
    v.tests.clear();
    for (const auto& [kind, label] : kinds) {
      point("kinds", label, v.model, v.name, 0, v.tests.size());
      v.tests.push_back({kind, low}), v.tests.push_back({kind, high});
    }
    for (auto d : {low, high}) d.query_outliers = 1, v.tests.push_back({outlier_kind::published, d});
    point("kinds", "in the query too", v.model, v.name, 0, v.tests.size() - 2);
    if (m == 0) {  // guesses of the tests alone
      for (const auto& [factor, group] : {std::pair{1 / 3., "kappa'_a"},
                                          {.5, "kappa'_a"},
                                          {2., "kappa'_a"},
                                          {4., "kappa'_a"},
                                          {.4, "K'"},
                                          {5 / 3., "K'"},
                                          {2.5, "K'"}}) {
        point(group, "", v.model, v.name, factor, v.tests.size());
        for (auto d : {low, high}) {
          (group[0] == 'K' ? d.irrelevant_scale : d.outlier_scale) *= factor;
          v.tests.push_back({outlier_kind::published, d});
        }
      }
      point("choices", "as chosen", v.model, v.name, 0);
      point("choices", "fixed number of outliers", v.model, v.name, 0, v.tests.size());
      for (auto d : {low, high})
        d.count = task::outlier::count_rule::fixed, v.tests.push_back({outlier_kind::published, d});
    }
    add(std::move(v));
  }

  // Oblique outliers.
  for (const double overlap : {0., .3, .6, .9})
    for (std::size_t m = 0; m < 4; ++m) {
      beyond_variation v = base;
      v.model = models[m].name, v.how = models[m].training, v.patterns.overlap = overlap;
      v.name = overlap == 0 ? v.model : fmt::format("{} overlap {:g}", v.model, overlap);
      point("overlap", fmt::format("{:g}", overlap), v.model, v.name, overlap);
      add(std::move(v));
    }
  // Learning rates.
  for (const double rate : {.003, .01, .03, .1, .3, 1.})
    for (std::size_t m = 0; m < 4; ++m) {
      beyond_variation v = base;
      v.model = models[m].name, v.how = models[m].training;
      const bool own = std::abs(v.how.rate - rate) < 1e-9;
      v.how.rate = rate, v.name = own ? v.model : fmt::format("{} rate {:g}", v.model, rate);
      point("rate", fmt::format("{:g}", rate), v.model, v.name, rate);
      add(std::move(v));
    }
  // Other A and m.
  point("choices", "ring of tasks", base.model, "ring", 0),
      point("choices", "balanced labels", base.model, "balanced", 0);
  for (std::size_t m = 4; m < models.size(); ++m) {
    beyond_variation v = base;
    v.name = v.model = models[m].name, v.how = models[m].training;
    point(v.name[0] == 'A' ? "decay" : "choices", v.name, v.model, v.name, 0);
    add(std::move(v));
  }
  beyond_variation ring = base, balanced = base;
  ring.name = "ring", ring.training.tasks = task::outlier::coverage::ring;
  balanced.name = "balanced", balanced.training.balanced = true;
  add(ring), add(balanced);

  // Guesses of the training: multiples of what was chosen.
  const auto guess = [&](const char* group, std::initializer_list<double> factors, auto change) {
    for (const double factor : factors) {
      beyond_variation v = base;
      change(v, factor);
      v.name = fmt::format("{} x {:g}", group, factor);
      point(group, "", base.model, v.name, factor);
      add(std::move(v));
    }
  };
  guess("learning rate", {.03, .1, .3, 3, 10}, [](auto& v, double f) { v.how.rate *= f; });
  if (asked.steps == 0)
    guess("steps", {.03, .1, .3, 3},
          [](auto& v, double f) { v.how.steps = std::max(1L, std::lround(double(v.how.steps) * f)); });
  guess("batch", {.125, .5, 4}, [](auto& v, double f) { v.how.batch = int(std::lround(v.how.batch * f)); });
  guess("first diagonal", {.1, .3}, [](auto& v, double f) { v.how.diagonal *= f; });
  guess("outlier norm", {1 / 3., 2 / 3., 5 / 3.}, [](auto& v, double f) { v.patterns.outlier_norm *= f; });
  guess("K", {.2, .5}, [](auto& v, double f) { v.training.irrelevant_scale *= f; });
  for (const char* group : {"learning rate", "steps", "batch", "first diagonal", "outlier norm", "K", "K'", "kappa'_a"})
    point(group, "", base.model, base.name, 1);
  std::ranges::stable_sort(plan.points, {}, [](const beyond_point& p) { return p.x; });
  return plan;
}

}  // namespace krait::experiment
