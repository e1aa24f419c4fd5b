// krait/experiment/in_context.hpp: train on fresh prompts, then measure the error for every number of examples in the
// prompt. Garg et al. 2022 (arXiv:2208.01066); Park et al. 2024 (arXiv:2402.04248).
#pragma once
#include <fmt/core.h>

#include <atomic>
#include <cmath>
#include <krait/core/type_name.hpp>
#include <krait/experiment/fits.hpp>
#include <krait/experiment/in_context_task.hpp>
#include <krait/experiment/model_facts.hpp>
#include <krait/experiment/model_kinds.hpp>
#include <krait/experiment/policies.hpp>
#include <krait/experiment/prompt_errors.hpp>
#include <krait/model/flops.hpp>
#include <krait/run/first_weights.hpp>
#include <krait/run/run.hpp>
#include <krait/run/with_backend.hpp>
#include <krait/schedule/curriculum.hpp>
#include <krait/study/plain.hpp>
#include <krait/task/baseline/list.hpp>
#include <krait/task/task.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::experiment {

struct in_context_config {
  long steps = 500'000;
  int batch = 64;         // fresh prompts a step
  int per_shard = 2;      // prompts a thread carries through the model at a time
  int prompts = 1280;     // of the evaluation
  long keep_every = 50;   // steps between two points of the training curve, each the mean since the last
  double interval = 0.9;  // share of the bootstrap's resamples (of the test prompts) between error_low and error_high
  schedule::curriculum_config curriculum;
  double rate = 1;  // times the optimiser's learning rate: rates side by side share the types of their models
  int room = 0;     // tokens that a prompt is laid out for, if more than it has: models of equal layout compile once
};

/// Whether a task has a study of its own, or is one of several in one study (in_context_tasks.hpp).
enum class seat { alone, one_of_several };

/// Models: model::list of model::named models over the task's prompts. Baselines: task::baseline::list, of tasks with
/// x and y alone. What a task may say stands in in_context_task.hpp.
///
/// Labels: model (models, then baselines; the models are its group "trained"), examples (its group "end": those at the
/// end of a prompt). Quantities: error after so many examples, at the end, and the ends error_low and error_high of its
/// bootstrap interval over the test prompts; loss of training batches / dimensions in use (or the task's unit), a mean
/// since the last point.
template <class Models, class Task, class Baselines, class Optimizer, class Schedule, in_context_config C,
          class Page = studies::plain, class Precision = optim::fp32>
requires(all_fit<takes::models<Models>, takes::task<Task>, takes::baselines<Baselines>, takes::optimizer<Optimizer>,
                 takes::schedule<Schedule>, takes::page<Page>, takes::precision<Precision>,
                 takes::whole_models<Models>>()) class in_context {
 public:
  using page = Page;
  static constexpr const char* unit = "prompts";
  static constexpr bool on_device = true, from_weights = true;
  static constexpr program::setting_option settings[2] = {program::learning_rate, program::batch_size};
  using batch_type = detail::batch_of<Task>;
  using objective = detail::objective_of<Task>;
  static constexpr int dimensions = detail::dimensions_of<Task>;
  using shard = detail::roomy<typename batch_type::template shard<C.per_shard>, C.room>;
  using device_shard = detail::roomy<typename batch_type::template shard<C.batch>, C.room>;
  using models = Models;  // for in_context_tasks
  using baselines = Baselines;
  using task_type = Task;

  static_assert([] {
    Models::for_each([](auto named) {
      using model = typename decltype(named)::type;
      constexpr bool fit = fits<model, shard>::value;
      if constexpr (fit && task::token_task<Task>) static_assert(speaks<model, Task>::value);
    });
    return true;
  }());
  static_assert(
      Baselines::size == 0 || task::prompt_task<Task>,
      "in_context: a baseline predicts y from x, and this task has no 'sample' that draws them; leave the list "
      "of baselines empty");

  explicit in_context(program::options& o, seat s = seat::alone)
      : asked_(o),
        several_(s == seat::one_of_several),
        steps_(o.steps > 0 ? o.steps
               : o.quick   ? (several_ ? 3 : 40 / (1 + static_cast<long>(Models::size) / 5))
                           : C.steps),
        prompts_(o.quick ? (several_ ? 16 : 64) : C.prompts),
        batch_(o.setting_or(program::batch_size, C.batch)),
        lr_(o.setting_or(program::learning_rate, C.rate * Optimizer::lr)) {
    if (o.device == program::device_kind::cuda && batch_ > C.batch)
      throw option_error(
          fmt::format("--set batch={}: on a device at most {} prompts a step, for which the program was compiled",
                      batch_, C.batch));
    if (o.quick) o.seeds = std::min(o.seeds, 1);
    seeds_ = o.seeds;
  }

  long steps() const { return seeds_ * static_cast<long>(Models::size) * steps_; }

  void describe(studies::record& to) const {
    std::vector<std::string> others;
    each_baseline([&]<class B>(std::type_identity<B>) { others.emplace_back(B::name); });
    declare_models<Models>(to, others);
    declare_kinds<Models>(to);
    to.declare_levels("examples", detail::first_numbers(Task::points));
    for (const char* name : {"error", "error_low", "error_high"}) to.declare(name, {"model", "examples"});
    to.declare("loss", {"model"});
    to.fact("task", std::string(Task::name));
    to.fact("task, in full", type_name<Task>());
    describe_task(to);
    to.fact("learning rate", lr_);
    to.fact("optimiser", type_name<Optimizer>());
    program::describe_first_weights<Models>(asked_, to);
    describe_training(to);
  }
  /// The end of a prompt, what is known of the task's errors, and its numbers; the labels have been declared.
  void describe_task(studies::record& to) const {
    const std::string name(Task::name), prefix = several_ ? name + ": " : "";
    std::vector<std::string> end;
    for (int i = detail::first_at_end<Task>(); i < Task::points; ++i) end.emplace_back(studies::level(i));
    to.declare_group("examples", several_ ? "end of " + name : "end", end);
    if constexpr (task::knows_exact<Task>)
      for (int i = 0; i < Task::points; ++i)
        to.publish("error", studies::with(at(Task::exact_name), {"examples", i}), Task::exact(i), "analytic");
    to.fact(prefix + "d", std::int64_t{dimensions});
    to.fact(prefix + "examples a prompt", std::int64_t{Task::points});
    to.fact(prefix + "error without knowledge", detail::chance_error<Task>());
    to.fact(prefix + "loss without knowledge", detail::chance_loss<Task>());
    to.fact(prefix + "steps", std::int64_t{steps_});
    if constexpr (requires { Task::pairs; }) to.fact(prefix + "pairs", std::int64_t{Task::pairs});
    if constexpr (requires { Task::relevant; }) to.fact(prefix + "relevant dimensions", std::int64_t{Task::relevant});
    if (several_) to.fact(prefix + "learning rate", lr_);
  }
  /// Batches and models. FLOPs are those of prompts at their full length.
  void describe_training(studies::record& to) const {
    to.fact("prompts a step", std::int64_t{batch_});
    to.fact("test prompts", std::int64_t{prompts_});
    to.fact("schedule", type_name<Schedule>());
    to.fact("weights", std::string(Precision::name));
    Models::for_each([&](auto named) {
      using type = typename decltype(named)::type;
      describe_model<type>(to);
      if constexpr (has_flops<typename type::model>) {
        constexpr flop_count prompt = flops<typename type::model>(batch_type::template shard<1>::cap.length);
        to.fact(fmt::format("{}: GFLOP a step{}{}", type::name, several_ ? " of " : "", several_ ? Task::name : ""),
                std::round(1e-6 * batch_ * prompt.step()) / 1e3);
      }
    });
  }

  void measure(program::run_context& context) {
    for (int i = 0; i < seeds_; ++i) measure_seed(context, i);
  }
  /// The i-th of the seeds.
  void measure_seed(program::run_context& context, int i) {
    const std::uint64_t seed = asked_.seed + static_cast<std::uint64_t>(i);
    Models::for_each([&](auto named) {
      program::with_backend(asked_.device, [&]<class Backend>(std::type_identity<Backend>) {
        one_model<Backend, typename decltype(named)::type>(context, seed, i);
      });
    });
    each_baseline([&]<class B>(std::type_identity<B>) { one_baseline<B>(context, seed); });
  }

 private:
  static draw training(std::uint64_t seed) { return {seed, stream("training prompts"), 0}; }
  static draw testing(std::uint64_t seed) { return {seed, stream("test prompts"), 0}; }
  template <class F> static void each_baseline(F&& f) { Baselines::for_each(f); }
  studies::labels at(std::string_view model) const {
    if (several_) return {{"task", Task::name}, {"model", model}};
    return {{"model", model}};
  }
  /// In a leg's name, and in a stage's.
  std::string called(std::string_view model, std::string_view between) const {
    return several_ ? fmt::format("{}{}{}", Task::name, between, model) : std::string(model);
  }

  template <class Backend, class Named> void one_model(program::run_context& context, std::uint64_t seed, int number) {
    using pipeline_type = train::pipeline<typename Named::model, objective, shard, Optimizer, Precision, device_shard>;
    program::legs& legs = context.legs;
    const std::string leg = fmt::format("{}-seed{}", called(Named::name, "-"), seed);
    if (legs.finished(leg)) {
      context.shown.stage(leg, steps_, steps_);
      return;
    }
    train::trainer<Backend, pipeline_type> model(seed, context.threads);
    program::start_from_first_weights(asked_, model);
    const long done = legs.begin(leg, model);
    context.shown.stage(fmt::format("{:<12} seed {}/{}", called(Named::name, ", "), number + 1, seeds_), steps_, done);
    double loss = 0;  // summed since the last point
    long summed = 0;
    for (long step = done; step < steps_; ++step) {
      const task::extent extent{C.curriculum.points.at(step), C.curriculum.dimensions.at(step)};
      const batch_type batch{training(seed), static_cast<std::uint64_t>(step) * static_cast<std::uint64_t>(batch_),
                             batch_, decltype(model)::per_shard, extent};
      const train::step_result now = legs.step(leg, model, batch, lr_ * Schedule::factor(step, steps_));
      context.shown.update(now.loss, batch_);
      loss += now.loss / detail::unit_of_loss<Task>(extent);
      ++summed;
      const bool last = step + 1 == steps_;
      if ((step + 1) % C.keep_every != 0 && !last) continue;
      legs.add(leg, at(Named::name), seed, step + 1, "loss", loss / static_cast<double>(summed));
      loss = 0, summed = 0;
      if (last) {
        evaluate(model, seed).add_to(legs, leg, at(Named::name), seed, steps_, C.interval);
      }
      legs.look(leg, model, step + 1, steps_, several_ ? program::keep::nothing : program::keep::result);
    }
  }

  /// Of fresh prompts.
  template <class Trainer> prompt_errors evaluate(Trainer& model, std::uint64_t seed) const {
    const batch_type batch{testing(seed), 0, prompts_, C.per_shard, {Task::points, dimensions}};
    prompt_errors errors(prompts_, Task::points);
    model.outputs(batch, [&](int i, auto out, const shard& in) {
      for (int s = 0; s < in.of.count; ++s)
        for (int t = 0, before = 0; t < in.of.length; ++t)
          if (const int token = s * in.of.length + t; in.weight[token] != 0)
            errors.add(i * C.per_shard + s, detail::question<batch_type>(t, before++),
                       detail::score<Task>(out[token], in, token));
    });
    return errors;
  }

  template <class One> void one_baseline(program::run_context& context, std::uint64_t seed) const {
    const std::string leg = fmt::format("{}-baseline-seed{}", called(One::name, "-"), seed);
    if (context.legs.finished(leg)) return;
    prompt_errors errors(prompts_, Task::points);
    std::atomic<int> next{0};
    backend::team team(context.threads);
    team.run([&](int) {
      std::vector<float> x(Task::points * dimensions), y(Task::points);
      for (int k; (k = next.fetch_add(1)) < prompts_;) {
        const auto prompt = static_cast<std::uint64_t>(k);
        constexpr task::extent whole{Task::points, dimensions};
        Task::sample(testing(seed), prompt, whole, x.data(), y.data());
        for (int p = 0; p < Task::points; ++p)
          if (task::is_asked<Task>(testing(seed), prompt, whole, p))
            errors.add(
                k, p,
                task::error_of<Task>(One::predict(x.data(), y.data(), p, dimensions), y[p]) / task::unit_of<Task>());
      }
    });
    errors.add_to(context.legs, leg, at(One::name), seed, 0, C.interval);
    context.legs.finish(leg);
  }

  const program::options& asked_;
  bool several_;
  int seeds_ = 0;
  long steps_;
  int prompts_, batch_;  // of the evaluation; a step
  double lr_;
};

}  // namespace krait::experiment
