// krait/paper/selective_cause.hpp: does frequency cause forgetting? "Characterizing Mamba's Selective Memory using
// Auto-Encoders" (arXiv:2512.15653) finds rare tokens forgotten more, which frequency itself or what goes with it may
// cause; here the same words in the same places were made common for one encoder and rare for another.
#pragma once
#include <cmath>
#include <functional>
#include <krait/paper/selective_training.hpp>
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
    const auto more_if_rare = [&](const quantity& q, const std::string& unit) {
      return with_interval(
          q, [](double c, double r) { return r - c; }, unit);
    };
    const quantity read = studies::of("read"), foreseen = studies::of("foreseen", "bits"),
                   needed = studies::of("needed", "bits"), kept = studies::of("kept", "bits"), lost = percent("lost"),
                   left = (needed - kept).in("bits"), other = studies::of("kept_other", "bits");
    const quantity times = over_words(
        read, [](double c, double r) { return c / r; }, 0, "times");
    const selection asked{"length", lengths};
    const std::string interval = "Brackets: 90 % interval over words, with one seed.";

    exhibits page;
    page.tables = {
        table{
            .name = "left",
            .rows = {"length"},
            .columns = {{"bits left, common", common(left), 2},
                        {"left, rare", rare(left), 2},
                        {"more if rare", more_if_rare(left, "bits"), 2},
                        {"omitted, common", common(lost)},
                        {"omitted, rare", rare(lost)},
                        {"more omitted if rare", more_if_rare(lost, "points"), 2},
                        {"bits saved, common", common(kept), 2},
                        {"saved, rare", rare(kept), 2}},
            .caption = "The same words in the same texts, from the state of the encoder that has read them often and "
                       "of the one that has hardly read them: bits that a word still costs the decoder, words (%) that "
                       "are lacking in what is written, and bits that the state saves a decoder that knows nothing of "
                       "the text. Means over words; more if rare is above 0 where frequency helps. " +
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
        lines{.name = "left",
              .x = {.over = "length", .label = "tokens of the text", .log = true},
              .y = {{"common for the encoder", common(left)},
                    {"rare for the encoder", rare(left)},
                    {"common, without the state", common(needed)},
                    {"rare, without the state", rare(needed)}},
              .axis = {.label = "bits that a word costs", .low = 0},
              .caption = "Bits that a word costs a decoder, from the state and without it. Lines on each other: how "
                         "often the encoder has read a word does not matter.",
              .only = {asked}},
        lines{.name = "omitted",
              .x = {.over = "length", .label = "tokens of the text", .log = true},
              .y = {{"common for the encoder", common(lost)}, {"rare for the encoder", rare(lost)}},
              .axis = {.label = "words omitted (%)", .low = 0, .high = 100},
              .caption = "The same in words that are lacking in what is written.",
              .only = {asked}},
        lines{.name = "differences",
              .x = {.over = "length", .label = "tokens of the text", .log = true},
              .y = {{"from the state", more_if_rare(left, "bits")},
                    {"without the state", more_if_rare(needed, "bits")},
                    {"for the encoder as it reads", more_if_rare(foreseen, "bits")}},
              .axis = {.label = "bits that a word costs more if rare"},
              .caption =
                  "What a word costs more if its encoder has hardly read it: that encoder itself, which foresees it "
                  "less; the decoder that knows nothing of the text, which began with its weights; and the decoder "
                  "that begins from its state.",
              .only = {asked},
              .references = {{.value = 0}}},
        detail::losses_of_decoders()};

    const auto low = [](const quantity& q) { return q.ends()->first; };
    const quantity dearer = more_if_rare(left, "bits"), omission = more_if_rare(lost, "points");
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
         .value = (common(kept) + rare(kept) - common(other) - rare(other)).in("bits").where("length", shortest),
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
        {.id = "dearer",
         .each = {"length"},
         .value = low(dearer),
         .holds = above(0),
         .says =
             "Rarity causes forgetting: of texts of {length} tokens a word costs the decoder more bits from the state "
             "of an encoder that has hardly read it, beyond the interval over words.",
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
        {.id = "dearer_over_seeds",
         .each = {"length"},
         .value = dearer,
         .holds = above(0).by_errors(2),
         .says = "So it is over seeds: of texts of {length} tokens rare words cost more by two standard errors.",
         .only = {asked}},
        {.id = "small",
         .each = {"length"},
         .value = dearer,
         .holds = within(.5, 0),
         .says =
             "Of texts of {length} tokens frequency decides little of what is kept: at most half a bit a word, either "
             "way.",
         .only = {asked}}};
    page.finding = {
        {"of texts of {length} tokens a word costs {c} bits from the state of the encoder that has read it {t} times "
         "as often, and {r} from the other's ({d} more); {lc} and {lr} % of the words are omitted",
         {{"c", common(left), 2},
          {"r", rare(left), 2},
          {"t", times, 0},
          {"d", dearer, 2},
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
        "Which of a pair's words stands at a place of the encoder's text was drawn; the other encoder's text has the "
        "other nearly everywhere, and is the same besides, byte by byte, as are its first weights and the windows that it "
        "reads. Both decoders learn from one text, where both words are as frequent.",
        "A decoder begins with its encoder's weights, and so with what that knows of frequencies. The bits that it "
        "needs without a state tell what is left of it; where that is much, the bits saved of rare words are too many, and "
        "the bits left of them too many, too: what is found of forgetting is the most that frequency can do."};
    return page;
  }
};

}  // namespace krait::paper
