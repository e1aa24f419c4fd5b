// krait/experiment/language_modelling.hpp: language models from scratch on running text: how well each predicts what it
// has not read, and what it writes.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <krait/core/atomic_file.hpp>
#include <krait/core/digest.hpp>
#include <krait/core/type_name.hpp>
#include <krait/data/with_folder.hpp>
#include <krait/experiment/model_facts.hpp>
#include <krait/experiment/own_tokens.hpp>
#include <krait/experiment/policies.hpp>
#include <krait/experiment/text_policy.hpp>
#include <krait/objective/cross_entropy.hpp>
#include <krait/pretrained/generate.hpp>
#include <krait/pretrained/write.hpp>
#include <krait/pretrained/writer.hpp>
#include <krait/run/first_weights.hpp>
#include <krait/run/run.hpp>
#include <krait/run/with_backend.hpp>
#include <krait/study/plain.hpp>
#include <krait/tokenizer/byte_tokens.hpp>
#include <krait/train/batch/chunk.hpp>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace krait::experiment {

struct language_modelling_config {
  long steps = 2000;
  int batch = 16;        // windows of text a step
  int length = 256;      // tokens of a window
  int per_shard = 4;     // windows a thread carries through the model at a time
  int held_out = 64;     // windows that are predicted at every look, never trained on
  long look_every = 50;  // steps between two looks
  int prompt = 32;       // tokens of held-out text that a model goes on with at the end
  int sample = 200;      // tokens that it writes then
  double temperature = .8, top_p = .95;
  int seeds = 1;  // repetitions without --seeds
};

/// Models: model::list of model::named language models over the data's tokens, or of experiment::reads, which read
/// tokens made of the text that is trained on. Data: running text, as data::plain_text.
///
/// Label: model. Quantities, in bits a byte of text, so that models over different tokens compare: loss, of the
/// training windows, a mean since the last look; held out, of the windows that are never trained on. Kept are the
/// weights (checkpoint/), models that Hugging Face transformers has as files for it too (models/, for text/generate),
/// and what each model writes (samples/, and on stdout).
template <class Models, class Data, class Optimizer, class Schedule,
          language_modelling_config C = language_modelling_config{}, class Page = studies::plain,
          class Precision = optim::fp32>
requires(
    all_fit<takes::models<Models>, takes::text<Data>, takes::optimizer<Optimizer>, takes::schedule<Schedule>,
            takes::page<Page>, takes::precision<Precision>, takes::whole_models<Models>>()) class language_modelling {
 public:
  using page = Page;
  static constexpr const char* unit = "tokens";
  static constexpr bool on_device = true, from_weights = true;
  static constexpr int seeds = C.seeds;
  static constexpr program::setting_option settings[2] = {program::learning_rate, program::batch_size};
  static_assert(C.batch > 0 && C.length > 1 && C.per_shard > 0 && C.held_out > 0 && C.look_every > 0,
                "language_modelling: batch, length, per_shard, held_out and look_every must be positive");
  static_assert(C.prompt > 0 && C.sample >= 0 && C.prompt + C.sample <= C.length,
                "language_modelling: prompt and sample together are at most length, which models are trained on");

  explicit language_modelling(program::options& o)
      : asked_(o),
        text_(Data::load(o.data)),
        steps_(o.steps > 0 ? o.steps
               : o.quick   ? 10
                           : C.steps),
        batch_(o.setting_or(program::batch_size, o.quick ? std::min(C.batch, 4) : C.batch)),
        held_out_(o.quick ? std::min(C.held_out, 4) : C.held_out),
        lr_(o.setting_or(program::learning_rate, Optimizer::lr)) {
    if (o.quick) o.seeds = std::min(o.seeds, 1);
    if (o.device == program::device_kind::cuda && batch_ > C.batch)
      throw option_error(
          fmt::format("--set batch={}: on a device at most {} windows a step, for which the program was compiled",
                      batch_, C.batch));
    // What cannot be read is told now, not when a model's turn comes.
    Models::for_each([&](auto named) {
      using type = typename decltype(named)::type;
      std::get<std::unique_ptr<read_tokens<type>>>(tokens_) = std::make_unique<read_tokens<type>>(*this);
    });
  }

  long steps() const { return asked_.seeds * static_cast<long>(Models::size) * steps_; }

  void describe(studies::record& to) const {
    to.declare_levels("model", Models::names);
    declare_tokens<Models>(to);
    for (const char* name : {"loss", "held out"}) to.declare(name, {"model"});
    to.fact("data", data::describe<Data>(asked_.data));
    to.fact("digest of the data", digest().add(text_.train).add(text_.held_out).text());
    to.fact("bytes to train on", static_cast<std::int64_t>(text_.train.size()));
    to.fact("bytes held out", static_cast<std::int64_t>(text_.held_out.size()));
    to.fact("bits a byte by the frequencies of bytes", entropy(text_.train, text_.held_out));
    to.fact("steps", std::int64_t{steps_});
    to.fact("windows a step", std::int64_t{batch_});
    to.fact("tokens a window", std::int64_t{C.length});
    to.fact("learning rate", lr_);
    to.fact("optimiser", type_name<Optimizer>());
    to.fact("schedule", type_name<Schedule>());
    to.fact("weights", std::string(Precision::name));
    program::describe_first_weights<Models>(asked_, to);
    Models::for_each([&](auto named) {
      using type = typename decltype(named)::type;
      describe_model<type>(to);
      to.fact(fmt::format("{}: tokenizer", type::name), type_name<tokenizer_read_by<type, Data>>());
    });
  }

  void measure(program::run_context& context) {
    Models::for_each([&](auto named) {
      using type = typename decltype(named)::type;
      const auto& tokens = std::get<std::unique_ptr<read_tokens<type>>>(tokens_);
      for (int i = 0; i < asked_.seeds; ++i)
        program::with_backend(asked_.device, [&]<class Backend>(std::type_identity<Backend>) {
          train_one<Backend, type>(context, *tokens, i);
        });
    });
  }

 private:
  /// The text as a model reads it. Throws data_error where a side is shorter than two windows.
  template <class Named> struct read_tokens {
    tokenizer_read_by<Named, Data> code;
    std::vector<std::int32_t> train, held_out;
    double bits_trained, bits_held_out;  // a byte, of one nat a token

    explicit read_tokens(const language_modelling& of)
        : code(tokens_read_by<Named, Data>(of.asked_.data, std::vector{of.text_.train})) {
      static_assert(decltype(code)::vocabulary <= Named::model::out,
                    "language_modelling: the tokenizer's vocabulary has more ids than the model puts out");
      code.append(of.text_.train, train);
      code.append(of.text_.held_out, held_out);
      for (const auto* side : {&train, &held_out})
        if (side->size() < 2 * (C.length + 1))
          throw data_error(fmt::format(
              "The text that is {} has {} tokens for the {}, and two windows of {} are {}; give "
              "more text or shorten the windows.",
              side == &train ? "trained on" : "held out", side->size(), Named::name, C.length, 2 * (C.length + 1)));
      const auto bits = [](std::size_t tokens, const std::string& text) {
        return static_cast<double>(tokens) / (std::log(2.) * static_cast<double>(text.size()));
      };
      bits_trained = bits(train.size(), of.text_.train), bits_held_out = bits(held_out.size(), of.text_.held_out);
    }
  };

  template <class Backend, class Named>
  void train_one(program::run_context& context, const read_tokens<Named>& tokens, int number) {
    using model = typename Named::model;
    using trainer_type =
        train::trainer<Backend,
                       train::pipeline<model, objective::cross_entropy, text_shard<capacity{C.per_shard, C.length}>,
                                       Optimizer, Precision, text_shard<capacity{C.batch, C.length}>>>;
    program::legs& legs = context.legs;
    const std::uint64_t seed = asked_.seed + static_cast<std::uint64_t>(number);
    const std::string leg = fmt::format("{}-seed{}", Named::name, seed);
    if (legs.finished(leg)) {
      context.shown.stage(leg, steps_, steps_);
      return;
    }
    trainer_type trainer(seed, context.threads);
    program::start_from_first_weights(asked_, trainer);
    const long done = legs.begin(leg, trainer);
    context.shown.stage(fmt::format("{:<12} seed {}/{}", Named::name, number + 1, asked_.seeds), steps_, done);
    const studies::labels at{{"model", Named::name}};
    const train::chunks asked = train::blocks_evenly(tokens.held_out, C.length + 1, held_out_);
    const auto look = [&](long step) {
      legs.add(leg, at, seed, step, "held out",
               tokens.bits_held_out * trainer.loss(train::reading_batch{asked, trainer_type::per_shard}));
    };
    if (done == 0) look(0);
    double loss = 0;  // summed since the last look
    long summed = 0;
    for (long step = done; step < steps_; ++step) {
      const train::chunks windows =
          train::blocks_by_chance(tokens.train, C.length + 1, batch_, {seed, stream("windows"), 0},
                                  static_cast<std::uint64_t>(step) * static_cast<std::uint64_t>(batch_));
      const auto now = legs.step(leg, trainer, train::reading_batch{windows, trainer_type::per_shard},
                                 lr_ * Schedule::factor(step, steps_));
      context.shown.update(now.loss, windows.tokens());
      loss += now.loss, ++summed;
      const bool last = step + 1 == steps_;
      if ((step + 1) % C.look_every != 0 && !last) continue;
      legs.add(leg, at, seed, step + 1, "loss", tokens.bits_trained * loss / static_cast<double>(summed));
      loss = 0, summed = 0;
      look(step + 1);
      if (last) {
        keep_model<Named>(context, leg, trainer.current(), tokens);
        keep_sample(context, leg, trainer.current(), tokens, seed);
      }
      legs.look(leg, trainer, step + 1, steps_, program::keep::result);
    }
  }

  /// As a folder that others read, where they know such a model.
  template <class Named, class Weights>
  static void keep_model(program::run_context& context, const std::string& leg, const Weights& weights,
                         const read_tokens<Named>& tokens) {
    if constexpr (pretrained::described<typename Named::model>) {
      const auto folder = context.legs.place("models", leg);
      pretrained::write<typename Named::model, float>(folder, weights);
      if constexpr (requires { tokens.code.json(); })
        write_file(folder / "tokenizer.json", tokens.code.json());
      else if constexpr (std::is_same_v<tokenizer_read_by<Named, Data>, data::byte_tokenizer>)
        write_file(folder / "tokenizer.json", tokenizer::byte_tokens());
    }
  }
  /// The beginning of the held-out text, and how the model goes on.
  template <class Weights, class Named>
  static void keep_sample(program::run_context& context, const std::string& leg, const Weights& weights,
                          const read_tokens<Named>& tokens, std::uint64_t seed) {
    pretrained::writer<typename Named::model, C.prompt + C.sample> writer(weights);
    const std::vector<std::int32_t> prompt(tokens.held_out.begin(), tokens.held_out.begin() + C.prompt);
    writer.read(prompt);
    const auto written = pretrained::write_on(writer,
                                              {.tokens = C.sample,
                                               .how = {.temperature = C.temperature, .top_p = C.top_p},
                                               .seed = seed,
                                               .ends = {tokens.code.end}},
                                              prompt, [](std::int32_t) { return true; });
    const std::string text = tokens.code.decode(prompt) + " | " + tokens.code.decode(written) + "\n";
    write_file(context.legs.place("samples", leg).string() + ".txt", text);
    context.shown.clear();
    fmt::print("{} writes: {}", leg, printable(text));
    std::fflush(stdout);
  }

  /// Control bytes do not reach a terminal.
  static std::string printable(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t') || c == 0x7f; }, '?');
    return text;
  }
  /// Bits a byte of a text for who knows how frequent bytes are in another one (each seen once more than it was).
  static double entropy(const std::string& known, const std::string& text) {
    std::vector<double> count(256, 1);
    for (const char c : known) ++count[static_cast<unsigned char>(c)];
    const double all = static_cast<double>(known.size()) + 256;
    double bits = 0;
    for (const char c : text) bits -= std::log2(count[static_cast<unsigned char>(c)] / all);
    return bits / static_cast<double>(text.size());
  }

  const program::options& asked_;
  data::read_text text_;
  long steps_;
  int batch_, held_out_;
  double lr_;
  template <class... Named>
  static std::tuple<std::unique_ptr<read_tokens<Named>>...> for_all(const policy_list<Named...>*);
  decltype(for_all(static_cast<const Models*>(nullptr))) tokens_;
};

}  // namespace krait::experiment
