// krait/experiment/word_omissions.hpp: the measure of which words reconstructions omit: by category, by place, by how
// frequent they are, and what of it a decoder that has not seen the text omits just as well. "Characterizing Mamba's
// Selective Memory using Auto-Encoders" (arXiv:2512.15653), section 5, with controls.
#pragma once
#include <array>
#include <cmath>
#include <krait/experiment/asked_words.hpp>
#include <krait/experiment/omission_census.hpp>
#include <krait/experiment/reconstructions.hpp>
#include <krait/experiment/start_state.hpp>
#include <krait/experiment/word_chunks.hpp>
#include <krait/experiment/word_divisions.hpp>
#include <krait/experiment/word_frequency.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

struct word_omissions_config {
  int chunks = 2000;      // of each length, evenly from all; with --quick few
  int permutations = 99;  // behind each correlation's p
  double alpha = .05;     // of corrected tests
};

namespace detail {

inline std::string level_below(double x, std::span<const double> bounds, std::span<const std::string> levels) {
  std::size_t i = 0;
  while (i < bounds.size() && x >= bounds[i]) ++i;
  return levels[i];
}

}  // namespace detail

/// Of words in chunks (word_chunks.hpp). Labels: category (group by group: each division of the words, "place",
/// "bytes", "frequency"), division, other, test, number, held. Quantities of the words that were asked for:
///   words                      of a category
///   omitted                    share that the reconstruction lacks (B.4 of the paper's protocol: word and occurrence)
///   relative                   over the share of all words; relative_place, relative_length: over what words at such
///                              places, or of as many bytes at such places, omit
///   restored                   share of what a control omits that the state as it is gives
///   surprise                   bits of a word for the unconditional decoder; told: share of them that the state gives
///   pairs, differ, untested    pairs of categories; those whose difference a test finds, corrected; without a p-value
///   difference, p              of a pair, in the share omitted
///   rho                        rank correlation of being omitted with a number of each word, others held equal;
///                              rho_p: of the state as it is
/// omitted, relative..., restored and told have the ends of an interval over chunks.
class word_omissions_measure {
 public:
  static constexpr std::string_view name = "word omissions";
  static constexpr const char *everything = "all words", *by_word = "each word, Bonferroni",
                              *by_chunk = "chunk by chunk, Holm";

  word_omissions_measure(const reconstruction_plan& plan, divided_words words, std::vector<int> lengths,
                         word_omissions_config c)
      : config_(c),
        divisions_(words.divisions),
        asked_(plan, std::move(words), std::move(lengths), plan.asked.quick ? 24 : c.chunks, "word_omissions"),
        own_(divisions_.size()),
        numbers_(known_frequencies(plan.tokens.decode(plan.train), plan.asked.data, asked_.words())) {
    if (plan.asked.quick) config_.permutations = 19;
    bytes_ = {"bytes", {"1 byte", "2 or 3 bytes", "4 or 5 bytes", "6 or 7 bytes", "8 bytes or more"}, {}};
    for (const auto& word : asked_.words()) {
      const auto size = static_cast<double>(word.text.size());
      sizes_.push_back(size);
      bytes_.of.push_back(detail::level_below(size, std::array{2., 4., 6., 8.}, bytes_.levels));
    }
    divisions_.push_back(bytes_);
    divisions_.push_back(by_frequency());
    divisions_.push_back({everything, {everything}, std::vector<std::string>(asked_.words().size(), everything)});
  }

  void describe(studies::record& to) const {
    std::vector<std::string> categories, divisions, numbers;
    for (const auto& one : divisions_) categories.insert(categories.end(), one.levels.begin(), one.levels.end());
    categories.insert(categories.end(), place_levels.begin(), place_levels.end());
    to.declare_label("category", categories);
    for (const auto& one : divisions_) to.declare_group("category", one.name, one.levels);
    to.declare_group("category", "place", {place_levels.begin(), place_levels.end()});
    std::vector<std::string> own;
    for (std::size_t i = 0; i < own_; ++i) divisions.push_back(divisions_[i].name);
    to.declare_label("division", divisions);
    to.declare_label("other", categories);
    to.declare_label("test", {by_word, by_chunk});
    for (const auto& one : numbers_) numbers.push_back(one.name);
    numbers.emplace_back("surprise");
    to.declare_label("number", numbers);
    to.declare_label("held", {held.begin(), held.end()});
    const std::vector<std::string> of_control{"model", "length", "control", "category"},
        of_category{"model", "length", "category"}, of_test{"model", "length", "control", "division", "test"};
    for (const char* one : {"omitted", "relative", "relative_place", "relative_length", "restored"})
      declare_with_ends(to, one, of_control);
    declare_with_ends(to, "told", of_category);
    to.declare("surprise", of_category);
    to.declare("words", of_category);
    for (const char* one : {"pairs", "differ", "untested"}) to.declare(one, of_test);
    to.declare("difference", {"model", "length", "category", "other"});
    to.declare("p", {"model", "length", "category", "other", "test"});
    for (const char* one : {"rho", "rho_p"}) to.declare(one, {"model", "length", "control", "number", "held"});
    asked_.describe(to);
  }

  void measure(reconstructions& by, const measuring& to, int length) const {
    const word_chunks* asked = asked_.of_length(length);
    if (!asked) return;
    const word_chunks& chunks = *asked;
    const studies::labels at = {{"model", by.model()}, {"length", length}};
    const std::vector<std::string_view> wanted{start::as_it_is::name, start::zero::name, start::of_another::name,
                                               start::random_encoder, start::unconditional};
    const auto places = chunks.places();
    std::vector<word_division> divisions = divisions_;
    divisions.push_back(by_place(places));
    std::vector<double> as_it_is;        // losses
    std::vector<double> surprise, told;  // bits of each word
    std::vector<std::string> strata(asked_.words().size());
    for (std::size_t i = 0; i < strata.size(); ++i) strata[i] = divisions.back().of[i] + bytes_.of[i];
    by.write(chunks.texts(), wanted, [&](std::string_view control, const rebuilt& written, const rebuilt& alone) {
      const bool own = control == start::as_it_is::name;
      const omission_census census = asked_.census(chunks, written);
      const auto lost = census.losses();
      if (own) {
        as_it_is = lost;
        surprise = chunks.bits(alone), told = chunks.bits(written);
        for (std::size_t i = 0; i < told.size(); ++i) told[i] = surprise[i] - told[i];
      }
      const auto labels = studies::with(at, {"control", control});
      compare(census, labels, to, own);
      correlate(census, labels, to, places, surprise, own);
      const std::vector<std::string> one_stratum(asked_.words().size());
      const std::vector<double> ones(asked_.words().size(), 1.);
      const std::pair<const char*, std::vector<double>> over[] = {
          {"omitted", ones},
          {"relative", census.expected(one_stratum)},
          {"relative_place", census.expected(divisions.back().of)},
          {"relative_length", census.expected(strata)}};
      for (const auto& division : divisions) {
        const auto add = [&](const char* quantity, studies::labels where, const auto& above, const auto& below,
                             bool inverted = false) {
          for (const auto& [category, one] : census.ratios(division.of, above, below, to.share)) {
            const auto [value, ends] = one.ratio;
            studies::set(where, {"category", category});
            if (inverted)
              to.add(where, quantity, 1 - value, {1 - ends.high, 1 - ends.low});
            else
              to.add(where, quantity, value, ends);
          }
        };
        for (const auto& [quantity, below] : over) add(quantity, labels, lost, below);
        if (!own) add("restored", labels, as_it_is, lost, true);
        if (!own) continue;
        add("told", at, told, surprise);
        for (const auto& [category, one] : census.ratios(division.of, surprise, ones)) {
          const auto where = studies::with(at, {"category", category});
          to.add(where, "surprise", one.ratio.value);
          to.add(where, "words", static_cast<double>(one.words));
        }
      }
    });
  }

 private:
  static constexpr std::array<const char*, 4> place_levels{"oldest quarter", "second quarter", "third quarter",
                                                           "newest quarter"};
  static constexpr std::array<const char*, 4> held{"nothing", "place", "place and bytes", "place, bytes and surprise"};

  word_division by_place(const std::vector<double>& places) const {
    word_division made{"place", {place_levels.begin(), place_levels.end()}, {}};
    for (const double place : places)
      made.of.push_back(std::isfinite(place) ? detail::level_below(place, std::array{.25, .5, .75}, made.levels) : "");
    return made;
  }
  /// Fifths of the words that have a frequency in the training text; equal ones stay together.
  word_division by_frequency() const {
    word_division made{
        "frequency", {"rarest fifth", "rarer fifth", "middle fifth", "commoner fifth", "commonest fifth"}, {}};
    std::vector<double> known, bounds;
    std::ranges::copy_if(numbers_[0].of, std::back_inserter(known), [](double x) { return std::isfinite(x); });
    std::ranges::sort(known);
    for (std::size_t i = 1; i < 5 && !known.empty(); ++i) bounds.push_back(known[i * known.size() / 5]);
    for (const double x : numbers_[0].of)
      made.of.push_back(std::isfinite(x) ? detail::level_below(x, bounds, made.levels) : "");
    return made;
  }
  void compare(const omission_census& census, const studies::labels& at, const measuring& to, bool each) const {
    for (std::size_t d = 0; d < own_; ++d) {
      const auto found = census.compare(divisions_[d].of);
      for (const bool words : {true, false}) {
        const auto& corrected = words ? found.by_word : found.by_chunk;
        const char* test = words ? by_word : by_chunk;
        const auto where = studies::with(studies::with(at, {"division", divisions_[d].name}), {"test", test});
        to.add(where, "pairs", static_cast<double>(found.pairs.size()));
        to.add(where, "differ", static_cast<double>(std::ranges::count_if(corrected.p, [&](const auto& p) {
                 return p && *p < config_.alpha;
               })));
        to.add(where, "untested", static_cast<double>(corrected.missing));
        if (!each) continue;
        for (std::size_t i = 0; i < found.pairs.size(); ++i) {
          const auto& pair = found.pairs[i];
          studies::labels of = {at[0], at[1], {"category", pair.first}, {"other", pair.second}};
          if (words) to.add(of, "difference", pair.by_word.difference);
          if (corrected.p[i]) to.add(studies::with(of, {"test", test}), "p", *corrected.p[i]);
        }
      }
    }
  }
  void correlate(const omission_census& census, const studies::labels& at, const measuring& to,
                 const std::vector<double>& places, const std::vector<double>& surprise, bool tested) const {
    const std::vector<double>* controls[] = {&places, &sizes_, &surprise};
    const auto add = [&](const std::string& number, const std::vector<double>& of, std::size_t most) {
      std::vector<std::vector<double>> equal;
      for (std::size_t h = 0; h <= most; ++h) {
        if (h > 0) equal.push_back(*controls[h - 1]);
        const auto found = census.against(of, equal, {to.seed, stream("correlations"), 0},
                                          {.permutations = tested ? config_.permutations : 1});
        if (!found.rho) continue;
        const auto where = studies::with(studies::with(at, {"number", number}), {"held", held[h]});
        to.add(where, "rho", *found.rho);
        if (tested) to.add(where, "rho_p", *found.p);
      }
    };
    for (const auto& one : numbers_) add(one.name, one.of, 3);
    add("surprise", surprise, 2);
  }

  word_omissions_config config_;
  std::vector<word_division> divisions_;
  asked_words asked_;
  std::size_t own_;  // divisions that came with the words
  std::vector<word_numbers> numbers_;
  word_division bytes_;
  std::vector<double> sizes_;
};

/// Words: a policy like tagged_words. Lengths: some of the study's.
template <class Words, class Lengths, word_omissions_config C = word_omissions_config{}>
struct word_omissions : word_omissions_measure {
  static_assert(C.chunks > 0 && C.permutations > 0 && C.alpha > 0 && C.alpha < 1,
                "word_omissions: chunks and permutations must be positive, alpha between 0 and 1");
  explicit word_omissions(const reconstruction_plan& plan)
      : word_omissions_measure(plan, Words::load(plan.asked.data, plan.tokens.decode(plan.held_out)),
                               {Lengths::all.begin(), Lengths::all.end()}, C) {}
};

}  // namespace krait::experiment
