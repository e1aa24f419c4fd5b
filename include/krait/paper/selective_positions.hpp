// krait/paper/selective_positions.hpp: which places of a text a Mamba's state loses. "Characterizing Mamba's Selective
// Memory using Auto-Encoders" (arXiv:2512.15653) finds more of the older words omitted; here beside what a decoder
// omits that knows nothing of the text, and what is there without any decoder.
#pragma once
#include <krait/paper/selective_positions_published.hpp>
#include <krait/study/exhibit.hpp>
#include <string>
#include <tuple>
#include <vector>

namespace krait::paper {

/// Of experiment::reconstruction, whose measures hold word_positions and linear_probe, and whose controls hold the
/// state of another text.
struct selective_positions {
  static constexpr auto& rows = detail::selective_positions_published::rows;

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const char *own = "as it is", *another = "of another text", *alone = "unconditional decoder",
               *places = detail::selective_positions_published::places;
    const auto& lengths = seen.group("length", "words");
    const std::string length = lengths[lengths.size() / 2], shortest = lengths.front(), longest = lengths.back();
    const auto& parts = seen.levels("position");
    const std::string oldest = parts.front(), newest = parts.back();
    const auto share = [](const std::string& name) {
      return percent(name).within(percent(name + "_low"), percent(name + "_high"));
    };
    const auto bits = [](const std::string& name) {
      return studies::of(name, "bits").within(studies::of(name + "_low", "bits"), studies::of(name + "_high", "bits"));
    };
    const auto of = [&](const quantity& q, const char* control) { return q.where("control", control); };
    const quantity first_any = share("lost_from_start"), last_any = share("lost_from_end"),
                   omitted_at = share("omitted_at"), kept_at = bits("kept_at"), kept_back = bits("kept_back"),
                   hit_at = share("hit_at"), all_any = share("omitted_in_all"), probed_at = share("probed_at"),
                   commonest = share("commonest");
    const auto low = [&](const char* name, const char* control) {
      return of(percent(std::string(name) + "_low"), control);
    };
    const auto high = [&](const char* name, const char* control) {
      return of(percent(std::string(name) + "_high"), control);
    };
    const auto here = [&](const quantity& q) { return q.where("length", length); };
    const auto first_less_last = [&](const char* control) {
      return (of(first_any, control) - of(last_any, control)).in("points").where("word", 1);
    };
    const selection asked{"length", lengths}, three{"control", {own, another, alone}};
    const std::string of_chunks = "texts of " + length + " tokens";

    exhibits page;
    page.tables = {
        table{.name = "words",
              .rows = {"model", "length", {"word", "number"}},
              .columns = {{"from the start", of(first_any, own)},
                          {"unconditional", of(first_any, alone)},
                          {"another text's", of(first_any, another)},
                          {"from the end", of(last_any, own)},
                          {"unconditional, end", of(last_any, alone)},
                          {"another text's, end", of(last_any, another)}},
              .caption =
                  "Words (%) that are omitted, by their number from either end of the text: from the state, by a "
                  "decoder that was trained without one, and from another text's state. Brackets: 90 % interval "
                  "over texts, with one seed.",
              .only = {asked},
              .published = false},
        table{.name = "parts",
              .rows = {"model", {"position", "sixteenth"}},
              .columns = {{"omitted", here(of(omitted_at, own))},
                          {"unconditional", here(of(omitted_at, alone))},
                          {"bits a token", here(of(kept_at, own)), 2},
                          {"another text's bits", here(of(kept_at, another)), 2},
                          {"right tokens", here(of(hit_at, own))},
                          {"linear probe", here(probed_at)},
                          {"of all omissions", here(of(percent("omissions_at"), own))}},
              .caption = "The same " + of_chunks +
                         " by parts, 1 the oldest: words that begin there and are omitted (%; in the newest part only "
                         "short words have room), bits kept a token, tokens that stand where they should, and tokens "
                         "that a linear function reads out of the state.",
              .published = false},
        table{.name = "in_all",
              .rows = {"model", "length"},
              .columns = {spread("control", all_any)},
              .caption = "All words that are omitted (%).",
              .only = {asked, three},
              .published = false}};
    const report::axis omitted_axis{.label = "words omitted (%)", .low = 0, .high = 100};
    for (const auto& [name, any, which] :
         {std::tuple{"from_start", &first_any, "start"}, {"from_end", &last_any, "end"}})
      page.plots.push_back(lines{.name = name,
                                 .x = {.over = "word", .label = std::string("word from the ") + which + " of the text"},
                                 .y = here(*any),
                                 .axis = omitted_axis,
                                 .series = "control",
                                 .panel = "model",
                                 .caption = std::string("Words omitted, counted from the ") + which + " of " +
                                            of_chunks + ". What lies below the decoder that knows nothing is memory.",
                                 .only = {three},
                                 .published = false});
    page.plots.push_back(
        lines{.name = "bits",
              .x = {.over = "position", .label = "part of the text, 1 the oldest"},
              .y = of(kept_at, own),
              .axis = {.label = "bits kept a token"},
              .series = "length",
              .panel = "model",
              .caption = "Bits that the state saves its decoder, which do not depend on greedy writing.",
              .only = {asked},
              .published = false});
    page.plots.push_back(lines{.name = "bits_back",
                               .x = {.over = "back", .label = "tokens from the end of the text", .log = true},
                               .y = of(kept_back, own),
                               .axis = {.label = "bits kept of the token"},
                               .series = "length",
                               .panel = "model",
                               .caption = "The same by the distance from the end. Lines on each other: what came after "
                                          "a token decides, not how long the text is.",
                               .only = {asked},
                               .published = false});
    page.plots.push_back(
        lines{.name = "probe",
              .x = {.over = "position", .label = "part of the text, 1 the oldest"},
              .y = {{"decoder", here(of(hit_at, own))},
                    {"linear probe", here(probed_at)},
                    {"commonest token", here(commonest)}},
              .axis = {.label = "right tokens (%)", .low = 0},
              .panel = "model",
              .caption = "Right tokens of " + of_chunks +
                         ", as the decoder writes them and as a linear function reads them out of the same state. "
                         "Where the probe is above both others, the state holds what the decoder does not write.",
              .published = false});
    page.plots.push_back(lines{
        .name = "omissions",
        .x = {.over = "position", .label = "sixteenth of the text, 1 the oldest"},
        .y = of(percent("omissions_at"), own),
        .axis = {.label = "of all omissions (%)", .low = 0},
        .series = "model",
        .panel = "length",
        .caption = "Where the omitted words begin, beside the published counts (grey; tokens of "
                   "about four bytes). A text begins with a word here, hence the first part, and words must fit, so "
                   "that few begin in the newest.",
        .only = {asked}});

    const std::vector<std::string> older(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(parts.size() / 2));
    page.claims = {
        {.id = "learnt",
         .each = {"model"},
         .value = (of(all_any, alone) - of(all_any, own)).in("points").where("length", shortest),
         .holds = at_least(5),
         .precondition = true,
         .says = "The {model} model's state gives words of the shortest texts that a decoder without it omits.",
         .remedy = "train the decoder longer with --steps"},
        {.id = "first_words",
         .each = {"model", "length"},
         .value = (low("lost_from_start", own) - high("lost_from_end", own)).in("points").where("word", 1),
         .holds = above(0),
         .says = "Of {length} tokens the {model} model omits the first word more than the last, beyond both intervals.",
         .source = places,
         .only = {asked}},
        {.id = "prior",
         .each = {"model"},
         .value = here(first_less_last(alone)),
         .holds = above(0),
         .says = "A {model} decoder that knows nothing of the text omits the first word more than the last, too."},
        {.id = "beyond_prior",
         .each = {"model"},
         .value = here(first_less_last(own) - first_less_last(alone)).in("points"),
         .holds = above(0),
         .says =
             "It is the {model} model's state: what it omits more of first words than of last ones is more than that "
             "decoder does."},
        {.id = "older_bits",
         .each = {"model", "length"},
         .value = (of(studies::of("kept_at_low"), own).where("position", newest) -
                   of(studies::of("kept_at_high"), own).where("position", oldest))
                      .in("bits"),
         .holds = above(0),
         .says =
             "Of {length} tokens the {model} model keeps more bits of the newest part than of the oldest, beyond both "
             "intervals.",
         .source = places,
         .only = {asked}},
        {.id = "distance",
         .each = {"model"},
         .value = (of(kept_back, own).where("length", shortest) - of(kept_back, own).where("length", longest))
                      .in("bits")
                      .where("back", 8),
         .holds = at_most(.5),
         .says =
             "The distance from the end decides: of the token eight from it the {model} model keeps as much (within "
             "half a bit) in texts of " +
             longest + " tokens as in texts of " + shortest + "."},
        {.id = "oldest_there",
         .each = {"model"},
         .value = here(percent("probed_at_low").where("position", oldest) - percent("commonest_high")).in("points"),
         .holds = above(0),
         .says =
             "The oldest part is not lost from the {model} model's state: a linear function reads it more often than "
             "the commonest token is right, beyond both intervals."},
        {.id = "probe_recency",
         .each = {"model"},
         .value = here(percent("probed_at_low").where("position", newest) -
                       percent("probed_at_high").where("position", oldest))
                      .in("points"),
         .holds = above(0),
         .says = "Without any decoder, too, the newest part is read better than the oldest out of the {model} model's "
                 "state, beyond both intervals."},
        {.id = "older_half",
         .each = {"model", "length"},
         .value = static_cast<double>(older.size()) * mean_over("position", of(percent("omissions_at"), own), older),
         .holds = above(50),
         .says = "Of {length} tokens more than half of the words that the {model} model omits begin in the older half.",
         .source = places,
         .unit = "%",
         .against = "model",
         .only = {asked}}};
    const quantity kept = here(of(kept_at, own));
    page.finding = {
        {"the {model} model keeps {new} bits a token of the newest sixteenth and {old} of the oldest, and "
         "omits {first} % of first words and {last} % of last ones (a decoder that knows nothing of the text "
         "{alone} and {end} %); a linear function reads {pnew} and {pold} % of the newest and oldest tokens "
         "out of its state, where the commonest is right in {common} %",
         {{"new", kept.where("position", newest), 2},
          {"old", kept.where("position", oldest), 2},
          {"first", here(of(first_any, own)).where("word", 1)},
          {"last", here(of(last_any, own)).where("word", 1)},
          {"alone", here(of(first_any, alone)).where("word", 1)},
          {"end", here(of(last_any, alone)).where("word", 1)},
          {"pnew", here(probed_at).where("position", newest)},
          {"pold", here(probed_at).where("position", oldest)},
          {"common", here(commonest)}},
         {"model"},
         {},
         {},
         "Of " + of_chunks + " ",
         "; ",
         "."}};
    page.otherwise = "This run says nothing of places, for its decoders do not read the state";
    page.notes = {
        "The oldest token is written first: an error there throws the writing off for all that follows, so that greedy "
        "writing hides what is kept of newer words. Bits and the probe do not depend on it.",
        "A word counts as kept if the reconstruction has it as often, wherever it stands. Tokens are bytes here. Of short "
        "texts only short words have a high number from an end: compare a number's columns, not its rows."};
    return page;
  }
};

}  // namespace krait::paper
