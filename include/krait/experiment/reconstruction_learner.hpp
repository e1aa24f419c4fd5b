// krait/experiment/reconstruction_learner.hpp: one model with one seed on its way through a study of its state:
// pretraining, a decoder without the state, a decoder from the state, and what they write.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <krait/core/digest.hpp>
#include <krait/core/layer_states.hpp>
#include <krait/core/type_name.hpp>
#include <krait/experiment/reconstructions.hpp>
#include <krait/experiment/start_state.hpp>
#include <krait/model/from_state.hpp>
#include <krait/objective/cross_entropy.hpp>
#include <krait/run/reuse_training.hpp>
#include <krait/run/study_entry.hpp>
#include <krait/train/cpu.hpp>
#include <krait/train/log_probability.hpp>
#include <krait/train/read_and_write.hpp>
#include <krait/train/trainer.hpp>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace krait::experiment {

/// Study: an experiment::reconstruction, for its policies.
template <class Study, class Named> class reconstruction_learner final : private reconstructions {
  using pipeline_type = typename Study::template pipeline_of<typename Named::model>;
  using trainer = train::trainer<backend::cpu, pipeline_type>;
  using state_type = typename pipeline_type::model::state_type;
  using states = std::vector<heap<state_type>>;
  using measures = typename Study::measures::all;
  static constexpr reconstruction_config config = Study::config;
  static constexpr int longest = Study::lengths::longest;

 public:
  reconstruction_learner(program::run_context& context, const reconstruction_plan& plan, const measures& asked,
                         std::uint64_t seed)
      : context_(context),
        plan_(plan),
        measures_(asked),
        seed_(seed),
        who_(fmt::format("{}-seed{}", Named::name, seed)),
        encoder_(seed, context.threads),
        random_(seed, context.threads),
        alone_(seed, context.threads),
        decoder_(seed, context.threads),
        read_(encoder_) {}

  void operator()() {
    pretrain();
    context_.legs.take(who_ + "-pretrained", encoder_);
    std::vector<int> all(Study::lengths::all.begin(), Study::lengths::all.end());
    if (!plan_.apart) return both("", all, plan_.alone, plan_.rebuilding, 0);
    const auto share = [&](long steps) { return std::max(1L, steps / static_cast<long>(all.size())); };
    for (std::size_t i = 0; i < all.size(); ++i)
      both(fmt::format("-{}", all[i]), {all[i]}, share(plan_.alone), share(plan_.rebuilding), static_cast<long>(i));
  }

 private:
  /// turn: how many such pairs of decoders came before, whose steps are counted on.
  void both(const std::string& suffix, const std::vector<int>& lengths, long alone, long rebuilding, long turn) {
    const std::string first = who_ + "-unconditional" + suffix, second = who_ + "-decoder" + suffix;
    rebuild(first, "unconditional decoder", lengths, turn * alone, alone, alone_, false, [] {});
    rebuild(second, "decoder", lengths, turn * rebuilding, rebuilding, decoder_, true, [&] {
      context_.legs.take(first, alone_);
      const measuring to{
          [&](const studies::measurement& m) { context_.legs.add(second, m.at, m.seed, m.step, m.quantity, m.value); },
          seed_, (turn + 1) * rebuilding, config.interval};
      for (const int length : lengths)
        std::apply([&](const auto&... each) { (each.measure(*this, to, length), ...); }, measures_);
    });
  }

  std::string label(std::string_view what) const {
    return fmt::format("{:<12} seed {}/{}  {}", Named::name, seed_ - plan_.asked.seed + 1, plan_.asked.seeds, what);
  }
  static constexpr int most_shorter = 8;
  static int texts_of(int length) { return config.batch * std::clamp(longest / length, 1, most_shorter); }
  /// The length of a step's texts, by chance among those that have come in.
  int length_of(long step, long steps, const std::vector<int>& lengths) const {
    const auto all = static_cast<double>(lengths.size());
    const double open =
        std::min(all, 1 + all * static_cast<double>(step) / (config.opening * static_cast<double>(steps)));
    return lengths[integer({seed_, stream("lengths"), static_cast<std::uint64_t>(step)},
                           static_cast<std::uint64_t>(open))];
  }

  /// Trains a decoder, which begins as the encoder, on texts of these lengths, unless an earlier run has kept it;
  /// `then` measures what has come of it.
  void rebuild(const std::string& leg, const char* training, const std::vector<int>& lengths, long before, long steps,
               trainer& model, bool from_state, const std::function<void()>& then) {
    program::legs& legs = context_.legs;
    if (legs.finished(leg)) {
      context_.shown.stage(leg, steps, steps);
      return;
    }
    legs.start_from(who_ + "-pretrained", model, leg);
    const long done = legs.begin(leg, model);
    digest of = pretrained_digest();
    of.add(leg).add(std::to_string(before)).add(std::to_string(steps));
    of.add(fmt::format("{} {} {}", config.opening, plan_.lr, config.pairs));
    for (const int length : lengths) of.add(std::to_string(length));
    const program::reusable_training kept = reusable(leg, leg, training, of, before);
    if (done == 0 && program::reuse(context_, kept, model, then)) {
      context_.shown.stage(leg, steps, steps);
      return;
    }
    context_.shown.stage(label(training), steps, done);
    states start;
    double loss = 0;  // summed since the last point
    long summed = 0;
    for (long step = done; step < steps; ++step) {
      const auto number = static_cast<std::uint64_t>(step);
      const int length = length_of(step, steps, lengths);
      const train::chunks texts =
          train::blocks_by_chance(plan_.train, length, texts_of(length), {seed_, stream("texts to rebuild"), 0},
                                  number * static_cast<std::uint64_t>(most_shorter * config.batch));
      if (from_state) hand_over(read_, texts, start);
      const train::rebuilding_batch<state_type> batch{texts, plan_.tokens.edge, from_state ? &start : nullptr,
                                                      trainer::per_shard};
      const auto now = legs.step(leg, model, batch, plan_.lr * Study::schedule::factor(step, steps));
      context_.shown.update(now.loss, texts.tokens());
      loss += now.loss, ++summed;
      const bool last = step + 1 == steps;
      if ((step + 1) % config.look_every != 0 && !last) continue;
      legs.add(leg, {{"model", Named::name}, {"training", training}}, seed_, before + step + 1, "loss",
               loss / static_cast<double>(summed));
      loss = 0, summed = 0;
      if (last)
        program::finish_for_reuse(context_, kept, steps, model, then);
      else
        legs.look(leg, model, step + 1, steps, program::keep::result);
    }
  }

  /// What a decoder begins from: the states after texts.
  void hand_over(train::state_reader<trainer>& reader, const train::chunks& texts, states& to) const {
    reader(texts, to);
    for (auto& one : to) start::keep_newest(*one, config.pairs);
  }

  std::string_view model() const override { return Named::name; }
  void write(const train::chunks& texts, const std::vector<std::string_view>& wanted, const telling& tell) override {
    const auto asked_for = [&](std::string_view control) {
      return wanted.empty() || std::ranges::find(wanted, control) != wanted.end();
    };
    states own, changed;
    hand_over(read_, texts, own);
    for (std::size_t i = 0; i < own.size(); ++i) changed.push_back(make_heap<state_type>());
    const rebuilt alone = rebuilt_from(alone_, texts, changed);  // zeros
    Study::controls::for_each([&]<class Control>(std::type_identity<Control>) {
      if (!asked_for(Control::name)) return;
      if constexpr (start::names_a_layer<Control>)
        if (Control::layer > count_layer_states(*own[0])) return;
      for (std::size_t i = 0; i < own.size(); ++i) {
        *changed[i] = *own[i];
        Control::apply(*changed[i], *own[(i + 1) % own.size()]);
      }
      tell(Control::name, rebuilt_from(decoder_, texts, changed), alone);
    });
    if (asked_for(start::random_encoder)) {
      train::state_reader<trainer> read_at_random(random_);
      hand_over(read_at_random, texts, changed);
      tell(start::random_encoder, rebuilt_from(decoder_, texts, changed), alone);
    }
    if (config.pairs > 0 && texts.length > config.pairs && asked_for(start::newest_alone)) {
      train::chunks newest = texts;
      newest.length = config.pairs;
      for (std::size_t& begin : newest.begin) begin += static_cast<std::size_t>(texts.length - config.pairs);
      hand_over(read_, newest, changed);
      tell(start::newest_alone, rebuilt_from(decoder_, texts, changed), alone);
    }
    if (asked_for(start::unconditional)) tell(start::unconditional, alone, alone);
  }
  std::vector<float> read(const train::chunks& texts, encoder by, state_part wanted) override {
    std::vector<float> rows;
    states some;
    train::state_reader<trainer> read_by(by == encoder::random ? random_ : encoder_);
    constexpr std::size_t at_a_time = 64 * static_cast<std::size_t>(trainer::per_shard);  // a state may be large
    for (std::size_t first = 0; first < texts.size(); first += at_a_time) {
      const std::size_t count = std::min(at_a_time, texts.size() - first);
      train::chunks part{texts.text, {}, texts.length};
      part.begin.assign(texts.begin.begin() + static_cast<std::ptrdiff_t>(first),
                        texts.begin.begin() + static_cast<std::ptrdiff_t>(first + count));
      hand_over(read_by, part, some);
      for (std::size_t s = 0; s < count; ++s)
        for_each_layer_state(*some[s / trainer::per_shard], [&](const auto& layer) {
          append_state_of(layer, s % trainer::per_shard, trainer::per_shard, rows, wanted);
        });
    }
    return rows;
  }

  std::vector<double> surprise(const train::chunks& texts) override {
    const auto tokens = static_cast<std::size_t>(texts.length);
    std::vector<double> nats(texts.size() * tokens, std::numeric_limits<double>::quiet_NaN());
    encoder_.outputs(train::reading_batch{texts, trainer::per_shard}, [&](int i, auto logits, const auto& in) {
      for (int t = 0; t < in.of.tokens(); ++t) {
        const auto text = static_cast<std::size_t>(i * trainer::per_shard + t / in.of.length);
        nats[text * tokens + static_cast<std::size_t>(t % in.of.length) + 1] =
            -train::log_probability({logits[t], static_cast<std::size_t>(logits.width)}, in.target[t]);
      }
    });
    return nats;
  }

  rebuilt rebuilt_from(trainer& by, const train::chunks& texts, const states& from) const {
    const auto tokens = static_cast<std::size_t>(texts.length) + 1;
    rebuilt found;
    found.loss.resize(texts.size() * tokens);
    const train::rebuilding_batch<state_type> batch{texts, plan_.tokens.edge, &from, trainer::per_shard};
    by.outputs(batch, [&](int i, auto logits, const auto& in) {
      double* to = found.loss.data() + static_cast<std::size_t>(i * trainer::per_shard) * tokens;
      for (int t = 0; t < in.of.tokens(); ++t) {
        to[t] = -train::log_probability({logits[t], static_cast<std::size_t>(logits.width)}, in.target[t]);
      }
    });
    train::state_writer<trainer> write(by, plan_.tokens.edge, plan_.tokens.vocabulary);
    found.written = write(from, texts.size(), texts.length + 1);
    return found;
  }

  /// All that the weights at the end of the pretraining are determined by.
  digest pretrained_digest() const {
    digest of = program::digest_of_training(plan_.asked);
    of.add("reconstruction").add(type_name<pipeline_type>()).add(type_name<typename Study::schedule>());
    if (!plan_.read_instead.empty()) of.add(Named::name);
    of.add(plan_.digest_of_data).add(std::to_string(plan_.reading)).add(std::to_string(seed_));
    of.add(std::to_string(config.batch)).add(std::to_string(longest)).add(fmt::format("{}", config.reading_rate));
    return of.add(std::to_string(config.look_every));
  }

  program::reusable_training reusable(const std::string& leg, const std::string& who, const char* training,
                                      const digest& of, long before) const {
    return {
        leg,   who,   program::file_of_training(plan_.asked, who, of), {{"model", Named::name}, {"training", training}},
        seed_, before};
  }

  /// The encoder learns to go on with the text.
  void pretrain() {
    program::legs& legs = context_.legs;
    const std::string leg = who_ + "-pretrained";
    if (legs.finished(leg)) {
      context_.shown.stage(leg, plan_.reading, plan_.reading);
      return;
    }
    const long done = legs.begin(leg, encoder_);
    const program::reusable_training training = reusable(leg, who_, "encoder", pretrained_digest(), 0);
    if (done == 0 && program::reuse(context_, training, encoder_)) {
      context_.shown.stage(leg, plan_.reading, plan_.reading);
      return;
    }
    context_.shown.stage(label("pretraining"), plan_.reading, done);
    double loss = 0;  // summed since the last point
    long summed = 0;
    for (long step = done; step < plan_.reading; ++step) {
      const train::chunks windows = train::blocks_by_chance(
          plan_.to_read(Named::name), longest + 1, config.batch, {seed_, stream("texts to read"), 0},
          static_cast<std::uint64_t>(step) * static_cast<std::uint64_t>(config.batch));
      const auto now = legs.step(leg, encoder_, train::reading_batch{windows, trainer::per_shard},
                                 config.reading_rate * Study::schedule::factor(step, plan_.reading));
      context_.shown.update(now.loss, windows.tokens());
      loss += now.loss, ++summed;
      const bool last = step + 1 == plan_.reading;
      if ((step + 1) % config.look_every != 0 && !last) continue;
      legs.add(leg, {{"model", Named::name}, {"training", "encoder"}}, seed_, step + 1, "loss",
               loss / static_cast<double>(summed));
      loss = 0, summed = 0;
      if (!last) {
        legs.look(leg, encoder_, step + 1, plan_.reading, program::keep::result);
        continue;
      }
      program::finish_for_reuse(context_, training, step + 1, encoder_);
    }
  }

  program::run_context& context_;
  const reconstruction_plan& plan_;
  const measures& measures_;
  std::uint64_t seed_;
  std::string who_;
  trainer encoder_, random_, alone_, decoder_;  // random_: an encoder that has read nothing
  train::state_reader<trainer> read_;
};

}  // namespace krait::experiment
