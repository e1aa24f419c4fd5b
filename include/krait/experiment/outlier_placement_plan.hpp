// krait/experiment/outlier_placement_plan.hpp: what a study of outliers' places draws and asks, and what its record is
// declared to hold.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/experiment/outlier_placement_models.hpp>
#include <krait/experiment/outlier_placement_probe.hpp>
#include <krait/experiment/outlier_settings.hpp>
#include <krait/study/record.hpp>
#include <krait/task/outlier/batch.hpp>
#include <string>
#include <vector>

namespace krait::experiment {

struct outlier_placement_config {
  long steps = 1000;
  int batch = 128;     // fresh prompts a step
  int per_shard = 8;   // prompts a thread carries through the model at a time
  int prompts = 4000;  // of every accuracy in the table
  int watched = 1000;  // of an accuracy during training, and in the checks of guessed settings
  int probed = 128;    // of the probe
  double probed_alpha = .3;
  long keep_every = 50;  // steps between two looks
};

/// Labels, quantities and settings, and the prompts of each purpose. Template parameters as of outlier_placement.
template <class Models, class Task, class Optimizer, outlier_placement_config C> struct outlier_placement_plan {
  using patterns_type = typename Task::template patterns<float>;
  using drawing = task::outlier::drawing;
  template <class Named> using probe_of = outlier_probe<typename Named::model, Task, C.per_shard>;

  static constexpr const char* token_classes[2] = {"clean", "outlier"};
  // Of the test prompts; beside these, each setting's own value is asked.
  static std::vector<double> alphas() { return {0, .1, .2, .3, .4, .6, .7, .8, .9}; }
  static std::vector<double> scales() { return {2, 3, 4, 8, 12}; }
  static std::vector<double> Ks() { return {0, .5, 2, 3}; }
  static std::vector<double> with(std::vector<double> all, double own) {
    if (std::ranges::find(all, own) == all.end()) all.push_back(own);
    std::ranges::sort(all);
    return all;
  }
  /// Of the hidden attention: a token that is looked at.
  static std::string column(int t) { return t == Task::examples ? "q" : studies::level(t + 1); }

  static draw training(std::uint64_t seed) { return {seed, stream("training prompts"), 0}; }
  static draw testing(std::uint64_t seed) { return {seed, stream("test prompts"), 0}; }
  static draw probing(std::uint64_t seed) { return {seed, stream("probed prompts"), 0}; }
  static const patterns_type& learnt() {
    static const patterns_type all(Task::config.patterns);
    return all;
  }
  static const patterns_type& novel() {
    static const patterns_type all = learnt().published_novel();
    return all;
  }
  static drawing training_drawing(const placement_training& how) {
    drawing d = Task::config.training;
    if (how.outliers > 0) d.outliers = how.outliers;
    return d;
  }
  static drawing test_drawing() {
    drawing d = Task::config.test;
    d.count = task::outlier::count_rule::fixed;
    return d;
  }

  /// The one prompt whose hidden attention is shown, as a batch.
  static auto hidden_prompt(std::uint64_t seed) {
    return task::outlier::batch<Task, task::outlier::flipped, task::outlier::closest>{
        probing(seed), 0, 1, C.per_shard, test_drawing(), &novel()};
  }

  /// `seed`: the first.
  static void describe(studies::record& to, std::uint64_t seed) {
    using namespace task::outlier;
    to.declare_levels("model", Models::names);
    const auto group = [&](const char* name, auto&& has) {
      std::vector<std::string> models;
      Models::for_each([&](auto one) {
        using named = typename decltype(one)::type;
        if (has(one)) models.emplace_back(named::name);
      });
      to.declare_group("model", name, std::move(models));
    };
    const auto role = [](placement_role wanted) {
      return [wanted](auto one) { return decltype(one)::type::training.role == wanted; };
    };
    group("table", role(placement_role::table));
    group("remedy", role(placement_role::remedy));
    group("check", role(placement_role::check));
    group("gated", [](auto one) { return probe_of<typename decltype(one)::type>::gated; });
    group("softmax", [](auto one) { return probe_of<typename decltype(one)::type>::probabilities; });
    to.declare_levels("rule", std::vector{flipped::name, targeted::name, random_label::name});
    to.declare_levels("place", std::vector{farthest::name, anywhere::name, closest::name});
    constexpr auto c = Task::config;
    to.declare_levels("alpha", with(alphas(), c.test.outliers));
    to.declare_levels("scale", with(scales(), c.test.outlier_scale));
    to.declare_levels("K", with(Ks(), c.test.irrelevant_scale));
    to.declare_levels("class", outlier_classes);
    to.declare_levels("token_class", token_classes);
    std::vector<int> ranks;
    for (int rank = 1; rank < Task::points; ++rank) ranks.push_back(rank);
    to.declare_levels("rank", ranks);
    typename Task::template prompts<float> prompt;
    hidden_prompt(seed).sample(0, prompt);
    to.declare_label("row", outlier_tokens_of(prompt, Task::examples));
    std::vector<std::string> columns;
    for (int t = 0; t < Task::points; ++t) columns.push_back(column(t));
    to.declare_label("column", std::move(columns));

    to.declare("accuracy", {"model", "rule", "place", "alpha", "scale", "K"});
    to.declare("watched", {"model", "place"});
    to.declare("loss", {"model"});
    for (const char* name : {"score", "probability", "weighted"}) to.declare(name, {"model", "class"});
    to.declare("gate", {"model", "token_class"});
    for (const char* name : {"entered", "left"}) to.declare(name, {"model", "token_class", "rank"});
    to.declare("hidden", {"model", "row", "column"});
  }

  /// The settings of a run of so many steps and test prompts.
  static void settings(studies::record& to, long steps, int prompts, double lr) {
    constexpr auto c = Task::config;
    const auto number = [](auto n) { return static_cast<std::int64_t>(n); };
    experiment::describe(to, c);
    to.fact("test outliers: probability alpha", c.test.outliers);
    to.fact("batch (guessed)", number(C.batch));
    to.fact("learning rate (guessed)", lr);
    to.fact("greatest gradient norm (guessed)", Optimizer::clip_norm);
    to.fact("label of outliers in the table (guessed)", std::string("flipped"));
    to.fact("layers (guessed)", std::string("x + mixer(RMSNorm(x)), output read at coordinate d + 1"));
    Models::for_each([&](auto one) {
      using named = typename decltype(one)::type;
      if (named::training.role == placement_role::remedy)
        to.fact(fmt::format("{} (guessed)", named::name),
                fmt::format("outliers right before the query in up to {:.0f} % of a batch, from {:.0f} % of the "
                            "training on",
                            100 * named::training.placed, 100 * named::training.begin));
    });
    to.fact("steps (guessed)", number(steps));
    to.fact("test prompts", number(prompts));
  }
};

}  // namespace krait::experiment
