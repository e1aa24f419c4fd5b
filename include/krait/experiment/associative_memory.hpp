// krait/experiment/associative_memory.hpp: models trained on bigrams of the world and triggers of a sequence, and how
// much of their predictions comes from either, also in sequences longer than those of the training. Wang & Sato 2025
// (arXiv:2412.11459); Bietti et al. 2023 (arXiv:2306.00802).
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <krait/core/type_name.hpp>
#include <krait/experiment/fits.hpp>
#include <krait/experiment/model_facts.hpp>
#include <krait/experiment/policies.hpp>
#include <krait/experiment/training_loop.hpp>
#include <krait/objective/cross_entropy.hpp>
#include <krait/run/with_backend.hpp>
#include <krait/study/plain.hpp>
#include <krait/task/trigger_bigrams.hpp>
#include <krait/train/batch/sequence.hpp>
#include <krait/train/cpu.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::experiment {

struct associative_memory_config {
  long steps = 10'000;
  int batch = 32;         // fresh sequences a step
  int trained = 64;       // tokens of a sequence in training; the task's are longer, a whole number of times
  int tests = 256;        // fresh sequences of every look, as long as the task has them
  int looks = 20;         // evaluations of a training
  long keep_every = 100;  // steps between two points of the training curve, each the mean since the last
};

/// Models: of tokens, whose vocabulary is the task's. Labels: model (models, then who knows the world: bayes, which
/// weighs what it has seen, and the world alone, which looks at no sequence; the models are its group "trained"), place
/// (1: tokens 1 .. trained of a sequence, 2: the next as many, ...), seen (how often the trigger's own token has
/// followed the trigger before: 0, 1, ..., the last: or more). Quantities, at every look; the first over all tokens of
/// the test sequences, the next two over those that are triggers whose own token is not the world's likeliest:
///   gap         cross-entropy, less that of bayes (nats)
///   in_context  probability of the trigger's own token
///   global      probability of the world's likeliest token
///   tokens      how many of them there were (of bayes alone)
///   loss        of training batches, a mean since the last point
template <class Models, class Task, class Optimizer, class Schedule, associative_memory_config C,
          class Page = studies::plain>
requires(all_fit<takes::models<Models>, takes::task<Task>, takes::optimizer<Optimizer>, takes::schedule<Schedule>,
                 takes::page<Page>, takes::whole_models<Models>>()) class associative_memory {
  static_assert(
      requires {
        typename Task::world;
        typename Task::bayes;
        typename Task::triggers;
      },
      "associative_memory: the task must know its world, as task::trigger_bigrams does");
  static_assert(C.trained > 0 && Task::tokens % C.trained == 0,
                "associative_memory: the task's sequences must be a whole number of times as long as those trained on");
  using batch_type = train::sequence_batch<Task>;
  using shard = typename batch_type::template shard<1>;
  static constexpr int vocabulary = Task::vocabulary, places = Task::tokens / C.trained, most_seen = 3;
  static_assert(
      [] {
        bool all = true;
        Models::for_each([&]<class Named>(std::type_identity<Named>) { all = all && Named::model::out == vocabulary; });
        return all;
      }(),
      "associative_memory: the models' vocabulary must be that of the task");

 public:
  using page = Page;
  static constexpr const char* unit = "tokens";
  static constexpr int seeds = 5;
  static constexpr const char *bayes = "Bayes", *world_alone = "world alone";
  static constexpr program::setting_option settings[2] = {program::learning_rate, program::batch_size};

  explicit associative_memory(program::options& o)
      : asked_(o),
        steps_(o.steps > 0 ? o.steps
               : o.quick   ? 4
                           : C.steps),
        tests_(o.quick ? 8 : C.tests),
        batch_(o.setting_or(program::batch_size, C.batch)),
        lr_(o.setting_or(program::learning_rate, static_cast<double>(Optimizer::lr))) {
    if (o.quick) o.seeds = std::min(o.seeds, 1);
  }

  long steps() const { return asked_.seeds * static_cast<long>(Models::size) * steps_; }

  void describe(studies::record& to) const {
    declare_models<Models>(to, {bayes, world_alone});
    std::vector<int> place, seen;
    for (int i = 0; i < places; ++i) place.push_back(i + 1);
    for (int i = 0; i <= most_seen; ++i) seen.push_back(i);
    to.declare_levels("place", place);
    to.declare_levels("seen", seen);
    to.declare("gap", {"model", "place"});
    for (const char* name : {"in_context", "global", "tokens"}) to.declare(name, {"model", "place", "seen"});
    to.declare("loss", {"model"});
    to.fact("task", std::string(Task::name));
    to.fact("task, in full", type_name<Task>());
    to.fact("tokens of the vocabulary", std::int64_t{vocabulary});
    to.fact("tokens a sequence in training", std::int64_t{C.trained});
    to.fact("tokens a test sequence", std::int64_t{Task::tokens});
    to.fact("steps", std::int64_t{steps_});
    to.fact("sequences a step", std::int64_t{batch_});
    to.fact("test sequences", std::int64_t{tests_});
    describe_trainings<Models, Optimizer, Schedule>(to, lr_);
  }

  void measure(program::run_context& context) {
    for (int i = 0; i < asked_.seeds; ++i) {
      const std::uint64_t seed = asked_.seed + static_cast<std::uint64_t>(i);
      Models::for_each([&]<class Named>(std::type_identity<Named>) { train<Named>(context, seed, i); });
    }
  }

 private:
  struct sums {
    double gap = 0, in_context[most_seen + 1] = {}, global[most_seen + 1] = {};
    long tokens[most_seen + 1] = {};
    void operator+=(const sums& other) {
      gap += other.gap;
      for (int k = 0; k <= most_seen; ++k) {
        in_context[k] += other.in_context[k], global[k] += other.global[k];
        tokens[k] += other.tokens[k];
      }
    }
    void add(int seen, const double* p, int own, int likeliest) {
      in_context[seen] += p[own], global[seen] += p[likeliest], ++tokens[seen];
    }
  };
  /// Of one sequence: a model's, and those of who knows the world.
  struct of_sequence {
    std::array<sums, places> model, bayes, world;
  };

  batch_type batch(const char* name, std::uint64_t seed, std::uint64_t first, int count, int length) const {
    return {{seed, stream(name), 0}, first, count, 1, {length, 1}};
  }

  template <class Named> void train(program::run_context& context, std::uint64_t seed, int number) {
    using pipeline = krait::train::pipeline<typename Named::model, objective::cross_entropy, shard, Optimizer>;
    program::legs& legs = context.legs;
    const std::string leg = fmt::format("{}-seed{}", Named::name, seed);
    if (legs.finished(leg)) {
      context.shown.stage(leg, steps_, steps_);
      return;
    }
    krait::train::trainer<backend::cpu, pipeline> model(seed, context.threads);
    const long done = legs.begin(leg, model);
    context.shown.stage(fmt::format("{:<24} seed {}/{}", Named::name, number + 1, asked_.seeds), steps_, done);
    const training_loop loop{.steps = steps_,
                             .look_every = std::max(1L, steps_ / C.looks),
                             .keep_every = C.keep_every,
                             .units = static_cast<long>(batch_) * C.trained};
    loop.run(
        context, leg, model, done, {{"model", Named::name}}, seed,
        [&](long step) {
          return batch("training sequences", seed,
                       static_cast<std::uint64_t>(step) * static_cast<std::uint64_t>(batch_), batch_, C.trained);
        },
        [&](long step) { return lr_ * Schedule::factor(step, steps_); },
        [&](long step, bool last) { evaluate<Named>(legs, leg, model, seed, step, last); });
  }

  template <class Named, class Trainer>
  void evaluate(program::legs& legs, const std::string& leg, Trainer& model, std::uint64_t seed, long step,
                bool last) const {
    const typename Task::world known(seed);
    const batch_type tests = batch("test sequences", seed, 0, tests_, Task::tokens);
    std::vector<of_sequence> each(static_cast<std::size_t>(tests_));
    model.outputs(tests, [&](int i, auto out, const shard& in) {
      each[static_cast<std::size_t>(i)] =
          compare(known, typename Task::triggers(tests.from, static_cast<std::uint64_t>(i)), in, out);
    });
    of_sequence all;
    for (const of_sequence& one : each)
      for (std::size_t p = 0; p < places; ++p)
        all.model[p] += one.model[p], all.bayes[p] += one.bayes[p], all.world[p] += one.world[p];
    const auto tell = [&](std::string_view name, const std::array<sums, places>& of, long when) {
      for (int p = 0; p < places; ++p) {
        const sums& here = of[static_cast<std::size_t>(p)];
        legs.add(leg, {{"model", name}, {"place", p + 1}}, seed, when, "gap",
                 here.gap / (static_cast<double>(tests_) * C.trained));
        for (int k = 0; k <= most_seen; ++k) {
          const studies::labels at = {{"model", name}, {"place", p + 1}, {"seen", k}};
          const auto tokens = static_cast<double>(here.tokens[k]);
          if (name == bayes) legs.add(leg, at, seed, when, "tokens", tokens);
          if (tokens == 0) continue;
          legs.add(leg, at, seed, when, "in_context", here.in_context[k] / tokens);
          legs.add(leg, at, seed, when, "global", here.global[k] / tokens);
        }
      }
    };
    tell(Named::name, all.model, step);
    if (last && Named::name == Models::names[0])  // the same sequences for every model
      tell(bayes, all.bayes, 0), tell(world_alone, all.world, 0);
  }

  template <class Out>
  static of_sequence compare(const typename Task::world& known, const typename Task::triggers& own, const shard& in,
                             const Out& out) {
    of_sequence of;
    typename Task::bayes weighs(known);
    for (int t = 0; t < in.of.length; ++t) {
      double m[vocabulary], p[vocabulary], q[vocabulary], greatest = out[t][0], total = 0;
      weighs.see(in.id[t]);
      weighs.predict(p);
      Task::without_context(known, in.id[t], q);
      for (int v = 0; v < vocabulary; ++v) greatest = std::max<double>(greatest, out[t][v]);
      for (int v = 0; v < vocabulary; ++v) total += m[v] = std::exp(out[t][v] - greatest);
      for (double& one : m) one /= total;
      const auto place = static_cast<std::size_t>(t / C.trained);
      const int next = in.target[t], trigger = in.id[t];
      of.model[place].gap += std::log(p[next]) - std::log(m[next]);
      of.world[place].gap += std::log(p[next]) - std::log(q[next]);
      const int output = own.output[trigger], likeliest = known.likeliest[trigger];
      if (!own.is[trigger] || output == likeliest) continue;
      const int seen = std::min(most_seen, weighs.followed(output));
      of.model[place].add(seen, m, output, likeliest);
      of.bayes[place].add(seen, p, output, likeliest);
      of.world[place].add(seen, q, output, likeliest);
    }
    return of;
  }

  const program::options& asked_;
  long steps_;
  int tests_, batch_;
  double lr_;
};

}  // namespace krait::experiment
