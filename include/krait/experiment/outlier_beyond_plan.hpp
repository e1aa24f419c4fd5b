// krait/experiment/outlier_beyond_plan.hpp: the trainings and tests of the study beyond the theorems.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
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
  train::descent training;
  double decay;  // a of A = -a I
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
  train::descent how;
  std::vector<beyond_test> tests;
};
/// What the tests `test` (at the low fraction of outliers) and `test` + 1 (at the high one) of a training are told as.
struct beyond_place {
  std::string variation;
  std::size_t test;
  std::string quantity;
  studies::labels at;  // but the fraction
};

struct beyond_plan {
  std::vector<beyond_variation> variations;
  std::vector<beyond_place> places;
  double low_alpha = .4, high_alpha = .8;

  /// The values that a label takes, in the order of the places; numbers in rising order.
  std::vector<std::string> levels(const std::string& label) const {
    std::vector<std::string> all;
    for (const auto& p : places)
      if (const std::string* level = studies::find(p.at, label); level && std::ranges::find(all, *level) == all.end())
        all.push_back(*level);
    if (std::ranges::all_of(all, [](const auto& l) { return std::isfinite(studies::number_of(l)); }))
      std::ranges::sort(all, {}, studies::number_of);
    return all;
  }
};

/// models: mamba, linear, softmax, gated (in this order), then Mambas with another A or m.
inline beyond_plan make_beyond_plan(const std::vector<beyond_model>& models,
                                    const task::outlier_classification_config& c, const program::options& asked) {
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
  const auto place = [&](const std::string& variation, std::size_t test, const char* quantity, studies::labels labels) {
    plan.places.push_back({variation, test, quantity, std::move(labels)});
  };
  const auto choice = [&](const char* name, const std::string& variation, std::size_t test = 0) {
    place(variation, test, "error_by_choice", {{"choice", name}});
  };
  const auto guess = [&](const char* name, double times, const std::string& variation, std::size_t test = 0) {
    place(variation, test, "error_by_guess", {{"guess", name}, {"times", times}});
  };
  /// Of one of the four models.
  const auto of_model = [&](std::size_t m) {
    beyond_variation v = base;
    v.name = v.model = models[m].name, v.how = models[m].training;
    return v;
  };

  // In the order of plots and tables.
  for (const char* name : {"learning rate", "steps", "batch", "first diagonal", "outlier norm", "K", "K'", "kappa'_a"})
    guess(name, 1, base.name);

  // Kinds of outliers, for the four kinds of attention: tests 2k and 2k + 1 of one training each.
  const std::pair<outlier_kind, const char*> kinds[] = {{outlier_kind::published, "novel, in the cone"},
                                                        {outlier_kind::trained, "as in training"},
                                                        {outlier_kind::random, "random, in the cone"},
                                                        {outlier_kind::mirrored, "mirrored, outside"},
                                                        {outlier_kind::aside, "unrelated, outside"}};
  for (std::size_t m = 0; m < 4; ++m) {
    beyond_variation v = of_model(m);
    v.tests.clear();
    const auto test = [&](outlier_kind kind, auto change) {
      for (auto d : {low, high}) change(d), v.tests.push_back({kind, d});
    };
    const auto kind_is = [&](const char* name) {
      place(v.name, v.tests.size(), "error_by_kind", {{"model", v.model}, {"kind", name}});
    };
    for (const auto& [kind, name] : kinds) {
      kind_is(name);
      test(kind, [](auto&) {});
    }
    kind_is("in the query too");
    test(outlier_kind::published, [](auto& d) { d.query_outliers = 1; });
    if (m == 0) {  // guesses of the tests alone
      for (const double factor : {1 / 3., .5, 2., 4.}) {
        guess("kappa'_a", factor, v.name, v.tests.size());
        test(outlier_kind::published, [&](auto& d) { d.outlier_scale *= factor; });
      }
      for (const double factor : {.4, 5 / 3., 2.5}) {
        guess("K'", factor, v.name, v.tests.size());
        test(outlier_kind::published, [&](auto& d) { d.irrelevant_scale *= factor; });
      }
      choice("as chosen", v.name);
      choice("fixed number of outliers", v.name, v.tests.size());
      test(outlier_kind::published, [](auto& d) { d.count = task::outlier::count_rule::fixed; });
    }
    add(std::move(v));
  }

  // Oblique outliers.
  for (const double overlap : {0., .3, .6, .9})
    for (std::size_t m = 0; m < 4; ++m) {
      beyond_variation v = of_model(m);
      v.patterns.overlap = overlap;
      if (overlap != 0) v.name = fmt::format("{} overlap {:g}", v.model, overlap);
      place(v.name, 0, "error_by_overlap", {{"model", v.model}, {"overlap", overlap}});
      add(std::move(v));
    }
  // Learning rates.
  for (const double rate : {.003, .01, .03, .1, .3, 1.})
    for (std::size_t m = 0; m < 4; ++m) {
      beyond_variation v = of_model(m);
      const bool own = std::abs(v.how.rate - rate) < 1e-9;
      v.how.rate = rate;
      if (!own) v.name = fmt::format("{} rate {:g}", v.model, rate);
      place(v.name, 0, "error_by_rate", {{"model", v.model}, {"rate", rate}});
      add(std::move(v));
    }
  // Other A and m.
  choice("ring of tasks", "ring");
  choice("balanced labels", "balanced");
  place(base.name, 0, "error_by_decay", {{"decay", "A = -1 I, as proven"}});
  for (std::size_t m = 4; m < models.size(); ++m) {
    beyond_variation v = of_model(m);
    if (models[m].decay != models[0].decay)
      place(v.name, 0, "error_by_decay", {{"decay", v.name}});
    else
      choice(v.name.c_str(), v.name);
    add(std::move(v));
  }
  beyond_variation ring = base, balanced = base;
  ring.name = "ring", ring.training.tasks = task::outlier::coverage::ring;
  balanced.name = "balanced", balanced.training.balanced = true;
  add(ring), add(balanced);

  // Guesses of the training: multiples of what was chosen.
  const auto vary = [&](const char* name, std::initializer_list<double> factors, auto change) {
    for (const double factor : factors) {
      beyond_variation v = base;
      change(v, factor);
      v.name = fmt::format("{} x {:g}", name, factor);
      guess(name, factor, v.name);
      add(std::move(v));
    }
  };
  vary("learning rate", {.03, .1, .3, 3, 10}, [](auto& v, double f) { v.how.rate *= f; });
  if (asked.steps == 0)
    vary("steps", {.03, .1, .3, 3},
         [](auto& v, double f) { v.how.steps = std::max(1L, std::lround(double(v.how.steps) * f)); });
  vary("batch", {.125, .5, 4}, [](auto& v, double f) { v.how.batch = int(std::lround(v.how.batch * f)); });
  vary("first diagonal", {.1, .3}, [](auto& v, double f) { v.how.diagonal *= f; });
  vary("outlier norm", {1 / 3., 2 / 3., 5 / 3.}, [](auto& v, double f) { v.patterns.outlier_norm *= f; });
  vary("K", {.2, .5}, [](auto& v, double f) { v.training.irrelevant_scale *= f; });
  return plan;
}

}  // namespace krait::experiment
