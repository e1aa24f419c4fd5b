// krait/experiment/linear_systems.hpp: models trained to predict sequences of linear-Gaussian systems that they have
// not met, and how far they are from the Kalman predictor, which knows each system. After arXiv:2602.17744.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <initializer_list>
#include <krait/experiment/fits.hpp>
#include <krait/experiment/model_facts.hpp>
#include <krait/experiment/policies.hpp>
#include <krait/experiment/training_loop.hpp>
#include <krait/objective/squared_error.hpp>
#include <krait/run/with_backend.hpp>
#include <krait/study/plain.hpp>
#include <krait/task/baseline/autoregression.hpp>
#include <krait/task/baseline/kalman.hpp>
#include <krait/task/linear_gaussian.hpp>
#include <krait/train/cpu.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::experiment {

struct linear_systems_config {
  int length = 64;  // predictions a sequence, a whole number of `together`
  int window = 1;   // numbers that a token holds: the last one, the one before, ...; 0 before the beginning
  long steps = 10'000;
  int batch = 32;         // fresh sequences a step, each of a system of its own
  int tests = 256;        // fresh sequences of every look
  int looks = 20;         // evaluations of a training
  long keep_every = 100;  // steps between two points of the training curve, each the mean since the last
  int together = 8;       // predictions whose risks are told as one
};

/// Families of systems, of one output each; a training each.
template <task::linear_gaussian_config... C> struct systems {};

namespace detail {
/// Sequences of systems whose family is known at run time, so that a model compiles once: y_1, y_2, .. in, each with
/// those before it, y_2, y_3, .. to be put out.
template <int Length, int Window, class Families> struct system_batch;
template <int Length, int Window, task::linear_gaussian_config... C>
struct system_batch<Length, Window, systems<C...>> {
  template <int Count> using shard = vector_shard<capacity{Count, Length}, Window, 1>;
  draw from;
  std::uint64_t first;
  int count, family;

  int shards() const { return count; }
  double weight() const { return static_cast<double>(count) * Length; }
  /// Sequence number i: y_1 .. y_(Length + 1), and its system.
  task::state_space_system sample(int i, double* y) const {
    task::state_space_system of;
    int k = 0;
    ((k++ == family
          ? void(of = task::linear_gaussian<C>::sample(from, first + static_cast<std::uint64_t>(i), Length + 1, y))
          : void()),
     ...);
    return of;
  }
  template <class Shard> void fill(int i, Shard& to) const {
    double y[Length + 1];
    sample(i, y);
    to.of = {1, Length};
    const auto x = to.x.of(to.of);
    const auto target = to.target_rows.of(to.of);
    for (int t = 0; t < Length; ++t) {
      for (int k = 0; k < Window; ++k) x[t][k] = k > t ? 0 : static_cast<float>(y[t - k]);
      target[t][0] = static_cast<float>(y[t + 1]);
      to.weight[t] = 1;
    }
  }
};
constexpr bool families_differ(std::initializer_list<task::linear_gaussian_config> all) {
  for (const auto& a : all)
    for (const auto& b : all)
      if (&a != &b && a.states == b.states && (a.persistence > 0) == (b.persistence > 0)) return false;
  return true;
}
}  // namespace detail

/// Models: of vectors, the window in and one number out. Labels: model (models, then least squares, an autoregression
/// that is fitted to the sequence so far, and zero; the models are its group "trained"), states (of the system, without
/// those of its noise), noise (of the measurement: white, or persistent), seen (numbers before the prediction; the
/// greatest of those whose risks are told together). Quantities, at every look:
///   excess  mean squared distance from the Kalman predictor's mean, over the mean of that predictor's own squared
///           error: for its risk is the least, and every other's is that and the distance
///   loss    of training batches, a mean since the last point
template <class Models, class Families, class Optimizer, class Schedule, linear_systems_config C,
          class Page = studies::plain>
requires(all_fit<takes::models<Models>, takes::optimizer<Optimizer>, takes::schedule<Schedule>, takes::page<Page>,
                 takes::whole_models<Models>>()) class linear_systems;

template <class Models, task::linear_gaussian_config... Family, class Optimizer, class Schedule,
          linear_systems_config C, class Page>
class linear_systems<Models, systems<Family...>, Optimizer, Schedule, C, Page> {
  static_assert(sizeof...(Family) > 0, "linear_systems: a study needs one family of systems at least");
  static_assert(((Family.outputs == 1) && ...), "linear_systems: systems have one output here");
  static_assert(C.window >= 1, "linear_systems: a token holds one number at least");
  static_assert(C.together > 0 && C.length % C.together == 0,
                "linear_systems: the length must be a whole number of predictions told together");
  static constexpr task::linear_gaussian_config families[] = {Family...};
  static bool persists(int family) { return families[family].persistence > 0; }
  static_assert(detail::families_differ({Family...}),
                "linear_systems: families differ in their states, or in whether their noise persists");
  using batch_type = detail::system_batch<C.length, C.window, systems<Family...>>;
  using shard = typename batch_type::template shard<1>;
  static constexpr int parts = C.length / C.together;
  static_assert([] {
    Models::for_each([]<class Named>(std::type_identity<Named>) { static_assert(fits<Named, shard>::value); });
    return true;
  }());

 public:
  using page = Page;
  static constexpr const char* unit = "numbers";
  static constexpr int seeds = 5, order = 4;
  static constexpr const char *least_squares = "least squares", *zero = "zero";
  static constexpr program::setting_option settings[2] = {program::learning_rate, program::batch_size};

  explicit linear_systems(program::options& o)
      : asked_(o),
        steps_(o.steps > 0 ? o.steps
               : o.quick   ? 4
                           : C.steps),
        tests_(o.quick ? 8 : C.tests),
        batch_(o.setting_or(program::batch_size, C.batch)),
        lr_(o.setting_or(program::learning_rate, static_cast<double>(Optimizer::lr))) {
    if (o.quick) o.seeds = std::min(o.seeds, 1);
  }

  long steps() const {
    return asked_.seeds * static_cast<long>(Models::size) * static_cast<long>(sizeof...(Family)) * steps_;
  }

  void describe(studies::record& to) const {
    declare_models<Models>(to, {least_squares, zero});
    std::vector<int> states, seen;
    std::vector<std::string> noises;
    for (int f = 0; f < static_cast<int>(sizeof...(Family)); ++f) {
      if (std::ranges::find(states, families[f].states) == states.end()) states.push_back(families[f].states);
      if (std::ranges::find(noises, noise(f)) == noises.end()) noises.push_back(noise(f));
    }
    for (int i = 1; i <= parts; ++i) seen.push_back(i * C.together);
    to.declare_levels("states", states);
    to.declare_label("noise", noises);
    to.declare_levels("seen", seen);
    to.declare("excess", {"model", "states", "noise", "seen"});
    to.declare("loss", {"model", "states", "noise"});
    to.fact("predictions a sequence", std::int64_t{C.length});
    to.fact("numbers a token", std::int64_t{C.window});
    to.fact("numbers that least squares goes back", std::int64_t{order});
    for (int f = 0; f < static_cast<int>(sizeof...(Family)); ++f) {
      const auto& c = families[f];
      to.fact(fmt::format("systems of {} states, {} noise", c.states, noise(f)),
              fmt::format("radius {:g}, process {:g}, measurement {:g}, correlation {:g}, persistence {:g}", c.radius,
                          c.process, c.measurement, c.correlation, c.persistence));
    }
    to.fact("steps", std::int64_t{steps_});
    to.fact("sequences a step", std::int64_t{batch_});
    to.fact("test sequences", std::int64_t{tests_});
    describe_trainings<Models, Optimizer, Schedule>(to, lr_);
  }

  void measure(program::run_context& context) {
    for (int i = 0; i < asked_.seeds; ++i)
      for (int f = 0; f < static_cast<int>(sizeof...(Family)); ++f) {
        const std::uint64_t seed = asked_.seed + static_cast<std::uint64_t>(i);
        known of;
        Models::for_each([&]<class Named>(std::type_identity<Named>) { train<Named>(context, seed, i, f, of); });
      }
  }

 private:
  /// Of every prediction of the test sequences, (tests, length).
  struct known {
    std::vector<double> y, kalman;
    double risk[parts] = {};  // of the Kalman predictor, summed over a part
  };

  static std::string noise(int family) { return persists(family) ? "persistent" : "white"; }
  batch_type batch(const char* name, std::uint64_t seed, int family, std::uint64_t first, int count) const {
    return {{seed, stream(name), 0}, first, count, family};
  }

  template <class Named>
  void train(program::run_context& context, std::uint64_t seed, int number, int family, known& of) {
    using pipeline = krait::train::pipeline<typename Named::model, objective::squared_error, shard, Optimizer>;
    program::legs& legs = context.legs;
    const std::string kind = fmt::format("states{}-{}", families[family].states, noise(family)),
                      leg = fmt::format("{}-{}-seed{}", Named::name, kind, seed);
    if (legs.finished(leg)) {
      context.shown.stage(leg, steps_, steps_);
      return;
    }
    krait::train::trainer<backend::cpu, pipeline> model(seed, context.threads);
    const long done = legs.begin(leg, model);
    context.shown.stage(fmt::format("{:<18} {:<18} seed {}/{}", Named::name, kind, number + 1, asked_.seeds), steps_,
                        done);
    const training_loop loop{.steps = steps_,
                             .look_every = std::max(1L, steps_ / C.looks),
                             .keep_every = C.keep_every,
                             .units = static_cast<long>(batch_) * C.length};
    loop.run(
        context, leg, model, done, at(Named::name, family), seed,
        [&](long step) {
          return batch("training sequences", seed, family,
                       static_cast<std::uint64_t>(step) * static_cast<std::uint64_t>(batch_), batch_);
        },
        [&](long step) { return lr_ * Schedule::factor(step, steps_); },
        [&](long step, bool last) {
          if (of.y.empty()) of = know(seed, family);
          evaluate(legs, leg, model, Named::name, seed, family, step, of);
          if (last && Named::name == Models::names[0]) tell_others(legs, leg, seed, family, of);
        });
  }
  studies::labels at(std::string_view model, int family) const {
    return {{"model", model}, {"states", families[family].states}, {"noise", noise(family)}};
  }

  known know(std::uint64_t seed, int family) const {
    const batch_type tests = batch("test sequences", seed, family, 0, tests_);
    known of;
    for (int s = 0; s < tests_; ++s) {
      double y[C.length + 1];
      task::baseline::kalman predictor(tests.sample(s, y));
      of.y.push_back(y[0]);
      for (int t = 0; t < C.length; ++t) {
        predictor.observe(Eigen::VectorXd::Constant(1, y[t]));
        of.y.push_back(y[t + 1]);
        of.kalman.push_back(predictor.mean()(0));
        of.risk[t / C.together] += predictor.covariance()(0, 0);
      }
    }
    return of;
  }
  /// told(sequence, t): the answer for y_(t+1) of the numbers up to t, from 0 on.
  template <class Told>
  void tell(program::legs& legs, const std::string& leg, std::string_view model, std::uint64_t seed, int family,
            long step, const known& of, Told&& told) const {
    double distance[parts] = {};
    for (int s = 0; s < tests_; ++s)
      for (int t = 0; t < C.length; ++t) {
        const double off = told(s, t) - of.kalman[static_cast<std::size_t>(s * C.length + t)];
        distance[t / C.together] += off * off;
      }
    for (int p = 0; p < parts; ++p) {
      studies::labels here = at(model, family);
      here.push_back({"seen", (p + 1) * C.together});
      legs.add(leg, here, seed, step, "excess", distance[p] / of.risk[p]);
    }
  }
  template <class Trainer>
  void evaluate(program::legs& legs, const std::string& leg, Trainer& model, std::string_view name, std::uint64_t seed,
                int family, long step, const known& of) const {
    std::vector<double> answers(static_cast<std::size_t>(tests_ * C.length));
    model.outputs(batch("test sequences", seed, family, 0, tests_), [&](int i, auto out, const shard& in) {
      for (int t = 0; t < in.of.length; ++t) answers[static_cast<std::size_t>(i * C.length + t)] = out[t][0];
    });
    tell(legs, leg, name, seed, family, step, of,
         [&](int s, int t) { return answers[static_cast<std::size_t>(s * C.length + t)]; });
  }
  void tell_others(program::legs& legs, const std::string& leg, std::uint64_t seed, int family, const known& of) const {
    tell(legs, leg, zero, seed, family, 0, of, [](int, int) { return 0.; });
    task::baseline::autoregression<order> fits;
    tell(legs, leg, least_squares, seed, family, 0, of, [&](int s, int t) {
      if (t == 0) fits = task::baseline::autoregression<order>();
      fits.observe(of.y[static_cast<std::size_t>(s * (C.length + 1) + t)]);
      return fits.mean();
    });
  }

  const program::options& asked_;
  long steps_;
  int tests_, batch_;
  double lr_;
};

}  // namespace krait::experiment
