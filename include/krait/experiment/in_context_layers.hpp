// krait/experiment/in_context_layers.hpp: what each layer of a model knows of the answer that the model will give,
// after training on fresh prompts, and answers to prompts longer than those of the training. Grazzi et al. 2024
// (arXiv:2402.03170).
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <krait/core/type_name.hpp>
#include <krait/experiment/fits.hpp>
#include <krait/experiment/in_context_task.hpp>
#include <krait/experiment/layer_readings.hpp>
#include <krait/experiment/model_facts.hpp>
#include <krait/experiment/policies.hpp>
#include <krait/experiment/prompt_errors.hpp>
#include <krait/experiment/training_loop.hpp>
#include <krait/run/legs.hpp>
#include <krait/run/run.hpp>
#include <krait/study/plain.hpp>
#include <krait/task/baseline/gradient_descent.hpp>
#include <krait/train/cpu.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

struct in_context_layers_config {
  long steps = 500'000;
  int batch = 64;    // fresh prompts a step
  int trained = 41;  // points of a prompt in training; the task's prompts have more, which are asked about
  int main = 40;     // examples before the query that claims are made of
  std::array<int, 4> probed = {10, 20, 30, 40};  // examples before the queries that layers are asked about
  int fitted = 4096;                             // prompts that probes are fitted to
  int asked = 1280;                              // other prompts, of the evaluation
  int scaled = 10;          // last examples of a prompt that the own head's scale and shift are fitted to
  int descent_steps = 200;  // of gradient descent at most
  long keep_every = 50;     // steps between two points of the training curve, each the mean since the last
  double interval = .9;     // share of the bootstrap's resamples between error_low and error_high
};

/// Models: of vectors, whose layers are made of chain and repeat. A layer is a residual branch (of a transformer:
/// attention, or a feed-forward network); layer 0 is what the read-in puts out.
///
/// Labels: model (models, then gradient descent; the models are its group "trained"), layer (of gradient descent: its
/// steps), examples (its groups "probed"; "end": the last fifth of a training prompt; "beyond": of the longest),
/// reading (linear probe: ridge regression from the stream at the query to its answer, fitted to other prompts; own
/// head: what the model's last norm and read-out make of it, with a scale and a shift that are fitted to the examples
/// just before). Quantities, squared errors / d (or the task's unit) of fresh prompts:
///   error         of the model's answers; with the ends of a bootstrap interval over prompts
///   layer_error   of what is read out of a layer; of gradient descent, after so many steps
///   descent_steps the number of steps of gradient descent after which its error is a layer's, in between by logarithm;
///                 the most that are tried where the layer's is below
///   loss          of training batches, a mean since the last point
template <class Models, class Task, class Optimizer, class Schedule, in_context_layers_config C,
          class Page = studies::plain>
requires(all_fit<takes::models<Models>, takes::task<Task>, takes::optimizer<Optimizer>, takes::schedule<Schedule>,
                 takes::page<Page>, takes::whole_models<Models>>()) class in_context_layers {
  static_assert(task::prompt_task<Task>, "in_context_layers: the task must be one of prompts x1, y1, x2, y2, ...");
  static_assert(C.trained <= Task::points,
                "in_context_layers: prompts of the training have more points than the task's");
  static_assert(std::ranges::max(C.probed) < Task::points && std::ranges::find(C.probed, C.main) != C.probed.end(),
                "in_context_layers: layers are asked about queries of the task's prompts, the main one among them");
  static_assert(
      C.scaled >= 2 && C.scaled <= std::ranges::min(C.probed),
      "in_context_layers: a scale and a shift need 2 examples at least, and no more than stand before a query");
  using batch_type = train::prompt_batch<Task>;
  using shard = typename batch_type::template shard<2>;
  static constexpr int dimensions = Task::dimensions;
  static constexpr int layers = [] {
    int most = 0;
    Models::for_each([&]<class Named>(std::type_identity<Named>) {
      static_assert(fits<Named, shard>::value);
      most = std::max(most, branches_of<typename Named::model::layer_type>);
    });
    return most;
  }();

 public:
  using page = Page;
  static constexpr const char *unit = "prompts", *descent = task::baseline::gradient_descent<>::name.data();
  static constexpr program::setting_option settings[2] = {program::learning_rate, program::batch_size};

  explicit in_context_layers(program::options& o)
      : asked_(o),
        steps_(o.steps > 0 ? o.steps
               : o.quick   ? 10
                           : C.steps),
        fitted_(o.quick ? 128 : C.fitted),
        prompts_(o.quick ? 32 : C.asked),
        batch_(o.setting_or(program::batch_size, C.batch)),
        lr_(o.setting_or(program::learning_rate, static_cast<double>(Optimizer::lr))) {
    if (o.quick) o.seeds = std::min(o.seeds, 1);
  }

  long steps() const { return asked_.seeds * static_cast<long>(Models::size) * steps_; }

  void describe(studies::record& to) const {
    declare_models<Models>(to, {descent});
    to.declare_levels("layer", detail::first_numbers(layers + 1));
    to.declare_label("reading", {layer_readings::probe, layer_readings::head});
    to.declare_levels("examples", detail::first_numbers(Task::points));
    const auto levels = [](int first, int end) {
      std::vector<std::string> all;
      for (int i = first; i < end; ++i) all.push_back(studies::level(i));
      return all;
    };
    std::vector<std::string> probed;
    for (const int n : C.probed) probed.push_back(studies::level(n));
    to.declare_group("examples", "probed", probed);
    to.declare_group("examples", "end", levels(C.trained - (C.trained + 4) / 5, C.trained));
    to.declare_group("examples", "beyond", levels(Task::points - (Task::points + 4) / 5, Task::points));
    for (const char* name : {"error", "error_low", "error_high"}) to.declare(name, {"model", "examples"});
    for (const char* name : {"layer_error", "descent_steps"})
      to.declare(name, {"model", "reading", "layer", "examples"});
    to.declare("loss", {"model"});
    if constexpr (task::knows_exact<Task>)
      for (int i = 0; i < Task::points; ++i)
        to.publish("error", {{"model", Task::exact_name}, {"examples", i}}, Task::exact(i), "analytic");
    to.fact("task", std::string(Task::name));
    to.fact("task, in full", type_name<Task>());
    to.fact("d", std::int64_t{dimensions});
    to.fact("points a prompt in training", std::int64_t{C.trained});
    to.fact("points a prompt at most", std::int64_t{Task::points});
    to.fact("examples of the main query", std::int64_t{C.main});
    to.fact("layers", std::int64_t{layers});
    to.fact("prompts that probes are fitted to", std::int64_t{fitted_});
    to.fact("test prompts", std::int64_t{prompts_});
    to.fact("examples that the own head is fitted to", std::int64_t{C.scaled});
    to.fact("steps of gradient descent at most", std::int64_t{C.descent_steps});
    to.fact("steps", std::int64_t{steps_});
    to.fact("prompts a step", std::int64_t{batch_});
    describe_trainings<Models, Optimizer, Schedule>(to, lr_);
  }

  void measure(program::run_context& context) {
    for (int i = 0; i < asked_.seeds; ++i) {
      const std::uint64_t seed = asked_.seed + static_cast<std::uint64_t>(i);
      Models::for_each([&]<class Named>(std::type_identity<Named>) { train<Named>(context, seed, i); });
      tell_descent(context.legs, seed);
    }
  }

 private:
  static draw from(const char* name, std::uint64_t seed) { return {seed, stream(name), 0}; }
  batch_type tests(std::uint64_t seed) const {
    return {from("test prompts", seed), 0, prompts_, 2, {Task::points, dimensions}};
  }

  template <class Named> void train(program::run_context& context, std::uint64_t seed, int number) {
    using pipeline = krait::train::pipeline<typename Named::model, objective::squared_error, shard, Optimizer>;
    program::legs& legs = context.legs;
    const std::string leg = fmt::format("{}-seed{}", Named::name, seed);
    if (legs.finished(leg)) {
      context.shown.stage(leg, steps_, steps_);
      return;
    }
    krait::train::trainer<backend::cpu, pipeline> model(seed, context.threads);
    const long done = legs.begin(leg, model);
    context.shown.stage(fmt::format("{:<12} seed {}/{}", Named::name, number + 1, asked_.seeds), steps_, done);
    const training_loop loop{.steps = steps_,
                             .look_every = steps_,
                             .keep_every = C.keep_every,
                             .units = batch_,
                             .unit = task::unit_of<Task>(),
                             .keep = program::keep::result};
    loop.run(
        context, leg, model, done, {{"model", Named::name}}, seed,
        [&](long step) {
          return batch_type{from("training prompts", seed),
                            static_cast<std::uint64_t>(step) * static_cast<std::uint64_t>(batch_),
                            batch_,
                            2,
                            {C.trained, dimensions}};
        },
        [&](long step) { return lr_ * Schedule::factor(step, steps_); },
        [&](long, bool) { evaluate<Named>(legs, leg, model, seed); });
  }

  template <class Named, class Trainer>
  void evaluate(program::legs& legs, const std::string& leg, Trainer& model, std::uint64_t seed) const {
    const studies::labels at = {{"model", Named::name}};
    const batch_type fitted{from("probed prompts", seed), 0, fitted_, 2, {std::ranges::max(C.probed) + 1, dimensions}};
    const layer_readings first(model, fitted, C.probed), then(model, tests(seed), C.probed);
    prompt_errors errors(prompts_, Task::points);
    for (int s = 0; s < prompts_; ++s)
      for (int p = 0; p < Task::points; ++p)
        errors.add(s, p, task::error_of<Task>(then.answer(s, p), then.wanted(s, p)) / task::unit_of<Task>());
    errors.add_to(legs, leg, at, seed, steps_, C.interval);
    for (const int n : C.probed) {
      const std::vector<double> descent = descent_errors(seed, n);
      for (int layer = 0; layer < first.layers(); ++layer)
        for (const char* reading : {layer_readings::probe, layer_readings::head}) {
          const std::vector<double> found =
              reading == layer_readings::probe ? then.probed(first, layer, n) : then.by_head(layer, n, C.scaled);
          double error = 0;
          for (int s = 0; s < prompts_; ++s)
            error += task::error_of<Task>(found[static_cast<std::size_t>(s)], then.wanted(s, n));
          error /= prompts_ * task::unit_of<Task>();
          const studies::labels here = {
              {"model", Named::name}, {"reading", reading}, {"layer", layer}, {"examples", n}};
          legs.add(leg, here, seed, steps_, "layer_error", error);
          legs.add(leg, here, seed, steps_, "descent_steps", steps_to(error, descent));
        }
    }
  }

  /// After 0, 1, ... steps, on the test prompts.
  std::vector<double> descent_errors(std::uint64_t seed, int examples) const {
    std::vector<double> errors(static_cast<std::size_t>(C.descent_steps) + 1);
    std::vector<float> x(static_cast<std::size_t>(Task::points * dimensions)), y(Task::points);
    for (int s = 0; s < prompts_; ++s) {
      Task::sample(from("test prompts", seed), static_cast<std::uint64_t>(s), {Task::points, dimensions}, x.data(),
                   y.data());
      const std::vector<double> seen(x.begin(), x.begin() + (examples + 1) * dimensions),
          told(y.begin(), y.begin() + examples);
      const auto answers = task::baseline::descent_answers(seen, told, dimensions, C.descent_steps);
      for (std::size_t k = 0; k < errors.size(); ++k)
        errors[k] += task::error_of<Task>(answers[k], y[static_cast<std::size_t>(examples)]) /
                     (prompts_ * task::unit_of<Task>());
    }
    return errors;
  }
  static double steps_to(double error, const std::vector<double>& descent) {
    for (std::size_t k = 0; k < descent.size(); ++k)
      if (descent[k] <= error)
        return k == 0 ? 0.
                      : static_cast<double>(k) - std::log(error / descent[k]) / std::log(descent[k - 1] / descent[k]);
    return static_cast<double>(descent.size() - 1);
  }
  void tell_descent(program::legs& legs, std::uint64_t seed) const {
    const std::string leg = fmt::format("gradient-descent-seed{}", seed);
    if (legs.finished(leg)) return;
    for (const int n : C.probed) {
      const std::vector<double> errors = descent_errors(seed, n);
      for (int k = 0; k <= layers; ++k)
        for (const char* reading : {layer_readings::probe, layer_readings::head})
          legs.add(leg, {{"model", descent}, {"reading", reading}, {"layer", k}, {"examples", n}}, seed, 0,
                   "layer_error", errors[static_cast<std::size_t>(k)]);
    }
    legs.finish(leg);
  }

  const program::options& asked_;
  long steps_;
  int fitted_, prompts_, batch_;
  double lr_;
};

}  // namespace krait::experiment
