// krait/experiment/word_positions.hpp: the measure of what is lost by where it stands in the text: words and bits, from
// either end, from the state as it is and from what holds nothing of the text. "Characterizing Mamba's Selective Memory
// using Auto-Encoders" (arXiv:2512.15653) finds older tokens forgotten more, without a control.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/experiment/asked_words.hpp>
#include <krait/experiment/omission_census.hpp>
#include <krait/experiment/reconstructions.hpp>
#include <krait/experiment/start_state.hpp>
#include <krait/experiment/word_chunks.hpp>
#include <krait/experiment/word_divisions.hpp>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::experiment {

struct word_positions_config {
  int chunks = 1000;  // of each length, evenly from all; with --quick few
  int words = 10;     // from either end, told apart
};

/// Of words in chunks (word_chunks.hpp), by control. Labels: position (the study's parts of a text, 1 the oldest), word
/// (counted from an end, from 1), back (tokens from the end: 1, 2, 4, ...). Quantities, with the ends of an interval
/// over chunks but for the last:
///   omitted_in_all                   share of the words that the reconstruction lacks
///   lost_from_start, lost_from_end   of the words with this number from an end
///   omitted_at                       of the words that begin in a part: in the newest these are short
///   kept_at, kept_back               bits a token against the unconditional decoder: in a part, so many from the end
///   hit_at                           share of the tokens of a part that stand where they should
///   omissions_at                     share of all omitted words that begin in a part
class word_positions_measure {
 public:
  static constexpr std::string_view name = "word positions";

  word_positions_measure(const reconstruction_plan& plan, divided_words words, std::vector<int> lengths,
                         word_positions_config c)
      : plan_(plan),
        config_(c),
        asked_(plan, std::move(words), std::move(lengths), plan.asked.quick ? 24 : c.chunks, "word_positions") {}

  void describe(studies::record& to) const {
    std::vector<int> numbers;
    for (int w = 1; w <= config_.words; ++w) numbers.push_back(w);
    to.declare_levels("word", numbers);
    declare_back(to, plan_);
    const std::vector<std::string> all{"model", "length", "control"};
    const auto declare = [&](const char* quantity, const char* label) {
      std::vector<std::string> labels = all;
      if (*label) labels.emplace_back(label);
      declare_with_ends(to, quantity, labels);
    };
    declare("omitted_in_all", "");
    for (const char* one : {"lost_from_start", "lost_from_end"}) declare(one, "word");
    for (const char* one : {"omitted_at", "kept_at", "hit_at"}) declare(one, "position");
    declare("kept_back", "back");
    to.declare("omissions_at", {"model", "length", "control", "position"});
    asked_.describe(to);
  }

  void measure(reconstructions& by, const measuring& to, int length) const {
    const word_chunks* asked = asked_.of_length(length);
    if (!asked) return;
    const word_chunks& chunks = *asked;
    const train::chunks texts = chunks.texts();
    const int bins = plan_.config.bins;
    const auto count = asked_.words().size();
    std::vector<std::string> part(count), first(count), last(count);
    const auto places = chunks.places();
    for (const auto& chunk : chunks.of)
      for (std::size_t w = 0; w < chunk.words.size(); ++w) {
        const std::size_t i = chunk.words[w];
        part[i] = studies::level(1 + static_cast<int>(places[i] * bins));
        const auto number = [&](std::size_t n) {
          return static_cast<int>(n) <= config_.words ? studies::level(static_cast<int>(n)) : std::string();
        };
        first[i] = number(w + 1), last[i] = number(chunk.words.size() - w);
      }
    const std::vector<std::string> everywhere(count, "all");
    const std::vector<double> ones(count, 1.);
    by.write(texts, {start::as_it_is::name, start::of_another::name, start::unconditional},
             [&](std::string_view control, const rebuilt& written, const rebuilt& alone) {
               const studies::labels at = {{"model", by.model()}, {"length", length}, {"control", control}};
               const omission_census census = asked_.census(chunks, written);
               const auto lost = census.losses();
               for (const auto& [category, one] : census.ratios(everywhere, lost, ones, to.share))
                 to.add(at, "omitted_in_all", one.ratio.value, one.ratio.ends);
               const auto shares = [&](const char* quantity, const char* label, const auto& categories) {
                 for (const auto& [category, one] : census.ratios(categories, lost, ones, to.share))
                   to.add(studies::with(at, {label, category}), quantity, one.ratio.value, one.ratio.ends);
               };
               shares("lost_from_start", "word", first), shares("lost_from_end", "word", last);
               for (std::size_t b = 1; b <= static_cast<std::size_t>(length); b *= 2) {
                 const std::size_t t = static_cast<std::size_t>(length) - b;
                 to.add(studies::with(at, {"back", b}), "kept_back",
                        detail::mean_over(texts, t, t + 1, [&](std::size_t s, std::size_t where) {
                          return detail::bits_at(texts, written, alone, s, where);
                        }));
               }
               if (length < bins) return;
               shares("omitted_at", "position", part);
               omissions(census, lost, part, at, to);
               const auto kept = bits_by_part(texts, written, alone, bins), right = right_by_part(texts, written, bins);
               for (std::size_t i = 0; i < kept.size(); ++i) {
                 const auto here = studies::with(at, {"position", static_cast<int>(i) + 1});
                 to.add(here, "kept_at", kept[i]), to.add(here, "hit_at", right[i]);
               }
             });
  }

 private:
  static void omissions(const omission_census& census, const std::vector<double>& lost,
                        const std::vector<std::string>& part, const studies::labels& at, const measuring& to) {
    double all = 0;
    for (const double one : lost)
      if (std::isfinite(one)) all += one;
    for (const auto& [category, one] : census.ratios(part, lost, std::vector<double>(lost.size(), 1.), to.share))
      to.add(
          studies::with(at, {"position", category}), "omissions_at",
          all > 0 ? one.ratio.value * static_cast<double>(one.words) / all : std::numeric_limits<double>::quiet_NaN());
  }

  const reconstruction_plan& plan_;
  word_positions_config config_;
  asked_words asked_;
};

/// Words: a policy like running_words. Lengths: some of the study's.
template <class Words, class Lengths, word_positions_config C = word_positions_config{}>
struct word_positions : word_positions_measure {
  static_assert(C.chunks > 0 && C.words > 0, "word_positions: chunks and words must be positive");
  explicit word_positions(const reconstruction_plan& plan)
      : word_positions_measure(plan, Words::load(plan.asked.data, plan.tokens.decode(plan.held_out)),
                               {Lengths::all.begin(), Lengths::all.end()}, C) {}
};

}  // namespace krait::experiment
