// krait/paper/selective_words.hpp: which words a Mamba's state loses. "Characterizing Mamba's Selective Memory using
// Auto-Encoders" (arXiv:2512.15653), section 5, and what it leaves open: is it the state that loses them, or does the
// decoder write them less readily whatever it begins from?
#pragma once
#include <krait/paper/selective_words_published.hpp>
#include <krait/study/exhibit.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::paper {

/// Of experiment::reconstruction, whose measures hold word_omissions, and whose controls hold zero and the state of
/// another text. Models: from the smallest to the largest.
struct selective_words {
  static constexpr auto& rows = detail::selective_words_published::rows;

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    using published = detail::selective_words_published;
    const char *own = "as it is", *another = "of another text", *alone = "unconditional decoder", *all = "all words",
               *by_word = "each word, Bonferroni", *by_chunk = "chunk by chunk, Holm";
    const auto& lengths = seen.group("length", "words");
    const std::string length = lengths[lengths.size() / 2];
    const auto ends = [](const std::string& name) {
      return percent(name).within(percent(name + "_low"), percent(name + "_high"));
    };
    const auto times = [](const std::string& name) {
      return studies::of(name).within(studies::of(name + "_low"), studies::of(name + "_high"));
    };
    const auto here = [&](const quantity& q) { return q.where("length", length); };
    const quantity omitted_any = ends("omitted"), omitted = here(omitted_any.where("control", own)),
                   by_alone = here(omitted_any.where("control", alone)), restored_any = ends("restored"),
                   restored = here(restored_any.where("control", alone)), told = here(ends("told")),
                   surprise = here(studies::of("surprise", "bits"));
    const quantity told_low = here(percent("told_low")), told_high = here(percent("told_high"));
    const auto low = [&](const char* name, const char* control) {
      return here(percent(std::string(name) + "_low").where("control", control));
    };
    const auto high = [&](const char* name, const char* control) {
      return here(percent(std::string(name) + "_high").where("control", control));
    };
    const auto rho = [&](const char* control, const std::string& number, const char* held) {
      return here(studies::of("rho").where("control", control).where("number", number).where("held", held));
    };
    const auto& divisions = seen.levels("division");
    const bool tagged = divisions.front() == "part of speech";
    const std::string number = tagged ? "NUM" : "number", in_training = "frequency in the training text";
    const std::string of_chunks = "chunks of " + length + " tokens";
    const selection main_controls = among(seen, "control", {own, another, alone});

    exhibits page;
    for (const auto& division : divisions) {
      std::string stem = division;
      for (char& c : stem) c = c == ' ' ? '_' : c;
      const selections kinds = {{"category", seen.group("category", division)}};
      page.tables.push_back(table{
          .name = "omitted_by_" + stem,
          .rows = {{"category", division}},
          .columns = spread("model", omitted),
          .caption = "Words (%) that the reconstructions of " + of_chunks + " omit, by " + division +
                     "; brackets: 90 % interval over chunks, with one seed. Grey: published models, chunks of 256 "
                     "tokens of about four bytes.",
          .only = kinds});
      page.tables.push_back(table{
          .name = "state_by_" + stem,
          .rows = {"model", {"category", division}},
          .columns = {{"words", here(studies::of("words")), 0},
                      {"omitted", omitted},
                      {"unconditional", by_alone},
                      {"another text's", here(omitted_any.where("control", another))},
                      {"restored", restored},
                      {"bits told", told},
                      {"bits a word", surprise},
                      {"relative", here(times("relative").where("control", own)), 2},
                      {"place held", here(times("relative_place").where("control", own)), 2},
                      {"place, bytes held", here(times("relative_length").where("control", own)), 2}},
          .caption =
              "State or decoder? Omitted (%) from the state, by a decoder that was trained without one, and "
              "from another text's state. Restored: of the words that the unconditional decoder omits, those "
              "that the state gives (%). Bits told: of a word's bits for the unconditional decoder, those that the "
              "state saves (%), which does not depend on greedy writing. Relative: omission over that of all "
              "words, of words at the same places, of words of as many bytes at the same places.",
          .only = kinds,
          .published = false});
      page.plots.push_back(
          bars{.name = "omitted_by_" + stem,
               .categories = "category",
               .y = omitted,
               .axis = {.label = "words omitted (%)", .low = 0},
               .series = "model",
               .caption = "Which kinds of words are omitted most, by " + division + ", " + of_chunks + "?",
               .only = kinds});
      page.plots.push_back(bars{.name = "restored_by_" + stem,
                                .categories = "category",
                                .y = {{"restored words", restored}, {"bits told", told}},
                                .axis = {.label = "of what the unconditional decoder lacks (%)"},
                                .panel = "model",
                                .caption = "What the state adds, by " + division +
                                           ". Where these bars are level, the state keeps all kinds alike, and unequal "
                                           "omissions are the decoder's.",
                                .only = kinds,
                                .published = false});
    }
    page.tables.push_back(table{
        .name = "tests",
        .rows = {"model", "division", "test"},
        .columns = {{"pairs", here(studies::of("pairs").where("control", own)), 0},
                    {"differ", here(studies::of("differ").where("control", own)), 0},
                    {"without p", here(studies::of("untested").where("control", own)), 0},
                    {"differ, unconditional", here(studies::of("differ").where("control", alone)), 0}},
        .caption = "Pairs of kinds whose omissions differ at 5 %, corrected for all pairs: each word by itself (equal "
                   "variances, Bonferroni: the paper's test), and chunk by chunk (pairs, Holm), since words that "
                   "were read into one state are not independent. Last: what the decoder without a state omits.",
        .published = false});
    for (const auto& [group, caption] :
         {std::pair<std::string, std::string>{"place", "Words by the place of their first token in the chunk."},
          {"bytes", "Words by their length: each byte is one more that may come out wrong."},
          {"frequency", "Words by how frequent they are in the training text (marks have no frequency)."}}) {
      const selections kinds = {{"category", seen.group("category", group)}, main_controls};
      page.tables.push_back(table{.name = "omitted_by_" + group,
                                  .rows = {"model", {"category", group}},
                                  .columns = {{"words", here(studies::of("words")), 0},
                                              {"omitted", omitted},
                                              {"unconditional", by_alone},
                                              {"restored", restored},
                                              {"bits told", told},
                                              {"bits a word", surprise}},
                                  .caption = caption + " Columns as above.",
                                  .only = kinds,
                                  .published = false});
      page.plots.push_back(bars{.name = "omitted_by_" + group,
                                .categories = "category",
                                .y = here(omitted_any),
                                .axis = {.label = "words omitted (%)", .low = 0},
                                .series = "control",
                                .panel = "model",
                                .caption = caption +
                                           " From the state as it is, and from states that hold nothing of the "
                                           "text.",
                                .only = kinds,
                                .published = false});
    }
    const quantity rho_any = here(studies::of("rho"));
    page.tables.push_back(table{
        .name = "correlation",
        .rows = {"model", "number", {"held", "held equal"}},
        .columns = {{"rho", rho_any.where("control", own), 3},
                    {"p", here(studies::of("rho_p").where("control", own)), 3},
                    {"unconditional", rho_any.where("control", alone), 3},
                    {"another text's", rho_any.where("control", another), 3}},
        .caption = "Rank correlation (Spearman) of being omitted with a word's frequency (log share; of the Pile by "
                   "GPT-NeoX's tokens) and with its surprise (bits for the unconditional decoder: a reference "
                   "perplexity), others held equal; p by permutation. Then the same of decoders that do not know "
                   "the text.",
        .published = false});
    page.tables.push_back(table{.name = "lengths",
                                .rows = {"model", "length"},
                                .columns = {spread("control", omitted_any.where("category", all), 1, "omitted, {}")},
                                .caption = "All words that are omitted (%), by the length of the chunks.",
                                .only = {{"length", lengths}},
                                .published = false});

    const auto by_division = [&](const char* test, const char* control) {
      return here(studies::of("differ").where("test", test).where("control", control));
    };
    page.claims = {
        {.id = "learnt",
         .each = {"model"},
         .value = restored.where("category", all),
         .holds = at_least(10),
         .precondition = true,
         .says = "The {model} model's state gives at least a tenth of the words that a decoder without it omits.",
         .remedy = "train the decoder longer with --steps"},
        {.id = "unequal",
         .each = {"model", "division"},
         .value = by_division(by_word, own),
         .holds = at_least(1),
         .says = "The {model} model omits some kinds of words more than others, by {division}: each word by itself.",
         .source = tagged ? published::speech : ""},
        {.id = "unequal_by_chunk",
         .each = {"model", "division"},
         .value = by_division(by_chunk, own),
         .holds = at_least(1),
         .says =
             "Chunk by chunk too, as words of one chunk are not independent, the {model} model omits some kinds more "
             "than others, by {division}."},
        {.id = "prior",
         .each = {"model", "division"},
         .value = by_division(by_chunk, alone),
         .holds = at_least(1),
         .says = "A {model} decoder that knows nothing of the text omits them unequally too, by {division}: rates of "
                 "omission alone do not tell what the state lost."},
        {.id = "numbers",
         .each = {"model"},
         .value =
             (low("omitted", own).where("category", number) - high("omitted", own).where("category", all)).in("points"),
         .holds = above(0),
         .says = "The {model} model omits numbers more than words in all, beyond both intervals.",
         .source = tagged ? published::speech : ""},
        {.id = "numbers_held",
         .each = {"model"},
         .value = here(studies::of("relative_length_low").where("control", own)).where("category", number),
         .holds = above(1),
         .says = "The {model} model omits numbers more than words of as many bytes at the same places."},
        {.id = "numbers_told",
         .each = {"model"},
         .value = (told_high.where("category", number) - told_low.where("category", all)).in("points"),
         .holds = below(0),
         .says =
             "It is not the greedy writing alone: of the bits of numbers the {model} model's state saves its decoder a "
             "smaller share than of those of words in all, beyond both intervals."},
        {.id = "older",
         .each = {"model"},
         .value = (low("omitted", own).where("category", "oldest quarter") -
                   high("omitted", own).where("category", "newest quarter"))
                      .in("points"),
         .holds = above(0),
         .says = "The {model} model omits the oldest words more than the newest, beyond both intervals.",
         .source = published::places},
        {.id = "rare",
         .each = {"model"},
         .value = rho(own, in_training, "nothing"),
         .holds = below(0),
         .says = "The {model} model omits rare words more: rank correlation with frequency in the training text.",
         .source = published::frequency},
        {.id = "rare_held",
         .each = {"model"},
         .value = rho(own, in_training, "place, bytes and surprise"),
         .holds = below(0),
         .says = "The {model} model omits rare words more also among words of the same place, length and surprise."},
        {.id = "rare_prior",
         .each = {"model"},
         .value = rho(alone, in_training, "nothing"),
         .holds = below(0),
         .says =
             "A {model} decoder that knows nothing of the text omits rare words more too: the correlation alone does "
             "not tell what the state lost."},
        {.id = "rare_told",
         .each = {"model"},
         .value =
             (told_high.where("category", "rarest fifth") - told_low.where("category", "commonest fifth")).in("points"),
         .holds = below(0),
         .says = "Of the bits of the rarest fifth of words the {model} model's state saves its decoder a smaller share "
                 "than of those of the commonest, beyond both intervals."},
        {.id = "surprising",
         .each = {"model"},
         .value = rho(own, "surprise", "nothing"),
         .holds = above(0),
         .says = "The {model} model omits surprising words more.",
         .source = published::surprise}};
    if (tagged) {
      std::vector<std::string> others = seen.group("category", "part of speech");
      std::erase(others, number);
      page.claims.push_back(
          {.id = "most",
           .each = {"model"},
           .value = (omitted.where("category", number) - greatest_over("category", omitted, others)).in("points"),
           .holds = above(0),
           .says = "The {model} model omits no part of speech as much as numbers.",
           .source = published::speech});
      page.claims.push_back(
          {.id = "determiners",
           .each = {"model"},
           .value = (high("omitted", own).where("category", "DET") - low("omitted", own).where("category", all))
                        .in("points"),
           .holds = below(0),
           .says = "The {model} model omits determiners less than words in all, beyond both intervals.",
           .source = published::speech});
      page.claims.push_back({.id = "organisations",
                             .each = {"model"},
                             .value = (omitted.where("category", "organisation") -
                                       greatest_over("category", omitted, {"person", "location", "no entity"}))
                                          .in("points"),
                             .holds = above(0),
                             .says = "The {model} model omits names of organisations most, of all entities and none.",
                             .source = published::entities});
    }
    page.finding = {
        {"the {model} model omits {all} % of the words (a decoder that knows nothing of them {alone} %), of numbers {lost} "
         "%; of what the latter omits its state gives {restored} %, of numbers {given} %",
         {{"all", omitted.where("category", all)},
          {"alone", by_alone.where("category", all)},
          {"lost", omitted.where("category", number)},
          {"restored", restored.where("category", all)},
          {"given", restored.where("category", number)}},
         {"model"},
         {},
         {},
         "Writing back " + of_chunks + ", ",
         "; ",
         "."}};
    page.otherwise = "This run says nothing of words, for its decoders do not read the state";
    page.notes = {
        "A word counts as kept if the reconstruction has it as often, wherever it stands; words and marks are "
        "asked for with spaces between them, unlike running text, which makes marks harder.",
        "A state may hold what this decoder does not read: it was trained on the training text, and kinds of words that "
        "are rare there (numbers, symbols) it has hardly learnt to read.",
        "The published models read tokens of about four bytes, 256 at a time, of newspapers; these read bytes. Compare "
        "the order of kinds, not values."};
    return page;
  }
};

}  // namespace krait::paper
