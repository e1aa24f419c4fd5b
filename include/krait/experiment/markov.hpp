// krait/experiment/markov.hpp: models trained on Markov chains, and how far their predictions are from those of who
// knows the chain and of who counts. Bondaschi et al. (arXiv:2502.10178).
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/core/shard.hpp>
#include <krait/experiment/model_facts.hpp>
#include <krait/experiment/policies.hpp>
#include <krait/experiment/training_loop.hpp>
#include <krait/objective/cross_entropy.hpp>
#include <krait/run/legs.hpp>
#include <krait/run/run.hpp>
#include <krait/run/with_backend.hpp>
#include <krait/study/plain.hpp>
#include <krait/task/markov.hpp>
#include <krait/train/cpu.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

struct markov_study_config {
  task::markov_config chain = {};  // its order is that of each training
  long steps = 10'000;
  int batch = 64;         // fresh sequences a step
  int tests = 640;        // fresh sequences of every look
  int looks = 10;         // evaluations of a training
  long keep_every = 100;  // steps between two points of the training curve, each the mean since the last
};

/// Orders of chains; a training each.
template <int... Order> using markov_orders = std::integer_sequence<int, Order...>;

namespace detail {
template <task::markov_config Base, int Order>
inline constexpr task::markov_config markov_of_order = [] {
  auto c = Base;
  c.order = Order;
  return c;
}();

/// Sequences of chains whose order is known at run time, so that a model compiles once.
template <task::markov_config Base, class Orders> struct markov_batch;
template <task::markov_config Base, int... Order> struct markov_batch<Base, markov_orders<Order...>> {
  template <int K> using task_of = task::markov<markov_of_order<Base, K>>;
  template <int Count> using shard = text_shard<capacity{Count, Base.length}>;
  draw from;
  std::uint64_t first;
  int count, per_shard, order;

  int shards() const { return (count + per_shard - 1) / per_shard; }
  double weight() const { return static_cast<double>(count) * Base.length; }
  /// f.template operator()<Task>() for the task of an order.
  template <class F> static void with_task(int order, F&& f) {
    ((order == Order ? f.template operator()<task_of<Order>>() : void()), ...);
  }
  template <class Shard> void fill(int i, Shard& to) const {
    to.of = {std::min(per_shard, count - i * per_shard), Base.length};
    with_task(order, [&]<class Task>() {
      for (int s = 0; s < to.of.count; ++s)
        Task::write(from, number(i, s), {}, to.id + s * Base.length, to.target + s * Base.length,
                    to.weight + s * Base.length);
    });
  }
  std::uint64_t number(int shard, int s) const {
    return first + static_cast<std::uint64_t>(shard) * static_cast<std::uint64_t>(per_shard) +
           static_cast<std::uint64_t>(s);
  }
};
}  // namespace detail

/// Models: of tokens, whose vocabulary is the chain's. Labels: model (models, then add-one; the models are its group
/// "trained"), order. Quantities, the first three at every look, over the positions of fresh sequences (nats):
///   gap       cross-entropy, less that of who knows the chain; of add-one its redundancy on the same sequences
///   distance  from the probabilities of add-one: absolute differences, summed over the symbols
///   loss      of training batches, a mean since the last point
template <class Models, class Orders, class Optimizer, class Schedule, markov_study_config C,
          class Page = studies::plain>
requires(all_fit<takes::models<Models>, takes::optimizer<Optimizer>, takes::schedule<Schedule>, takes::page<Page>,
                 takes::whole_models<Models>>()) class markov;

template <class Models, int... Order, class Optimizer, class Schedule, markov_study_config C, class Page>
class markov<Models, markov_orders<Order...>, Optimizer, Schedule, C, Page> {
  static_assert(sizeof...(Order) > 0, "markov: a study needs one order at least: markov_orders<1>");
  using batch_type = detail::markov_batch<C.chain, markov_orders<Order...>>;
  using shard = typename batch_type::template shard<1>;
  static constexpr int vocabulary = task::markov<C.chain>::vocabulary;
  static_assert(
      [] {
        bool all = true;
        Models::for_each([&]<class Named>(std::type_identity<Named>) { all = all && Named::model::out == vocabulary; });
        return all;
      }(),
      "markov: the models' vocabulary must be that of the chain, with one more for its switches");

 public:
  using page = Page;
  static constexpr const char* unit = "tokens";
  static constexpr int seeds = 5;
  static constexpr const char* estimator = "add-one";
  static constexpr program::setting_option settings[2] = {{"order", 0, 0, 16, "the only order that is trained; 0: all"},
                                                          {"rate", 1, .001, 1000, "times the learning rate"}};

  explicit markov(program::options& o)
      : asked_(o),
        steps_(o.steps > 0 ? o.steps
               : o.quick   ? 4
                           : C.steps),
        tests_(o.quick ? 8 : C.tests),
        only_(static_cast<int>(std::lround(o.setting(settings[0])))),
        rate_(Optimizer::lr * o.setting(settings[1])) {
    if (only_ != 0 && ((only_ != Order) && ...))
      throw option_error(fmt::format("--set order={}: this study has no chains of that order.", only_));
    if (o.quick) o.seeds = std::min(o.seeds, 1);
  }

  long steps() const {
    return asked_.seeds * static_cast<long>(Models::size) * static_cast<long>(orders().size()) * steps_;
  }
  void describe(studies::record& to) const {
    declare_models<Models>(to, {estimator});
    to.declare_levels("order", orders());
    for (const char* name : {"gap", "distance", "loss"}) to.declare(name, {"model", "order"});
    to.fact("symbols", std::int64_t{C.chain.symbols});
    to.fact("tokens a sequence", std::int64_t{C.chain.length});
    to.fact("probability of a switch", C.chain.switch_probability);
    to.fact("sequences",
            std::string(C.chain.as == variant::as_released ? "end in zeros, as released" : "as described"));
    to.fact("steps", std::int64_t{steps_});
    to.fact("sequences a step", std::int64_t{C.batch});
    to.fact("test sequences", std::int64_t{tests_});
    describe_trainings<Models, Optimizer, Schedule>(to, rate_);
  }
  void measure(program::run_context& context) {
    for (int i = 0; i < asked_.seeds; ++i) {
      const std::uint64_t seed = asked_.seed + static_cast<std::uint64_t>(i);
      for (const int order : orders())
        Models::for_each([&]<class Named>(std::type_identity<Named>) { train<Named>(context, seed, i, order); });
    }
  }

 private:
  std::vector<int> orders() const { return only_ != 0 ? std::vector{only_} : std::vector{Order...}; }
  batch_type batch(const char* name, std::uint64_t seed, int order, std::uint64_t first, int count) const {
    return {{seed, stream(name), 0}, first, count, 1, order};
  }

  template <class Named> void train(program::run_context& context, std::uint64_t seed, int number, int order) {
    using pipeline = train::pipeline<typename Named::model, objective::cross_entropy, shard, Optimizer>;
    program::legs& legs = context.legs;
    const std::string leg = fmt::format("{}-order{}-seed{}", Named::name, order, seed);
    if (legs.finished(leg)) {
      context.shown.stage(leg, steps_, steps_);
      return;
    }
    krait::train::trainer<backend::cpu, pipeline> model(seed, context.threads);
    const long done = legs.begin(leg, model);
    const studies::labels at = {{"model", Named::name}, {"order", order}};
    context.shown.stage(fmt::format("{:<12} order {} seed {}/{}", Named::name, order, number + 1, asked_.seeds), steps_,
                        done);
    const training_loop loop{.steps = steps_,
                             .look_every = std::max(1L, steps_ / C.looks),
                             .keep_every = C.keep_every,
                             .units = static_cast<long>(C.batch) * C.chain.length};
    loop.run(
        context, leg, model, done, at, seed,
        [&](long step) {
          return batch("training chains", seed, order, static_cast<std::uint64_t>(step) * C.batch, C.batch);
        },
        [&](long step) { return rate_ * Schedule::factor(step, steps_); },
        [&](long step, bool last) { evaluate<Named>(legs, leg, model, seed, order, step, last); });
  }

  struct distances {
    double model = 0, counted = 0, between = 0;  // sums over the positions of a sequence
  };
  template <class Named, class Trainer>
  void evaluate(program::legs& legs, const std::string& leg, Trainer& model, std::uint64_t seed, int order, long step,
                bool last) const {
    const batch_type tests = batch("test chains", seed, order, 0, tests_);
    std::vector<distances> of(static_cast<std::size_t>(tests_));
    model.outputs(tests, [&](int i, auto out, const shard& in) {
      batch_type::with_task(order, [&]<class Task>() {
        for (int s = 0; s < in.of.count; ++s)
          of[static_cast<std::size_t>(i + s)] = compare<Task>(tests.from, tests.number(i, s), in, s, out);
      });
    });
    distances all;
    for (const distances& one : of) all.model += one.model, all.counted += one.counted, all.between += one.between;
    const double positions = static_cast<double>(tests_) * C.chain.length;
    const studies::labels at = {{"model", Named::name}, {"order", order}};
    legs.add(leg, at, seed, step, "gap", all.model / positions);
    legs.add(leg, at, seed, step, "distance", all.between / positions);
    if (last && Named::name == Models::names[0])  // the same sequences for every model
      legs.add(leg, {{"model", estimator}, {"order", order}}, seed, 0, "gap", all.counted / positions);
  }
  template <class Task, class Out>
  static distances compare(draw from, std::uint64_t number, const shard& in, int s, const Out& out) {
    distances sum;
    typename Task::oracle known(from, number);
    typename Task::add_beta counted;
    for (int t = s * in.of.length; t < (s + 1) * in.of.length; ++t) {
      double p[vocabulary], q[vocabulary], m[vocabulary], greatest = out[t][0], total = 0;
      known.see(in.id[t]), counted.see(in.id[t]);
      known.predict(p), counted.predict(q);
      for (int v = 0; v < vocabulary; ++v) greatest = std::max<double>(greatest, out[t][v]);
      for (int v = 0; v < vocabulary; ++v) total += m[v] = std::exp(out[t][v] - greatest);
      const int next = in.target[t];
      sum.model += std::log(p[next]) - std::log(m[next] / total);
      sum.counted += std::log(p[next]) - std::log(q[next]);
      for (int v = 0; v < vocabulary; ++v) sum.between += std::abs(m[v] / total - q[v]);
    }
    return sum;
  }

  const program::options& asked_;
  long steps_;
  int tests_, only_;
  double rate_;
};

}  // namespace krait::experiment
