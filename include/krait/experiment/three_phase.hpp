// krait/experiment/three_phase.hpp: learn clean answers, learn noisy ones, learn clean ones again.
// The protocol of "Can Small Language Models Learn, Unlearn, and Retain Noise Patterns?" (arXiv:2407.00996), section 3.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <krait/core/digest.hpp>
#include <krait/core/type_name.hpp>
#include <krait/data/audit.hpp>
#include <krait/data/tokenizer.hpp>
#include <krait/data/with_folder.hpp>
#include <krait/experiment/asking.hpp>
#include <krait/metric/exact_match.hpp>
#include <krait/metric/metric.hpp>
#include <krait/metric/noise_pattern.hpp>
#include <krait/noise/noise.hpp>
#include <krait/objective/cross_entropy.hpp>
#include <krait/run/first_weights.hpp>
#include <krait/run/run.hpp>
#include <krait/run/with_backend.hpp>
#include <krait/study/plain.hpp>
#include <krait/train/batch/text.hpp>
#include <krait/train/generate.hpp>
#include <string>
#include <vector>

namespace krait::experiment {

struct three_phase_config {
  int length = 48;           // most tokens of question and answer together
  int batch = 64;            // pairs a step
  int per_shard = 4;         // pairs a thread carries through the model at a time
  long learn = 300;          // steps of phase 1, on clean answers
  long noise = 150;          // of phase 2, on noisy ones
  long relearn = 150;        // of phase 3, on clean ones again
  long evaluate_every = 10;  // steps between two looks at the answers
  double learnt = 0.8;       // exact answers after phase 1 below which the study says nothing
  bool keep_weights = true;  // of every phase, in the run's folder; else only as long as later phases need them
};

/// Each phase begins with a fresh optimiser and schedule; phase 1 is shared by the noises.
///   Models  model::list of model::named language models over bytes
///   Data    load(folder) -> question/answer pairs
///   Noises  noise::list;  Metrics  metric::list, of answers against clean truth at every look
///   Page    what is told of it: paper::learn_unlearn_retain, or a page of your own
///   Asking  ask_all<>: all pairs are both trained on and asked, for the question is what is kept of what was learnt;
///           ask_held_out<>: what carries over to pairs that are never trained on, asked too (experiment/asking.hpp)
///
/// Labels: model, noise, phase (1, 2, 3), asked (the set), metric. Quantities, shares from 0 to 1, at the steps of all
/// phases together:
///   exact    exactly the clean answer, of all pairs of the set
///   clean    the same, of the pairs whose answer the noise changes
///   noisy    exactly the noised answer, of those;  pattern  in the noise's pattern, of those
///   metric   each of Metrics;  loss  of the step's batch, in nats a token
template <class Models, class Data, class Noises, class Optimizer, class Schedule, class Metrics,
          three_phase_config C = three_phase_config{}, class Page = studies::plain, class Precision = optim::fp32,
          asking Asking = ask_all<>>
class three_phase {
 public:
  using page = Page;
  static constexpr const char* unit = "tokens";
  static constexpr bool on_device = true, from_weights = true;
  using shard = text_shard<capacity{C.per_shard, C.length}>;
  using device_shard = text_shard<capacity{C.batch, C.length}>;

  explicit three_phase(program::options& o)
      : asked_(o), found_(load(o)), clean_(found_.pairs, C.length, data::tokens_of<Data>(o.data)) {
    if (o.quick) o.seeds = std::min(o.seeds, 1);
    seeds_ = o.seeds;
    if (o.steps > 0)
      learn_ = noise_ = relearn_ = o.steps;
    else if (o.quick)
      learn_ = noise_ = relearn_ = 20;
  }

  long steps() const {
    return seeds_ * static_cast<long>(Models::size) * (learn_ + static_cast<long>(Noises::size) * (noise_ + relearn_));
  }

  void describe(studies::record& to) const {
    to.declare_levels("model", Models::names);
    to.declare_levels("noise", Noises::names);
    to.declare_levels("phase", std::vector{1, 2, 3});
    to.declare_levels("metric", Metrics::names);
    to.declare_levels("asked", Asking::sets);
    for (const char* name : {"exact", "clean", "noisy", "pattern"})
      to.declare(name, {"model", "noise", "phase", "asked"});
    to.declare("loss", {"model", "noise", "phase"});
    to.declare("metric", {"model", "noise", "phase", "asked", "metric"});
    to.fact("data", data::describe<Data>(asked_.data));
    to.fact("digest of the data", digest_of(clean_));
    to.fact("pairs", static_cast<std::int64_t>(clean_.size()));
    const auto trained_on = std::ranges::count(Asking::set_of(asked_.seed, clean_.size()), 0);
    if (trained_on == 0)
      throw data_error("The policy " + type_name<Asking>() +
                       " leaves no pair to train on: let it put some of them into its first set.");
    if (Asking::sets.size() > 1) to.fact("pairs trained on", static_cast<std::int64_t>(trained_on));
    to.fact("steps of phase 1", std::int64_t{learn_});
    to.fact("steps of phase 2", std::int64_t{noise_});
    to.fact("steps of phase 3", std::int64_t{relearn_});
    to.fact("exact answers that phase 1 must reach (%)", 100 * C.learnt);
    for (const auto& sentence : found_.notes()) to.note(sentence);
    Metrics on_truths;
    for (const auto& pair : clean_.pairs) on_truths.add(pair.question, pair.answer, {pair.answer, pair.others});
    for (std::size_t i = 0; i < Metrics::size; ++i)
      if (const long count = on_truths.left_out()[i]; count > 0)
        to.note(fmt::format("{} leaves out {} of {} answers, whose truth has too little to compare.", Metrics::names[i],
                            count, clean_.size()));
    to.fact("tokenizer", type_name<tokenizer>());
    to.fact("pairs a step", std::int64_t{C.batch});
    to.fact("learning rate", Optimizer::lr);
    to.fact("gradient clipping", Optimizer::clip_norm);
    to.fact("weights", std::string(Precision::name));
    program::describe_first_weights<Models>(asked_, to);
    to.fact("optimiser", type_name<Optimizer>());
    to.fact("schedule", type_name<Schedule>());
    to.fact("noises", type_name<Noises>());
    to.fact("metrics", type_name<Metrics>());
    Models::for_each([&](auto named) {
      using type = typename decltype(named)::type;
      to.fact(fmt::format("{}", type::name), type_name<typename type::model>());
      to.fact(fmt::format("{}: parameters", type::name),
              static_cast<std::int64_t>(sizeof(typename type::model::template weights<float>) / sizeof(float)));
    });
  }

  void measure(program::run_context& context) {
    for (int i = 0; i < seeds_; ++i)
      Models::for_each([&](auto named) {
        program::with_backend(asked_.device, [&]<class Backend>(std::type_identity<Backend>) {
          one_model<Backend, typename decltype(named)::type>(context, asked_.seed + static_cast<std::uint64_t>(i), i);
        });
      });
  }

 private:
  static constexpr long look_every = Asking::every > 0 ? Asking::every : C.evaluate_every;
  using tokenizer = data::tokenizer_of<Data>;
  using text_set = train::basic_text_set<tokenizer>;

  static data::audited load(const program::options& o) {
    auto pairs = Data::load(o.data);
    if (o.quick && pairs.size() > 64) pairs.resize(64);
    return data::audit(std::move(pairs));
  }
  static std::string digest_of(const text_set& set) {
    digest of;
    for (const auto& pair : set.pairs) {
      of.add(pair.question).add(pair.answer);
      for (const auto& other : pair.others) of.add(other);
    }
    return of.text();
  }

  /// One model with one seed: phase 1, then phases 2 and 3 for every noise.
  template <class Backend, class Named> void one_model(program::run_context& context, std::uint64_t seed, int number) {
    using pipeline_type =
        train::pipeline<typename Named::model, objective::cross_entropy, shard, Optimizer, Precision, device_shard>;
    train::trainer<Backend, pipeline_type> model(seed, context.threads);
    program::start_from_first_weights(asked_, model);
    train::answerer<decltype(model), C.length> answers(model);
    const std::vector<int> set_of = Asking::set_of(seed, clean_.size());
    program::legs& legs = context.legs;
    const std::string who = fmt::format("{}-seed{}", Named::name, seed);

    const auto evaluate = [&]<class Noise>(std::type_identity<Noise>, const text_set& noisy,
                                           const std::vector<std::string>& given, const std::string& leg, int phase,
                                           long step, double loss) {
      const studies::labels training = {{"model", Named::name}, {"noise", Noise::name}, {"phase", phase}};
      legs.add(leg, training, seed, step, "loss", loss);
      for (std::size_t set = 0; set < Asking::sets.size(); ++set) {
        metric::exact_match all, changed, flipped;
        metric::noise_pattern<Noise> pattern;
        Metrics more;
        for (std::size_t i = 0; i < clean_.size(); ++i) {
          if (set_of[i] != static_cast<int>(set)) continue;
          const data::question_answer& pair = clean_.pairs[i];
          const auto &truth = pair.answer, &noised = noisy.pairs[i].answer;
          all.add(given[i], truth);
          more.add(pair.question, given[i], {pair.answer, pair.others});
          if (noised == truth) continue;
          changed.add(given[i], truth);
          flipped.add(given[i], noised);
          pattern.add(given[i], truth);
        }
        const studies::labels at = studies::with(training, {"asked", Asking::sets[set]});
        legs.add(leg, at, seed, step, "exact", all.value());
        legs.add(leg, at, seed, step, "clean", changed.value());
        legs.add(leg, at, seed, step, "noisy", flipped.value());
        legs.add(leg, at, seed, step, "pattern", pattern.share().value_or(report::unknown));
        for (const auto& one : more.values())
          legs.add(leg, studies::with(at, {"metric", one.name}), seed, step, "metric", one.value);
      }
    };
    const auto trained_on = [&](const text_set& all) {
      std::vector<data::question_answer> some;
      for (std::size_t i = 0; i < all.size(); ++i)
        if (set_of[i] == 0) some.push_back(all.pairs[i]);
      return text_set(std::move(some), C.length, all.tokens);
    };
    const auto with_noises = [&](auto&& f) {
      Noises::for_each([&]<class Noise>(std::type_identity<Noise> noise) {
        std::vector<data::question_answer> noised;
        for (std::size_t i = 0; i < clean_.size(); ++i)
          noised.push_back(noise::noised<Noise>(clean_.pairs[i], draw{seed, stream(Noise::name), i}));
        f(noise, text_set(std::move(noised), C.length, clean_.tokens));
      });
    };
    const auto phase = [&](int phase, const std::string& leg, std::string_view noise, std::string_view what,
                           const text_set& on, long before, long steps, program::keep keep, auto&& look) {
      if (legs.finished(leg)) {
        legs.restore(leg, model);
        context.shown.stage(leg, steps, steps);
        return;
      }
      const long done = legs.begin(leg, model);
      context.shown.stage(
          fmt::format("{:<12} {:<9} seed {}/{}  phase {}/3 {:<5}", Named::name, noise, number + 1, seeds_, phase, what),
          steps, done);
      train::example_order order(on, seed + 0x9E3779B97F4A7C15ull * static_cast<std::uint64_t>(phase), C.batch);
      for (long step = done; step < steps; ++step) {
        const train::text_batch batch(on, order.at(step), decltype(model)::per_shard);
        const train::step_result now = legs.step(leg, model, batch, Optimizer::lr * Schedule::factor(step, steps));
        context.shown.update(now.loss, batch.tokens());
        if ((step + 1) % look_every != 0 && step + 1 != steps) continue;
        look(leg, phase, before + step + 1, now.loss);
        legs.look(leg, model, step + 1, steps, keep);
      }
    };

    const text_set clean = trained_on(clean_);
    const std::string first = who + "-phase1";
    phase(1, first, "", "clean", clean, 0, learn_, C.keep_weights ? program::keep::result : program::keep::later,
          [&](const std::string& leg, int number_of_phase, long step, double loss) {
            const auto given = answers(clean_);
            with_noises([&](auto noise, const text_set& noisy) {
              evaluate(noise, noisy, given, leg, number_of_phase, step, loss);
            });
          });
    with_noises([&]<class Noise>(std::type_identity<Noise> noise, const text_set& noisy) {
      const auto look = [&](const std::string& leg, int number_of_phase, long step, double loss) {
        evaluate(noise, noisy, answers(clean_), leg, number_of_phase, step, loss);
      };
      const auto leg = [&](int number_of_phase) {
        return fmt::format("{}-{}-phase{}", who, Noise::name, number_of_phase);
      };
      constexpr auto kept = C.keep_weights ? program::keep::result : program::keep::nothing;
      legs.start_from(first, model, leg(2));
      phase(2, leg(2), Noise::name, "noisy", trained_on(noisy), learn_, noise_, kept, look);
      phase(3, leg(3), Noise::name, "clean", clean, learn_ + noise_, relearn_, kept, look);
    });
  }

  const program::options& asked_;
  data::audited found_;
  text_set clean_;
  int seeds_;
  long learn_ = C.learn, noise_ = C.noise, relearn_ = C.relearn;
};

}  // namespace krait::experiment
