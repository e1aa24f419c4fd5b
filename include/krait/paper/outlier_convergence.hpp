// krait/paper/outlier_convergence.hpp: how much faster linear attention learns than a one-layer Mamba. Theorems 1 and 3
// of "Can Mamba Learn In Context with Outliers?" (arXiv:2510.00399): T_M / T_T = Theta(l_tr), both as 1 / (1 - p_a).
#pragma once
#include <cmath>
#include <krait/paper/outlier_theory.hpp>
#include <vector>

namespace krait::paper {

/// Of experiment::outlier_convergence.
struct outlier_convergence {
  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const std::string mamba = seen.levels("model").at(0), linear = seen.levels("model").at(1);
    const double start = seen.number("loss where the fall begins (guessed)"),
                 threshold = seen.number("loss where the fall ends (guessed)"),
                 examples = seen.number("examples a prompt"),
                 p = seen.number("probability p_a where the length varies"),
                 diagonal = seen.number("diagonal of W_B and W_C at first (guessed, published: up to 0.2)");
    const std::string shortest = seen.least("length"), longest = seen.greatest("length");
    const labels lengths = {{"p_a", p}}, probabilities = {{"length", examples}};

    const auto of_both = [&](const quantity& steps) {
      struct {
        quantity all, T_M, T_T, ratio;
      } q{steps, steps.where("model", mamba), steps.where("model", linear),
          steps.where("model", mamba) / steps.where("model", linear)};
      return q;
    };
    const auto all = of_both(studies::of("steps")), fall = of_both(studies::of("steps_of_the_fall"));
    const quantity length = level_of("length"), clean = 1 - level_of("p_a");
    const quantity proportional = length * exp(mean_over("length", log(pooled(fall.ratio) / length)));

    const std::vector<claim> fallen = claims_of(fall, "", "", p, examples),
                             waited = claims_of(all, "_all", " (All steps, the wait before the fall included.)", p,
                                                examples);
    std::vector<claim> claims = fallen;
    claims.insert(claims.end(), waited.begin(), waited.end());
    return {
        .tables = {table{.name = "lengths",
                         .rows = {{"length", "l_tr"}},
                         .columns = {{"mamba, T_M", fall.T_M},
                                     {"linear transformer, T_T", fall.T_T},
                                     {"T_M / T_T", fall.ratio, 2},
                                     {"T_M / T_T / l_tr", fall.ratio / length, 3},
                                     {"T_M, all steps", all.T_M, 0},
                                     {"T_T, all steps", all.T_T},
                                     {"T_M / T_T, all steps", all.ratio}},
                         .caption = fmt::format(
                             "Steps in which the hinge loss falls from {:g} to {:g}, and all steps up to there, "
                             "against the examples in a training prompt (p_a = {:g}); mean and standard deviation "
                             "over seeds.",
                             start, threshold, p),
                         .where = lengths},
                   table{.name = "probabilities",
                         .rows = {{"p_a", "p_a", 1}},
                         .columns = {{"mamba, T_M", fall.T_M},
                                     {"linear transformer, T_T", fall.T_T},
                                     {"T_M (1 - p_a)", fall.T_M * clean},
                                     {"T_T (1 - p_a)", fall.T_T * clean}},
                         .caption =
                             fmt::format("The same against the probability of outliers, with {:g} examples.", examples),
                         .where = probabilities}},
        .plots =
            {lines{.name = "ratio",
                   .x = {.over = "length", .label = "examples in a training prompt, l_tr", .log = true},
                   .y = {{"measured", fall.ratio},
                         {"in proportion", proportional, true, "arXiv:2510.00399, theorems 1 and 3"}},
                   .axis = {.label = "T_M / T_T", .log = true},
                   .caption = "T_M / T_T against the length. Theorems 1 and 3 say that it grows in proportion (grey, "
                              "through the mean of the measured ratios).",
                   .alt = "The ratio of steps against prompt length with a line of slope one, both axes "
                          "logarithmic.",
                   .where = lengths},
             lines{.name = "steps",
                   .x = {.over = "length", .label = "examples in a training prompt, l_tr", .log = true},
                   .y = fall.all,
                   .axis = {.label = "steps of the fall", .log = true},
                   .series = "model",
                   .caption = "Steps of the fall against the length of training prompts. The Mamba does not gain from "
                              "longer prompts, as its gates look at the last clean examples only; linear attention "
                              "learns from all of them at once.",
                   .alt = "Steps to a loss threshold against prompt length for both models, both axes logarithmic.",
                   .where = lengths},
             lines{.name = "probability",
                   .x = {.over = "p_a",
                         .label = "1 / (1 - p_a)",
                         .log = true,
                         .map = [](double probability) { return 1 / (1 - probability); }},
                   .y = fall.all,
                   .axis = {.label = "steps of the fall", .log = true},
                   .series = "model",
                   .caption = "Steps of the fall against the share of clean examples. Theorems 1 and 3: in proportion "
                              "to 1 / (1 - p_a) for both.",
                   .alt = "Steps to a loss threshold against the inverse share of clean examples, both axes "
                          "logarithmic.",
                   .where = probabilities}},
        .claims = claims,
        .finding = {{"The loss of a one-layer Mamba takes {short} times the steps of a linear Transformer's to fall "
                     "with prompts of " +
                         shortest + " examples and {long} times with " + longest +
                         ": the ratio grows as l_tr to the power {fall} ({all} with the wait before the fall), where "
                         "the theorems say 1.",
                     {{"short", fall.ratio.where("length", shortest), 0},
                      {"long", fall.ratio.where("length", longest), 0},
                      {"fall", exponent_of_length(fall.ratio), 2},
                      {"all", exponent_of_length(all.ratio), 2}},
                     {},
                     lengths}},
        .notes = {fmt::format(
                      "The first weights are small ({:g}), because from 0.2 a linear Transformer with long prompts is "
                      "below the threshold at once. From a small start weights grow exponentially, and the wait "
                      "before the fall has a factor log(1 / (l_tr {:g}^2)) that the theorems' orders leave out.",
                      diagonal, diagonal),
                  outlier_theory::guessed_note}};
  }

 private:
  static studies::quantity log(const studies::quantity& of) {
    return studies::combine([](const auto& v) { return std::log(v[0]); }, {of});
  }
  static studies::quantity exp(const studies::quantity& of) {
    return studies::combine([](const auto& v) { return std::exp(v[0]); }, {of});
  }
  /// Of y against x: the slope of their logarithms.
  static studies::quantity exponent_of_length(const studies::quantity& y) {
    return studies::slope(log(y), studies::log_of("length"));
  }
  static studies::quantity exponent_of_share(const studies::quantity& y) {
    return studies::slope(log(y), {"p_a", [](double p) { return std::log(1 / (1 - p)); }});
  }

  /// The theorems' orders, of one way to count steps.
  template <class Steps>
  static std::vector<studies::claim> claims_of(const Steps& steps, const std::string& suffix, const std::string& remark,
                                               double p, double examples) {
    using namespace studies;
    const labels lengths = {{"p_a", p}}, probabilities = {{"length", examples}};
    const char *theorems = "arXiv:2510.00399, theorems 1 and 3", *by_length = "exponent of l_tr, fitted",
               *by_share = "exponent of 1 / (1 - p_a), fitted";
    return {{.id = "ratio" + suffix,
             .value = exponent_of_length(steps.ratio),
             .holds = within(.15, 1),
             .says = "T_M / T_T grows in proportion to the length of the training prompts." + remark,
             .source = theorems,
             .unit = by_length,
             .where = lengths},
            {.id = "steps_mamba" + suffix,
             .value = exponent_of_length(steps.T_M),
             .holds = within(.15, 0),
             .says = "The Mamba's steps do not depend on the length of the training prompts." + remark,
             .source = theorems,
             .unit = by_length,
             .where = lengths},
            {.id = "steps_linear" + suffix,
             .value = exponent_of_length(steps.T_T),
             .holds = within(.15, -1),
             .says = "The linear Transformer's steps fall in proportion to the length of the prompts." + remark,
             .source = theorems,
             .unit = by_length,
             .where = lengths},
            {.id = "share_mamba" + suffix,
             .value = exponent_of_share(steps.T_M),
             .holds = within(.3, 1),
             .says = "The Mamba's steps grow in proportion to 1 / (1 - p_a)." + remark,
             .source = theorems,
             .unit = by_share,
             .where = probabilities},
            {.id = "share_linear" + suffix,
             .value = exponent_of_share(steps.T_T),
             .holds = within(.3, 1),
             .says = "The linear Transformer's steps grow in proportion to 1 / (1 - p_a)." + remark,
             .source = theorems,
             .unit = by_share,
             .where = probabilities}};
  }
};

}  // namespace krait::paper
