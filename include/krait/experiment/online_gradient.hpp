// krait/experiment/online_gradient.hpp: does one trained S6 layer become online gradient descent? Its loss beside the
// closed form for many lengths of prompts and numbers of states, its weights, and what its state says of w along a
// prompt. arXiv:2509.23779, tables 2 to 5 and figures 1 and 2.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <krait/experiment/online_gradient_learner.hpp>
#include <krait/experiment/online_gradient_s4.hpp>
#include <krait/run/run.hpp>
#include <krait/study/plain.hpp>
#include <numeric>
#include <string>
#include <vector>

namespace krait::experiment {

struct online_gradient_config {
  int dimensions = 4, states = 80;                               // d and d_h of the curve
  std::array<int, 8> lengths = {4, 10, 20, 30, 40, 50, 60, 80};  // N of the curve
  int watched = 50;  // N of the heat map and of the cosine, one of the lengths
  std::array<int, 8> widths = {6, 8, 10, 12, 14, 16, 18, 20};  // d_h of table 5
  int width_length = 30;                                       // its N, and that of the learnt step
  int wide = 20;                                               // d of table 3
  std::array<int, 5> wide_lengths = {4, 8, 12, 16, 20};
  int test_prompts = 20'000;
  // Guessed: the work gives neither learning rates nor numbers of steps.
  online_gradient_training fresh = {.rate = .5, .steps = 1000, .prompts = 300};
  online_gradient_training one_set = {.rate = .5, .steps = 1000, .prompts = 3000, .fresh = false};
  online_gradient_training narrow = {.rate = .5, .steps = 5000, .prompts = 3000, .fresh = false};
  online_gradient_training of_wide = {.rate = 2.5, .steps = 3000, .prompts = 300};
  online_gradient_training learnt_step = {.rate = .05, .steps = 8000, .prompts = 100, .step_norm = .8883};
  online_gradient_s4_config s4 = {};
};

/// Labels: model (S6: on fresh prompts; S6, one set: on the published 3,000; S4), d, examples (N), states (d_h), when
/// (before or after training), query and token (coordinates of either), state (S6's, online gradient descent's),
/// position (examples seen). Quantities:
///   loss        of fresh prompts, E (answer - y_q)^2 / 2
///   off         (loss - exact curve) / standard error of the loss over its test prompts
///   excess      (loss - loss of the theory's exact weights on the same prompts) / that, in shares of 1
///   loss_of_states, off_of_states, excess_of_states     the same at one N against d_h, trained on the published 3,000
///   product     (W_C[:, :d] | b_C)^T (W_B | b_B);  diagonal, rest   its mean diagonal entry over beta, and the root
///   mean
///               square of all its other entries over beta
///   cosine      of w with what the state says of it;  distance  of that to online gradient descent's, relative
///   step_norm   |w_D| over the training where the step is learnt;  learnt_step_excess  its excess at the end
template <online_gradient_config C = online_gradient_config{}, class Page = studies::plain> class online_gradient {
  static_assert(C.dimensions >= 1 && C.wide >= 1, "online_gradient: the dimensions d of x must be at least 1");
  static_assert(std::ranges::min(C.lengths) >= 1 && std::ranges::min(C.wide_lengths) >= 1 && C.width_length >= 1,
                "online_gradient: a prompt has at least 1 example");
  static_assert(std::max(std::ranges::max(C.lengths), std::ranges::max(C.wide_lengths)) <=
                    task::query_regression<C.dimensions>::most_examples,
                "online_gradient: a prompt has at most 255 examples");
  static_assert(C.states >= C.dimensions && std::ranges::min(C.widths) >= 1,
                "online_gradient: the states d_h must be at least 1, and at least d on the curve");
  static_assert(std::ranges::find(C.lengths, C.watched) != C.lengths.end(),
                "online_gradient: the prompts that are watched have one of the lengths of the curve");

 public:
  using page = Page;
  static constexpr const char* unit = "prompts";
  static constexpr int seeds = 5;

  explicit online_gradient(const program::options& o) : asked_(o), test_prompts_(o.quick ? 500 : C.test_prompts) {}

  long steps() const {
    return asked_.seeds * static_cast<long>(3 * C.lengths.size() + C.widths.size() + C.wide_lengths.size() + 1);
  }

  void describe(studies::record& to) const {
    to.declare_label("model", {s6, one_set, s4});
    to.declare_levels("d", std::array{C.dimensions, C.wide});
    std::vector<int> examples(C.lengths.begin(), C.lengths.end());
    examples.insert(examples.end(), C.wide_lengths.begin(), C.wide_lengths.end());
    std::ranges::sort(examples);
    examples.erase(std::unique(examples.begin(), examples.end()), examples.end());
    to.declare_levels("examples", examples);
    group(to, "of the curve", C.lengths), group(to, "of the wide curve", C.wide_lengths);
    to.declare_levels("states", C.widths);
    to.declare_label("when", {"before", "after"});
    std::vector<std::string> coordinates;
    for (int c = 1; c <= C.dimensions; ++c) coordinates.push_back(fmt::format("x{}", c));
    coordinates.emplace_back("bias");
    to.declare_label("query", coordinates);
    coordinates.insert(coordinates.end() - 1, "y");
    to.declare_label("token", coordinates);
    to.declare_label("state", {"S6", "online gradient descent"});
    std::vector<int> positions(C.watched);
    std::iota(positions.begin(), positions.end(), 1);
    to.declare_levels("position", positions);
    for (const char* of_curve : {"loss", "off", "excess"}) to.declare(of_curve, {"model", "d", "examples"});
    for (const char* of_width : {"loss_of_states", "off_of_states", "excess_of_states"})
      to.declare(of_width, {"states"});
    to.declare("product", {"when", "query", "token"});
    to.declare("diagonal", {"when"}), to.declare("rest", {"when"});
    to.declare("cosine", {"state", "position"}), to.declare("distance", {"position"});
    to.declare("step_norm", {}), to.declare("learnt_step_excess", {});

    const auto exact = [&](int d, int N) {
      const theory::online_gradient theory(d, N);
      const auto tell = [&](const char* model, double value) {
        to.publish("loss", {{"model", model}, {"d", d}, {"examples", N}}, value, "closed form, arXiv:2509.23779");
      };
      tell("exact curve", theory.loss()), tell("bound", theory.bound());
      tell("linear attention, best", theory.linear_attention());
    };
    for (const int N : C.lengths) exact(C.dimensions, N);
    for (const int N : C.wide_lengths) exact(C.wide, N);
    to.fact("d of the curve", std::int64_t{C.dimensions});
    to.fact("states d_h of the curve", std::int64_t{C.states});
    to.fact("N of the heat map and the cosine", std::int64_t{C.watched});
    to.fact("N where d_h varies, and where the step is learnt", std::int64_t{C.width_length});
    to.fact("d of the wide curve", std::int64_t{C.wide});
    to.fact("test prompts", std::int64_t{test_prompts_});
    tell(to, "S6", C.fresh), tell(to, "S6, one set", C.one_set), tell(to, "S6 of few states", C.narrow);
    tell(to, "S6, wide", C.of_wide), tell(to, "S6, step learnt", C.learnt_step);
    to.fact("S4: AdamW's rate, steps and prompts a step",
            fmt::format("{:g}, {}, {}", C.s4.rate, shortened(C.s4.steps), C.s4.prompts));
  }

  void measure(program::run_context& context) {
    std::vector<program::small_run> runs;
    for (int i = 0; i < asked_.seeds; ++i) {
      const std::uint64_t seed = asked_.seed + static_cast<std::uint64_t>(i);
      for (const int N : C.wide_lengths) add_curve<C.wide>(runs, seed, s6, N, C.of_wide);  // the longest first
      add_learnt_step(runs, seed);
      for (const int states : C.widths) add_width(runs, seed, states);
      for (const int N : C.lengths) {
        add_curve<C.dimensions>(runs, seed, s6, N, C.fresh);
        add_curve<C.dimensions>(runs, seed, one_set, N, C.one_set);
        add_s4(runs, seed, N);
      }
    }
    context.legs.run(runs, context.threads, context.shown);
  }

 private:
  static constexpr const char *s6 = "S6", *one_set = "S6, one set", *s4 = "S4";
  using found_type = std::vector<studies::measurement>;
  static draw test(std::uint64_t seed) { return {seed, stream("online gradient test prompts"), 0}; }

  template <class Range> static void group(studies::record& to, const char* name, const Range& lengths) {
    std::vector<std::string> levels;
    for (const int N : lengths) levels.push_back(studies::level(N));
    to.declare_group("examples", name, levels);
  }
  static void tell(studies::record& to, const char* model, const online_gradient_training& t) {
    to.fact(fmt::format("{}: learning rate times d^2 d_h (guessed)", model), t.rate);
    to.fact(fmt::format("{}: steps (guessed)", model), std::int64_t{t.steps});
    to.fact(fmt::format("{}: {}", model, t.fresh ? "fresh prompts a step (guessed)" : "training prompts"),
            std::int64_t{t.prompts});
  }
  long shortened(long steps) const {
    return asked_.steps > 0 ? asked_.steps : asked_.quick ? std::min(20L, steps) : steps;
  }
  online_gradient_training asked_for(online_gradient_training t) const {
    t.steps = shortened(t.steps);
    return t;
  }

  template <class Learner>
  void add(std::vector<program::small_run>& runs, std::string leg, const online_gradient_training& t,
           std::function<void(found_type&)> measure) const {
    runs.push_back({std::move(leg), t.steps * t.prompts, std::move(measure), {Learner::parameters, Learner::bytes}});
  }

  template <int D>
  void add_curve(std::vector<program::small_run>& runs, std::uint64_t seed, const char* model, int N,
                 const online_gradient_training& how) const {
    using learner = online_gradient_learner<model::one_layer_s6<D, C.states>>;
    const online_gradient_training t = asked_for(how);
    const bool watched = D == C.dimensions && N == C.watched && t.fresh;
    add<learner>(
        runs, fmt::format("{}-d{}-n{}-seed{}", model, D, N, seed), t, [=, prompts = test_prompts_](found_type& found) {
          learner layer(seed, N, C.states, t);
          if (watched) tell_product(layer, seed, "before", found);
          for (long s = 0; s < t.steps; ++s) layer.step();
          tell_errors({"loss", "off", "excess"}, {{"model", model}, {"d", D}, {"examples", N}}, layer, seed, prompts,
                      found);
          if (!watched) return;
          tell_product(layer, seed, "after", found);
          const auto courses = layer.along_prompts(test(seed), std::min(prompts, 2000));
          for (int l = 0; l < N; ++l) {
            const auto at = static_cast<std::size_t>(l);
            const studies::label position("position", l + 1);
            found.push_back({{{"state", "S6"}, position}, seed, 0, "cosine", courses.layer[at]});
            found.push_back({{{"state", "online gradient descent"}, position}, seed, 0, "cosine", courses.descent[at]});
            found.push_back({{position}, seed, 0, "distance", courses.distance[at]});
          }
        });
  }
  void add_width(std::vector<program::small_run>& runs, std::uint64_t seed, int states) const {
    using learner = online_gradient_learner<model::one_layer_s6<C.dimensions, std::ranges::max(C.widths)>>;
    const online_gradient_training t = asked_for(C.narrow);
    add<learner>(runs, fmt::format("states{}-seed{}", states, seed), t,
                 [=, prompts = test_prompts_](found_type& found) {
                   learner layer(seed, C.width_length, states, t);
                   for (long s = 0; s < t.steps; ++s) layer.step();
                   tell_errors({"loss_of_states", "off_of_states", "excess_of_states"}, {{"states", states}}, layer,
                               seed, prompts, found);
                 });
  }
  void add_learnt_step(std::vector<program::small_run>& runs, std::uint64_t seed) const {
    using learner = online_gradient_learner<model::one_layer_s6<C.dimensions, C.states>>;
    const online_gradient_training t = asked_for(C.learnt_step);
    add<learner>(runs, fmt::format("step-seed{}", seed), t, [=, prompts = test_prompts_](found_type& found) {
      learner layer(seed, C.width_length, C.states, t);
      for (long s = 0; s < t.steps; ++s) {
        if (s * 20 % t.steps < 20) found.push_back({{}, seed, s, "step_norm", layer.step_norm()});
        layer.step();
      }
      found.push_back({{}, seed, t.steps, "step_norm", layer.step_norm()});
      const auto e = layer.evaluate(test(seed), prompts);
      found.push_back({{}, seed, 0, "learnt_step_excess", e.loss / e.exact - 1});
    });
  }
  void add_s4(std::vector<program::small_run>& runs, std::uint64_t seed, int N) const {
    const long steps = shortened(C.s4.steps);
    runs.push_back({fmt::format("S4-n{}-seed{}", N, seed),
                    steps * C.s4.prompts,
                    [=, prompts = test_prompts_](found_type& found) {
                      found.push_back({{{"model", s4}, {"d", C.dimensions}, {"examples", N}},
                                       seed,
                                       0,
                                       "loss",
                                       s4_loss<C.dimensions, std::ranges::max(C.lengths), C.s4>(seed, N, steps,
                                                                                                test(seed), prompts)});
                    },
                    {}});
  }

  template <class Learner>
  static void tell_errors(const std::array<const char*, 3>& names, const studies::labels& at, Learner& layer,
                          std::uint64_t seed, int prompts, found_type& found) {
    const auto e = layer.evaluate(test(seed), prompts);
    found.push_back({at, seed, 0, names[0], e.loss});
    found.push_back({at, seed, 0, names[1], (e.loss - layer.theory().loss()) / e.standard_error});
    found.push_back({at, seed, 0, names[2], e.loss / e.exact - 1});
  }
  template <class Learner>
  static void tell_product(const Learner& layer, std::uint64_t seed, const char* when, found_type& found) {
    const auto product = layer.products();
    const auto d = static_cast<std::size_t>(C.dimensions);
    const double beta = layer.theory().beta();
    double diagonal = 0, squares = 0;
    for (std::size_t r = 0; r <= d; ++r)
      for (std::size_t c = 0; c <= d + 1; ++c) {
        const auto name = [&](std::size_t k, std::size_t bias) {
          return k == bias ? std::string("bias") : k == d ? std::string("y") : fmt::format("x{}", k + 1);
        };
        found.push_back(
            {{{"when", when}, {"query", name(r, d)}, {"token", name(c, d + 1)}}, seed, 0, "product", product[r][c]});
        if (r == c && r < d)
          diagonal += product[r][c];
        else
          squares += product[r][c] * product[r][c];
      }
    const auto others = static_cast<double>((d + 1) * (d + 2) - d);
    found.push_back({{{"when", when}}, seed, 0, "diagonal", diagonal / static_cast<double>(d) / beta});
    found.push_back({{{"when", when}}, seed, 0, "rest", std::sqrt(squares / others) / beta});
  }

  program::options asked_;
  int test_prompts_;
};

}  // namespace krait::experiment
