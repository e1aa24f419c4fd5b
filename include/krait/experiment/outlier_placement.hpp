// krait/experiment/outlier_placement.hpp: deep models that learn to classify in context with outliers, and are asked
// with the outliers far from the query, anywhere, and right before it. "Can Mamba Learn In Context with Outliers?"
// (arXiv:2510.00399), section 4.2: table 1, figures 3 and 4, and the curriculum of its appendix.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <krait/experiment/outlier_placement_plan.hpp>
#include <krait/experiment/policies.hpp>
#include <krait/objective/hinge.hpp>
#include <krait/run/run.hpp>
#include <krait/study/plain.hpp>
#include <krait/task/outlier/batch.hpp>
#include <krait/train/cpu.hpp>
#include <string>
#include <vector>

namespace krait::experiment {

/// Training prompts are drawn as Task::config.training says, test prompts as Task::config.test, with as many outliers
/// in each and the published novel outliers.
///   Models  model::list of `trained`, each a coordinate_model over Task::dimensions + 1 features; checks and remedies
///           are compared with the first
///   Page    what is told of it: paper::outlier_placement, or a page of your own
///
/// Labels: model (in groups: table, remedy, check by what its training is for; gated, softmax by its type), rule and
/// place of the outliers, alpha (their share), scale (kappa'_a), K (K'), class and token_class of examples, rank (1 +
/// clean examples between an example and the query), row and column (tokens of a prompt). Quantities:
///   accuracy     right answers of a trained model in %
///   watched      the same over training, on fewer prompts, as Task::config.test says with flipped labels
///   loss         mean hinge loss of the batches since the look before
///   score        first-layer k . q or B . C of the query with the examples of a class, their sum, over training
///   probability  the same of what multiplies the values, where it adds up to 1 (softmax);  weighted  where not
///   gate         mean first-layer gate on examples over training
///   entered      the gate on examples of a rank, after training;  left  what is left of them at the query
///   hidden       |M| of the first layer, a mean over channels, of one prompt of the first seed
template <class Models, class Task, class Optimizer, class Schedule, outlier_placement_config C,
          class Page = studies::plain, class Precision = optim::fp32>
requires(
    all_fit<takes::models<Models>, takes::outlier_task<Task>, takes::optimizer<Optimizer>, takes::schedule<Schedule>,
            takes::page<Page>, takes::precision<Precision>, takes::whole_models<Models>>()) class outlier_placement {
 public:
  using page = Page;
  static constexpr const char* unit = "prompts";
  static constexpr int seeds = 5;
  static constexpr program::setting_option settings[1] = {program::learning_rate};
  using shard = task::outlier::shard<Task, C.per_shard>;
  using drawing = task::outlier::drawing;
  using plan = outlier_placement_plan<Models, Task, Optimizer, C>;

  explicit outlier_placement(program::options& o) : asked_(o) {
    if (o.quick) o.seeds = 1;
    steps_ = o.steps > 0 ? o.steps : o.quick ? 40 : C.steps;
    Models::for_each([](auto one) { Task::check(plan::training_drawing(decltype(one)::type::training)); });
  }

  long steps() const { return asked_.seeds * static_cast<long>(Models::size) * steps_; }

  void describe(studies::record& to) const {
    plan::describe(to, asked_.seed);
    plan::settings(to, steps_, prompts(C.prompts), asked_.setting_or(program::learning_rate, Optimizer::lr));
    to.fact("weights", std::string(Precision::name));
  }

  void measure(program::run_context& context) {
    for (int i = 0; i < asked_.seeds; ++i)
      Models::for_each([&](auto one) {
        one_model<typename decltype(one)::type>(context, asked_.seed + static_cast<std::uint64_t>(i), i);
      });
  }

 private:
  int prompts(int wanted) const { return asked_.quick ? std::min(200, wanted) : wanted; }
  template <class Named> void one_model(program::run_context& context, std::uint64_t seed, int number) {
    using model_type = typename Named::model;
    using trainer_type =
        train::trainer<backend::cpu, train::pipeline<model_type, objective::hinge, shard, Optimizer, Precision>>;
    constexpr placement_training how = Named::training;
    std::string leg = fmt::format("{}-seed{}", Named::name, seed);
    std::replace(leg.begin(), leg.end(), ' ', '-');
    const long steps = steps_;
    program::legs& legs = context.legs;
    if (legs.finished(leg)) {
      context.shown.stage(leg, steps, steps);
      return;
    }
    trainer_type model(seed, context.threads);
    const long done = legs.begin(leg, model);
    context.shown.stage(fmt::format("{:<28} seed {}/{}", Named::name, number + 1, asked_.seeds), steps, done);
    const drawing d = plan::training_drawing(how);
    drawing placed = d;
    placed.count = task::outlier::count_rule::fixed;
    const auto look = [&](long step, double loss) {
      watch<Named>(model, legs, leg, seed, step);
      legs.add(leg, {{"model", Named::name}}, seed, step, "loss", loss);
    };
    if (done == 0) {
      const task::outlier::batch<Task> batch{plan::training(seed), 0, C.batch, C.per_shard, d, &plan::learnt()};
      look(0, model.loss(batch));
    }
    double loss = 0;  // summed since the last look
    long summed = 0;
    for (long step = done; step < steps; ++step) {
      const task::outlier::batch<Task> batch{plan::training(seed),
                                             static_cast<std::uint64_t>(step) * C.batch,
                                             C.batch,
                                             C.per_shard,
                                             d,
                                             &plan::learnt(),
                                             static_cast<int>(std::lround(how.placed_at(step, steps) * C.batch)),
                                             placed};
      const train::step_result now = legs.step(
          leg, model, batch,
          asked_.setting_or(program::learning_rate, Optimizer::lr) * how.rate * Schedule::factor(step, steps));
      context.shown.update(now.loss, C.batch);
      loss += now.loss;
      ++summed;
      const bool last = step + 1 == steps;
      if ((step + 1) % C.keep_every == 0 || last) {
        look(step + 1, loss / static_cast<double>(summed));
        loss = 0, summed = 0;
        if (last) ask<Named>(model, legs, leg, seed, steps);
        legs.look(leg, model, step + 1, steps, program::keep::result);
      }
    }
  }

  /// Right answers in %: a prompt counts where z F > 0.
  template <class Rule, class Place, class Trainer>
  static double accuracy(Trainer& model, std::uint64_t seed, const drawing& d, int prompts) {
    const task::outlier::batch<Task, Rule, Place> batch{plan::testing(seed), 0, prompts,
                                                        C.per_shard,         d, &plan::novel()};
    std::vector<int> right(static_cast<std::size_t>(batch.shards()));
    model.outputs(batch, [&](int i, rows<const float, 1> out, const shard& in) {
      for (int s = 0; s < in.of.count; ++s) {
        const int t = s * Task::points + Task::examples;
        right[static_cast<std::size_t>(i)] += out[t][0] * in.target()[t][0] > 0;
      }
    });
    int sum = 0;
    for (const int r : right) sum += r;
    return 100. * sum / prompts;
  }

  template <class Named> using probe_of = typename plan::template probe_of<Named>;
  template <class Named, class Trainer> outlier_sight sight(Trainer& model, std::uint64_t seed) const {
    drawing d = plan::test_drawing();
    d.outliers = C.probed_alpha;
    const task::outlier::batch<Task, task::outlier::flipped> batch{plan::probing(seed), 0, prompts(C.probed),
                                                                   C.per_shard,         d, &plan::novel()};
    return probe_of<Named>::look(model.on(0), model.current(), batch);
  }

  /// A model on its way.
  template <class Named, class Trainer>
  void watch(Trainer& model, program::legs& legs, const std::string& leg, std::uint64_t seed, long step) const {
    using namespace task::outlier;
    using probe = probe_of<Named>;
    const outlier_sight seen = sight<Named>(model, seed);
    const auto watched = [&]<class Place>(Place) {
      legs.add(leg, {{"model", Named::name}, {"place", Place::name}}, seed, step, "watched",
               accuracy<flipped, Place>(model, seed, plan::test_drawing(), prompts(C.watched)));
    };
    watched(farthest{}), watched(anywhere{}), watched(closest{});
    for (std::size_t c = 0; c < std::size(outlier_classes); ++c) {
      const studies::labels at = {{"model", Named::name}, {"class", outlier_classes[c]}};
      legs.add(leg, at, seed, step, "score", seen.raw.of[c]);
      legs.add(leg, at, seed, step, probe::probabilities ? "probability" : "weighted", seen.weighted.of[c]);
    }
    for (std::size_t c = 0; c < seen.gate.size(); ++c)
      legs.add(leg, {{"model", Named::name}, {"token_class", plan::token_classes[c]}}, seed, step, "gate",
               seen.gate[c]);
  }

  /// All that is asked of a trained model.
  template <class Named, class Trainer>
  void ask(Trainer& model, program::legs& legs, const std::string& leg, std::uint64_t seed, long step) const {
    using namespace task::outlier;
    const auto one = [&]<class Rule, class Place>(Rule, Place, const drawing& d, int wanted) {
      legs.add(leg,
               {{"model", Named::name},
                {"rule", Rule::name},
                {"place", Place::name},
                {"alpha", d.outliers},
                {"scale", d.outlier_scale},
                {"K", d.irrelevant_scale}},
               seed, step, "accuracy", accuracy<Rule, Place>(model, seed, d, prompts(wanted)));
    };
    const auto everywhere = [&]<class Rule>(Rule rule) {
      one(rule, farthest{}, plan::test_drawing(), C.prompts);
      one(rule, anywhere{}, plan::test_drawing(), C.prompts);
      one(rule, closest{}, plan::test_drawing(), C.prompts);
    };
    // One setting of the test changed at a time; its own value has been asked above.
    const auto changed = [&](double drawing::*which, const std::vector<double>& values, auto... places) {
      for (const double value : values) {
        drawing d = plan::test_drawing();
        if (d.*which == value) continue;
        d.*which = value;
        (one(flipped{}, places, d, C.watched), ...);
      }
    };
    everywhere(flipped{});
    if constexpr (Named::training.role != placement_role::check) {
      everywhere(targeted{});
      everywhere(random_label{});
      changed(&drawing::outlier_scale, plan::scales(), anywhere{}, closest{});
      changed(&drawing::irrelevant_scale, plan::Ks(), anywhere{}, closest{});
      changed(&drawing::outliers, plan::alphas(), anywhere{});
      if constexpr (probe_of<Named>::gated) gates<Named>(model, legs, leg, seed, step);
    }
  }

  template <class Named, class Trainer>
  void gates(Trainer& model, program::legs& legs, const std::string& leg, std::uint64_t seed, long step) const {
    for (const outlier_gate& g : sight<Named>(model, seed).gates) {
      const studies::labels at = {
          {"model", Named::name}, {"token_class", plan::token_classes[g.outlier]}, {"rank", g.rank}};
      legs.add(leg, at, seed, step, "entered", g.in);
      legs.add(leg, at, seed, step, "left", g.left);
    }
    if (seed != asked_.seed) return;
    const auto batch = plan::hidden_prompt(seed);
    typename Task::template prompts<float> prompt;
    batch.sample(0, prompt);
    const std::vector<double> M = probe_of<Named>::matrix(model.on(0), model.current(), batch);
    const std::vector<std::string> rows = outlier_tokens_of(prompt, Task::examples);
    for (std::size_t row = 0; row < rows.size(); ++row)
      for (std::size_t seen = 0; seen <= row; ++seen)
        legs.add(leg, {{"model", Named::name}, {"row", rows[row]}, {"column", plan::column(static_cast<int>(seen))}},
                 seed, step, "hidden", M[row * rows.size() + seen]);
  }

  const program::options& asked_;
  long steps_;
};

}  // namespace krait::experiment
