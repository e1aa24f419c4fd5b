// krait/experiment/three_phase_turns.hpp: a model of a noise study when it is through, with the weights that each of
// its phases has left, for measures (phase_measures.hpp).
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <krait/core/reflect.hpp>
#include <krait/experiment/answer_letters.hpp>
#include <krait/experiment/phase_measures.hpp>
#include <krait/run/legs.hpp>
#include <krait/train/end_reader.hpp>
#include <krait/train/generate.hpp>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace krait::experiment {

/// Texts: a three_phase_texts. Whoever makes it owns all that it refers to.
template <class Trainer, class Texts, int Length> class three_phase_turns final : public phase_models {
 public:
  struct whose {
    std::string_view model;
    const std::string& who;  // the legs' names begin with it
    std::uint64_t seed;
    bool pretrained;
    std::span<const std::string_view> noises, sets;
    std::span<const int> set_of;
  };
  three_phase_turns(Trainer& trainer, const Texts& texts, const program::legs& legs, whose of)
      : trainer_(trainer), texts_(texts), legs_(legs), of_(std::move(of)), reader_(trainer), answers_(trainer) {}

  std::string_view model() const override { return of_.model; }
  std::vector<turn> turns() const override {
    std::vector<turn> all{{turn::untrained, {}}};
    if (of_.pretrained) all.push_back({turn::pretrained, {}});
    all.push_back({turn::learnt, {}});
    for (const auto noise : of_.noises)
      for (const auto name : {turn::noisy, turn::relearnt}) all.push_back({name, noise});
    return all;
  }
  std::span<const std::string_view> noises() const override { return of_.noises; }
  std::span<const std::string_view> sets() const override { return of_.sets; }
  std::span<const int> set_of() const override { return of_.set_of; }
  const std::vector<data::question_answer>& clean() const override { return texts_.clean.pairs; }
  const std::vector<data::question_answer>& noisy(std::string_view noise) const override {
    const auto place = std::ranges::find(of_.noises, noise) - of_.noises.begin();
    return texts_.noised[static_cast<std::size_t>(place)].pairs;
  }
  void go_to(const turn& where) override {
    if (where.name == turn::untrained) {
      const auto fresh = std::make_unique<Trainer>(of_.seed, 1);
      using scalar = typename Trainer::precision::master;
      std::ranges::copy(flat<scalar>(fresh->master()), flat<scalar>(trainer_.master()).begin());
      trainer_.restored(0);
    } else if (where.name == turn::pretrained) {
      legs_.take(of_.who + "-pretrained", trainer_);
    } else if (where.name == turn::learnt) {
      legs_.take(of_.who + "-phase1", trainer_);
    } else {
      legs_.take(fmt::format("{}-{}-phase{}", of_.who, where.noise, where.name == turn::noisy ? 2 : 3), trainer_);
    }
  }
  held read(reach to) override {
    const auto& set = texts_.clean;
    std::vector<std::vector<std::int32_t>> texts;
    std::vector<std::string> given;
    if (to == reach::answer) given = answers_(set);
    const auto common = common_beginnings(set.pairs);
    for (std::size_t i = 0; i < set.size(); ++i) {
      auto& text = texts.emplace_back(data::encode_question(set.pairs[i].question, set.tokens));
      std::vector<std::int32_t> more;
      if (to == reach::answer) {
        set.tokens.append(printable(given[i]), more);
      } else if (to == reach::beginning) {
        set.tokens.append(set.pairs[i].answer, more);
        std::size_t size = 0;  // of the tokens that lie within it
        while (size < more.size() && set.tokens.decode(std::span(more).first(size + 1)).size() <= common[i]) ++size;
        more.resize(size);
      }
      text.insert(text.end(), more.begin(), more.end());
      if (text.size() > std::size_t{Length}) text.resize(Length);
    }
    held found;
    reader_(texts, found.state.values, found.hidden.values);
    found.state.width = found.state.values.size() / std::max<std::size_t>(1, set.size());
    found.hidden.width = reader_.width;
    return found;
  }

 private:
  /// An answer without what no text may hold.
  static std::string printable(std::string text) {
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < ' '; });
    return text;
  }

  Trainer& trainer_;
  const Texts& texts_;
  const program::legs& legs_;
  whose of_;
  train::end_reader<Trainer, Length> reader_;
  train::answerer<Trainer, Length> answers_;
};

}  // namespace krait::experiment
