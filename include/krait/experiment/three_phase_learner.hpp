// krait/experiment/three_phase_learner.hpp: one model with one seed on its way through a noise study: pretraining,
// phase 1, and from there phases 2 and 3 of every noise.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <krait/core/digest.hpp>
#include <krait/core/type_name.hpp>
#include <krait/experiment/judge.hpp>
#include <krait/experiment/pretraining.hpp>
#include <krait/noise/noise.hpp>
#include <krait/objective/cross_entropy.hpp>
#include <krait/run/first_weights.hpp>
#include <krait/run/reuse_training.hpp>
#include <krait/run/study_entry.hpp>
#include <krait/train/generate.hpp>
#include <krait/train/trainer.hpp>
#include <optional>
#include <string>
#include <type_traits>
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

/// What all models of a run have in common.
template <class TextSet> struct three_phase_plan {
  const program::options& asked;
  TextSet clean;
  std::vector<std::string> statements = {};
  digest data = {};                                  // of all of it
  long learn = 0, noise = 0, relearn = 0, most = 0;  // steps; most: of the pretraining
  double lr = 0, replay = 0;
};

/// Study: an experiment::three_phase, for its policies.
template <class Study, class Backend, class Named> class three_phase_learner {
  using noises = typename Study::noises;
  using asking = typename Study::asking_policy;
  using pretraining_policy = typename Study::pretraining_policy;
  using text_set = typename Study::text_set;
  using pipeline_type = typename Study::template pipeline_of<typename Named::model>;
  using trainer = train::trainer<Backend, pipeline_type>;
  static constexpr three_phase_config config = Study::config;

 public:
  three_phase_learner(program::run_context& context, const three_phase_plan<text_set>& plan, std::uint64_t seed)
      : context_(context),
        plan_(plan),
        seed_(seed),
        who_(fmt::format("{}-seed{}", Named::name, seed)),
        set_of_(asking::set_of(seed, plan.clean.size())),
        model_(seed, context.threads),
        answers_(model_) {
    program::start_from_first_weights(plan.asked, model_);
    noises::for_each([&]<class Noise>(std::type_identity<Noise>) {
      noised_.emplace_back(noise::noised_set<Noise>(plan.clean.pairs, seed), config.length, plan.clean.tokens);
    });
  }

  void operator()() {
    if constexpr (pretraining_policy::any) pretrain();
    text_set statements({}, config.length, plan_.clean.tokens);
    if (plan_.replay > 0)
      for (const auto& text : plan_.statements) statements.read(text);
    const text_set clean = trained_on(plan_.clean), nothing({}, config.length, plan_.clean.tokens);
    constexpr auto kept = config.keep_weights ? program::keep::result : program::keep::nothing;

    const std::string first = who_ + "-phase1";
    const auto look_first = [&](long step, double loss) {
      const auto given = answers_(plan_.clean);
      with_noises([&]<class Noise>(std::type_identity<Noise>, const text_set& noisy) {
        judged<Noise>(noisy, given, first, 1, step, loss);
      });
    };
    phase({1, first, "", "clean"}, clean, nothing, 0, plan_.learn,
          config.keep_weights ? program::keep::result : program::keep::later, look_first);
    with_noises([&]<class Noise>(std::type_identity<Noise>, const text_set& noisy) {
      const auto leg = [&](int number) { return fmt::format("{}-{}-phase{}", who_, Noise::name, number); };
      const auto look_at = [&](int number) {
        return [&, number](long step, double loss) {
          judged<Noise>(noisy, answers_(plan_.clean), leg(number), number, step, loss);
        };
      };
      context_.legs.start_from(first, model_, leg(2));
      phase({2, leg(2), Noise::name, "noisy"}, trained_on(noisy), nothing, plan_.learn, plan_.noise, kept, look_at(2));
      phase({3, leg(3), Noise::name, "clean"}, clean, statements, plan_.learn + plan_.noise, plan_.relearn, kept,
            look_at(3));
    });
  }

 private:
  struct phase_name {
    int number;
    std::string leg;
    std::string_view noise, what;
  };

  std::string label(std::string_view noise, std::string_view what) const {
    const auto number = seed_ - plan_.asked.seed + 1;
    return fmt::format("{:<12} {:<9} seed {}/{}  {}", Named::name, noise, number, plan_.asked.seeds, what);
  }

  /// The pairs that are trained on.
  text_set trained_on(const text_set& all) const {
    std::vector<data::question_answer> some;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (set_of_[i] == 0) some.push_back(all.pairs[i]);
    return text_set(std::move(some), config.length, all.tokens);
  }
  /// f(noise, all pairs with it), noise by noise.
  template <class F> void with_noises(F&& f) const {
    std::size_t place = 0;
    noises::for_each([&](auto noise) { f(noise, noised_[place++]); });
  }
  auto adding(const std::string& leg, long step) {
    return [this, &leg, step](studies::labels at, const char* quantity, double value) {
      context_.legs.add(leg, std::move(at), seed_, step, quantity, value);
    };
  }
  template <class Noise>
  void judged(const text_set& noisy, const std::vector<std::string>& given, const std::string& leg, int phase,
              long step, double loss) {
    const studies::labels at = {{"model", Named::name}, {"noise", Noise::name}, {"phase", phase}};
    const auto add = adding(leg, step);
    add(at, "loss", loss);
    judge<Noise, typename Study::metrics>(asking::sets, set_of_, plan_.clean, noisy, given, at, phase, add);
  }

  template <class Look>
  void phase(const phase_name& of, const text_set& on, const text_set& replayed, long before, long steps,
             program::keep keep, Look&& look) {
    program::legs& legs = context_.legs;
    if (legs.finished(of.leg)) {
      legs.restore(of.leg, model_);
      context_.shown.stage(of.leg, steps, steps);
      return;
    }
    const long done = legs.begin(of.leg, model_);
    context_.shown.stage(label(of.noise, fmt::format("phase {}/3 {:<5}", of.number, of.what)), steps, done);
    replaying_order order(on, replayed, seed_ + 0x9E3779B97F4A7C15ull * static_cast<std::uint64_t>(of.number),
                          config.batch, plan_.replay);
    for (long step = done; step < steps; ++step) {
      const train::text_batch batch(order.set(), order.at(step), trainer::per_shard);
      const auto now = legs.step(of.leg, model_, batch, plan_.lr * Study::schedule::factor(step, steps));
      context_.shown.update(now.loss, batch.tokens());
      if ((step + 1) % Study::look_every != 0 && step + 1 != steps) continue;
      look(before + step + 1, now.loss);
      legs.look(of.leg, model_, step + 1, steps, keep);
    }
  }

  /// All that the weights at the end of the pretraining are determined by.
  digest pretrained_digest() const {
    digest of = program::digest_of_training(plan_.asked);
    of.add(type_name<pipeline_type>()).add(type_name<pretraining_policy>()).add(plan_.data.text());
    of.add(std::to_string(plan_.most)).add(std::to_string(seed_));
    if (!plan_.asked.weights.empty()) of.add(program::first_weights_digest(plan_.asked));
    of.add(std::to_string(config.batch)).add(std::to_string(config.length));
    for (const int set : set_of_) of.add(std::to_string(set));
    return of;
  }
  /// The step at which the level was reached, as far as was looked.
  static std::optional<long> reached(const std::vector<studies::measurement>& looks) {
    for (const auto& one : looks)
      if (one.quantity == "known" && *studies::find(one.at, "asked") == asking::sets.back() &&
          one.value >= pretraining_policy::config.level)
        return one.step;
    return {};
  }

  void pretrain() {
    program::legs& legs = context_.legs;
    const std::string leg = who_ + "-pretrained";
    const auto progress = [&](long done) { context_.shown.stage(label("", "pretraining"), plan_.most, done); };
    if (legs.finished(leg)) {
      legs.restore(leg, model_);
      return progress(plan_.most);
    }
    long done = legs.begin(leg, model_);
    const program::reusable_training training{
        leg, who_, program::file_of_training(plan_.asked, who_, pretrained_digest()), {{"model", Named::name}}, seed_};
    if (done == 0 && program::reuse(context_, training, model_)) return progress(plan_.most);
    progress(done);
    const text_set texts = corpus<text_set>(plan_.statements, trained_on(plan_.clean).pairs,
                                            pretraining_policy::config.repeats, config.length, plan_.clean.tokens);
    train::example_order order(texts, seed_, config.batch);
    auto since = reached(legs.measured(leg));
    const auto end = [&] { return pretraining_policy::end(plan_.most, since); };
    for (; done < end(); ++done) {
      const train::text_batch batch(texts, order.at(done), trainer::per_shard);
      const auto now = legs.step(leg, model_, batch, pretraining_policy::rate(done, plan_.most, since));
      context_.shown.update(now.loss, batch.tokens());
      const long step = done + 1;
      if (step % pretraining_policy::config.every != 0 && step != end()) continue;
      known(leg, step, now.loss);
      since = reached(legs.measured(leg));
      if (step < end()) {
        legs.look(leg, model_, step, end(), program::keep::result);
        continue;
      }
      program::finish_for_reuse(context_, training, step, model_);
    }
    if (!since)
      context_.shown.print(
          fmt::format("{}: after {} steps of pretraining it knows less than {:g} % of what is held out, "
                      "the level at which phase 1 was to begin.",
                      who_, plan_.most, 100 * pretraining_policy::config.level));
    context_.shown.stage(leg, std::max(0L, plan_.most - done), std::max(0L, plan_.most - done));
  }
  void known(const std::string& leg, long step, double loss) {
    const auto given = answers_(plan_.clean);
    const auto add = adding(leg, step);
    add({{"model", Named::name}}, "loss of pretraining", loss);
    for (std::size_t set = 0; set < asking::sets.size(); ++set) {
      metric::exact_match exact;
      for (std::size_t i = 0; i < given.size(); ++i)
        if (set_of_[i] == static_cast<int>(set)) exact.add(given[i], plan_.clean.pairs[i].answer);
      add({{"model", Named::name}, {"asked", asking::sets[set]}}, "known", exact.value());
    }
  }

  program::run_context& context_;
  const three_phase_plan<text_set>& plan_;
  std::uint64_t seed_;
  std::string who_;
  std::vector<int> set_of_;
  std::vector<text_set> noised_;  // the pairs with each noise
  trainer model_;
  train::answerer<trainer, config.length> answers_;
};

}  // namespace krait::experiment
