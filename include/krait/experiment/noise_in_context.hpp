// krait/experiment/noise_in_context.hpp: do models take up noise from examples in the prompt alone? They are
// pretrained, and then asked behind clean and behind noised examples; nothing is trained after that. The protocol of
// "Can Small Language Models Learn, Unlearn, and Retain Noise Patterns?" (arXiv:2407.00996), in_context/.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/core/type_name.hpp>
#include <krait/data/audit.hpp>
#include <krait/data/tokenizer.hpp>
#include <krait/data/with_folder.hpp>
#include <krait/experiment/asking.hpp>
#include <krait/experiment/model_facts.hpp>
#include <krait/experiment/model_kinds.hpp>
#include <krait/experiment/noise_in_context_learner.hpp>
#include <krait/experiment/own_tokens.hpp>
#include <krait/experiment/policies.hpp>
#include <krait/experiment/pretraining.hpp>
#include <krait/run/run.hpp>
#include <krait/study/plain.hpp>
#include <krait/train/cpu.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

struct noise_in_context_config {
  int length = 256;   // most tokens of a prompt with its examples and answer
  int batch = 64;     // texts a step of the pretraining
  int per_shard = 4;  // texts a thread carries through the model at a time
  int shots = 5;      // examples in a prompt
  int series = 2;     // times that a question which is trained on stands behind examples in the pretraining
};

/// A model whose pretraining has series of examples with noise as well, so that it may have learnt to go on as a prompt
/// begins; others meet noise in the prompt for the first time.
template <fixed_string<> Name, class Model, class Tokens> struct meets_noise : reads<Name, Model, Tokens> {
  static constexpr bool noise_met = true;
};

/// The models read statements of all facts, and of one half of them questions with answers: alone, and behind 1 to
/// twice `shots` others (of meets_noise, half of such series have a noise of the list in all answers), until they
/// answer enough of the other half. Then all are asked: without examples, behind `shots` clean ones, behind `shots`
/// noised ones, drawn from the trained half for each question.
/// Template arguments as those of experiment::three_phase.
///
/// Labels: model, noise, examples (none, clean, noised), asked (the set), metric. Quantities: those of judge.hpp but
/// for preferred and kept (right: the answer that is right after the noise is undone); likelihood of noised, the
/// log-probability a token of the noised answer; those of the pretraining.
template <class Models, class Data, class Noises, class Optimizer, class Metrics, noise_in_context_config C, class Page,
          class Precision, class Asking, class Pretraining>
requires(all_fit<takes::models<Models>, takes::pairs<Data>, takes::noises<Noises>, takes::optimizer<Optimizer>,
                 takes::metrics<Metrics>, takes::page<Page>, takes::precision<Precision>, takes::asking<Asking>,
                 takes::whole_models<Models>>()) class noise_in_context {
  using fact = typename decltype(Data::load(std::filesystem::path()))::value_type;
  static_assert(sizeof(pretraining_fits<Pretraining, fact, Asking>) > 0);
  static_assert(Pretraining::any, "noise_in_context: without a pretraining the models know nothing");
  static_assert(C.batch > 0 && C.length > 0 && C.shots > 0 && C.series >= 0,
                "noise_in_context: batch, length and shots must be positive, series not negative");

 public:
  using page = Page;
  static constexpr const char* unit = "tokens";
  static constexpr bool pretrains = true;
  static constexpr program::setting_option settings[1] = {
      {"pretraining", 0, 0, 1e9, "greatest steps of the pretraining; 0 takes the study's own"}};
  // What its learners are made of.
  static constexpr noise_in_context_config config = C;
  using data_policy = Data;
  using noises = Noises;
  using metrics = Metrics;
  using asking_policy = Asking;
  using pretraining_policy = Pretraining;
  using shard = text_shard<capacity{C.per_shard, C.length}>;
  template <class Model>
  using pipeline_of = train::pipeline<Model, objective::cross_entropy, shard, Optimizer, Precision>;

  explicit noise_in_context(program::options& o)
      : asked_(o), facts_(o), plan_(o, facts_.found.pairs, facts_.statements) {
    plan_.batch = o.quick ? std::min(C.batch, 8) : C.batch;
    plan_.most = o.quick ? 4 : Pretraining::config.most;
    if (o.setting(settings[0]) > 0) plan_.most = std::lround(o.setting(settings[0]));
  }

  long steps() const { return asked_.seeds * static_cast<long>(Models::size) * (plan_.most + 1); }

  void describe(studies::record& to) const {
    to.declare_levels("model", Models::names);
    declare_kinds<Models>(to);
    std::vector<std::string> met, others;
    Models::for_each([&]<class Named>(std::type_identity<Named>) {
      (detail::noise_met<Named> ? met : others).emplace_back(Named::name);
    });
    to.declare_group("model", "noise met", std::move(met));
    to.declare_group("model", "noise new", std::move(others));
    to.declare_levels("noise", Noises::names);
    to.declare_label("examples", {"none", "clean", "noised"});
    to.declare_levels("asked", Asking::sets);
    to.declare_levels("metric", Metrics::names);
    for (const char* name : {"exact", "right", "likelihood", "clean", "noisy", "pattern", "likelihood of noised"})
      to.declare(name, {"model", "noise", "examples", "asked"});
    for (const char* name : {"metric", "undone metric"})
      to.declare(name, {"model", "noise", "examples", "asked", "metric"});
    to.declare("known", {"model", "asked"});
    to.declare("loss of pretraining", {"model"});
    to.declare("reused", {"model"});
    to.fact("data", data::describe<Data>(asked_.data));
    to.fact("digest of the data", plan_.data.text());
    to.fact("pairs", static_cast<std::int64_t>(plan_.pairs.size()));
    to.fact("statements", static_cast<std::int64_t>(facts_.statements.size()));
    to.fact("examples in a prompt", std::int64_t{C.shots});
    to.fact("series for each question of the pretraining", std::int64_t{C.series});
    to.fact("known before it is asked (%)", 100 * Pretraining::config.level);
    to.fact("greatest steps of the pretraining", std::int64_t{plan_.most});
    to.fact("pretraining", type_name<Pretraining>());
    to.fact("texts a step", std::int64_t{plan_.batch});
    to.fact("weights", std::string(Precision::name));
    to.fact("optimiser", type_name<Optimizer>());
    to.fact("noises", type_name<Noises>());
    for (const auto& sentence : facts_.found.notes()) to.note(sentence);
    Models::for_each([&]<class Named>(std::type_identity<Named>) { describe_model<Named>(to); });
  }

  void measure(program::run_context& context) {
    for (int i = 0; i < asked_.seeds; ++i)
      Models::for_each([&]<class Named>(std::type_identity<Named>) {
        noise_in_context_learner<noise_in_context, backend::cpu, Named>(context, plan_,
                                                                        asked_.seed + static_cast<std::uint64_t>(i))();
      });
  }

 private:
  const program::options& asked_;
  three_phase_facts<Data, Noises, Metrics> facts_;
  three_phase_plan plan_;
};

}  // namespace krait::experiment
