// krait/experiment/three_phase_model.hpp: one model with one seed of a noise study: the texts in its tokens, its
// trainer, and what it reads before phase 1.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <krait/core/digest.hpp>
#include <krait/core/type_name.hpp>
#include <krait/experiment/judge.hpp>
#include <krait/experiment/own_tokens.hpp>
#include <krait/experiment/pretraining.hpp>
#include <krait/experiment/three_phase_plan.hpp>
#include <krait/experiment/tuning.hpp>
#include <krait/noise/counterfactual.hpp>
#include <krait/noise/noise.hpp>
#include <krait/run/first_weights.hpp>
#include <krait/run/reuse_training.hpp>
#include <krait/run/study_entry.hpp>
#include <krait/train/trainer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace krait::experiment {

/// The pairs of a run in a model's tokens. Throws data_error where one is too long for the study, or cannot be written
/// in them.
template <class Study, class Named> struct three_phase_texts {
  using tokenizer = tokenizer_read_by<Named, typename Study::data_policy>;
  using text_set = train::basic_text_set<tokenizer>;

  three_phase_texts(const three_phase_plan& plan, std::uint64_t seed)
      : clean(plan.pairs, Study::config.length,
              tokens_read_by<Named, typename Study::data_policy>(plan.asked.data, plan.texts())),
        wrong(wrong_answers(plan.pairs, seed)) {
    Study::noises::for_each([&]<class Noise>(std::type_identity<Noise>) {
      noised.push_back(set_of(noise::noised_set<Noise>(plan.pairs, seed)));
    });
  }
  text_set set_of(std::vector<data::question_answer> pairs) const {
    return text_set(std::move(pairs), Study::config.length, clean.tokens);
  }

  text_set clean, wrong;  // wrong: a wrong answer for each, of the same kind; empty where the data have none that fit
  std::vector<text_set> noised;  // the pairs with each noise

 private:
  text_set wrong_answers(const std::vector<data::question_answer>& pairs, std::uint64_t seed) const try {
    return set_of(noise::counterfactual::apply(pairs, seed));
  } catch (const data_error&) {
    return set_of({});
  }
};

/// Whether a model's weights are kept in a precision of its own (model::kept_in).
template <class Named>
concept has_precision = requires {
  typename Named::precision;
};
template <class Named> inline constexpr bool precise = has_precision<Named>;

template <class Study, class Backend, class Named> struct kept_trainer {
  using type = train::trainer<Backend, typename Study::template pipeline_of<typename Named::model>>;
};
template <class Study, class Backend, has_precision Named> struct kept_trainer<Study, Backend, Named> {
  using type =
      train::trainer<Backend, typename Study::template pipeline_of<typename Named::model, typename Named::precision>>;
};

/// Study: an experiment::three_phase, for its policies.
template <class Study, class Backend, class Named> class three_phase_model {
 protected:
  using asking = typename Study::asking_policy;
  using pretraining_policy = typename Study::pretraining_policy;
  using texts_type = three_phase_texts<Study, Named>;
  using text_set = typename texts_type::text_set;
  // What reads, and what goes through the phases: in a precision of its own.
  using pipeline_type = typename Study::template pipeline_of<typename Named::model>;
  using reading_trainer = train::trainer<Backend, pipeline_type>;
  using trainer = typename kept_trainer<Study, Backend, Named>::type;
  static constexpr auto config = Study::config;

  three_phase_model(program::run_context& context, const three_phase_plan& plan, std::uint64_t seed)
      : context_(context),
        plan_(plan),
        seed_(seed),
        who_(fmt::format("{}-seed{}", Named::name, seed)),
        set_of_(asking::set_of(seed, plan.pairs.size())),
        texts_(plan, seed),
        model_(seed, context.threads) {
    std::ranges::replace(who_, ' ', '-');
    program::start_from_first_weights(plan.asked, model_);
  }

  std::string label(std::string_view noise, std::string_view what) const {
    const auto number = seed_ - plan_.asked.seed + 1;
    return fmt::format("{:<12} {:<9} seed {}/{}  {}", Named::name, noise, number, plan_.asked.seeds, what);
  }
  /// The pairs that are trained on.
  text_set trained_on(const text_set& all) const {
    std::vector<data::question_answer> some;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (set_of_[i] == 0) some.push_back(all.pairs[i]);
    return texts_.set_of(std::move(some));
  }
  /// What the pretraining reads besides questions.
  text_set statements() const { return corpus<text_set>(plan_.statements, {}, config.length, texts_.clean.tokens); }
  auto adding(const std::string& leg, long step) {
    return [this, &leg, step](studies::labels at, const char* quantity, double value) {
      context_.legs.add(leg, std::move(at), seed_, step, quantity, value);
    };
  }

  /// What stands between the pretraining and phase 1 (tuning.hpp).
  void tune() requires tuned_model<Named> {
    program::legs& legs = context_.legs;
    const std::string leg = who_ + "-tuned";
    const long steps = tuning_steps<Named>(plan_);
    const auto progress = [&](long done) { context_.shown.stage(label("", "tuning"), steps, done); };
    if (legs.finished(leg)) {
      legs.restore(leg, model_);
      return progress(steps);
    }
    const text_set texts =
        tuning_texts<text_set>(Named::tuning::config, tuning_pairs<Named>(plan_), config.length, texts_.clean.tokens);
    const text_set replayed = statements();  // the order looks at it
    replaying_order order(texts, replayed, seed_ ^ stream("tuning"), plan_.batch, Named::tuning::config.replay);
    const long done = legs.begin(leg, model_);
    progress(done);
    for (long step = done; step < steps; ++step) {
      const train::text_batch batch(order.set(), order.at(step), trainer::per_shard);
      const auto now = legs.step(leg, model_, batch, Named::tuning::config.lr * Study::schedule::factor(step, steps));
      context_.shown.update(now.loss, batch.tokens());
      const bool last = step + 1 == steps;
      if (!last && (step + 1) % Study::look_every != 0) continue;
      known(model_, leg, step + 1, "known after tuning");
      legs.look(leg, model_, step + 1, steps, config.keep_weights ? program::keep::result : program::keep::nothing);
    }
  }

  void pretrain() {
    if constexpr (std::is_same_v<trainer, reading_trainer>) {
      pretrain(model_);
    } else {
      const auto reader = std::make_unique<reading_trainer>(seed_, context_.threads);
      program::start_from_first_weights(plan_.asked, *reader);
      pretrain(*reader);
      using from = typename reading_trainer::precision::master;
      using to = typename trainer::precision::master;
      std::ranges::transform(flat<from>(reader->master()), flat<to>(model_.master()).begin(),
                             [](from x) { return to(static_cast<float>(x)); });
      model_.restored(0);
    }
  }

 private:
  template <class Trainer> void pretrain(Trainer& model) {
    program::legs& legs = context_.legs;
    const std::string leg = who_ + "-pretrained";
    const auto progress = [&](long done) { context_.shown.stage(label("", "pretraining"), plan_.most, done); };
    if (legs.finished(leg)) {
      legs.restore(leg, model);
      return progress(plan_.most);
    }
    long done = legs.begin(leg, model);
    const program::reusable_training training{leg,
                                              who_,
                                              program::file_of_training(plan_.asked, read_as(), pretrained_digest()),
                                              {{"model", Named::name}},
                                              seed_};
    if (done == 0 && program::reuse(context_, training, model)) return progress(plan_.most);
    progress(done);
    auto asked = repeated(trained_on(texts_.clean).pairs, pretraining_policy::config.repeats);
    asked.insert(asked.end(), more_.begin(), more_.end());
    const text_set read = corpus<text_set>(plan_.statements, std::move(asked), config.length, texts_.clean.tokens);
    train::example_order order(read, seed_, plan_.batch);
    auto since = reached(legs.measured(leg));
    const auto end = [&] { return pretraining_policy::end(plan_.most, since); };
    for (; done < end(); ++done) {
      const train::text_batch batch(read, order.at(done), Trainer::per_shard);
      const auto now = legs.step(leg, model, batch, pretraining_policy::rate(done, plan_.most, since));
      context_.shown.update(now.loss, batch.tokens());
      const long step = done + 1;
      if (step % pretraining_policy::config.every != 0 && step != end()) continue;
      adding(leg, step)({{"model", Named::name}}, "loss of pretraining", now.loss);
      known(model, leg, step);
      since = reached(legs.measured(leg));
      if (step < end()) {
        legs.look(leg, model, step, end(), program::keep::result);
        continue;
      }
      program::finish_for_reuse(context_, training, step, model);
    }
    if (!since)
      context_.shown.print(
          fmt::format("{}: after {} steps of pretraining it knows less than {:g} % of what is held out, "
                      "the level at which phase 1 was to begin.",
                      who_, plan_.most, 100 * pretraining_policy::config.level));
    context_.shown.stage(leg, std::max(0L, plan_.most - done), std::max(0L, plan_.most - done));
  }

  /// The name of kept weights: of the model that this one is pretrained as.
  std::string read_as() const {
    std::string_view name = Named::name;
    if constexpr (requires { typename Named::read_as; }) name = Named::read_as::name;
    std::string all = fmt::format("{}-seed{}", name, seed_);
    std::ranges::replace(all, ' ', '-');
    return all;
  }
  /// All that the weights at the end of the pretraining are determined by.
  digest pretrained_digest() const {
    digest of = program::digest_of_training(plan_.asked);
    of.add(type_name<pipeline_type>()).add(type_name<pretraining_policy>()).add(plan_.data.text());
    of.add(type_name<typename texts_type::tokenizer>());
    of.add(std::to_string(plan_.most)).add(std::to_string(seed_));
    if (!plan_.asked.weights.empty()) of.add(program::first_weights_digest(plan_.asked));
    of.add(std::to_string(plan_.batch)).add(std::to_string(config.length));
    for (const int set : set_of_) of.add(std::to_string(set));
    for (const auto& pair : more_) of.add(pair.question).add(pair.answer);
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
  template <class Trainer>
  void known(Trainer& model, const std::string& leg, long step, const char* quantity = "known") {
    const auto likely = train::likelihoods(model, texts_.clean);
    const auto add = adding(leg, step);
    each_set(asking::sets, set_of_, [&](std::string_view set, const std::vector<std::size_t>& members) {
      add({{"model", Named::name}, {"asked", set}}, quantity,
          mean_of(members, [&](std::size_t i) { return likely[i].greedy; }));
    });
  }

 protected:
  program::run_context& context_;
  const three_phase_plan& plan_;
  std::uint64_t seed_;
  std::string who_;
  std::vector<int> set_of_;
  texts_type texts_;
  std::vector<data::question_answer> more_;  // what the pretraining asks besides the pairs that are trained on
  trainer model_;
};

}  // namespace krait::experiment
