// krait/experiment/reconstruction.hpp: what a model's state keeps of a text, measured by writing the text back from the
// state alone. The protocol of "Characterizing Mamba's Selective Memory using Auto-Encoders" (arXiv:2512.15653),
// sections 3 and 4, with controls that tell what was lost from what the decoder fails to read.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <krait/core/type_name.hpp>
#include <krait/data/plain_text.hpp>
#include <krait/data/tokenizer.hpp>
#include <krait/data/with_folder.hpp>
#include <krait/experiment/fidelity.hpp>
#include <krait/experiment/model_facts.hpp>
#include <krait/experiment/policies.hpp>
#include <krait/experiment/reconstruction_learner.hpp>
#include <krait/experiment/text_policy.hpp>
#include <krait/run/run.hpp>
#include <krait/study/plain.hpp>
#include <string>
#include <tuple>
#include <vector>

namespace krait::experiment {

/// Tokens of the texts to be rebuilt, from the shortest to the longest.
template <int... N> struct lengths {
  static constexpr std::array<int, sizeof...(N)> all{N...};
  static_assert(sizeof...(N) > 0 && std::ranges::adjacent_find(all, std::ranges::greater_equal{}) == all.end() &&
                    all.front() > 0,
                "lengths: give lengths above 0, each above the one before");
  static constexpr int longest = all.back();
};

namespace takes {
template <class Given> struct lengths {
  static constexpr bool fits = requires {
    { Given::longest } -> std::convertible_to<int>;
    Given::all;
  };
  template <bool Fits> struct sentence {
    static_assert(Fits, "study: where its lengths stand is Given; write experiment::lengths<4, 16, ...>");
  };
};
template <class Given> struct controls {
  static constexpr bool fits = list_of<Given, start::detail::list_rules>;
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "study: where its controls stand is Given, which is no list of controls; write "
                  "experiment::start::list<experiment::start::zero, ...>, for one control too");
  };
};
template <class Given> struct measures {
  static constexpr bool fits = list_of<Given, experiment::detail::measure_rules>;
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "study: where its measures stand is Given, which is no list of measures of a decoder; write "
                  "experiment::measures<experiment::fidelity<>, ...>, for one measure too");
  };
};
}  // namespace takes

/// An encoder, a language model of type M that is pretrained here on the text, reads n tokens. A decoder of the same
/// type begins with the encoder's weights and from the encoder's states, all of whose layers, and is trained to write
/// the n tokens and an end: [edge, x_1 .. x_n] -> [x_1 .. x_n, edge], cross-entropy, all its weights; the encoder stays
/// as it is. Then it writes held-out texts greedily.
///   Models    model::list of model::named language models whose states a forward begins from and leaves
///   Data      load(folder) -> data::read_text; its tokenizer's `pad` is the edge. Where it has to_read(folder, model)
///             -> std::string, a model's encoder is pretrained on that, its decoders on the text of all
///   Lengths   experiment::lengths<4, 16, ...>
///   Controls  start::list of changes of the state (start_state.hpp), made on the trained decoder
///   Measures  experiment::measures<...>, what is asked of the decoders: fidelity, linear_probe, word_omissions, or a
///             measure of your own
///   Page      what is told of it: paper::selective_memory, or a page of your own
///
/// Labels: model (with the group "with pairs", those whose state grows with the text), length, control (those of
/// Controls, of which a group is "single layers", a random encoder, and a decoder that was trained from zeros),
/// position (parts of a text, 1 the oldest), training; those of the measures. Quantities: those of the measures; loss:
/// of training batches, a mean since the last point; reused: 1 where a training is an earlier run's.
/// --set apart=1: one decoder a length, as published; else one for all, for short texts teach how to read the state
/// long before long ones do. With `pairs` an attention layer hands on its newest keys and values alone, and a control
/// "newest tokens alone" is the state of an encoder that has read no more tokens than that.
template <class Models, class Data, class Lengths, class Controls, class Measures, class Optimizer, class Schedule,
          reconstruction_config C = reconstruction_config{}, class Page = studies::plain, class Precision = optim::fp32>
requires(all_fit<takes::models<Models>, takes::text<Data>, takes::lengths<Lengths>, takes::controls<Controls>,
                 takes::measures<Measures>, takes::optimizer<Optimizer>, takes::schedule<Schedule>, takes::page<Page>,
                 takes::precision<Precision>, takes::whole_models<Models>>()) class reconstruction {
 public:
  using page = Page;
  static constexpr const char* unit = "tokens";
  static constexpr bool pretrains = true;
  static constexpr int seeds = C.seeds;
  static constexpr program::setting_option settings[4] = {
      {"apart", 0, 0, 1, "1: one decoder a length, each with its share of the steps; 0: one for all lengths"},
      {"reading", 0, 0, 1e9, "steps of the encoder's pretraining; 0 takes the study's own", true},
      {"texts", 0, 0, 1e6, "held-out texts of each length; 0 takes the study's own", true},
      program::learning_rate};
  // What its learners are made of.
  static constexpr reconstruction_config config = C;
  using lengths = Lengths;
  using controls = Controls;
  using measures = Measures;
  using schedule = Schedule;
  using tokenizer = data::tokenizer_of<Data>;
  static constexpr capacity cap{C.per_shard, Lengths::longest + 1},
      state_cap{C.per_shard, 2 * Lengths::longest + 2};  // attention keeps what was read and what is written
  static_assert(C.pairs >= 0, "reconstruction: pairs of an attention layer's state must not be negative");
  static_assert(C.bins > 0 && C.per_shard > 0 && C.batch % C.per_shard == 0,
                "reconstruction: bins and per_shard must be positive, and batch a multiple of per_shard");
  template <class Model>
  using pipeline_of = train::pipeline<model::from_state<Model, state_cap>, objective::cross_entropy,
                                      train::started_shard<cap, typename Model::template state<float, state_cap>>,
                                      Optimizer, Precision>;

  explicit reconstruction(program::options& o) : asked_(o), plan_(planned(o)), measures_(Measures::of(plan_)) {}
  reconstruction(const reconstruction&) = delete;  // the measures look at its plan

  long steps() const {
    return asked_.seeds * static_cast<long>(Models::size) * (plan_.reading + plan_.alone + plan_.rebuilding);
  }

  void describe(studies::record& to) const {
    std::vector<std::string> all_controls(Controls::names.begin(), Controls::names.end());
    all_controls.emplace_back(start::random_encoder);
    if (C.pairs > 0) all_controls.emplace_back(start::newest_alone);
    all_controls.emplace_back(start::unconditional);
    to.declare_levels("model", Models::names);
    to.declare_levels("length", Lengths::all);
    to.declare_label("control", all_controls);
    std::vector<std::string> of_layers, positions;
    for (int i = 1; i <= C.bins; ++i) positions.push_back(studies::level(i));
    to.declare_label("position", positions);
    Controls::for_each([&]<class Control>(std::type_identity<Control>) {
      if constexpr (start::names_a_layer<Control>) of_layers.emplace_back(Control::name);
    });
    to.declare_group("control", "single layers", std::move(of_layers));
    to.declare_label("training", {"encoder", "unconditional decoder", "decoder"});
    to.declare("loss", {"model", "training"});
    to.declare("reused", {"model", "training"});
    to.fact("data", data::describe<Data>(asked_.data));
    to.fact("digest of the data", plan_.digest_of_data);
    to.fact("files", static_cast<std::int64_t>(plan_.files));
    to.fact("passages", static_cast<std::int64_t>(plan_.passages));
    to.fact("passages held out", static_cast<std::int64_t>(plan_.passages_held_out));
    to.fact("tokens to train on", static_cast<std::int64_t>(plan_.train.size()));
    to.fact("tokens held out", static_cast<std::int64_t>(plan_.held_out.size()));
    to.fact("tokenizer", type_name<tokenizer>());
    to.fact("one decoder a length", plan_.apart);
    if (C.pairs > 0) to.fact("pairs of an attention layer that are kept", std::int64_t{C.pairs});
    to.fact("steps of the encoder's pretraining", std::int64_t{plan_.reading});
    to.fact("steps of the decoder", std::int64_t{plan_.rebuilding});
    to.fact("steps of the unconditional decoder", std::int64_t{plan_.alone});
    to.fact("texts a step", std::int64_t{C.batch});
    to.fact("learning rate", plan_.lr);
    to.fact("learning rate of the pretraining", C.reading_rate);
    to.fact("optimiser", type_name<Optimizer>());
    to.fact("schedule", type_name<Schedule>());
    to.fact("gradient clipping", Optimizer::clip_norm);
    to.fact("weights", std::string(Precision::name));
    std::apply([&](const auto&... each) { (each.describe(to), ...); }, measures_);
    std::vector<std::string> with_pairs;
    Models::for_each([&](auto named) {
      using type = typename decltype(named)::type;
      using model = typename type::model;
      using state = typename model::template state<float, capacity{1, 1}>;
      constexpr bool grows = sizeof(state) != sizeof(typename model::template state<float, capacity{1, 2}>);
      describe_model<type>(to);
      if constexpr (grows)
        with_pairs.emplace_back(type::name);
      else
        to.fact(fmt::format("{}: numbers of the state", type::name),
                static_cast<std::int64_t>(sizeof(state) / sizeof(float)));
    });
    to.declare_group("model", "with pairs", std::move(with_pairs));
  }

  void measure(program::run_context& context) {
    for (int i = 0; i < asked_.seeds; ++i)
      Models::for_each([&](auto named) {
        reconstruction_learner<reconstruction, typename decltype(named)::type>(
            context, plan_, measures_, asked_.seed + static_cast<std::uint64_t>(i))();
      });
  }

 private:
  static reconstruction_plan planned(program::options& o) {
    if (o.quick) o.seeds = std::min(o.seeds, 1);
    reconstruction_plan plan{o, token_code::of(data::tokens_of<Data>(o.data)),
                             std::vector<int>(Lengths::all.begin(), Lengths::all.end()), C};
    const data::read_text text = Data::load(o.data);
    plan.tokens.append(text.train, plan.train);
    plan.tokens.append(text.held_out, plan.held_out);
    digest of_data;
    of_data.add(text.train).add(text.held_out);
    if constexpr (requires { Data::to_read(o.data, std::string_view()); })
      Models::for_each([&](auto named) {
        using type = typename decltype(named)::type;
        const std::string instead = Data::to_read(o.data, type::name);
        plan.tokens.append(instead, plan.read_instead[std::string(type::name)]);
        of_data.add(instead);
      });
    plan.digest_of_data = of_data.text();
    plan.files = text.files, plan.passages = text.passages, plan.passages_held_out = text.passages_held_out;
    const std::size_t least = static_cast<std::size_t>(C.per_shard) * 2 * (Lengths::longest + 1);
    for (const auto* side : {&plan.train, &plan.held_out})
      if (side->size() < least)
        throw data_error(
            fmt::format("The text that is {} has {} tokens, and texts of {} tokens need at least {}; give "
                        "more text or choose shorter lengths.",
                        side == &plan.train ? "trained on" : "held out", side->size(), Lengths::longest, least));
    plan.reading = o.quick ? 10 : C.reading;
    if (o.setting(settings[1]) > 0) plan.reading = std::lround(o.setting(settings[1]));
    plan.rebuilding = o.steps > 0 ? o.steps : o.quick ? 10 : C.rebuilding;
    plan.alone = std::max(1L, std::lround(static_cast<double>(plan.rebuilding) * C.alone));
    plan.texts = o.quick ? 2 * C.per_shard : C.texts;
    if (o.setting(settings[2]) > 0) plan.texts = static_cast<int>(std::lround(o.setting(settings[2])));
    plan.texts = std::max(plan.texts, 2 * C.per_shard);  // another text's state needs another shard
    plan.apart = o.setting_or(settings[0], C.apart ? 1 : 0) != 0;
    plan.lr = o.setting_or(program::learning_rate, Optimizer::lr);
    return plan;
  }

  const program::options& asked_;
  reconstruction_plan plan_;
  typename Measures::all measures_;
};

}  // namespace krait::experiment
