// krait/experiment/three_phase.hpp: learn clean answers, learn noisy ones, learn clean ones again.
// The protocol of "Can Small Language Models Learn, Unlearn, and Retain Noise Patterns?" (arXiv:2407.00996), section 3.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <krait/data/with_folder.hpp>
#include <krait/experiment/names.hpp>
#include <krait/experiment/three_phase_result.hpp>
#include <krait/metric/exact_match.hpp>
#include <krait/metric/metric.hpp>
#include <krait/metric/noise_pattern.hpp>
#include <krait/noise/noise.hpp>
#include <krait/objective/cross_entropy.hpp>
#include <krait/run/run.hpp>
#include <krait/run/study_state.hpp>
#include <krait/run/with_backend.hpp>
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
  long evaluate_every = 10;  // steps between two looks at all answers
  double learnt = 0.8;       // exact answers after phase 1 below which the study says nothing
};

/// Each phase begins with a fresh optimiser and schedule; phase 1 is shared by the noises. All pairs are both trained
/// on and asked: the question is what is kept of what was learnt, not what is generalised.
///   Models  model::list of model::named language models over bytes
///   Data    load(folder) -> question/answer pairs
///   Noises  noise::list;  Metrics  metric::list, of answers against clean truth at the end of each phase
template <class Models, class Data, class Noises, class Optimizer, class Schedule, class Metrics,
          three_phase_config C = three_phase_config{}, class Precision = optim::fp32>
struct three_phase {
  static constexpr const char* unit = "tokens";
  static constexpr bool on_device = true;
  using shard = text_shard<capacity{C.per_shard, C.length}>;
  using device_shard = text_shard<capacity{C.batch, C.length}>;

  static phase_steps phases(const options& o) {
    if (o.steps > 0) return {o.steps, o.steps, o.steps};
    return o.quick ? phase_steps{20, 20, 20} : phase_steps{C.learn, C.noise, C.relearn};
  }
  static long steps(const options& o) {
    const phase_steps p = phases(o);
    return o.seeds * static_cast<long>(Models::size) *
           (p.learn + static_cast<long>(Noises::size) * (p.noise + p.relearn));
  }

  static result run(run_context& context) {
    if (context.asked.quick) context.asked.seeds = std::min(context.asked.seeds, 1);
    std::vector<data::question_answer> pairs = Data::load(context.asked.data);
    if (context.asked.quick && pairs.size() > 64) pairs.resize(64);
    const text_set clean(std::move(pairs), C.length);
    three_phase_record record{.steps = phases(context.asked), .pairs = static_cast<long>(clean.size())};
    for (const auto name : Models::names) record.models.emplace_back(name);
    for (const auto name : Noises::names) record.noises.emplace_back(name);
    for (const auto name : Metrics::names) record.metrics.emplace_back(name);
    study_state state(context.folder, record);
    for (int i = 0; i < context.asked.seeds; ++i) {
      const std::uint64_t seed = context.asked.seed + static_cast<std::uint64_t>(i);
      Models::for_each([&](auto named) {
        with_backend(context.asked.device, [&]<class Backend>(std::type_identity<Backend>) {
          one_model<Backend, typename decltype(named)::type>(context, state, clean, seed, i);
        });
      });
    }
    return three_phase_result(
        record,
        {data::describe<Data>(context.asked.data), Precision::name, Optimizer::lr, Optimizer::clip_norm, C.learnt},
        context.asked);
  }

  /// Throws study_error where a model never learnt the clean answers.
  static void verdict(const result& r) { require_precondition(r); }

 private:
  /// One model with one seed: phase 1, then phases 2 and 3 for every noise.
  template <class Backend, class Named>
  static void one_model(run_context& context, study_state<three_phase_record>& state, const text_set& clean,
                        std::uint64_t seed, int number) {
    using pipeline_type =
        pipeline<typename Named::model, objective::cross_entropy, shard, Optimizer, Precision, device_shard>;
    trainer<Backend, pipeline_type> model(seed, context.threads);
    answerer<decltype(model), C.length> answers(model);
    const phase_steps p = phases(context.asked);
    const std::string who = fmt::format("{}-seed{}", Named::name, seed);

    const auto evaluate = [&]<class Noise>(std::type_identity<Noise>, const text_set& noisy,
                                           const std::vector<std::string>& given, measurement at) {
      metric::exact_match all, changed, flipped;
      metric::noise_pattern<Noise> pattern;
      Metrics more;
      for (std::size_t i = 0; i < clean.size(); ++i) {
        const auto &truth = clean.pairs[i].answer, &noised = noisy.pairs[i].answer;
        all.add(given[i], truth);
        more.add(clean.pairs[i].question, given[i], truth);
        if (noised == truth) continue;
        changed.add(given[i], truth);
        flipped.add(given[i], noised);
        pattern.add(given[i], truth);
      }
      at.noise = Noise::name;
      at.exact = all.value(), at.clean = changed.value(), at.noisy = flipped.value(), at.pattern = pattern.value();
      for (const auto& value : more.values()) at.metrics.push_back(value.value);
      state.record.points.push_back(std::move(at));
    };
    const auto with_noises = [&](auto&& f) {
      Noises::for_each([&]<class Noise>(std::type_identity<Noise> noise) {
        std::vector<data::question_answer> noised;
        for (std::size_t i = 0; i < clean.size(); ++i)
          noised.push_back(noise::noised<Noise>(clean.pairs[i], draw{seed, stream(Noise::name), i}));
        f(noise, text_set(std::move(noised), C.length));
      });
    };
    const auto phase = [&](int number_of_phase, std::string_view noise, std::string_view what, const text_set& on,
                           long steps, const std::function<void(const measurement&)>& look) {
      const std::string leg =
          fmt::format("{}-{}phase{}", who, noise.empty() ? "" : std::string(noise) + "-", number_of_phase);
      if (state.finished(leg)) {
        context.shown.stage(leg, steps, steps);
        return;
      }
      const long done = state.begin(leg, model);
      context.shown.stage(fmt::format("{:<12} {:<9} seed {}/{}  phase {}/3 {:<5}", Named::name, noise, number + 1,
                                      context.asked.seeds, number_of_phase, what),
                          steps, done);
      example_order order(on, seed + 0x9E3779B97F4A7C15ull * static_cast<std::uint64_t>(number_of_phase), C.batch);
      for (long step = done; step < steps; ++step) {
        const text_batch batch(on, order.at(step), decltype(model)::per_shard);
        const step_result now = state.step(leg, model, batch, Optimizer::lr * Schedule::factor(step, steps));
        context.shown.update(now.loss, batch.tokens());
        if ((step + 1) % C.evaluate_every == 0 || step + 1 == steps) {
          look(measurement{.model = std::string(Named::name),
                           .seed = seed,
                           .phase = number_of_phase,
                           .step = step + 1,
                           .loss = now.loss});
          state.keep(leg, model, step + 1, steps);
        }
      }
    };

    phase(1, "", "clean", clean, p.learn, [&](const measurement& at) {
      const auto given = answers(clean);
      with_noises([&](auto noise, const text_set& noisy) { evaluate(noise, noisy, given, at); });
    });
    with_noises([&]<class Noise>(std::type_identity<Noise> noise, const text_set& noisy) {
      const auto look = [&](const measurement& at) { evaluate(noise, noisy, answers(clean), at); };
      state.start_from(who + "-phase1", model, fmt::format("{}-{}-phase2", who, Noise::name));
      phase(2, Noise::name, "noisy", noisy, p.noise, look);
      phase(3, Noise::name, "clean", clean, p.relearn, look);
    });
  }
};

}  // namespace krait::experiment
