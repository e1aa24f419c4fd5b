// krait/paper/selective_memory.hpp: what a Mamba's state still tells of its text. "Characterizing Mamba's Selective
// Memory using Auto-Encoders" (arXiv:2512.15653), and the controls that it lacks.
#pragma once
#include <algorithm>
#include <krait/paper/selective_memory_probe.hpp>
#include <krait/paper/selective_memory_published.hpp>
#include <krait/paper/selective_training.hpp>
#include <krait/study/exhibit.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::paper {

/// Of experiment::reconstruction, whose metrics hold metric::rouge<1>, and whose controls hold zero and the state of
/// another text. Models: from the smallest to the largest.
struct selective_memory {
  static constexpr auto& rows = detail::selective_memory_published::rows;

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const char *scale = detail::selective_memory_published::scale, *own = "as it is", *zero = "zero",
               *another = "of another text", *alone = "unconditional decoder";
    const auto with_ends = [](const std::string& name, auto&& of) {
      return of(name).within(of(name + "_low"), of(name + "_high"));
    };
    const auto as_percent = [](const std::string& name) { return percent(name); };
    const auto as_bits = [](const std::string& name) { return studies::of(name, "bits"); };
    const quantity rouge_any = with_ends("rouge1", as_percent), right_any = with_ends("right", as_percent),
                   bits_any = with_ends("bits", as_bits);
    const quantity rouge = rouge_any.where("control", own), right = right_any.where("control", own),
                   bits = bits_any.where("control", own);
    const quantity right_at = with_ends("right_at", as_percent), bits_at = with_ends("bits_at", as_bits);
    const auto whole = [&](const std::string& name) {
      return (level_of("length") * studies::of(name).where("control", own)).in("bits");
    };
    const quantity in_all = whole("bits").within(whole("bits_low"), whole("bits_high"));
    const auto low = [&](const char* name) { return percent(std::string(name) + "_low").where("control", own); };
    const auto high = [&](const char* name) { return percent(std::string(name) + "_high").where("control", own); };

    const std::string shortest = seen.least("length"), longest = seen.greatest("length"),
                      oldest = seen.levels("position").front(), newest = seen.levels("position").back(),
                      small = seen.levels("model").front(), large = seen.levels("model").back();
    const std::string interval = "brackets: 90 % of the bootstrap's resamples of the texts, with one seed";
    std::vector<std::string> many;  // lengths from which on the published sizes part
    for (const auto& n : seen.levels("length"))
      if (number_of(n) >= std::min(64., number_of(longest))) many.push_back(n);
    const std::vector<std::string>& layers = seen.group("control", "single layers");
    std::vector<std::string> parts = seen.levels("control");
    std::erase_if(parts, [&](const std::string& c) { return std::ranges::find(layers, c) != layers.end(); });

    exhibits page;
    studies::columns scores = {{"ROUGE-1 F1", rouge}};
    if (seen.has_quantity("rouge1_precision")) {
      scores.push_back({"precision", with_ends("rouge1_precision", as_percent).where("control", own)});
      scores.push_back({"recall", with_ends("rouge1_recall", as_percent).where("control", own)});
    }
    const auto edits = [](const std::string& name) { return percent(name); };
    scores.insert(scores.end(), {{"right tokens", right},
                                 {"edits", with_ends("distance", edits).where("control", own)},
                                 {"bits kept a token", bits, 2},
                                 {"bits kept of the text", in_all, 1}});
    page.tables = {
        table{.name = "rouge",
              .rows = {"model"},
              .columns = spread("length", rouge),
              .caption = "ROUGE-1 F1 (%) of held-out texts of so many tokens that were rebuilt from the state alone; " +
                         interval +
                         ". Tokens are bytes here; of the published models (grey) they are about four "
                         "bytes long."},
        table{.name = "fidelity",
              .rows = {"model", "length"},
              .columns = scores,
              .caption = "The same texts by other measures. Right: tokens that stand where they should. Edits: what "
                         "makes the text of what was written, in % of its tokens. Bits kept: log-likelihood against a "
                         "decoder that knows nothing of the text, which does not depend on greedy writing.",
              .published = false},
        table{.name = "controls",
              .rows = {"model", "control"},
              .columns = spread("length", rouge_any),
              .caption = "ROUGE-1 F1 (%) from changed states: what zeros or another text's state give is the decoder's "
                         "own knowledge of the language, not memory.",
              .published = false},
        table{.name = "bits",
              .rows = {"model", "control"},
              .columns = spread("length", bits_any, 2),
              .caption = "Bits kept a token from changed states. Below 0: the changed state misleads the decoder, "
                         "which was trained on states as they are.",
              .published = false},
        table{
            .name = "positions",
            .rows = {"model", "length"},
            .columns = {spread("position", right_at, 1, "right, part {}"), spread("position", bits_at, 2, "bits, {}")},
            .caption = "Right tokens (%) and bits kept a token by part of the text, 1 the oldest.",
            .published = false}};

    const report::axis share{.label = "ROUGE-1 F1 (%)", .low = 0, .high = 100};
    const running over_length{.over = "length", .label = "tokens of the text", .log = true};
    page.plots = {
        lines{.name = "length",
              .x = over_length,
              .y = rouge,
              .axis = share,
              .series = "model",
              .caption = "Look where each size begins to forget. Grey: the published sizes, over tokens of four bytes.",
              .band = true},
        lines{.name = "controls",
              .x = over_length,
              .y = rouge_any,
              .axis = share,
              .series = "control",
              .panel = "model",
              .caption = "What a part of the state, or none of it, is worth to the same decoder. Memory is what lies "
                         "above the unconditional decoder.",
              .only = {{"control", parts}},
              .published = false},
        lines{.name = "bits_of_the_text",
              .x = over_length,
              .y = in_all,
              .axis = {.label = "bits kept of the text"},
              .series = "model",
              .caption =
                  "At least so many bits of the text are in the state. Longer texts cannot leave fewer there: where "
                  "the line falls the decoder fails to read them, and below 0 it has lost some of its language.",
              .band = true,
              .published = false},
        lines{.name = "positions",
              .x = {.over = "position", .label = "part of the text, 1 the oldest"},
              .y = bits_at,
              .axis = {.label = "bits kept a token"},
              .series = "length",
              .panel = "model",
              .caption = "The newest tokens should be kept best.",
              .published = false},
        detail::losses_of_decoders()};
    if (!layers.empty())
      page.plots.push_back(bars{.name = "layers",
                                .categories = "control",
                                .y = bits_any,
                                .axis = {.label = "bits kept a token"},
                                .series = "model",
                                .caption = "The state of single layers, at the shortest length.",
                                .where = {{"length", shortest}},
                                .only = {{"control", layers}},
                                .published = false});

    const auto older = [&](const char* what, const std::string& unit) {
      return (studies::of(std::string(what) + "_low").at("position", newest) -
              studies::of(std::string(what) + "_high").at("position", oldest))
          .in(unit);
    };
    page.claims = {
        {.id = "learnt",
         .each = {"model"},
         .value = rouge.at("length", shortest),
         .holds = at_least(50),
         .precondition = true,
         .says = "The decoder of the {model} model reads the state: it rebuilds most of the shortest texts.",
         .remedy = "train the decoder longer with --steps"},
        {.id = "shortest",
         .each = {"model"},
         .value = rouge.at("length", shortest),
         .holds = at_least(95),
         .says = "The {model} model keeps the shortest texts whole.",
         .source = scale,
         .against = "model"},
        {.id = "forgets",
         .each = {"model"},
         .value = (high("rouge1").at("length", longest) - low("rouge1").at("length", shortest)).in("points"),
         .holds = below(0),
         .says =
             "The {model} model keeps less of longer texts: from the shortest to the longest, end of interval to end.",
         .source = scale},
        {.id = "size",
         .each = {"length"},
         .value = (low("rouge1").where("model", large) - high("rouge1").where("model", small)).in("points"),
         .holds = above(0),
         .says =
             "Of {length} tokens the " + large + " model keeps more than the " + small + " one, beyond both intervals.",
         .source = scale,
         .only = {{"length", many}}},
        {.id = "baseline",
         .each = {"model", "control"},
         .value = greatest_over("length", (rouge_any - rouge_any.where("control", alone)).in("points")),
         .holds = at_most(5),
         .says =
             "From the state {control} the decoder of the {model} model does no better than one that knows nothing of the "
             "text, at any length.",
         .only = {among(seen, "control", {zero, another})}},
        {.id = "misled",
         .each = {"model"},
         .value = greatest_over("length", bits_any.where("control", another)),
         .holds = below(0),
         .says = "Another text's state makes the decoder of the {model} model less sure of a text than no state does."},
        {.id = "carrier",
         .each = {"model"},
         .value = greatest_over("length", (bits_any.where("control", "convolution only") - .5 * bits).in("bits")),
         .holds = at_most(0),
         .says =
             "What the {model} model keeps stands in the SSM states: the last inputs of its convolutions alone give less than "
             "half of the bits, at any length."},
        {.id = "older",
         .each = {"model"},
         .value = older("bits_at", "bits").at("length", longest),
         .holds = above(0),
         .says =
             "Of the longest texts the {model} model keeps the newest part better than the oldest, beyond both intervals.",
         .source = "arXiv:2512.15653, stored positions of omitted words: of 256 tokens the oldest sixteenth lacks 2.7 "
                   "times as many as the newest"}};
    if (std::ranges::find(parts, "convolution only") == parts.end())
      std::erase_if(page.claims, [](const claim& c) { return c.id == "carrier"; });
    if (seen.has_quantity("probed")) detail::tell_of_probe(page, seen);
    const bool other = among(seen, "control", {another}).levels.size() == 1;
    sentence kept{"the {model} model gives {short} % (ROUGE-1 F1) of texts of " + shortest +
                      " tokens and {long} % of " + longest +
                      ", where a decoder that knows nothing of the text gives {alone} %" +
                      (other ? " and one with another text's state {other} %" : "") +
                      "; {bits} bits of the longest are kept (below 0 the state misleads its decoder)",
                  {{"short", rouge.at("length", shortest)},
                   {"long", rouge.at("length", longest)},
                   {"alone", rouge_any.at("control", alone).at("length", longest)},
                   {"bits", in_all.at("length", longest), 0}},
                  {"model"},
                  {},
                  {},
                  "From the state alone ",
                  "; ",
                  "."};
    if (other) kept.values.push_back({"other", rouge_any.at("control", another).at("length", longest)});
    page.finding = {std::move(kept)};
    page.otherwise = "This run says nothing of memory, for its decoders do not read the state";
    page.notes = {
        "Greedy writing loses its thread at the first wrong token, which bits do not. Bits kept are a lower "
        "bound of what the state holds: a better decoder could read more.",
        "The published models have read 300 billion tokens, and their decoders a subset of the Pile; these "
        "have read some books for minutes. Compare shapes, not values."};
    return page;
  }
};

}  // namespace krait::paper
