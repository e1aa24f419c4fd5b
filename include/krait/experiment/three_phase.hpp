// krait/experiment/three_phase.hpp: learn clean answers, learn noisy ones, learn clean ones again.
// The protocol of "Can Small Language Models Learn, Unlearn, and Retain Noise Patterns?" (arXiv:2407.00996), section 3.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <krait/core/type_name.hpp>
#include <krait/data/audit.hpp>
#include <krait/data/tokenizer.hpp>
#include <krait/data/with_folder.hpp>
#include <krait/experiment/asking.hpp>
#include <krait/experiment/model_facts.hpp>
#include <krait/experiment/model_kinds.hpp>
#include <krait/experiment/own_tokens.hpp>
#include <krait/experiment/phase_measures.hpp>
#include <krait/experiment/policies.hpp>
#include <krait/experiment/three_phase_learner.hpp>
#include <krait/experiment/tuning.hpp>
#include <krait/run/run.hpp>
#include <krait/run/with_backend.hpp>
#include <krait/study/plain.hpp>
#include <string>
#include <tuple>
#include <vector>

namespace krait::experiment {

/// Each phase begins with a fresh optimiser and schedule; phase 1 is shared by the noises. noise::none as one of them
/// is the control: three clean phases.
///   Models  model::list of model::named language models over the data's tokens (bytes), or of experiment::reads, which
///           read tokens made of the study's own texts (experiment/own_tokens.hpp), or of model::kept_in, whose weights
///           are kept in a precision of their own after the pretraining, or of experiment::tuned, which are taught
///           something more before phase 1 (experiment/tuning.hpp)
///   Data    load(folder) -> question/answer pairs, or stated facts (data/stated_facts.hpp)
///   Noises  noise::list;  Metrics  metric::list, of answers against clean truth at the end of every phase
///   Page    what is told of it: paper::learn_unlearn_retain, or a page of your own
///   Asking  ask_all<>: all pairs are both trained on and asked, for the question is what is kept of what was learnt;
///           ask_held_out<>: what carries over to pairs that are never trained on, asked too (experiment/asking.hpp)
///   Pretraining  pretraining<>: before phase 1 the models read statements of all facts, to a level of what is held out
///           (experiment/pretraining.hpp); its weights are kept for later runs (--pretrained)
///   Measures  phase_measures<>: what else is asked of each model with the weights that its phases have left, as
///           state_probe (experiment/state_probe.hpp)
///
/// Labels: model, noise, phase (1, 2, 3), asked (the set), metric. Quantities, at the steps of all phases together:
/// those of judge.hpp, the loss of the step's batch, in nats a token, and answer tokens, how many an answer with a
/// noise has on average. Of the pretraining, by its own steps: known (exact answers), loss of pretraining, reused (1
/// where the weights are an earlier run's). With model::kept_in: updates lost, the share of the weights that have a
/// moment and are the same to the bit after the step.
/// --set phase_length=2 --set rate=3 --set replay=.5: controls.
template <class Models, class Data, class Noises, class Optimizer, class Schedule, class Metrics,
          three_phase_config C = three_phase_config{}, class Page = studies::plain, class Precision = optim::fp32,
          class Asking = ask_all<>, class Pretraining = no_pretraining, class Measures = phase_measures<>>
requires(all_fit<takes::models<Models>, takes::pairs<Data>, takes::noises<Noises>, takes::optimizer<Optimizer>,
                 takes::schedule<Schedule>, takes::metrics<Metrics>, takes::page<Page>, takes::precision<Precision>,
                 takes::asking<Asking>, takes::whole_models<Models>>()) class three_phase {
  using fact = typename decltype(Data::load(std::filesystem::path()))::value_type;
  static_assert(sizeof(pretraining_fits<Pretraining, fact, Asking>) > 0);
  static_assert(C.evaluate_every > 0 && C.batch > 0 && C.length > 0,
                "three_phase: evaluate_every, batch and length must be positive");
  static_assert(C.longest_answer >= 1, "three_phase: longest_answer is at least 1, or right answers would be cut");
  static_assert(Measures::size == 0 || C.keep_weights,
                "three_phase: measures look at the weights of every phase; leave keep_weights as it is");

 public:
  using page = Page;
  static constexpr const char* unit = "tokens";
  static constexpr bool on_device = Measures::size == 0, from_weights = true, pretrains = Pretraining::any;
  static constexpr program::setting_option settings[6] = {
      {"phase_length", 1, .01, 100, "times the steps of phases 1 to 3"},
      {"rate", 1, .001, 1000, "times the learning rate of phases 1 to 3"},
      {"replay", 0, 0, .9, "share of phase 3's batches that are statements of the pretraining"},
      {"pretraining", 0, 0, 1e9, "greatest steps of the pretraining; 0 takes the study's own", true},
      program::learning_rate,
      program::batch_size};
  // What its learners are made of.
  static constexpr three_phase_config config = C;
  /// Whether models differ in how their weights are kept.
  static constexpr bool counts_updates = [] {
    bool any = false;
    Models::for_each([&]<class Named>(std::type_identity<Named>) { any = any || precise<Named>; });
    return any;
  }();
  static constexpr long look_every = Asking::every > 0 ? Asking::every : C.evaluate_every;
  using data_policy = Data;
  using noises = Noises;
  using schedule = Schedule;
  using metrics = Metrics;
  using asking_policy = Asking;
  using pretraining_policy = Pretraining;
  using measures = Measures;
  using shard = text_shard<capacity{C.per_shard, C.length}>;
  using device_shard = text_shard<capacity{C.batch, C.length}>;
  template <class Model, class P = Precision>
  using pipeline_of = train::pipeline<Model, objective::cross_entropy, shard, Optimizer, P, device_shard>;

  explicit three_phase(program::options& o) : asked_(o), facts_(o), plan_(planned(o)), measures_(Measures::of(plan_)) {
    // What does not fit a model is told now, not after the training.
    Models::for_each([&](auto named) {
      const three_phase_texts<three_phase, typename decltype(named)::type> texts(plan_, o.seed);
      for (auto copy = texts.clean; const auto& text : facts_.statements) copy.read(text);
      if constexpr (tuned_model<typename decltype(named)::type>)
        texts.set_of(tuning_pairs<typename decltype(named)::type>(plan_));
    });
  }

  long steps() const {
    long tuned = 0;
    Models::for_each([&]<class Named>(std::type_identity<Named>) { tuned += tuning_steps<Named>(plan_); });
    return asked_.seeds *
           (tuned + static_cast<long>(Models::size) *
                        (plan_.most + plan_.learn + static_cast<long>(Noises::size) * (plan_.noise + plan_.relearn) +
                         (Measures::size > 0 ? 1 : 0)));
  }

  void describe(studies::record& to) const {
    to.declare_levels("model", Models::names);
    declare_kinds<Models>(to);
    declare_tokens<Models>(to);
    to.declare_levels("noise", Noises::names);
    to.declare_levels("phase", std::vector{1, 2, 3});
    to.declare_levels("metric", Metrics::names);
    to.declare_levels("asked", Asking::sets);
    if constexpr (any_tuned<Models>) declare_tuning<Models>(plan_, to);
    declare_judgements(to);
    std::apply([&](const auto&... each) { (each.describe(to), ...); }, measures_);
    to.declare("loss", {"model", "noise", "phase"});
    if constexpr (counts_updates) to.declare("updates lost", {"model", "noise", "phase"});
    to.declare("answer tokens", {"model", "noise"});
    to.fact("data", data::describe<Data>(asked_.data));
    to.fact("digest of the data", plan_.data.text());
    to.fact("pairs", static_cast<std::int64_t>(plan_.pairs.size()));
    const auto trained_on = std::ranges::count(Asking::set_of(asked_.seed, plan_.pairs.size()), 0);
    if (trained_on == 0)
      throw data_error("The policy " + type_name<Asking>() +
                       " leaves no pair to train on: let it put some of them into its first set.");
    if (Asking::sets.size() > 1) to.fact("pairs trained on", static_cast<std::int64_t>(trained_on));
    to.fact("steps of phase 1", std::int64_t{plan_.learn});
    to.fact("steps of phase 2", std::int64_t{plan_.noise});
    to.fact("steps of phase 3", std::int64_t{plan_.relearn});
    to.fact("an answer is cut at so many times the longest right one", C.longest_answer);
    to.fact("exact answers that phase 1 must reach (%)", 100 * C.learnt);
    for (const auto& sentence : facts_.found.notes()) to.note(sentence);
    Metrics on_truths;
    for (const auto& pair : plan_.pairs) on_truths.add(pair.question, pair.answer, {pair.answer, pair.others});
    for (std::size_t i = 0; i < Metrics::size; ++i)
      if (const long count = on_truths.left_out()[i]; count > 0)
        to.note(fmt::format("{} leaves out {} of {} answers, whose truth has too little to compare.", Metrics::names[i],
                            count, plan_.pairs.size()));
    to.fact("tokenizer", type_name<data::tokenizer_of<Data>>());
    to.fact("pairs a step", std::int64_t{plan_.batch});
    to.fact("learning rate", plan_.lr);
    to.fact("share of statements in phase 3", plan_.replay);
    if constexpr (Pretraining::any) {
      to.declare("known", {"model", "asked"});
      to.declare("loss of pretraining", {"model"});
      to.declare("reused", {"model"});
      to.fact("statements", static_cast<std::int64_t>(facts_.statements.size()));
      to.fact("known before phase 1 (%)", 100 * Pretraining::config.level);
      to.fact("greatest steps of the pretraining", std::int64_t{plan_.most});
      to.fact("pretraining", type_name<Pretraining>());
    }
    to.fact("gradient clipping", Optimizer::clip_norm);
    to.fact("weights", std::string(Precision::name));
    program::describe_first_weights<Models>(asked_, to);
    to.fact("optimiser", type_name<Optimizer>());
    to.fact("schedule", type_name<Schedule>());
    to.fact("noises", type_name<Noises>());
    to.fact("metrics", type_name<Metrics>());
    Models::for_each([&](auto named) {
      using type = typename decltype(named)::type;
      describe_model<type>(to);
      if constexpr (detail::reads_own_tokens<type>)
        to.fact(fmt::format("{}: tokenizer", type::name), type_name<typename type::tokenizer>());
    });
  }

  void measure(program::run_context& context) {
    for (int i = 0; i < asked_.seeds; ++i)
      Models::for_each([&](auto named) {
        program::with_backend(asked_.device, [&]<class Backend>(std::type_identity<Backend>) {
          three_phase_learner<three_phase, Backend, typename decltype(named)::type>(
              context, plan_, measures_, asked_.seed + static_cast<std::uint64_t>(i))();
        });
      });
  }

 private:
  three_phase_plan planned(const program::options& o) const {
    three_phase_plan plan(o, facts_.found.pairs, facts_.statements);
    const auto steps = [&](long own) {
      if (o.steps > 0) return o.steps;
      return o.quick ? 4 : std::max(1L, std::lround(static_cast<double>(own) * o.setting(settings[0])));
    };
    plan.learn = steps(C.learn), plan.noise = steps(C.noise), plan.relearn = steps(C.relearn);
    plan.batch = o.setting_or(program::batch_size, o.quick ? std::min(C.batch, 8) : C.batch);
    if (o.device == program::device_kind::cuda && plan.batch > C.batch)
      throw option_error(
          fmt::format("--set batch={}: on a device at most {} texts a step, for which the program was compiled",
                      plan.batch, C.batch));
    plan.lr = o.setting_or(program::learning_rate, Optimizer::lr) * o.setting(settings[1]),
    plan.replay = o.setting(settings[2]);
    if constexpr (Pretraining::any) {
      plan.most = o.quick ? 4 : Pretraining::config.most;
      if (o.setting(settings[3]) > 0) plan.most = std::lround(o.setting(settings[3]));
    }
    return plan;
  }

  const program::options& asked_;
  three_phase_facts<Data, Noises, Metrics> facts_;
  three_phase_plan plan_;
  typename Measures::all measures_;
};

}  // namespace krait::experiment
