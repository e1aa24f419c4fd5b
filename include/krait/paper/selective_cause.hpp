// krait/paper/selective_cause.hpp: does frequency cause forgetting? "Characterizing Mamba's Selective Memory using
// Auto-Encoders" (arXiv:2512.15653) finds rare tokens forgotten more, which frequency itself or what goes with it may
// cause; here the same words in the same places were made common for one encoder and rare for another.
#pragma once
#include <cmath>
#include <functional>
#include <krait/study/exhibit.hpp>
#include <string>
#include <vector>

namespace krait::paper {

namespace detail {

/// Of the differences of words, their mean or an end of its interval: 90 % by a normal distribution, word by word.
inline double mean_of_words(const std::vector<double>& differences, double errors) {
  double n = 0, sum = 0, squares = 0;
  for (const double d : differences)
    if (std::isfinite(d)) ++n, sum += d;
  if (n < 2) return report::unknown;
  for (const double d : differences)
    if (std::isfinite(d)) squares += (d - sum / n) * (d - sum / n);
  return sum / n + errors * std::sqrt(squares / (n - 1) / n);
}

}  // namespace detail

/// Of experiment::reconstruction of data::swapped_words, whose measures hold swapped_memory, and whose two models read
/// texts where the first or the second words are common.
struct selective_cause {
  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const std::vector<std::string>&models = seen.levels("model"), &lengths = seen.group("length", "words");
    const std::string shortest = lengths.front(), longest = lengths.back();
    // f(value where a word is common, value where it is rare) over all words.
    using of_pair = std::function<double(double, double)>;
    const auto over_words = [&](const quantity& q, const of_pair& f, double errors, const std::string& unit) {
      std::vector<quantity> operands;
      for (const int side : {0, 1})
        for (const std::string& word : seen.group("word", side == 0 ? "first" : "second"))
          for (const int common : {0, 1})
            operands.push_back(
                q.where("word", word).where("model", models[static_cast<std::size_t>(side == common ? 0 : 1)]));
      return combine(
          [f, errors](const std::vector<double>& v) {
            std::vector<double> all;
            for (std::size_t i = 0; i + 1 < v.size(); i += 2) all.push_back(f(v[i], v[i + 1]));
            return detail::mean_of_words(all, errors);
          },
          operands, unit);
    };
    const auto with_interval = [&](const quantity& q, const of_pair& f, const std::string& unit) {
      constexpr double errors = 1.6449;
      return over_words(q, f, 0, unit).within(over_words(q, f, -errors, unit), over_words(q, f, errors, unit));
    };
    const auto common = [&](const quantity& q) {
      return over_words(
          q, [](double c, double) { return c; }, 0, q.unit());
    };
    const auto rare = [&](const quantity& q) {
      return over_words(
          q, [](double, double r) { return r; }, 0, q.unit());
    };
    const auto more_if_common = [&](const quantity& q, const std::string& unit) {
      return with_interval(
          q, [](double c, double r) { return c - r; }, unit);
    };
    const auto more_if_rare = [&](const quantity& q, const std::string& unit) {
      return with_interval(
          q, [](double c, double r) { return r - c; }, unit);
    };
    const quantity read = studies::of("read"), foreseen = studies::of("foreseen", "bits"),
                   needed = studies::of("needed", "bits"), kept = studies::of("kept", "bits"),
                   share = percent("kept_share"), lost = percent("lost");
    const quantity times = over_words(
        read, [](double c, double r) { return c / r; }, 0, "times");
    const selection asked{"length", lengths};
    const std::string interval = "Brackets: 90 % interval over words, with one seed.";

    exhibits page;
    page.tables = {
        table{.name = "kept",
              .rows = {"length"},
              .columns = {{"bits kept, common", common(kept), 2},
                          {"rare", rare(kept), 2},
                          {"difference in bits", more_if_common(kept, "bits"), 3},
                          {"share kept, common", common(share)},
                          {"share, rare", rare(share)},
                          {"difference in share", more_if_common(share, "points"), 2},
                          {"omitted, common", common(lost)},
                          {"omitted, rare", rare(lost)},
                          {"difference in omitted", more_if_rare(lost, "points"), 2}},
              .caption = "The same words in the same texts, from the state of the encoder that has read them often and "
                         "of the one that has hardly read them: bits that the state saves of a word, as a share (%) of "
                         "those that a decoder needs that knows nothing of the text, and words (%) that are lacking in "
                         "what is written. Means over words; the differences are above 0 where frequency helps. " +
                         interval,
              .only = {asked}},
        table{
            .name = "known",
            .rows = {"length"},
            .columns = {{"foreseen, common", common(foreseen), 2},
                        {"foreseen, rare", rare(foreseen), 2},
                        {"dearer if rare", more_if_rare(foreseen, "bits"), 2},
                        {"needed, common", common(needed), 2},
                        {"needed, rare", rare(needed), 2},
                        {"difference", more_if_rare(needed, "bits"), 3}},
            .caption = "Bits that a word costs the encoder that reads it, which shows that it has learnt how frequent "
                       "the word is, and the decoder that knows nothing of the text, which was trained on texts where "
                       "all words are as frequent and should not care. " +
                       interval,
            .only = {asked}}};
    page.plots = {
        lines{.name = "share",
              .x = {.over = "length", .label = "tokens of the text", .log = true},
              .y = {{"common for the encoder", common(share)}, {"rare for the encoder", rare(share)}},
              .axis = {.label = "bits of a word that are kept (%)", .low = 0},
              .caption = "What the state saves of the words' bits. Lines on each other: how often the encoder has read "
                         "a word does not matter.",
              .only = {asked}},
        lines{.name = "omitted",
              .x = {.over = "length", .label = "tokens of the text", .log = true},
              .y = {{"common for the encoder", common(lost)}, {"rare for the encoder", rare(lost)}},
              .axis = {.label = "words omitted (%)", .low = 0, .high = 100},
              .caption = "The same in words that are lacking in what is written.",
              .only = {asked}},
        lines{.name = "differences",
              .x = {.over = "length", .label = "tokens of the text", .log = true},
              .y = {{"bits kept, common less rare", more_if_common(kept, "bits")},
                    {"bits needed without the state, rare less common", more_if_rare(needed, "bits")}},
              .axis = {.label = "bits a word"},
              .caption = "What frequency adds to the bits kept, beside what it changes in the decoder that knows "
                         "nothing of the text.",
              .only = {asked},
              .references = {{.value = 0}}},
        lines{.name = "training",
              .x = {},
              .y = studies::of("loss"),
              .axis = {.label = "nats a token"},
              .series = "model",
              .panel = "training",
              .caption = "Loss of training batches.",
              .each_seed = true}};

    const auto low = [](const quantity& q) { return q.ends()->first; };
    const quantity gain = more_if_common(share, "points"), omission = more_if_rare(lost, "points");
    page.claims = {
        {.id = "made",
         .value = times,
         .holds = at_least(5),
         .precondition = true,
         .says = "The encoders' texts differ: a word stands many times as often in one as in the other.",
         .remedy = "give more text"},
        {.id = "learnt_frequency",
         .value = more_if_rare(foreseen, "bits").where("length", longest),
         .holds = at_least(1),
         .precondition = true,
         .says = "The encoders have learnt it: a word costs the one that hardly reads it more bits.",
         .remedy = "pretrain longer with --set reading"},
        {.id = "learnt",
         .value = ((common(kept) + rare(kept)) - common(studies::of("kept_other", "bits")) -
                   rare(studies::of("kept_other", "bits")))
                      .in("bits")
                      .where("length", shortest),
         .holds = at_least(2),
         .precondition = true,
         .says = "The decoders read the states: of the words of the shortest texts these save more bits than another "
                 "text's, of both encoders together.",
         .remedy = "train the decoders longer with --steps"},
        {.id = "equal_decoders",
         .each = {"length"},
         .value = more_if_rare(needed, "bits"),
         .holds = within(.25, 0),
         .says = "Of texts of {length} tokens it is not the decoders: without a state they need as many bits (within a "
                 "quarter) for a word, whatever their encoder has read.",
         .only = {asked}},
        {.id = "kept",
         .each = {"length"},
         .value = low(gain),
         .holds = above(0),
         .says =
             "Frequency causes memory: of texts of {length} tokens the state keeps a greater share of a word's bits "
             "if its encoder has read the word often, beyond the interval over words.",
         .source = "abstract: rarer tokens are forgotten more",
         .only = {asked}},
        {.id = "omitted",
         .each = {"length"},
         .value = low(omission),
         .holds = above(0),
         .says =
             "Rarity causes omissions: of texts of {length} tokens a word is omitted more if its encoder has hardly "
             "read it, beyond the interval over words.",
         .source = "abstract: rarer tokens are forgotten more",
         .only = {asked}},
        {.id = "kept_over_seeds",
         .each = {"length"},
         .value = gain,
         .holds = above(0).by_errors(2),
         .says = "So it is over seeds: of texts of {length} tokens the gain in the share of bits is above 0 by two "
                 "standard errors.",
         .only = {asked}},
        {.id = "small",
         .each = {"length"},
         .value = gain,
         .holds = within(5, 0),
         .says = "Of texts of {length} tokens frequency decides little: at most five points of the share that is kept, "
                 "either way.",
         .only = {asked}}};
    page.finding = {
        {"of texts of {length} tokens the state keeps {c} % of a word's bits if its encoder has read it {t} times as "
         "often, and {r} % if not (difference {d} points); {lc} and {lr} % of the words are omitted",
         {{"c", common(share)},
          {"r", rare(share)},
          {"t", times, 0},
          {"d", gain, 2},
          {"lc", common(lost)},
          {"lr", rare(lost)}},
         {"length"},
         {},
         {asked},
         "The same words in the same places: ",
         "; ",
         "."}};
    page.otherwise = "This run says nothing of frequency's doing";
    page.notes = {
        "Which of a pair's words stands at a place of the encoder's text was drawn; the other encoder's text has the other "
        "nearly everywhere, and is the same besides, byte by byte, as are its first weights and the windows that it "
        "reads. Both decoders learn from one text, where both words are as frequent.",
        "A decoder begins with its encoder's weights, and so with what that knows of frequencies; the bits that it needs "
        "without a state tell what is left of it."};
    return page;
  }
};

}  // namespace krait::paper
