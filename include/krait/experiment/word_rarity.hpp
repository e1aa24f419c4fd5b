// krait/experiment/word_rarity.hpp: the measure of what is lost by how rare words are: along the whole range of
// frequencies, and what of it is left among words of the same place, length and surprise, and beyond what a decoder
// omits that knows nothing of the text. "Characterizing Mamba's Selective Memory using Auto-Encoders"
// (arXiv:2512.15653) links omission to frequency in the Pile, without coefficients.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <krait/experiment/asked_words.hpp>
#include <krait/experiment/omission_census.hpp>
#include <krait/experiment/reconstructions.hpp>
#include <krait/experiment/start_state.hpp>
#include <krait/experiment/word_chunks.hpp>
#include <krait/experiment/word_divisions.hpp>
#include <krait/experiment/word_frequency.hpp>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::experiment {

struct word_rarity_config {
  int chunks = 2000;      // of each length, evenly from all; with --quick few
  int permutations = 99;  // behind each correlation's p
};

/// Of words in chunks (word_chunks.hpp) whose frequency is known. Labels: number (which frequency), rarity (log10 of
/// it, to the nearest half), held (what is equal; surprise: bits of a word for the unconditional decoder). Quantities,
/// those with the ends of an interval over chunks *:
///   asked          words of a rarity
///   lost*          share of them that the reconstruction lacks, by control
///   given*         share of those that the unconditional decoder omits which the state gives; given_in_all*: of all
///   saved*         of a word's bits for the unconditional decoder, the share that the state saves
///   rho_lost, rho_given, rho_saved    rank correlations of a number with being omitted (by control), with that among
///                  the words that the unconditional decoder omits, with the share of bits saved
///   rho_lost_p, rho_given_p, rho_saved_p    by permutation
class word_rarity_measure {
 public:
  static constexpr std::string_view name = "word rarity";
  static constexpr std::array<const char*, 6> held{"nothing",  "place",           "bytes",
                                                   "surprise", "place and bytes", "place, bytes and surprise"};

  word_rarity_measure(const reconstruction_plan& plan, divided_words words, std::vector<int> lengths,
                      word_rarity_config c)
      : config_(c),
        asked_(plan, std::move(words), std::move(lengths), plan.asked.quick ? 24 : c.chunks, "word_rarity"),
        numbers_(known_frequencies(plan.tokens.decode(plan.train), plan.asked.data, asked_.words())) {
    if (plan.asked.quick) config_.permutations = 19;
    for (const auto& word : asked_.words()) sizes_.push_back(static_cast<double>(word.text.size()));
  }

  void describe(studies::record& to) const {
    std::vector<std::string> rarities, numbers;
    for (int half = 2 * rarest; half <= 0; ++half) rarities.push_back(studies::level(half / 2.));
    to.declare_label("rarity", rarities);
    for (const auto& one : numbers_) numbers.push_back(one.name);
    to.declare_label("number", numbers);
    to.declare_group("number", "frequencies", numbers);
    to.declare_label("held", {held.begin(), held.end()});
    to.declare("asked", {"model", "length", "number", "rarity"});
    declare_with_ends(to, "lost", {"model", "length", "control", "number", "rarity"});
    for (const char* one : {"given", "saved"}) declare_with_ends(to, one, {"model", "length", "number", "rarity"});
    declare_with_ends(to, "given_in_all", {"model", "length"});
    for (const char* p : {"", "_p"}) {
      to.declare(std::string("rho_lost") + p, {"model", "length", "control", "number", "held"});
      for (const char* one : {"rho_given", "rho_saved"})
        to.declare(std::string(one) + p, {"model", "length", "number", "held"});
    }
    asked_.describe(to);
  }

  void measure(reconstructions& by, const measuring& to, int length) const {
    const word_chunks* asked = asked_.of_length(length);
    if (!asked) return;
    const word_chunks& chunks = *asked;
    const studies::labels at = {{"model", by.model()}, {"length", length}};
    const auto places = chunks.places();
    std::vector<double> surprise;  // of each word
    by.write(chunks.texts(), {start::as_it_is::name, start::of_another::name, start::unconditional},
             [&](std::string_view control, const rebuilt& written, const rebuilt& alone) {
               const auto census = asked_.census(chunks, written);
               const auto labels = studies::with(at, {"control", control});
               const auto lost = census.losses();
               const std::vector<double> ones(lost.size(), 1.);
               for (const auto& number : numbers_) by_rarity(census, number, lost, ones, labels, "lost", to);
               if (control == start::as_it_is::name) {
                 surprise = chunks.bits(alone);
                 own(census, asked_.census(chunks, alone), surprise, chunks.bits(written), places, at, to);
               }
               for (const auto& number : numbers_)
                 for (const auto& [what, equal] : controls(places, surprise))
                   add(census.against(number.of, equal, draw_of(to), {.permutations = config_.permutations}), labels,
                       number.name, what, "rho_lost", to);
             });
  }

 private:
  static constexpr int rarest = -8;

  static draw draw_of(const measuring& to) { return {to.seed, stream("rarity"), 0}; }
  std::vector<std::string> rarities(const word_numbers& number) const {
    std::vector<std::string> all;
    for (const double x : number.of)
      all.push_back(std::isfinite(x) ? studies::level(std::max<double>(rarest, std::round(2 * x) / 2)) : "");
    return all;
  }
  /// What is held equal, by its name.
  std::vector<std::pair<const char*, std::vector<std::vector<double>>>> controls(
      const std::vector<double>& places, const std::vector<double>& surprise) const {
    return {{held[0], {}},         {held[1], {places}},         {held[2], {sizes_}},
            {held[3], {surprise}}, {held[4], {places, sizes_}}, {held[5], {places, sizes_, surprise}}};
  }
  void by_rarity(const omission_census& census, const word_numbers& number, const std::vector<double>& above,
                 const std::vector<double>& below, const studies::labels& at, const char* quantity, const measuring& to,
                 bool inverted = false) const {
    for (const auto& [rarity, one] : census.ratios(rarities(number), above, below, to.share)) {
      const auto where = studies::with(studies::with(at, {"number", number.name}), {"rarity", rarity});
      const auto [value, ends] = one.ratio;
      if (inverted)
        to.add(where, quantity, 1 - value, {1 - ends.high, 1 - ends.low});
      else
        to.add(where, quantity, value, ends);
    }
  }
  static void add(const statistics::correlation& found, const studies::labels& at, const std::string& number,
                  const char* what, const char* quantity, const measuring& to) {
    if (!found.rho) return;
    const auto where = studies::with(studies::with(at, {"number", number}), {"held", what});
    to.add(where, quantity, *found.rho);
    if (found.p) to.add(where, std::string(quantity) + "_p", *found.p);
  }
  /// What the state as it is gives of what the unconditional decoder lacks, words and bits.
  void own(const omission_census& census, const omission_census& alone, const std::vector<double>& surprise,
           const std::vector<double>& told, const std::vector<double>& places, const studies::labels& at,
           const measuring& to) const {
    const auto lost = census.losses(), lost_alone = alone.losses();
    const double unknown = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> saved(lost.size(), unknown), share(lost.size(), unknown);
    for (std::size_t i = 0; i < lost.size(); ++i) {
      saved[i] = surprise[i] - told[i];
      if (surprise[i] > 0) share[i] = saved[i] / surprise[i];
    }
    // Both lost, over those that the decoder alone has lost.
    std::vector<double> both(lost.size(), unknown);
    for (std::size_t i = 0; i < lost.size(); ++i) both[i] = lost[i] * lost_alone[i];
    for (const auto& [all, one] :
         census.ratios(std::vector<std::string>(lost.size(), "all"), both, lost_alone, to.share))
      to.add(at, "given_in_all", 1 - one.ratio.value, {1 - one.ratio.ends.high, 1 - one.ratio.ends.low});
    for (const auto& number : numbers_) {
      by_rarity(census, number, both, lost_alone, at, "given", to, true);
      by_rarity(census, number, saved, surprise, at, "saved", to);
      for (const auto& [rarity, one] : census.ratios(rarities(number), lost, std::vector<double>(lost.size(), 1.)))
        to.add(studies::with(studies::with(at, {"number", number.name}), {"rarity", rarity}), "asked",
               static_cast<double>(one.words));
    }
    std::vector<double> among = lost_alone;  // NaN: given by the decoder alone, so not asked about
    for (double& x : among)
      if (x == 0) x = unknown;
    for (const auto& number : numbers_)
      for (const auto& [what, equal] : controls(places, surprise)) {
        std::vector<double> some = number.of;
        for (std::size_t i = 0; i < some.size(); ++i)
          if (!std::isfinite(among[i])) some[i] = unknown;
        const statistics::correlation_config c{.permutations = config_.permutations};
        add(census.against(some, equal, draw_of(to), c), at, number.name, what, "rho_given", to);
        add(finite_spearman(share, number.of, equal, draw_of(to), c), at, number.name, what, "rho_saved", to);
      }
  }
  static statistics::correlation finite_spearman(const std::vector<double>& y, const std::vector<double>& x,
                                                 const std::vector<std::vector<double>>& controls, draw at,
                                                 statistics::correlation_config c) {
    std::vector<double> kept_y, kept_x;
    std::vector<std::vector<double>> kept(controls.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
      const bool known = std::isfinite(y[i]) && std::isfinite(x[i]) &&
                         std::ranges::all_of(controls, [&](const auto& one) { return std::isfinite(one[i]); });
      if (!known) continue;
      kept_y.push_back(y[i]), kept_x.push_back(x[i]);
      for (std::size_t k = 0; k < kept.size(); ++k) kept[k].push_back(controls[k][i]);
    }
    return statistics::partial_spearman(kept_y, kept_x, kept, at, c);
  }

  word_rarity_config config_;
  asked_words asked_;
  std::vector<word_numbers> numbers_;
  std::vector<double> sizes_;
};

/// Words: a policy like tagged_words. Lengths: some of the study's.
template <class Words, class Lengths, word_rarity_config C = word_rarity_config{}>
struct word_rarity : word_rarity_measure {
  static_assert(C.chunks > 0 && C.permutations > 0, "word_rarity: chunks and permutations must be positive");
  explicit word_rarity(const reconstruction_plan& plan)
      : word_rarity_measure(plan, Words::load(plan.asked.data, plan.tokens.decode(plan.held_out)),
                            {Lengths::all.begin(), Lengths::all.end()}, C) {}
};

}  // namespace krait::experiment
