// krait/paper/selective_rarity.hpp: does a Mamba's state lose rare words? "Characterizing Mamba's Selective Memory
// using Auto-Encoders" (arXiv:2512.15653) links omission to frequency in the Pile and to perplexity; rare words are
// also longer and more surprising, and a decoder writes them less readily whatever it begins from.
#pragma once
#include <krait/paper/selective_words_published.hpp>
#include <krait/study/exhibit.hpp>
#include <string>
#include <vector>

namespace krait::paper {

/// Of experiment::reconstruction, whose measures hold word_rarity, and whose controls hold the state of another text.
struct selective_rarity {
  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const char *own = "as it is", *another = "of another text", *alone = "unconditional decoder", *nothing = "nothing",
               *all = "place, bytes and surprise", *frequency = detail::selective_words_published::frequency;
    const auto& lengths = seen.group("length", "words");
    const auto& numbers = seen.group("number", "frequencies");
    const std::string length = lengths[lengths.size() / 2], training = numbers.front();
    const auto here = [&](const quantity& q) { return q.where("length", length); };
    const auto share = [&](const std::string& name) {
      return here(percent(name).within(percent(name + "_low"), percent(name + "_high")));
    };
    const quantity lost = share("lost"), given = share("given"), saved = share("saved"),
                   given_in_all = share("given_in_all"), rho_lost = here(studies::of("rho_lost")),
                   rho_given = here(studies::of("rho_given")), rho_saved = here(studies::of("rho_saved"));
    const auto p_of = [&](const char* name) { return here(studies::of(std::string(name) + "_p")); };
    const auto by = [&](const quantity& q, const char* control) { return q.where("control", control); };
    const auto holding = [&](const quantity& q, const char* held) {
      return q.where("number", training).where("held", held);
    };
    const std::string of_chunks = "chunks of " + length + " tokens";
    const selection three{"control", {own, another, alone}};
    const running over{.over = "rarity", .label = "log10 of the frequency"};

    exhibits page;
    page.tables = {
        table{.name = "correlation",
              .rows = {"model", {"number", "frequency"}, {"held", "held equal"}},
              .columns = {{"omitted", by(rho_lost, own), 3},
                          {"p", by(p_of("rho_lost"), own), 3},
                          {"unconditional", by(rho_lost, alone), 3},
                          {"another text's", by(rho_lost, another), 3},
                          {"not given", rho_given, 3},
                          {"p, not given", p_of("rho_given"), 3},
                          {"bits saved", rho_saved, 3},
                          {"p, bits", p_of("rho_saved"), 3}},
              .caption = "Rank correlation (Spearman) of a word's frequency with being omitted from " + of_chunks +
                         ": from the state, by decoders that know nothing of the text; with being omitted among the "
                         "words that the unconditional decoder omits; and with the share of the word's bits for that "
                         "decoder that the state saves. Below them what is left among words of the same place, of as "
                         "many bytes, as surprising to that decoder. p: by permutation of words."},
        table{.name = "rarity",
              .rows = {"model", {"number", "frequency"}, {"rarity", "log10"}},
              .columns = {{"words", here(studies::of("asked")), 0},
                          {"omitted", by(lost, own)},
                          {"unconditional", by(lost, alone)},
                          {"another text's", by(lost, another)},
                          {"given", given},
                          {"bits saved", saved}},
              .caption = "Words by their frequency (log10 of their share, to the nearest half; in the Pile a mean over "
                         "their tokens): omitted (%), given by the state of those that the unconditional decoder omits "
                         "(%), and share of their bits that the state saves (%). Brackets: 90 % interval over chunks, "
                         "with one seed."}};
    for (const auto& number : numbers) {
      const bool first = number == training;
      page.plots.push_back(lines{.name = first ? "omitted" : "omitted_pile",
                                 .x = over,
                                 .y = lost,
                                 .axis = {.label = "words omitted (%)", .low = 0, .high = 100},
                                 .series = "control",
                                 .panel = "model",
                                 .caption = "Words that " + of_chunks + " lack, by their " + number +
                                            ", from the state and from what knows nothing of the text. Memory is what "
                                            "lies below the unconditional decoder.",
                                 .where = {{"number", number}},
                                 .only = {three}});
      page.plots.push_back(lines{.name = first ? "state" : "state_pile",
                                 .x = over,
                                 .y = {{"words given", given}, {"bits saved", saved}},
                                 .axis = {.label = "of what the unconditional decoder lacks (%)"},
                                 .panel = "model",
                                 .caption = "What the state adds, by the " + number +
                                            ". Level lines: it keeps rare words as it keeps common ones, and unequal "
                                            "omission is the decoder's.",
                                 .where = {{"number", number}}});
    }

    page.claims = {
        {.id = "learnt",
         .each = {"model"},
         .value = given_in_all,
         .holds = at_least(10),
         .precondition = true,
         .says = "The {model} model's state gives at least a tenth of the words that a decoder without it omits.",
         .remedy = "train the decoder longer with --steps"},
        {.id = "rare",
         .each = {"model", "number"},
         .value = by(rho_lost, own).where("held", nothing),
         .holds = below(0),
         .says = "The {model} model omits rarer words more ({number}).",
         .source = frequency},
        {.id = "rare_p",
         .each = {"model", "number"},
         .value = by(p_of("rho_lost"), own).where("held", nothing),
         .holds = at_most(.05),
         .says = "Chance hardly gives the {model} model such a correlation ({number}).",
         .unit = "p"},
        {.id = "rare_held",
         .each = {"model", "number"},
         .value = by(rho_lost, own).where("held", all),
         .holds = below(0),
         .says = "So it does among words of the same place, of as many bytes and as surprising ({model}, {number})."},
        {.id = "prior",
         .each = {"model"},
         .value = by(holding(rho_lost, nothing), alone),
         .holds = below(0),
         .says = "A {model} decoder that knows nothing of the text omits rarer words more, too."},
        {.id = "state",
         .each = {"model"},
         .value = holding(rho_given, nothing),
         .holds = below(0),
         .says =
             "It is the state: among words that that decoder omits the {model} model's state gives rarer ones less."},
        {.id = "state_held",
         .each = {"model"},
         .value = holding(rho_given, all),
         .holds = below(0),
         .says = "So it does among those of the same place, of as many bytes and as surprising ({model})."},
        {.id = "bits",
         .each = {"model"},
         .value = holding(rho_saved, nothing),
         .holds = above(0),
         .says = "It is not the greedy writing: of the bits of rarer words the {model} model's state saves a smaller "
                 "share."},
        {.id = "bits_held",
         .each = {"model"},
         .value = holding(rho_saved, "place and bytes"),
         .holds = above(0),
         .says = "So it does of rarer words of the same place and of as many bytes ({model})."},
        {.id = "length_explains",
         .each = {"model"},
         .value = (100 * by(holding(rho_lost, "bytes"), own) / by(holding(rho_lost, nothing), own)).in("% is left"),
         .holds = at_most(50),
         .says = "That rarer words are longer explains at least half of the {model} model's correlation."},
        {.id = "surprise_explains",
         .each = {"model"},
         .value = (100 * by(holding(rho_lost, "surprise"), own) / by(holding(rho_lost, nothing), own)).in("% is left"),
         .holds = at_most(50),
         .says = "That they are more surprising explains at least half of it ({model})."}};
    page.finding = {
        {"the {model} model's omissions go with the " + training +
             " by a rank correlation of {rho} ({held} among words of the same place, length and surprise; those of a "
             "decoder that knows nothing of the text by {alone}), being omitted among the words which that decoder omits "
             "by {given} ({given_held}), and the share of a word's bits that the state saves by {bits} ({bits_held} with "
             "place and length equal)",
         {{"rho", by(holding(rho_lost, nothing), own), 2},
          {"held", by(holding(rho_lost, all), own), 2},
          {"alone", by(holding(rho_lost, nothing), alone), 2},
          {"given", holding(rho_given, nothing), 2},
          {"given_held", holding(rho_given, all), 2},
          {"bits", holding(rho_saved, nothing), 2},
          {"bits_held", holding(rho_saved, "place and bytes"), 2}},
         {"model"},
         {},
         {},
         "Writing back " + of_chunks + ", ",
         "; ",
         "."}};
    page.otherwise = "This run says nothing of rare words, for its decoders do not read the state";
    page.notes = {
        "Below 0: rarer words are omitted more. Words of one chunk were read into one state, and p by permutation takes "
        "them for independent: it is too small.",
        "The decoder has seen rare words less, too, so that it may fail to read what the state holds of them; the "
        "published link to the Pile's counts has the same confound. Marks have no frequency."};
    return page;
  }
};

}  // namespace krait::paper
