// krait/experiment/reconstruction_learner.hpp: one model with one seed on its way through a study of its state:
// pretraining, a decoder without the state, a decoder from the state, and what they write.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <krait/core/digest.hpp>
#include <krait/core/layer_states.hpp>
#include <krait/core/type_name.hpp>
#include <krait/experiment/reconstruction_measures.hpp>
#include <krait/experiment/start_state.hpp>
#include <krait/metric/metric.hpp>
#include <krait/model/from_state.hpp>
#include <krait/objective/cross_entropy.hpp>
#include <krait/run/reuse_training.hpp>
#include <krait/run/study_entry.hpp>
#include <krait/train/cpu.hpp>
#include <krait/train/read_and_write.hpp>
#include <krait/train/trainer.hpp>
#include <limits>
#include <string>
#include <vector>

namespace krait::experiment {

struct reconstruction_config {
  long reading = 3000;         // steps of the encoder's pretraining, on windows as long as the longest text
  long rebuilding = 6000;      // steps of the decoder
  double alone = .25;          // steps of the unconditional decoder, as a share of the decoder's
  int batch = 8;               // texts of the greatest length a step; up to eight times as many of shorter ones
  double opening = .5;         // share of the decoders' steps over which lengths come in, the shortest first
  int per_shard = 4;           // texts a thread carries through the model at a time
  int texts = 128;             // held-out texts of each length
  int bins = 8;                // parts of a text, for what is kept by position
  long look_every = 50;        // steps between two points of the losses
  double reading_rate = 2e-3;  // learning rate of the pretraining
  double interval = .9;        // share of the bootstrap's resamples between _low and _high
  int seeds = 1;               // repetitions without --seeds
};

/// What all models of a run have in common.
template <class Tokenizer> struct reconstruction_plan {
  const program::options& asked;
  Tokenizer tokens;
  std::vector<std::int32_t> train = {}, held_out = {};
  std::string digest_of_data = {};
  std::size_t files = 0, passages = 0, passages_held_out = 0;
  long reading = 0, alone = 0, rebuilding = 0;  // steps
  int texts = 0;
  bool apart = false;

  train::chunks test(int length) const { return train::blocks_evenly(held_out, length, texts); }
};

/// What each metric of a list says of a written text alone; NaN where it gives the true text 0 against itself.
template <class Metrics, class Tokenizer>
std::array<double, Metrics::size> score_of(const Tokenizer& tokens, std::span<const std::int32_t> written,
                                           std::span<const std::int32_t> truth) {
  Metrics of, itself;
  const std::string text = tokens.decode(truth);
  of.add("", tokens.decode(written), std::string_view(text));
  itself.add("", text, std::string_view(text));
  std::array<double, Metrics::size> all;
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = itself.values()[i].value > 0 ? of.values()[i].value : std::numeric_limits<double>::quiet_NaN();
  return all;
}

/// Study: an experiment::reconstruction, for its policies.
template <class Study, class Named> class reconstruction_learner {
  using pipeline_type = typename Study::template pipeline_of<typename Named::model>;
  using trainer = train::trainer<backend::cpu, pipeline_type>;
  using state_type = typename pipeline_type::model::state_type;
  using states = std::vector<heap<state_type>>;
  using tokenizer = typename Study::tokenizer;
  using metrics = typename Study::metrics;
  static constexpr reconstruction_config config = Study::config;
  static constexpr int longest = Study::lengths::longest;

 public:
  reconstruction_learner(program::run_context& context, const reconstruction_plan<tokenizer>& plan, std::uint64_t seed)
      : context_(context),
        plan_(plan),
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
      for (const int length : lengths)
        evaluate({context_.legs, second, seed_, (turn + 1) * rebuilding, config.interval}, length);
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

  /// Trains a decoder, which begins as the encoder, on texts of these lengths; `then` measures what has come of it.
  template <class Then>
  void rebuild(const std::string& leg, const char* training, const std::vector<int>& lengths, long before, long steps,
               trainer& model, bool from_state, Then&& then) {
    program::legs& legs = context_.legs;
    if (legs.finished(leg)) {
      context_.shown.stage(leg, steps, steps);
      return;
    }
    legs.start_from(who_ + "-pretrained", model, leg);
    const long done = legs.begin(leg, model);
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
      if (from_state) read_(texts, start);
      const train::rebuilding_batch<state_type> batch{texts, plan_.tokens.pad, from_state ? &start : nullptr,
                                                      trainer::per_shard};
      const auto now =
          legs.step(leg, model, batch, pipeline_type::optimizer::lr * Study::schedule::factor(step, steps));
      context_.shown.update(now.loss, texts.tokens());
      loss += now.loss, ++summed;
      const bool last = step + 1 == steps;
      if ((step + 1) % config.look_every != 0 && !last) continue;
      legs.add(leg, {{"model", Named::name}, {"training", training}}, seed_, before + step + 1, "loss",
               loss / static_cast<double>(summed));
      loss = 0, summed = 0;
      if (last) then();
      legs.look(leg, model, step + 1, steps, program::keep::result);
    }
  }

  void evaluate(const measuring& to, int length) {
    const train::chunks texts = plan_.test(length);
    states own, changed;
    read_(texts, own);
    for (std::size_t i = 0; i < own.size(); ++i) changed.push_back(make_heap<state_type>());
    const rebuilt alone = rebuilt_from(alone_, texts, changed);  // zeros
    Study::controls::for_each([&]<class Control>(std::type_identity<Control>) {
      if constexpr (start::names_a_layer<Control>)
        if (Control::layer > count_layer_states(*own[0])) return;
      for (std::size_t i = 0; i < own.size(); ++i) {
        *changed[i] = *own[i];
        Control::apply(*changed[i], *own[(i + 1) % own.size()]);
      }
      const rebuilt found = rebuilt_from(decoder_, texts, changed);
      measure(to, texts, Control::name, found, alone);
      if constexpr (std::is_same_v<Control, start::as_it_is>) by_position(to, texts, found, alone);
    });
    train::state_reader<trainer> read_at_random(random_);
    read_at_random(texts, changed);
    measure(to, texts, start::random_encoder, rebuilt_from(decoder_, texts, changed), alone);
    measure(to, texts, start::unconditional, alone, alone);
  }

  rebuilt rebuilt_from(trainer& by, const train::chunks& texts, const states& from) const {
    const auto tokens = static_cast<std::size_t>(texts.length) + 1;
    rebuilt found;
    found.loss.resize(texts.size() * tokens);
    const train::rebuilding_batch<state_type> batch{texts, plan_.tokens.pad, &from, trainer::per_shard};
    by.outputs(batch, [&](int i, auto logits, const auto& in) {
      double* to = found.loss.data() + static_cast<std::size_t>(i * trainer::per_shard) * tokens;
      for (int t = 0; t < in.of.tokens(); ++t) {
        const float* row = logits[t];
        const float most = *std::max_element(row, row + logits.width);
        double sum = 0;
        for (int k = 0; k < logits.width; ++k) sum += std::exp(static_cast<double>(row[k] - most));
        to[t] = std::log(sum) + most - row[in.target[t]];
      }
    });
    train::state_writer<trainer> write(by, plan_.tokens.pad, tokenizer::vocabulary);
    found.written = write(from, texts.size(), texts.length + 1);
    return found;
  }

  void measure(const measuring& to, const train::chunks& texts, std::string_view control, const rebuilt& found,
               const rebuilt& alone) const {
    const studies::labels at = {{"model", Named::name}, {"length", texts.length}, {"control", control}};
    std::vector<by_text> scores(metrics::size);
    for (std::size_t s = 0; s < texts.size(); ++s) {
      const auto all = score_of<metrics>(plan_.tokens, found.written[s], texts[s]);
      for (std::size_t m = 0; m < all.size(); ++m) scores[m].push_back(all[m]);
    }
    for (std::size_t m = 0; m < scores.size(); ++m) to.add(at, metrics::names[m], scores[m]);
    to.add(at, "right", share_right(texts, found));
    to.add(at, "distance", edit_distances(texts, found));
    to.add(at, "nats", mean_loss(texts, found));
    to.add(at, "bits", bits_kept(texts, found, alone));
  }
  void by_position(const measuring& to, const train::chunks& texts, const rebuilt& found, const rebuilt& alone) const {
    if (texts.length < config.bins) return;
    const auto right = right_by_part(texts, found, config.bins), bits = bits_by_part(texts, found, alone, config.bins);
    for (int i = 0; i < config.bins; ++i) {
      const studies::labels at = {{"model", Named::name}, {"length", texts.length}, {"position", i + 1}};
      to.add(at, "right_at", right[static_cast<std::size_t>(i)]);
      to.add(at, "bits_at", bits[static_cast<std::size_t>(i)]);
    }
  }

  /// All that the weights at the end of the pretraining are determined by.
  digest pretrained_digest() const {
    digest of = program::digest_of_training(plan_.asked);
    of.add("reconstruction").add(type_name<pipeline_type>()).add(type_name<typename Study::schedule>());
    of.add(plan_.digest_of_data).add(std::to_string(plan_.reading)).add(std::to_string(seed_));
    of.add(std::to_string(config.batch)).add(std::to_string(longest)).add(fmt::format("{}", config.reading_rate));
    return of.add(std::to_string(config.look_every));
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
    const program::reusable_training training{
        leg, who_, program::file_of_training(plan_.asked, who_, pretrained_digest()), {{"model", Named::name}}, seed_};
    if (done == 0 && program::reuse(context_, training, encoder_)) {
      context_.shown.stage(leg, plan_.reading, plan_.reading);
      return;
    }
    context_.shown.stage(label("pretraining"), plan_.reading, done);
    double loss = 0;  // summed since the last point
    long summed = 0;
    for (long step = done; step < plan_.reading; ++step) {
      const train::chunks windows =
          train::blocks_by_chance(plan_.train, longest + 1, config.batch, {seed_, stream("texts to read"), 0},
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
  const reconstruction_plan<tokenizer>& plan_;
  std::uint64_t seed_;
  std::string who_;
  trainer encoder_, random_, alone_, decoder_;  // random_: an encoder that has read nothing
  train::state_reader<trainer> read_;
};

}  // namespace krait::experiment
