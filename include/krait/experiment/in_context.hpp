// krait/experiment/in_context.hpp: train on fresh prompts, then measure the error for every number of examples in the
// prompt. Garg et al. 2022 (arXiv:2208.01066); Park et al. 2024 (arXiv:2402.04248).
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <krait/core/type_name.hpp>
#include <krait/experiment/fits.hpp>
#include <krait/objective/cross_entropy.hpp>
#include <krait/objective/logistic.hpp>
#include <krait/objective/squared_error.hpp>
#include <krait/run/first_weights.hpp>
#include <krait/run/run.hpp>
#include <krait/run/with_backend.hpp>
#include <krait/schedule/curriculum.hpp>
#include <krait/study/plain.hpp>
#include <krait/task/baseline/list.hpp>
#include <krait/task/task.hpp>
#include <krait/train/batch/prompt.hpp>
#include <krait/train/batch/sequence.hpp>
#include <optional>
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

namespace detail {
/// What a task says of its own training, and what it means without.
template <class Task> struct batch_of { using type = train::prompt_batch<Task>; };
template <class Task>
requires(!requires { typename Task::batch; } &&
         (task::sequence_task<Task> || task::token_task<Task>)) struct batch_of<Task> {
  using type = train::sequence_batch<Task>;
};
template <class Task>
requires requires { typename Task::batch; }
struct batch_of<Task> {
  using type = typename Task::batch;
};
template <class Task> struct objective_of { using type = objective::squared_error; };
template <task::token_task Task>
requires(!requires { typename Task::objective; }) struct objective_of<Task> {
  using type = objective::cross_entropy;
};
template <class Task>
requires requires { typename Task::objective; }
struct objective_of<Task> {
  using type = typename Task::objective;
};
template <class Task> constexpr int dimensions_of() {
  if constexpr (requires { Task::dimensions; })
    return Task::dimensions;
  else
    return 1;
}
}  // namespace detail

/// Models: model::list of model::named models over the task's prompts. Baselines: task::baseline::list, of tasks with
/// x and y alone. A task has a name and points, the questions of a prompt, and may say
///   dimensions else 1
///   batch      {draw from, first, count, per_shard, extent}, with shard<count>, shards(), weight() and fill(i, shard);
///              else what it writes (train/batch/sequence.hpp), or prompts x1, y1, x2, y2, ... of vectors
///              (train/batch/prompt.hpp)
///   objective  else the squared error, the logistic loss where it `classifies`, the cross-entropy of tokens
///   score(outputs of a token, shard, token)   the error, say 1 where the answer is wrong; else the squared error /
///   unit,
///              where it classifies the share of wrong signs, of tokens that of wrong ones
///   unit       the error of who always says 0; else dimensions
///   exact(i), exact_name    the error that the best predictor has after i examples
/// Every token that has a weight is a question; which of the points it asks, its batch says, else the i-th of a prompt
/// is point i. Error after i examples is that of point i, over the prompts that ask it.
///
/// Labels: model (models, then baselines), examples. Quantities: error after so many examples, at the end; loss of
/// training batches / dimensions in use (or the task's unit), a mean since the last point.
template <class Models, class Task, class Baselines, class Optimizer, class Schedule, in_context_config C,
          class Page = studies::plain, class Precision = optim::fp32>
class in_context {
 public:
  using page = Page;
  static constexpr const char* unit = "prompts";
  static constexpr bool on_device = true, from_weights = true;
  using batch_type = typename detail::batch_of<Task>::type;
  using objective = typename detail::objective_of<Task>::type;
  static constexpr int dimensions = detail::dimensions_of<Task>();
  static_assert(
      Baselines::size == 0 || task::prompt_task<Task>,
      "in_context: a baseline predicts y from x, and this task has no 'sample' that draws them; leave the list "
      "of baselines empty");
  using shard = typename batch_type::template shard<C.per_shard>;
  using device_shard = typename batch_type::template shard<C.batch>;

  static_assert([] {
    Models::for_each([](auto named) {
      using model = typename decltype(named)::type;
      constexpr bool fit = fits<model, shard>::value;
      if constexpr (fit && task::token_task<Task>) static_assert(speaks<model, Task>::value);
    });
    return true;
  }());

  explicit in_context(program::options& o)
      : asked_(o),
        steps_(o.steps > 0 ? o.steps
               : o.quick   ? 40
                           : C.steps),
        prompts_(o.quick ? 64 : C.prompts) {
    if (o.quick) o.seeds = std::min(o.seeds, 1);
    seeds_ = o.seeds;
  }

  long steps() const { return seeds_ * static_cast<long>(Models::size) * steps_; }

  void describe(studies::record& to) const {
    std::vector<std::string> models(Models::names.begin(), Models::names.end()), examples;
    each_baseline([&]<class B>(std::type_identity<B>) { models.emplace_back(B::name); });
    for (int i = 0; i < Task::points; ++i) examples.push_back(studies::level(i));
    to.declare_label("model", models);
    to.declare_label("examples", examples);
    to.declare("error", {"model", "examples"});
    to.declare("loss", {"model"});
    if constexpr (task::knows_exact<Task>)
      for (int i = 0; i < Task::points; ++i)
        to.publish("error", {{"model", Task::exact_name}, {"examples", i}}, Task::exact(i), "analytic");
    to.fact("task", std::string(Task::name));
    to.fact("task, in full", type_name<Task>());
    to.fact("d", std::int64_t{dimensions});
    to.fact("examples a prompt", std::int64_t{Task::points});
    to.fact("steps", std::int64_t{steps_});
    to.fact("prompts a step", std::int64_t{C.batch});
    to.fact("test prompts", std::int64_t{prompts_});
    to.fact("learning rate", Optimizer::lr);
    to.fact("optimiser", type_name<Optimizer>());
    to.fact("schedule", type_name<Schedule>());
    to.fact("weights", std::string(Precision::name));
    program::describe_first_weights<Models>(asked_, to);
    Models::for_each([&](auto named) {
      using type = typename decltype(named)::type;
      to.fact(fmt::format("{}", type::name), type_name<typename type::model>());
      to.fact(fmt::format("{}: parameters", type::name),
              static_cast<std::int64_t>(sizeof(typename type::model::template weights<float>) / sizeof(float)));
    });
  }

  void measure(program::run_context& context) {
    for (int i = 0; i < seeds_; ++i) {
      const std::uint64_t seed = asked_.seed + static_cast<std::uint64_t>(i);
      Models::for_each([&](auto named) {
        program::with_backend(asked_.device, [&]<class Backend>(std::type_identity<Backend>) {
          one_model<Backend, typename decltype(named)::type>(context, seed, i);
        });
      });
      each_baseline([&]<class B>(std::type_identity<B>) { one_baseline<B>(context, seed); });
    }
  }

 private:
  static draw training(std::uint64_t seed) { return {seed, stream("training prompts"), 0}; }
  static draw testing(std::uint64_t seed) { return {seed, stream("test prompts"), 0}; }
  template <class F> static void each_baseline(F&& f) { Baselines::for_each(f); }

  template <class Backend, class Named> void one_model(program::run_context& context, std::uint64_t seed, int number) {
    using pipeline_type = train::pipeline<typename Named::model, objective, shard, Optimizer, Precision, device_shard>;
    program::legs& legs = context.legs;
    const std::string leg = fmt::format("{}-seed{}", Named::name, seed);
    if (legs.finished(leg)) {
      context.shown.stage(leg, steps_, steps_);
      return;
    }
    train::trainer<Backend, pipeline_type> model(seed, context.threads);
    program::start_from_first_weights(asked_, model);
    const long done = legs.begin(leg, model);
    context.shown.stage(fmt::format("{:<12} seed {}/{}", Named::name, number + 1, seeds_), steps_, done);
    double loss = 0;  // summed since the last point
    long summed = 0;
    for (long step = done; step < steps_; ++step) {
      const task::extent extent{C.curriculum.points.at(step), C.curriculum.dimensions.at(step)};
      const batch_type batch{training(seed), static_cast<std::uint64_t>(step) * C.batch, C.batch,
                             decltype(model)::per_shard, extent};
      const train::step_result now = legs.step(leg, model, batch, Optimizer::lr * Schedule::factor(step, steps_));
      context.shown.update(now.loss, C.batch);
      loss += now.loss / unit_of_loss(extent);
      ++summed;
      const bool last = step + 1 == steps_;
      if ((step + 1) % C.keep_every != 0 && !last) continue;
      legs.add(leg, {{"model", Named::name}}, seed, step + 1, "loss", loss / static_cast<double>(summed));
      loss = 0, summed = 0;
      if (last) {
        const auto errors = evaluate(model, seed);
        for (std::size_t i = 0; i < errors.size(); ++i)
          if (errors[i]) legs.add(leg, {{"model", Named::name}, {"examples", i}}, seed, steps_, "error", *errors[i]);
      }
      legs.look(leg, model, step + 1, steps_, program::keep::result);
    }
  }

  static constexpr bool scores_itself = requires(const float* out, const shard& in) { Task::score(out, in, 0); };
  static double score(const float* out, const shard& in, int token) {
    if constexpr (scores_itself) {
      return Task::score(out, in, token);
    } else if constexpr (task::token_task<Task>) {
      return std::max_element(out, out + Task::vocabulary) - out != in.target[token];
    } else {
      double sum = 0;
      const auto target = in.target();
      for (int c = 0; c < target.width; ++c) sum += task::error_of<Task>(out[c], target[token][c]);
      return sum;
    }
  }
  /// Of the sums over prompts; a task's own score has its own unit.
  static constexpr double unit_of_error() { return scores_itself ? 1 : task::unit_of<Task>(); }
  static double unit_of_loss(task::extent extent) {
    if constexpr (requires { Task::unit; } || task::classifying<Task>) return task::unit_of<Task>();
    return extent.dimensions;
  }
  static int question(int token, int before) {
    if constexpr (requires { batch_type::question(token); }) return batch_type::question(token);
    return before;
  }

  /// Mean error after 0, 1, ... examples, over fresh prompts; none where no prompt asks.
  template <class Trainer> std::vector<std::optional<double>> evaluate(Trainer& model, std::uint64_t seed) const {
    const batch_type batch{testing(seed), 0, prompts_, C.per_shard, {Task::points, dimensions}};
    struct errors {
      std::vector<double> sum = std::vector<double>(Task::points);
      std::vector<long> asked = std::vector<long>(Task::points);
    };
    std::vector<errors> of_shards(static_cast<std::size_t>(batch.shards()));
    model.outputs(batch, [&](int i, auto out, const shard& in) {
      errors& mine = of_shards[static_cast<std::size_t>(i)];
      for (int s = 0; s < in.of.count; ++s)
        for (int t = 0, before = 0; t < in.of.length; ++t) {
          const int token = s * in.of.length + t;
          if (in.weight[token] == 0) continue;
          const auto p = static_cast<std::size_t>(question(t, before++));
          mine.sum[p] += score(out[token], in, token);
          ++mine.asked[p];
        }
    });
    std::vector<long> asked(Task::points);
    for (const errors& one : of_shards)
      for (std::size_t p = 0; p < asked.size(); ++p) asked[p] += one.asked[p];
    std::vector<std::optional<double>> error(Task::points);
    for (const errors& one : of_shards)
      for (std::size_t p = 0; p < error.size(); ++p)
        if (asked[p] > 0)
          error[p] = error[p].value_or(0) + one.sum[p] / static_cast<double>(asked[p]) / unit_of_error();
    return error;
  }

  template <class One> void one_baseline(program::run_context& context, std::uint64_t seed) const {
    const std::string leg = fmt::format("{}-baseline-seed{}", One::name, seed);
    if (context.legs.finished(leg)) return;
    constexpr double nobody_asks = -1;
    std::vector<std::vector<double>> off(static_cast<std::size_t>(prompts_), std::vector<double>(Task::points));
    std::atomic<int> next{0};
    backend::team team(context.threads);
    team.run([&](int) {
      std::vector<float> x(Task::points * dimensions), y(Task::points);
      for (int k; (k = next.fetch_add(1)) < prompts_;) {
        const auto prompt = static_cast<std::uint64_t>(k);
        constexpr task::extent whole{Task::points, dimensions};
        Task::sample(testing(seed), prompt, whole, x.data(), y.data());
        for (int p = 0; p < Task::points; ++p)
          off[static_cast<std::size_t>(k)][static_cast<std::size_t>(p)] =
              task::is_asked<Task>(testing(seed), prompt, whole, p)
                  ? task::error_of<Task>(One::predict(x.data(), y.data(), p, dimensions), y[p])
                  : nobody_asks;
      }
    });
    for (std::size_t p = 0; p < Task::points; ++p) {
      const auto asked = std::ranges::count_if(off, [&](const auto& one) { return one[p] != nobody_asks; });
      double error = 0;
      for (const auto& one : off)
        if (one[p] != nobody_asks) error += one[p] / static_cast<double>(asked) / task::unit_of<Task>();
      if (asked > 0) context.legs.add(leg, {{"model", One::name}, {"examples", p}}, seed, 0, "error", error);
    }
    context.legs.finish(leg);
  }

  const program::options& asked_;
  int seeds_ = 0;
  long steps_;
  int prompts_;
};

}  // namespace krait::experiment
