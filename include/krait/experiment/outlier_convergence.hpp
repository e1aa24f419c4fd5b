// krait/experiment/outlier_convergence.hpp: steps until the training loss of a one-layer Mamba and of a linear
// Transformer is below a threshold, against the length of the training prompts and against the probability of outliers.
// "Can Mamba Learn In Context with Outliers?" (arXiv:2510.00399), theorems 1 and 3: T_M / T_T = Theta(l_tr).
#pragma once
#include <fmt/core.h>

#include <array>
#include <cmath>
#include <krait/experiment/names.hpp>
#include <krait/experiment/outlier_grid.hpp>
#include <krait/experiment/outlier_models.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

struct outlier_convergence_config {
  descent training = {.rate = .002, .steps = 20'000, .batch = 512, .diagonal = .01};
  double start = .9;                                          // of the mean hinge loss, where its fall begins
  double threshold = .3;                                      // where it has fallen
                                                              // of the mean hinge loss
  double probability = .4;                                    // p_a, where the lengths vary
  std::array<double, 5> probabilities = {0, .2, .4, .6, .7};  // p_a, at the published length
};

/// Prompts of one length.
template <task::outlier_classification_config Base, int Examples>
inline constexpr task::outlier_classification_config of_length = [] {
  auto c = Base;
  c.examples = Examples;
  return c;
}();

/// Mamba and Linear: one_layer models. Lengths: of the training prompts.
template <class Mamba, class Linear, task::outlier_classification_config Base, outlier_convergence_config C,
          int... Lengths>
struct outlier_convergence {
  static constexpr const char* unit = "prompts";
  static constexpr int seeds = 5;
  static constexpr std::array<int, sizeof...(Lengths)> lengths{Lengths...};
  static constexpr const char* names[] = {"mamba", "linear transformer"};

  static long steps(const options& o) {
    return o.seeds * 2 * static_cast<long>(sizeof...(Lengths) + C.probabilities.size());
  }

  static result run(run_context& context) {
    const options& asked = context.asked;
    descent training = C.training;
    if (asked.steps > 0) training.steps = asked.steps;
    if (asked.quick) training.rate *= 20, training.batch = 32;
    check(training);
    std::vector<grid_run> runs;
    for (int i = 0; i < asked.seeds; ++i) {
      const std::uint64_t seed = asked.seed + static_cast<std::uint64_t>(i);
      (add<Lengths>(runs, seed, C.probability, training), ...);
      for (const double p : C.probabilities)
        if (p != C.probability) add<Base.examples>(runs, seed, p, training);
    }
    return report(outlier_grid(context, runs), asked, training);
  }

 private:
  static std::string key(int model, int length, double p, std::uint64_t seed) {
    return fmt::format("{}-l{}-p{:g}-seed{}", names[model], length, p, seed);
  }

  template <int Length> static void add(std::vector<grid_run>& runs, std::uint64_t seed, double p, const descent& t) {
    for (int model = 0; model < 2; ++model)
      runs.push_back({key(model, Length, p, seed), t.batch * 1000L, [=] {
                        return model == 0 ? steps_to<Mamba, Length>(seed, p, t) : steps_to<Linear, Length>(seed, p, t);
                      }});
  }

  /// Steps, with a fraction, until the mean of three batches' losses is at the threshold, and those since it was at
  /// C.start; study_error where the steps do not suffice.
  template <class Model, int Length>
  static std::vector<double> steps_to(std::uint64_t seed, double p, const descent& t) {
    using task_type = task::outlier_classification<of_length<Base, Length>>;
    task::outlier::drawing d = Base.training;
    d.outliers = p;
    one_layer_trainer<Model, task_type> trainer(seed, Base.patterns, d, t);
    double recent[3] = {}, before = 1, began = 0;
    for (long s = 0; s < t.steps; ++s) {
      recent[s % 3] = trainer.step();
      if (s < 2) continue;
      const double now = (recent[0] + recent[1] + recent[2]) / 3;  // the loss after s - 1 steps
      const auto crossed = [&](double level) { return double(s - 1) - (level - now) / std::max(before - now, 1e-9); };
      if (began == 0 && now <= C.start) began = std::max(crossed(C.start), 1e-3);
      if (now <= C.threshold) return {crossed(C.threshold), crossed(C.threshold) - began};
      before = now;
    }
    throw study_error(
        fmt::format("{} has not reached a loss of {:g} in {} steps with l = {} and p_a = {:g}: give more "
                    "--steps",
                    Model::name, C.threshold, t.steps, Length, p));
  }

  static result report(const outlier_grid& grid, const options& asked, const descent& training) {
    result r;
    std::size_t which = 1;  // of the two measures: 0 all steps, 1 those of the fall
    const auto steps_of = [&](int model, int length, double p, std::uint64_t seed) {
      return grid.at(key(model, length, p, seed))[which];
    };
    const auto per_seed = [&](auto f) {
      std::vector<double> values;
      for (int i = 0; i < asked.seeds; ++i) values.push_back(f(asked.seed + static_cast<std::uint64_t>(i)));
      return mean_and_spread(values);
    };
    const auto mean_of = [&](int model, int length, double p) {
      return per_seed([&](std::uint64_t seed) { return steps_of(model, length, p, seed); });
    };
    const auto ratio_of = [&](int length, double p) {
      return per_seed([&](std::uint64_t seed) { return steps_of(0, length, p, seed) / steps_of(1, length, p, seed); });
    };
    /// Exponent of y against x: the slope of their logarithms, a seed at a time.
    const auto exponent = [&](const auto& xs, auto x, auto y) {
      return per_seed([&](std::uint64_t seed) {
        std::vector<double> u, v;
        for (const auto& one : xs) u.push_back(std::log(x(one))), v.push_back(std::log(y(one, seed)));
        return fit_line(u, v).slope;
      });
    };

    table by_length{.name = "lengths",
                    .caption = fmt::format(
                        "Steps in which the hinge loss falls from {:g} to {:g}, and all steps up to there, against "
                        "the examples in a training prompt (p_a = {:g}); mean and standard deviation over seeds.",
                        C.start, C.threshold, C.probability),
                    .columns = {{.name = "l_tr", .decimals = 0},
                                {.name = "mamba, T_M", .decimals = 1},
                                {.name = "linear transformer, T_T", .decimals = 1},
                                {.name = "T_M / T_T", .decimals = 2},
                                {.name = "T_M / T_T / l_tr", .decimals = 3},
                                {.name = "T_M, all steps", .decimals = 0},
                                {.name = "T_T, all steps", .decimals = 1},
                                {.name = "T_M / T_T, all steps", .decimals = 1}}};
    plot steps{.name = "steps",
               .caption =
                   "Steps of the fall against the length of training prompts. The Mamba does not gain from "
                   "longer prompts, as its gates look at the last clean examples only; linear attention learns from "
                   "all of them at once.",
               .alt = "Steps to a loss threshold against prompt length for both models, both axes logarithmic.",
               .x = {.label = "examples in a training prompt, l_tr", .log = true},
               .y = {.label = "steps of the fall", .log = true}};
    plot ratio{.name = "ratio",
               .caption =
                   "T_M / T_T against the length. Theorems 1 and 3 say that it grows in proportion (grey, through "
                   "the mean of the measured ratios).",
               .alt = "The ratio of steps against prompt length with a line of slope one, both axes logarithmic.",
               .x = {.label = "examples in a training prompt, l_tr", .log = true},
               .y = {.label = "T_M / T_T", .log = true}};
    series both[2] = {{.name = names[0], .model = names[0]}, {.name = names[1], .model = names[1]}};
    series measured_ratio{.name = "measured"};
    series line{.name = "in proportion", .published = true, .source = "theorems 1 and 3"};
    double scale = 0;
    for (const int l : lengths) scale += std::log(ratio_of(l, C.probability).value / l) / double(lengths.size());
    for (const int l : lengths) {
      const measured t[2] = {mean_of(0, l, C.probability), mean_of(1, l, C.probability)},
                     q = ratio_of(l, C.probability);
      row one{{std::int64_t{l}, t[0], t[1], q, measured{q.value / l, q.spread / l}}};
      which = 0;
      for (const measured& all :
           {mean_of(0, l, C.probability), mean_of(1, l, C.probability), ratio_of(l, C.probability)})
        one.cells.push_back(all);
      which = 1;
      by_length.rows.push_back(std::move(one));
      for (int m = 0; m < 2; ++m) {
        both[m].x.push_back(l), both[m].y.push_back(t[m].value);
        both[m].spread.push_back(std::isfinite(t[m].spread) ? t[m].spread : 0);
      }
      measured_ratio.x.push_back(l), measured_ratio.y.push_back(q.value);
      measured_ratio.spread.push_back(std::isfinite(q.spread) ? q.spread : 0);
      line.x.push_back(l), line.y.push_back(std::exp(scale) * l);
    }
    steps.data = {both[0], both[1]};
    ratio.data = {measured_ratio, line};

    table by_probability{
        .name = "probabilities",
        .caption = fmt::format("The same against the probability of outliers, with {} examples.", Base.examples),
        .columns = {{.name = "p_a", .decimals = 1},
                    {.name = "mamba, T_M", .decimals = 1},
                    {.name = "linear transformer, T_T", .decimals = 1},
                    {.name = "T_M (1 - p_a)", .decimals = 1},
                    {.name = "T_T (1 - p_a)", .decimals = 1}}};
    plot share{.name = "probability",
               .caption =
                   "Steps of the fall against the share of clean examples. Theorems 1 and 3: in proportion to "
                   "1 / (1 - p_a) for both.",
               .alt = "Steps to a loss threshold against the inverse share of clean examples, both axes logarithmic.",
               .x = {.label = "1 / (1 - p_a)", .log = true},
               .y = {.label = "steps of the fall", .log = true}};
    for (int m = 0; m < 2; ++m) both[m].x.clear(), both[m].y.clear(), both[m].spread.clear();
    for (const double p : C.probabilities) {
      row one{{p}};
      measured scaled[2];
      for (int m = 0; m < 2; ++m) {
        const measured t = mean_of(m, Base.examples, p);
        one.cells.push_back(t);
        scaled[m] = {t.value * (1 - p), t.spread * (1 - p)};
        both[m].x.push_back(1 / (1 - p)), both[m].y.push_back(t.value);
        both[m].spread.push_back(std::isfinite(t.spread) ? t.spread : 0);
      }
      one.cells.push_back(scaled[0]), one.cells.push_back(scaled[1]);
      by_probability.rows.push_back(std::move(one));
    }
    share.data = {both[0], both[1]};
    r.tables = {std::move(by_length), std::move(by_probability)};
    r.plots = {std::move(ratio), std::move(steps), std::move(share)};

    const auto claim_of = [&](const char* id, std::string statement, measured m, const char* unit, double expected,
                              double within) {
      r.claims.push_back(
          {.id = fmt::format("outliers.{}{}", id, which == 1 ? "" : "_all"),
           .statement = std::move(statement) + (which == 1 ? "" : " (All steps, the wait before the fall included.)"),
           .source = "arXiv:2510.00399, theorems 1 and 3",
           .value = m.value,
           .spread = m.spread,
           .unit = unit,
           .expected = fmt::format("{:g}, within {:g}", expected, within),
           .holds = std::abs(m.value - expected) <= within});
    };
    measured growth[2];
    for (const std::size_t measure : {std::size_t{1}, std::size_t{0}}) {
      which = measure;
      const auto against_length = [&](auto y) {
        return exponent(
            lengths, [](int l) { return double(l); }, y);
      };
      const auto against_share = [&](int m) {
        return exponent(
            C.probabilities, [](double p) { return 1 / (1 - p); },
            [&](double p, std::uint64_t seed) { return steps_of(m, Base.examples, p, seed); });
      };
      growth[which] = against_length([&](int l, std::uint64_t seed) {
        return steps_of(0, l, C.probability, seed) / steps_of(1, l, C.probability, seed);
      });
      const char *by_l = "exponent of l_tr, fitted", *by_share = "exponent of 1 / (1 - p_a), fitted";
      claim_of("ratio", "T_M / T_T grows in proportion to the length of the training prompts.", growth[which], by_l, 1,
               .15);
      claim_of("steps_mamba", "The Mamba's steps do not depend on the length of the training prompts.",
               against_length([&](int l, std::uint64_t seed) { return steps_of(0, l, C.probability, seed); }), by_l, 0,
               .15);
      claim_of("steps_linear", "The linear Transformer's steps fall in proportion to the length of the prompts.",
               against_length([&](int l, std::uint64_t seed) { return steps_of(1, l, C.probability, seed); }), by_l, -1,
               .15);
      claim_of("share_mamba", "The Mamba's steps grow in proportion to 1 / (1 - p_a).", against_share(0), by_share, 1,
               .3);
      claim_of("share_linear", "The linear Transformer's steps grow in proportion to 1 / (1 - p_a).", against_share(1),
               by_share, 1, .3);
    }
    which = 1;
    r.finding = fmt::format(
        "The loss of a one-layer Mamba takes {:.0f} times the steps of a linear Transformer's to fall with prompts of "
        "{} "
        "examples and {:.0f} times with {}: the ratio grows as l_tr to the power {:.2f} ({:.2f} with the wait before "
        "the "
        "fall), where the theorems say 1.",
        ratio_of(lengths.front(), C.probability).value, lengths.front(), ratio_of(lengths.back(), C.probability).value,
        lengths.back(), growth[1].value, growth[0].value);
    add_settings(r, Base);
    r.settings.push_back(
        {"both models: rate, batch (guessed)", fmt::format("{:g}, {}", training.rate, training.batch)});
    r.settings.push_back({"diagonal of W_B and W_C at first (guessed, published: up to 0.2)", training.diagonal});
    r.settings.push_back({"loss of the fall, from and to (guessed)", fmt::format("{:g}, {:g}", C.start, C.threshold)});
    r.notes = {
        fmt::format(
            "The first weights are small ({:g}), because from 0.2 a linear Transformer with long prompts is "
            "below the threshold at once. From a small start weights grow exponentially, and the wait before the fall "
            "has a factor log(1 / (l_tr {:g}^2)) that the theorems' orders leave out.",
            training.diagonal, training.diagonal),
        guessed_note};
    if (asked.quick) r.notes.push_back("Made with --quick: too coarse to mean anything.");
    return r;
  }
};

}  // namespace krait::experiment
