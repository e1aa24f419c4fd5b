// krait/experiment/outlier_convergence.hpp: steps until the training loss of a one-layer Mamba and of a linear
// Transformer is below a threshold, against the length of the training prompts and against the probability of outliers.
// "Can Mamba Learn In Context with Outliers?" (arXiv:2510.00399), theorems 1 and 3: T_M / T_T = Theta(l_tr).
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <krait/core/error.hpp>
#include <krait/experiment/outlier_models.hpp>
#include <krait/run/run.hpp>
#include <krait/study/plain.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

struct outlier_convergence_config {
  train::descent training = {.rate = .002, .steps = 20'000, .batch = 512, .diagonal = .01};
  double start = .9;                                          // of the mean hinge loss, where its fall begins
  double threshold = .3;                                      // where it has fallen
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

/// Numbers of examples in the training prompts that are compared.
template <int... Examples> using prompt_lengths = std::integer_sequence<int, Examples...>;

/// Mamba and Linear: one_layer models. Base: the prompts; Base.examples, where p_a varies, must be among the Lengths.
///
/// Labels: model (mamba, linear transformer), length (examples in a training prompt), p_a. Quantities, both from the
/// mean of three batches' losses, with a fraction of a step:
///   steps              until the loss is at the threshold
///   steps_of_the_fall  the same, counted from where it was at the start of its fall
template <class Mamba, class Linear, task::outlier_classification_config Base, class Lengths,
          outlier_convergence_config C = outlier_convergence_config{}, class Page = studies::plain>
class outlier_convergence;

template <class Mamba, class Linear, task::outlier_classification_config Base, int... Lengths,
          outlier_convergence_config C, class Page>
class outlier_convergence<Mamba, Linear, Base, prompt_lengths<Lengths...>, C, Page> {
  static_assert(((Lengths == Base.examples) || ...),
                "outlier_convergence: the number of examples of the prompts must be among the lengths");
  static_assert(std::ranges::find(C.probabilities, C.probability) != C.probabilities.end(),
                "outlier_convergence: the p_a where the lengths vary must be among the probabilities");

 public:
  using page = Page;
  static constexpr const char* unit = "prompts";
  static constexpr int seeds = 5;

  explicit outlier_convergence(const program::options& o) : asked_(o), training_(C.training) {
    if (o.steps > 0) training_.steps = o.steps;
    if (o.quick) training_.rate *= 20, training_.batch = 32;
    train::check(training_);
  }

  long steps() const { return asked_.seeds * 2 * static_cast<long>(sizeof...(Lengths) + C.probabilities.size() - 1); }

  void describe(studies::record& to) const {
    to.declare_levels("model", names);
    to.declare_levels("length", std::array{Lengths...});
    to.declare_levels("p_a", C.probabilities);
    to.declare("steps", {"model", "length", "p_a"});
    to.declare("steps_of_the_fall", {"model", "length", "p_a"});
    describe_one_layer(to, Base);
    experiment::describe(to, "both models", training_);
    to.fact("diagonal of W_B and W_C at first (guessed, published: up to 0.2)", training_.diagonal);
    to.fact("loss where the fall begins (guessed)", C.start);
    to.fact("loss where the fall ends (guessed)", C.threshold);
    to.fact("probability p_a where the length varies", C.probability);
  }

  void measure(program::run_context& context) {
    std::vector<program::small_run> runs;
    for (int i = 0; i < asked_.seeds; ++i) {
      const std::uint64_t seed = asked_.seed + static_cast<std::uint64_t>(i);
      (add<Lengths>(runs, seed, C.probability), ...);
      for (const double p : C.probabilities)
        if (p != C.probability) add<Base.examples>(runs, seed, p);
    }
    context.legs.run(runs, context.threads, context.shown);
  }

 private:
  static constexpr const char* names[2] = {"mamba", "linear transformer"};

  template <int Length> void add(std::vector<program::small_run>& runs, std::uint64_t seed, double p) const {
    for (int model = 0; model < 2; ++model)
      runs.push_back({fmt::format("{}-l{}-p{:g}-seed{}", names[model], Length, p, seed), training_.batch * 1000L,
                      [=, t = training_](auto& found) {
                        const auto [all, fall] =
                            model == 0 ? steps_to<Mamba, Length>(seed, p, t) : steps_to<Linear, Length>(seed, p, t);
                        const studies::labels at = {{"model", names[model]}, {"length", Length}, {"p_a", p}};
                        found.push_back({at, seed, 0, "steps", all});
                        found.push_back({at, seed, 0, "steps_of_the_fall", fall});
                      },
                      size_of_training<Mamba, task::outlier_classification<of_length<Base, Length>>>});
  }

  struct needed {
    double all, fall;
  };
  /// Throws study_error where the steps do not suffice.
  template <class Model, int Length> static needed steps_to(std::uint64_t seed, double p, const train::descent& t) {
    using task_type = task::outlier_classification<of_length<Base, Length>>;
    task::outlier::drawing d = Base.training;
    d.outliers = p;
    train::one_layer_trainer<Model, task_type> trainer(seed, Base.patterns, d, t);
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

  program::options asked_;
  train::descent training_;
};

}  // namespace krait::experiment
