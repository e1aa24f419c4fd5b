// krait/experiment/in_context.hpp: train on fresh prompts, then measure the error for every number of examples in the
// prompt. Garg et al. 2022 (arXiv:2208.01066); Park et al. 2024 (arXiv:2402.04248).
#pragma once
#include <fmt/core.h>

#include <atomic>
#include <cmath>
#include <krait/experiment/in_context_record.hpp>
#include <krait/experiment/names.hpp>
#include <krait/objective/squared_error.hpp>
#include <krait/run/run.hpp>
#include <krait/run/study_state.hpp>
#include <krait/run/with_backend.hpp>
#include <krait/schedule/curriculum.hpp>
#include <krait/train/batch/prompt.hpp>
#include <string>
#include <vector>

namespace krait::experiment {

struct in_context_config {
  long steps = 500'000;
  int batch = 64;        // fresh prompts a step
  int per_shard = 2;     // prompts a thread carries through the model at a time
  int prompts = 1280;    // of the evaluation
  long keep_every = 50;  // steps between two points of the training curve, each the mean since the last
  schedule::curriculum_config curriculum;
};

/// Baselines side by side.
template <class... B> struct baseline_list {};

/// Models: model::list of model::named vector models (Task::dimensions -> 1).
template <class Models, task::prompt_task Task, class Baselines, class Optimizer, class Schedule, in_context_config C>
struct in_context {
  static constexpr const char* unit = "prompts";
  static constexpr bool on_device = true;
  using shard = vector_shard<capacity{C.per_shard, 2 * Task::points}, Task::dimensions, 1>;
  using device_shard = vector_shard<capacity{C.batch, 2 * Task::points}, Task::dimensions, 1>;

  static long steps_of(const options& o) { return o.steps > 0 ? o.steps : o.quick ? 40 : C.steps; }
  static int prompts_of(const options& o) { return o.quick ? 64 : C.prompts; }
  static long steps(const options& o) { return o.seeds * static_cast<long>(Models::size) * steps_of(o); }

  static result run(run_context& context) {
    if (context.asked.quick) context.asked.seeds = std::min(context.asked.seeds, 1);
    in_context_record record{.task = std::string(Task::name),
                             .dimensions = Task::dimensions,
                             .points = Task::points,
                             .steps = steps_of(context.asked),
                             .prompts = prompts_of(context.asked)};
    for (const auto name : Models::names) record.models.emplace_back(name);
    study_state state(context.folder, record);
    for (int i = 0; i < context.asked.seeds; ++i) {
      const std::uint64_t seed = context.asked.seed + static_cast<std::uint64_t>(i);
      Models::for_each([&](auto named) {
        with_backend(context.asked.device, [&]<class Backend>(std::type_identity<Backend>) {
          one_model<Backend, typename decltype(named)::type>(context, state, seed, i);
        });
      });
      measure_baselines(record, context, seed, Baselines{});
    }
    std::vector<double> exact;
    for (int i = 0; i < Task::points; ++i) exact.push_back(Task::least_squares_error(i));
    return in_context_result(record, exact, Optimizer::lr, context.asked);
  }

 private:
  static draw training(std::uint64_t seed) { return {seed, stream("training prompts"), 0}; }
  static draw testing(std::uint64_t seed) { return {seed, stream("test prompts"), 0}; }

  template <class Backend, class Named>
  static void one_model(run_context& context, study_state<in_context_record>& state, std::uint64_t seed, int number) {
    using pipeline_type =
        pipeline<typename Named::model, objective::squared_error, shard, Optimizer, optim::fp32, device_shard>;
    const std::string leg = fmt::format("{}-seed{}", Named::name, seed);
    const long steps = steps_of(context.asked);
    if (state.finished(leg)) {
      context.shown.stage(leg, steps, steps);
      return;
    }
    trainer<Backend, pipeline_type> model(seed, context.threads);
    const long done = state.begin(leg, model);
    context.shown.stage(fmt::format("{:<12} seed {}/{}", Named::name, number + 1, context.asked.seeds), steps, done);
    double loss = 0;  // summed since the last point
    long summed = 0;
    for (long step = done; step < steps; ++step) {
      const task::extent extent{C.curriculum.points.at(step), C.curriculum.dimensions.at(step)};
      const prompt_batch<Task> batch{training(seed), static_cast<std::uint64_t>(step) * C.batch, C.batch,
                                     decltype(model)::per_shard, extent};
      const step_result now = state.step(leg, model, batch, Optimizer::lr * Schedule::factor(step, steps));
      context.shown.update(now.loss, C.batch);
      loss += now.loss / extent.dimensions;
      ++summed;
      const bool last = step + 1 == steps;
      if ((step + 1) % C.keep_every == 0 || last) {
        state.record.training.push_back(
            {leg, std::string(Named::name), seed, step + 1, loss / static_cast<double>(summed)});
        loss = 0, summed = 0;
        if (last)
          state.record.curves.push_back({std::string(Named::name), seed, false, evaluate(model, seed, context.asked)});
        state.keep(leg, model, step + 1, steps);
      }
    }
  }

  /// Mean squared error / d after 0, 1, ... examples, over fresh prompts.
  template <class Trainer>
  static std::vector<double> evaluate(Trainer& model, std::uint64_t seed, const options& asked) {
    const prompt_batch<Task> batch{testing(seed), 0, prompts_of(asked), C.per_shard};
    std::vector<std::vector<double>> sums(static_cast<std::size_t>(batch.shards()), std::vector<double>(Task::points));
    model.outputs(batch, [&](int i, rows<const float, 1> out, const shard& in) {
      for (int s = 0; s < in.of.count; ++s)
        for (int p = 0; p < Task::points; ++p) {
          const int t = s * in.of.length + 2 * p;
          const double off = static_cast<double>(out[t][0]) - in.target()[t][0];
          sums[static_cast<std::size_t>(i)][static_cast<std::size_t>(p)] += off * off;
        }
    });
    std::vector<double> error(Task::points);
    for (const auto& shard_sums : sums)
      for (std::size_t p = 0; p < error.size(); ++p) error[p] += shard_sums[p] / batch.count / Task::dimensions;
    return error;
  }

  template <class... B>
  static void measure_baselines(in_context_record& record, run_context& context, std::uint64_t seed,
                                baseline_list<B...>) {
    const auto measured_already = [&](std::string_view name) {
      return std::ranges::any_of(record.curves, [&](const auto& c) { return c.model == name && c.seed == seed; });
    };
    backend::team team(context.threads);
    const int prompts = prompts_of(context.asked);
    const auto measure = [&]<class One>(std::type_identity<One>) {
      if (measured_already(One::name)) return;
      std::vector<std::vector<double>> off(static_cast<std::size_t>(prompts), std::vector<double>(Task::points));
      std::atomic<int> next{0};
      team.run([&](int) {
        std::vector<float> x(Task::points * Task::dimensions), y(Task::points);
        for (int k; (k = next.fetch_add(1)) < prompts;) {
          Task::sample(testing(seed), static_cast<std::uint64_t>(k), {Task::points, Task::dimensions}, x.data(),
                       y.data());
          for (int p = 0; p < Task::points; ++p)
            off[static_cast<std::size_t>(k)][static_cast<std::size_t>(p)] =
                One::predict(x.data(), y.data(), p, Task::dimensions) - y[p];
        }
      });
      std::vector<double> error(Task::points);
      for (const auto& one : off)
        for (std::size_t p = 0; p < error.size(); ++p) error[p] += one[p] * one[p] / prompts / Task::dimensions;
      record.curves.push_back({std::string(One::name), seed, true, std::move(error)});
    };
    (measure(std::type_identity<B>{}), ...);
  }
};

}  // namespace krait::experiment
