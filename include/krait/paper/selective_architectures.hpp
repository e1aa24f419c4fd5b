// krait/paper/selective_architectures.hpp: what the states of different architectures keep of a text, at as many
// floats: recurrences, whose state is all that they have, and attention that hands on its newest keys and values.
// "Characterizing Mamba's Selective Memory using Auto-Encoders" (arXiv:2512.15653) asks it of Mamba alone.
#pragma once
#include <algorithm>
#include <krait/paper/selective_training.hpp>
#include <krait/study/exhibit.hpp>
#include <string>
#include <tuple>
#include <vector>

namespace krait::paper {

/// Of experiment::reconstruction with `pairs`, whose measures hold state_size, token_ages, fidelity and linear_probe,
/// and whose controls hold the state of another text.
struct selective_architectures {
  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const char *own = "as it is", *another = "of another text", *alone = "unconditional decoder",
               *newest = "newest tokens alone", *random = "random encoder";
    const std::string pairs = level(static_cast<int>(seen.number("pairs of an attention layer that are kept"))),
                      shortest = seen.least("length"), longest = seen.greatest("length"),
                      oldest = seen.greatest("back");
    const std::vector<std::string>& windows = seen.group("model", "with pairs");
    std::vector<std::string> recurrent;
    std::ranges::copy_if(seen.levels("model"), std::back_inserter(recurrent),
                         [&](const std::string& model) { return std::ranges::find(windows, model) == windows.end(); });
    const auto ends = [](const std::string& name, auto&& of) {
      return of(name).within(of(name + "_low"), of(name + "_high"));
    };
    const auto as_bits = [](const std::string& name) { return studies::of(name, "bits"); };
    const auto here = [&](const quantity& q) { return q.where("length", longest); };
    const auto by = [](const quantity& q, const char* control) { return q.where("control", control); };
    const auto low = [&](const char* name, const char* control) {
      return by(as_bits(std::string(name) + "_low"), control);
    };
    const auto high = [&](const char* name, const char* control) {
      return by(as_bits(std::string(name) + "_high"), control);
    };
    const quantity floats = studies::of("floats"), right = ends("right", percent), bits = ends("bits", as_bits),
                   aged = ends("bits_aged", as_bits), newer = ends("bits_newer", as_bits),
                   older = ends("bits_older", as_bits), probed = ends("probed", percent),
                   back = ends("probed_back", percent);
    const auto share = [&](const quantity& kept, const char* of_all) {
      return (quantity(100) * by(kept, own) / as_bits(of_all)).in("%");
    };
    // More than its newest tokens tell, and more than nothing: a state of those alone may mislead the decoder.
    const auto beyond_guessing = [&](const char* name) {
      return here(combine([](const std::vector<double>& v) { return v[0] - std::max(v[1], 0.); },
                          {low(name, own), high(name, newest)}, "bits"));
    };
    const std::string of_texts = "texts of " + longest + " tokens";
    const selection past_and_own{"control", {own, newest, another}};

    exhibits page;
    page.tables = {
        table{.name = "architectures",
              .rows = {"model"},
              .columns = {{"floats", floats, 0, {}, true},
                          {"right of " + shortest, by(right, own).where("length", shortest)},
                          {"right of " + longest, here(by(right, own))},
                          {"bits a token", here(by(bits, own)), 2},
                          {"of the newest " + pairs, here(share(newer, "told_newer"))},
                          {"of older ones", here(share(older, "told_older"))},
                          {"linear probe", here(by(probed, own))},
                          {"of a random encoder", here(by(probed, random))}},
              .caption = "Tokens (bytes) that stand where they should in texts written back from the state (%), of " +
                         shortest + " and of " + longest +
                         "; then of the longer: bits kept a token; the share of what a decoder that knows nothing of "
                         "the text still needs that the state gives (%), of the newest " +
                         pairs +
                         " tokens and of all before them; tokens that a linear function reads out of the state (%). "
                         "Brackets: 90 % interval over texts, with one seed."},
        table{.name = "newer_and_older",
              .rows = {"model", "control"},
              .columns = {{"newest " + pairs, here(newer), 2}, {"older", here(older), 2}},
              .caption = "Bits kept a token of " + of_texts + ", from changed states. \"" + newest +
                         "\": the encoder has read nothing else, so that what is kept of older tokens is guessed. "
                         "Below 0 the state misleads; a layer alone misleads a decoder that was trained on both."}};
    page.plots = {
        lines{
            .name = "ages",
            .x = {.over = "age", .label = "tokens from the end of the text", .log = true},
            .y = by(aged, own),
            .axis = {.label = "bits kept of the token"},
            .series = "model",
            .panel = "length",
            .caption = "Bits kept of each token by its distance from the end. Attention hands on the keys and values "
                       "of the newest " +
                       pairs +
                       " tokens. Where a shorter text of the study would end, a decoder without the state is taken by "
                       "surprise that it goes on: hence the peaks.",
            .references = {{.value = std::stod(pairs), .label = "newest " + pairs, .vertical = true}},
            .band = true},
        lines{.name = "guessed",
              .x = {.over = "age", .label = "tokens from the end of the text", .log = true},
              .y = here(aged),
              .axis = {.label = "bits kept of the token"},
              .series = "control",
              .panel = "model",
              .caption = "The same of " + of_texts +
                         " beside the state after the newest tokens alone and that of another text: only what lies "
                         "above both was read and kept.",
              .only = {past_and_own},
              .band = true},
        lines{.name = "probe",
              .x = {.over = "back", .label = "tokens from the end of the text", .log = true},
              .y = here(by(back, own)),
              .axis = {.label = "right tokens (%)", .low = 0, .high = 100},
              .series = "model",
              .caption = "Tokens that a linear function reads out of the state after " + longest +
                         " tokens, without any decoder."},
        detail::losses_of_decoders()};

    page.claims = {
        {.id = "equal",
         .value = greatest_over("model", floats) - least_over("model", floats),
         .holds = at_most(0),
         .precondition = true,
         .says = "All states are of as many floats.",
         .unit = "floats",
         .remedy = "give the models equal states"},
        {.id = "learnt",
         .each = {"model"},
         .value = (by(right, own) - by(right, alone)).in("points").where("length", shortest),
         .holds = at_least(10),
         .precondition = true,
         .says =
             "The decoder of the {model} reads its state: of the shortest texts it writes many more tokens in their "
             "places than one that knows nothing of them.",
         .remedy = "train the decoders longer with --steps"},
        {.id = "something_of_all",
         .each = {"model"},
         .value = beyond_guessing("bits_older"),
         .holds = above(0),
         .says = "The {model} keeps something of the tokens before the newest " + pairs +
                 ": more than nothing and than its newest tokens tell of them, beyond the intervals.",
         .only = {{"model", recurrent}}},
        {.id = "oldest_token",
         .each = {"model"},
         .value = beyond_guessing("bits_aged").where("age", longest),
         .holds = above(0),
         .says = "The {model} keeps something of the very first of " + longest + " tokens, too.",
         .only = {{"model", recurrent}}},
        {.id = "fades",
         .each = {"model"},
         .value = here(low("bits_newer", own) - high("bits_older", own)).in("bits"),
         .holds = above(0),
         .says = "The {model} keeps more of a new token than of an old one, beyond both intervals.",
         .only = {{"model", recurrent}}},
        {.id = "in_full",
         .each = {"model"},
         .value = here(share(newer, "told_newer")),
         .holds = at_least(90),
         .says = "The {model} keeps its newest " + pairs + " tokens in full, nine tenths of what they tell at least.",
         .only = {{"model", windows}}},
        {.id = "nothing_older",
         .each = {"model"},
         .value = beyond_guessing("bits_older"),
         .holds = at_most(0),
         .says = "Of all older tokens the {model} keeps nothing, or no more than its newest ones tell: "
                 "the pairs of its upper layers hand on nothing of what they saw.",
         .only = {{"model", windows}}},
        {.id = "probe_older",
         .each = {"model"},
         .value =
             here(percent("probed_back_low").where("control", own).where("back", oldest) - percent("commonest_high"))
                 .in("points"),
         .holds = above(0),
         .says =
             "A linear function reads the token " + oldest +
             " from the end out of the state of the {model} more often than the commonest one is right, beyond both "
             "intervals."}};
    for (const std::string& window : windows) {
      page.claims.push_back(
          {.id = "newest_" + studies::detail::stem_of(window),
           .each = {"model"},
           .value = here(low("bits_newer", own).where("model", window) - high("bits_newer", own)).in("bits"),
           .holds = above(0),
           .says = "Of the newest " + pairs + " tokens the " + window +
                   " keeps more than the {model}, beyond both intervals.",
           .only = {{"model", recurrent}}});
      page.claims.push_back(
          {.id = "in_all_" + studies::detail::stem_of(window),
           .each = {"model"},
           .value = here(low("bits", own) - high("bits", own).where("model", window)).in("bits"),
           .holds = above(0),
           .says = "Of the whole text the {model} keeps more than the " + window + ", beyond both intervals.",
           .only = {{"model", recurrent}}});
    }
    page.claims.push_back({.id = "another",
                           .each = {"model"},
                           .value = here(low("bits_newer", another)),
                           .holds = at_most(0),
                           .says = "Another text's state tells the decoder of the {model} nothing."});
    page.finding = {{"the state of the {model} keeps {n} bits a token of the newest " + pairs +
                         " ({ns} % of what they tell) and {o} of the older ones ({os} %; {g} after "
                         "the newest alone)",
                     {{"n", here(by(newer, own)), 2},
                      {"ns", here(share(newer, "told_newer")), 0},
                      {"o", here(by(older, own)), 2},
                      {"os", here(share(older, "told_older")), 0},
                      {"g", here(by(older, newest)), 2}},
                     {"model"},
                     {},
                     {},
                     "Of " + of_texts + " ",
                     "; ",
                     "."}};
    page.otherwise = "This run says nothing of architectures, for not every decoder reads its state";
    page.notes = {
        "Bits kept are a lower bound of what a state holds, for the decoder must find it there; the linear probe needs "
        "no decoder, but reads only what stands there linearly. A state that keeps its text in a form that is hard to "
        "read loses here to one that is easy to read.",
        "Attention reads with all of the text in sight; its newest keys and values alone begin the decoder, whose "
        "own tokens join them. The models have equal states, not equal parameters: all that depends on the text is "
        "counted, and the weights do not."};
    return page;
  }
};

}  // namespace krait::paper
