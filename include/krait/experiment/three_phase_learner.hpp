// krait/experiment/three_phase_learner.hpp: one model with one seed on its way through a noise study: pretraining,
// phase 1, and from there phases 2 and 3 of every noise.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <krait/experiment/judge.hpp>
#include <krait/experiment/three_phase_model.hpp>
#include <krait/experiment/three_phase_turns.hpp>
#include <krait/noise/noise.hpp>
#include <krait/objective/cross_entropy.hpp>
#include <krait/train/generate.hpp>
#include <numeric>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace krait::experiment {

struct three_phase_config {
  int length = 48;            // most tokens of question and answer together
  int batch = 64;             // pairs a step
  int per_shard = 4;          // pairs a thread carries through the model at a time
  long learn = 300;           // steps of phase 1, on clean answers
  long noise = 150;           // of phase 2, on noisy ones
  long relearn = 150;         // of phase 3, on clean ones again
  long evaluate_every = 10;   // steps between two looks at what would be answered
  double learnt = 0.8;        // exact answers after phase 1 below which the study says nothing
  double longest_answer = 2;  // times the longest right one, clean or noised: an answer that goes on is cut there
  bool keep_weights = true;   // of every phase, in the run's folder; else only as long as later phases need them
};

/// Study: an experiment::three_phase, for its policies.
template <class Study, class Backend, class Named>
class three_phase_learner : three_phase_model<Study, Backend, Named> {
  using base = three_phase_model<Study, Backend, Named>;
  using base::config, base::context_, base::plan_, base::seed_, base::who_, base::set_of_, base::texts_, base::model_;
  using typename base::asking, typename base::text_set, typename base::trainer;
  using noises = typename Study::noises;
  using measures = typename Study::measures;

 public:
  three_phase_learner(program::run_context& context, const three_phase_plan& plan, const typename measures::all& asked,
                      std::uint64_t seed)
      : base(context, plan, seed), answers_(model_), measures_(asked) {}

  void operator()() {
    if constexpr (base::pretraining_policy::any) this->pretrain();
    if constexpr (tuned_model<Named>) this->tune();
    const text_set nothing = texts_.set_of({}), statements = plan_.replay > 0 ? this->statements() : nothing;
    const text_set clean = this->trained_on(texts_.clean);
    constexpr auto kept = config.keep_weights ? program::keep::result : program::keep::nothing;

    const std::string first = who_ + "-phase1";
    phase({1, first, "", "clean"}, clean, nothing, 0, plan_.learn,
          config.keep_weights ? program::keep::result : program::keep::later, [&](const moment& now) {
            const auto likely = train::likelihoods(model_, texts_.clean);
            std::vector<std::string> given;
            if (now.last) given = answers_(texts_.clean, longest(texts_.clean));
            with_noises([&]<class Noise>(std::type_identity<Noise>, const text_set& noisy) {
              judged<Noise>(now, noisy, likely, likely, given);
              if (now.last)
                this->adding(now.leg, now.step)({{"model", Named::name}, {"noise", Noise::name}}, "answer tokens",
                                                answer_tokens(noisy));
            });
          });
    context_.legs.take(first, model_);
    const auto before = train::likelihoods(model_, texts_.clean);
    with_noises([&]<class Noise>(std::type_identity<Noise>, const text_set& noisy) {
      const auto leg = [&](int number) { return fmt::format("{}-{}-phase{}", who_, Noise::name, number); };
      const auto look = [&](const moment& now) {
        const auto likely = train::likelihoods(model_, texts_.clean);
        const bool others = now.phase == 2 && undone<Noise> && !(noisy.pairs == texts_.clean.pairs);
        const auto right = others ? train::likelihoods(model_, noisy) : likely;
        judged<Noise>(now, noisy, likely, right,
                      now.last ? answers_(texts_.clean, longest(noisy)) : std::vector<std::string>{});
        if (now.last)
          judge_kept(asking::sets, set_of_, before, right, {seed_, stream(now.leg), 0}, at<Noise>(now.phase),
                     this->adding(now.leg, now.step));
      };
      context_.legs.start_from(first, model_, leg(2));
      phase({2, leg(2), Noise::name, "noisy"}, this->trained_on(noisy), nothing, plan_.learn, plan_.noise, kept, look);
      phase({3, leg(3), Noise::name, "clean"}, clean, statements, plan_.learn + plan_.noise, plan_.relearn, kept, look);
    });
    if constexpr (measures::size > 0 && !device_backend<Backend>) measure();
  }

 private:
  struct phase_name {
    int number;
    std::string leg;
    std::string_view noise, what;
  };
  /// When a look happens; step: of all phases together.
  struct moment {
    const std::string& leg;
    int phase;
    long step;
    double loss;
    bool last;  // of its phase
  };

  /// f(noise, all pairs with it), noise by noise.
  template <class F> void with_noises(F&& f) const {
    std::size_t place = 0;
    noises::for_each([&](auto noise) { f(noise, texts_.noised[place++]); });
  }
  /// Tokens at which an answer is cut; with --quick soon.
  std::size_t longest(const text_set& noisy) const {
    double most = 1;
    for (const text_set* set : {&texts_.clean, &noisy})
      for (const auto& one : set->encoded) most = std::max(most, config.longest_answer * tokens_of_answer(one));
    return static_cast<std::size_t>(plan_.asked.quick ? std::min(most, 32.) : most);
  }
  static double tokens_of_answer(const data::encoded_pair& pair) {
    return std::accumulate(pair.mask.begin(), pair.mask.end(), -1.0);  // but the end
  }
  static double answer_tokens(const text_set& set) {
    double sum = 0;
    for (const auto& one : set.encoded) sum += tokens_of_answer(one);
    return sum / static_cast<double>(set.size());
  }
  template <class Noise> static studies::labels at(int phase) {
    return {{"model", Named::name}, {"noise", Noise::name}, {"phase", phase}};
  }
  /// given: the answers themselves, at the end of a phase.
  template <class Noise>
  void judged(const moment& now, const text_set& noisy, const std::vector<train::likelihood>& clean,
              const std::vector<train::likelihood>& right, const std::vector<std::string>& given) {
    const auto add = this->adding(now.leg, now.step);
    const studies::labels here = at<Noise>(now.phase);
    add(here, "loss", now.loss);
    if constexpr (Study::counts_updates) add(here, "updates lost", updates_lost());
    judge_likely(asking::sets, set_of_, clean, right, here, add);
    if (given.empty()) return;
    judge<Noise, typename Study::metrics>(asking::sets, set_of_, texts_.clean.pairs, noisy.pairs, given, here,
                                          now.phase, add);
    if (texts_.wrong.size() > 0)
      judge_preferred(asking::sets, set_of_, clean, train::likelihoods(model_, texts_.wrong), here, add);
  }

  /// What is asked of the weights that the phases have left, as a leg of its own.
  void measure() {
    const std::string leg = who_ + "-measures";
    context_.legs.run(
        {{leg, 1,
          [&](std::vector<studies::measurement>& found) {
            three_phase_turns<trainer, typename base::texts_type, config.length> turns(
                model_, texts_, context_.legs,
                {Named::name, who_, seed_, base::pretraining_policy::any, noises::names, asking::sets, set_of_});
            const long step = plan_.learn + plan_.noise + plan_.relearn;
            const measuring to{[&](studies::measurement one) { found.push_back(std::move(one)); }, seed_, step, .9};
            std::apply([&](const auto&... each) { (each.measure(turns, to), ...); }, measures_);
          }}},
        1, context_.shown);
  }

  using kept_scalar = typename trainer::precision::master;
  std::vector<kept_scalar> kept_bits() {
    const auto all = flat<kept_scalar>(model_.master());
    return {all.begin(), all.end()};
  }
  /// Of the last step: of the weights that have a moment, those that are what they were before it.
  double updates_lost() {
    const auto now = flat<kept_scalar>(model_.master());
    const auto moment = flat<float>(model_.moment(0));
    double lost = 0, all = 0;
    for (std::size_t i = 0; i < now.size(); ++i)
      if (moment[i] != 0) ++all, lost += std::memcmp(&now[i], &before_[i], sizeof(kept_scalar)) == 0;
    return all > 0 ? lost / all : report::unknown;
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
    context_.shown.stage(this->label(of.noise, fmt::format("phase {}/3 {:<5}", of.number, of.what)), steps, done);
    replaying_order order(on, replayed, seed_ + 0x9E3779B97F4A7C15ull * static_cast<std::uint64_t>(of.number),
                          plan_.batch, plan_.replay);
    for (long step = done; step < steps; ++step) {
      const train::text_batch batch(order.set(), order.at(step), trainer::per_shard);
      const bool last = step + 1 == steps, looked_at = (step + 1) % Study::look_every == 0 || last;
      if constexpr (Study::counts_updates)
        if (looked_at) before_ = kept_bits();
      const auto now = legs.step(of.leg, model_, batch, plan_.lr * Study::schedule::factor(step, steps));
      context_.shown.update(now.loss, batch.tokens());
      if (!looked_at) continue;
      look(moment{of.leg, of.number, before + step + 1, now.loss, last});
      legs.look(of.leg, model_, step + 1, steps, keep);
    }
  }

  train::answerer<trainer, config.length> answers_;
  const typename measures::all& measures_;
  std::vector<kept_scalar> before_;  // the last step that was looked at
};

}  // namespace krait::experiment
