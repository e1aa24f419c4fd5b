// krait/experiment/outlier_placement.hpp: deep models that learn to classify in context with outliers, and are asked
// with the outliers far from the query, anywhere, and right before it. "Can Mamba Learn In Context with Outliers?"
// (arXiv:2510.00399), section 4.2: table 1, figures 3 and 4, and the curriculum of its appendix.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/experiment/names.hpp>
#include <krait/experiment/outlier_placement_models.hpp>
#include <krait/experiment/outlier_placement_probe.hpp>
#include <krait/experiment/outlier_placement_record.hpp>
#include <krait/experiment/outlier_placement_result.hpp>
#include <krait/objective/hinge.hpp>
#include <krait/run/run.hpp>
#include <krait/run/study_state.hpp>
#include <krait/task/outlier/batch.hpp>
#include <krait/train/cpu.hpp>
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
  int least_seeds = 5;
};

/// Models: model::list of `trained`, each a coordinate_model over Task::dimensions + 1 features. Training prompts are
/// drawn as Task::config.training says, test prompts as Task::config.test, with as many outliers in each and the
/// published novel outliers.
template <class Models, class Task, class Optimizer, class Schedule, outlier_placement_config C>
struct outlier_placement {
  static constexpr const char* unit = "prompts";
  using shard = task::outlier::shard<Task, C.per_shard>;
  using patterns_type = typename Task::template patterns<float>;
  using drawing = task::outlier::drawing;

  static long steps_of(const options& o) { return o.steps > 0 ? o.steps : o.quick ? 40 : C.steps; }
  static int seeds_of(const options& o) { return o.quick ? 1 : std::max(o.seeds, int{C.least_seeds}); }
  static int prompts_of(const options& o, int wanted) { return o.quick ? std::min(200, wanted) : wanted; }
  static long steps(const options& o) { return seeds_of(o) * static_cast<long>(Models::size) * steps_of(o); }

  static result run(run_context& context) {
    context.asked.seeds = seeds_of(context.asked);
    outlier_placement_record record{.steps = steps_of(context.asked),
                                    .batch = C.batch,
                                    .prompts = prompts_of(context.asked, C.prompts),
                                    .alpha = Task::config.test.outliers,
                                    .scale = Task::config.test.outlier_scale,
                                    .K = Task::config.test.irrelevant_scale,
                                    .p_a = Task::config.training.outliers};
    Models::for_each([&](auto one) {
      using named = typename decltype(one)::type;
      record.models.emplace_back(named::name);
      record.roles.emplace_back(name_of(named::training.role));
      Task::check(training_drawing(named::training));
    });
    study_state state(context.folder, record);
    for (int i = 0; i < context.asked.seeds; ++i)
      Models::for_each([&](auto one) {
        one_model<typename decltype(one)::type>(context, state, context.asked.seed + static_cast<std::uint64_t>(i), i);
      });
    return outlier_placement_result(record, settings(), context.asked);
  }

 private:
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

  template <class Named>
  static void one_model(run_context& context, study_state<outlier_placement_record>& state, std::uint64_t seed,
                        int number) {
    using model_type = typename Named::model;
    using trainer_type = trainer<backend::cpu, pipeline<model_type, objective::hinge, shard, Optimizer>>;
    constexpr placement_training how = Named::training;
    std::string leg = fmt::format("{}-seed{}", Named::name, seed);
    std::replace(leg.begin(), leg.end(), ' ', '-');
    const long steps = steps_of(context.asked);
    if (state.finished(leg)) {
      context.shown.stage(leg, steps, steps);
      return;
    }
    trainer_type model(seed, context.threads);
    const long done = state.begin(leg, model);
    context.shown.stage(fmt::format("{:<28} seed {}/{}", Named::name, number + 1, context.asked.seeds), steps, done);
    const drawing d = training_drawing(how);
    drawing placed = d;
    placed.count = task::outlier::count_rule::fixed;
    const auto look = [&](long step, double loss) {
      outlier_point p = at_step<Named>(model, seed, context.asked);
      p.step = step, p.loss = loss;
      state.record.points.push_back(std::move(p));
    };
    if (done == 0) {
      const task::outlier::batch<Task> batch{training(seed), 0, C.batch, C.per_shard, d, &learnt()};
      look(0, model.loss(batch));
    }
    double loss = 0;  // summed since the last look
    long summed = 0;
    for (long step = done; step < steps; ++step) {
      const task::outlier::batch<Task> batch{training(seed),
                                             static_cast<std::uint64_t>(step) * C.batch,
                                             C.batch,
                                             C.per_shard,
                                             d,
                                             &learnt(),
                                             static_cast<int>(std::lround(how.placed_at(step, steps) * C.batch)),
                                             placed};
      const step_result now = state.step(leg, model, batch, Optimizer::lr * how.rate * Schedule::factor(step, steps));
      context.shown.update(now.loss, C.batch);
      loss += now.loss;
      ++summed;
      const bool last = step + 1 == steps;
      if ((step + 1) % C.keep_every == 0 || last) {
        look(step + 1, loss / static_cast<double>(summed));
        loss = 0, summed = 0;
        if (last) measure<Named>(model, state.record, seed, context.asked);
        state.keep(leg, model, step + 1, steps);
      }
    }
  }

  /// Right answers in %: a prompt counts where z F > 0.
  template <class Rule, class Place, class Trainer>
  static double accuracy(Trainer& model, std::uint64_t seed, const drawing& d, int prompts) {
    const task::outlier::batch<Task, Rule, Place> batch{testing(seed), 0, prompts, C.per_shard, d, &novel()};
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

  template <class Named, class Trainer>
  static outlier_point at_step(Trainer& model, std::uint64_t seed, const options& asked) {
    using namespace task::outlier;
    const int prompts = prompts_of(asked, C.watched);
    const outlier_sight seen = sight<Named>(model, seed, asked);
    return {.model = std::string(Named::name),
            .seed = seed,
            .farthest = accuracy<flipped, farthest>(model, seed, test_drawing(), prompts),
            .anywhere = accuracy<flipped, anywhere>(model, seed, test_drawing(), prompts),
            .closest = accuracy<flipped, closest>(model, seed, test_drawing(), prompts),
            .raw = seen.raw,
            .weighted = seen.weighted,
            .gate = seen.gate};
  }
  template <class Named> using probe_of = outlier_probe<typename Named::model, Task, C.per_shard>;
  template <class Named, class Trainer>
  static outlier_sight sight(Trainer& model, std::uint64_t seed, const options& asked) {
    drawing d = test_drawing();
    d.outliers = C.probed_alpha;
    const task::outlier::batch<Task, task::outlier::flipped> batch{probing(seed), 0, prompts_of(asked, C.probed),
                                                                   C.per_shard,   d, &novel()};
    return probe_of<Named>::look(model.on(0), model.current(), batch);
  }

  /// All that is asked of a trained model.
  template <class Named, class Trainer>
  static void measure(Trainer& model, outlier_placement_record& record, std::uint64_t seed, const options& asked) {
    using namespace task::outlier;
    const std::string name(Named::name);
    const auto ask = [&]<class Rule, class Place>(Rule, Place, drawing d, int prompts) {
      record.accuracies.push_back({name, seed, std::string(Rule::name), std::string(Place::name), d.outliers,
                                   d.outlier_scale, d.irrelevant_scale,
                                   accuracy<Rule, Place>(model, seed, d, prompts_of(asked, prompts))});
    };
    const auto ask_everywhere = [&]<class Rule>(Rule rule) {
      ask(rule, farthest{}, test_drawing(), C.prompts);
      ask(rule, anywhere{}, test_drawing(), C.prompts);
      ask(rule, closest{}, test_drawing(), C.prompts);
    };
    ask_everywhere(flipped{});
    if constexpr (Named::training.role == placement_role::check) return;
    ask_everywhere(targeted{});
    ask_everywhere(random_label{});
    for (const double scale : {2., 3., 4., 8., 12.}) {
      drawing d = test_drawing();
      d.outlier_scale = scale;
      ask(flipped{}, anywhere{}, d, C.watched);
      ask(flipped{}, closest{}, d, C.watched);
    }
    for (const double K : {0., .5, 2., 3.}) {
      drawing d = test_drawing();
      d.irrelevant_scale = K;
      ask(flipped{}, anywhere{}, d, C.watched);
      ask(flipped{}, closest{}, d, C.watched);
    }
    for (const double alpha : {0., .1, .2, .3, .4, .6, .7, .8, .9}) {
      drawing d = test_drawing();
      d.outliers = alpha;
      ask(flipped{}, anywhere{}, d, C.watched);
    }
    if constexpr (probe_of<Named>::gated) {
      for (outlier_gate g : sight<Named>(model, seed, asked).gates) {
        g.model = name, g.seed = seed;
        record.gates.push_back(std::move(g));
      }
      if (seed == asked.seed) {
        const task::outlier::batch<Task, flipped, closest> batch{probing(seed),  0,       1, C.per_shard,
                                                                 test_drawing(), &novel()};
        outlier_matrix m = probe_of<Named>::matrix(model.on(0), model.current(), batch);
        m.model = name, m.seed = seed;
        record.matrices.push_back(std::move(m));
      }
    }
  }

  static std::vector<setting> settings() {
    constexpr auto c = Task::config;
    const auto number = [](int n) { return static_cast<std::int64_t>(n); };
    std::vector<setting> all = {
        {"d", number(c.dimensions)},
        {"M1 relevant patterns", number(c.relevant)},
        {"M2 irrelevant patterns", number(c.irrelevant)},
        {"V outliers", number(c.outliers)},
        {"examples a prompt", number(c.examples)},
        {"beta (norm of patterns)", c.patterns.pattern_norm},
        {"kappa_a", c.training.outlier_scale},
        {"p_a", c.training.outliers},
        {"alpha", c.test.outliers},
        {"norm of outliers (guessed)", c.patterns.outlier_norm},
        {"kappa'_a (guessed)", c.test.outlier_scale},
        {"K (guessed)", c.training.irrelevant_scale},
        {"K' (guessed)", c.test.irrelevant_scale},
        {"batch (guessed)", number(C.batch)},
        {"learning rate (guessed)", Optimizer::lr},
        {"greatest gradient norm (guessed)", Optimizer::clip_norm},
        {"label of outliers in the table (guessed)", std::string("flipped")},
        {"training tasks (guessed)",
         std::string(c.training.tasks == task::outlier::coverage::ring ? "ring" : "all ordered pairs")},
        {"layers (guessed)", std::string("x + mixer(RMSNorm(x)), output read at coordinate d + 1")}};
    Models::for_each([&](auto one) {
      using named = typename decltype(one)::type;
      if (named::training.role == placement_role::remedy)
        all.push_back({fmt::format("{} (guessed)", named::name),
                       fmt::format("outliers right before the query in up to {:.0f} % of a batch, from {:.0f} % of the "
                                   "training on",
                                   100 * named::training.placed, 100 * named::training.begin)});
    });
    return all;
  }
};

}  // namespace krait::experiment
