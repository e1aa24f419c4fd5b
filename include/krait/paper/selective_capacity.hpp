// krait/paper/selective_capacity.hpp: does the number of floats of a Mamba's state bound what it keeps of a text?
// "Characterizing Mamba's Selective Memory using Auto-Encoders" (arXiv:2512.15653) compares released sizes, whose
// state, width and depth grow together; here d_state and layers are told apart.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <krait/paper/selective_capacity_shapes.hpp>
#include <krait/paper/selective_training.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::paper {

/// Of experiment::reconstruction, whose measures hold state_size, fidelity with metric::rouge<1>, and linear_probe with
/// its parts; whose controls hold zero, the state of another text, "SSM only" and "convolution only"; and whose models
/// are of one width and differ in their layers and d_state.
struct selective_capacity {
  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    using namespace detail;
    using shape = detail::state_shape;
    const char *own = "as it is", *alone = "unconditional decoder", *random = "random encoder",
               *convolution = "convolution only";
    const auto ends = [](const char* name, auto&& of) {
      return of(name).within(of(std::string(name) + "_low"), of(std::string(name) + "_high"));
    };
    const auto as_bits = [](const std::string& name) { return studies::of(name, "bits"); };
    const quantity bits_any = ends("bits", as_bits), rouge_any = ends("rouge1", percent);
    const quantity bits = bits_any.where("control", own), rouge = rouge_any.where("control", own),
                   right = ends("right", percent).where("control", own), floats = studies::of("floats"),
                   probed = ends("probed", percent);
    const quantity whole = (level_of("length") * studies::of("bits").where("control", own)).in("bits");
    const auto& lengths = seen.levels("length");
    const std::string length = lengths[lengths.size() / 2], shortest = lengths.front();
    const auto at_length = [&](const quantity& q) { return q.where("length", length); };
    const std::vector<shape> shapes = shapes_of(seen);
    const auto [fewest, most] = std::ranges::minmax(shapes, {}, &shape::layers);
    const std::vector<shape> shallow = with_layers(shapes, fewest.layers), deep = with_layers(shapes, most.layers);

    exhibits page;
    page.tables = {
        table{
            .name = "capacity",
            .rows = {"model"},
            .columns = {{"floats", floats, 0, {}, true},
                        {"of the SSMs", studies::of("floats_of_recurrence"), 0, {}, true},
                        {"ROUGE-1 F1", at_length(rouge)},
                        {"right tokens", at_length(right)},
                        {"bits a token", at_length(bits), 2},
                        {"bits of the text", at_length(whole), 1},
                        {"linear probe", at_length(probed.where("control", own))},
                        {"of a random encoder", at_length(probed.where("control", random))}},
            .caption = "Texts of " + length +
                       " tokens (bytes) from states of so many floats (layers x d_state): as written back, in bits "
                       "kept against a decoder that knows nothing of the text, and as a linear function reads tokens "
                       "out of the state without any decoder (%). Brackets: 90 % interval over texts, with one seed."},
        table{.name = "lengths",
              .rows = {"model"},
              .columns = {spread("length", bits, 2, "bits a token, {}")},
              .caption = "Bits kept a token of shorter texts."},
        table{.name = "explained",
              .rows = {"length"},
              .columns = explained_columns(shapes, bits),
              .caption = "Share (%) of the differences between these models' bits that a straight line over the "
                         "logarithm of each number explains. What bounds the bits should explain them best."},
        table{.name = "controls",
              .rows = {"model", "control"},
              .columns = {spread("length", rouge_any)},
              .caption = "ROUGE-1 F1 (%) from changed states. Zeros, or another text's state: the decoder's own "
                         "knowledge. A part alone misleads a decoder that was trained on the whole; what the part "
                         "holds is told by the probe below."},
        table{.name = "bits_controls",
              .rows = {"model", "control"},
              .columns = {spread("length", bits_any, 2)},
              .caption = "Bits kept a token from changed states; below 0 the state misleads."}};
    page.plots.push_back(over_floats(seen, shapes, "floats", "bits kept a token", {{"", at_length(bits)}},
                                     "Bits kept of texts of " + length +
                                         " tokens over the floats of the state, a line for each number of layers, "
                                         "along which d_state grows. Lines on each other: the floats decide."));
    page.plots.push_back(over_floats(seen, shapes, "probe", "right tokens (%)",
                                     {{"", at_length(probed.where("control", own))},
                                      {", random encoder", at_length(probed.where("control", random))}},
                                     "What a linear function reads out of the same states, and out of those of "
                                     "encoders that were never trained."));
    page.plots.push_back(
        lines{.name = "convolutions",
              .x = {.over = "back", .label = "tokens from the end of the text", .log = true},
              .y = ends("probed_back", percent),
              .axis = {.label = "right tokens (%)", .low = 0, .high = 100},
              .series = "control",
              .panel = "model",
              .caption = "Tokens that a linear function reads out of the whole state after " + length +
                         " tokens, of the SSMs' and of the convolutions' alone. A convolution's "
                         "window ends three tokens back; in deeper layers what it holds has read more.",
              .where = {{"length", length}},
              .only = {{"control", {own, "SSM only", convolution}}}});
    page.plots.push_back(detail::losses_of_decoders());

    const auto low = [&](const shape& of) {
      return at_length(as_bits("bits_low").where("control", own)).where("model", of.name);
    };
    const auto high = [&](const shape& of) {
      return at_length(as_bits("bits_high").where("control", own)).where("model", of.name);
    };
    page.claims = {
        {.id = "learnt",
         .value = greatest_over(
             "model", (right - ends("right", percent).where("control", alone)).in("points").where("length", shortest)),
         .holds = at_least(20),
         .precondition = true,
         .says = "One decoder at least reads the state: of the shortest texts it writes many more tokens in their "
                 "places than one that knows nothing of them.",
         .remedy = "train the decoders longer with --steps"}};
    for (const auto* of : {&shallow, &deep}) {
      const shape &small = of->front(), &large = of->back();
      if (of->size() < 2 || (of == &deep && most.layers == fewest.layers)) continue;
      page.claims.push_back(
          {.id = fmt::format("d_state_{}", small.layers),
           .value = (low(large) - high(small)).in("bits"),
           .holds = above(0),
           .says = fmt::format("With {} a d_state of {} keeps more bits a token than one of {}, beyond both intervals.",
                               small.title(), large.d_state, small.d_state)});
      page.claims.push_back({.id = fmt::format("each_step_{}", small.layers),
                             .value = least_gain(*of, at_length(bits)),
                             .holds = above(0),
                             .says = fmt::format("With {} each greater d_state keeps more.", small.title())});
    }
    page.claims.push_back(
        {.id = "best_explained",
         .value = (explained_by(shapes, at_length(bits), 0) - best_of_others(shapes, at_length(bits))).in("points"),
         .holds = above(0),
         .says = "The floats of the state explain the bits kept better than d_state, layers or "
                 "parameters do."});
    quantity equal_ssm = report::unknown, equal_all = report::unknown, least_pairs = report::unknown;
    if (const auto pairs = equal_pairs(shallow, deep); !pairs.empty()) {
      equal_ssm = mean_difference(pairs, at_length(bits));
      page.claims.push_back(
          {.id = "spread_over_layers",
           .value = equal_ssm,
           .holds = above(0),
           .says = fmt::format("At as many floats of the SSMs' states, {} keep more than {} (mean over "
                               "the pairs).",
                               deep.front().title(), shallow.front().title())});
    }
    if (most.layers > fewest.layers) {
      equal_all = at_equal_floats(shallow, deep, at_length(bits));
      page.claims.push_back(
          {.id = "spread_all_floats",
           .value = equal_all,
           .holds = above(0),
           .says =
               fmt::format("So they do at as many floats in all, those of convolutions included (against a straight "
                           "line through the states of {}, where it reaches).",
                           shallow.front().title())});
    }
    page.claims.push_back(
        {.id = "newest_in_convolutions",
         .each = {"model"},
         .value = at_length(percent("probed_back_low").where("control", convolution).where("back", 1) -
                            percent("commonest_high"))
                      .in("points"),
         .holds = above(0),
         .says = "In the model {model} the convolutions' states hold the last token, beyond both intervals."});
    // The fourth token is guessed from the three after it, as the language has them.
    const quantity fourth = at_length(percent("probed_back").where("control", convolution).where("back", 4));
    page.claims.push_back(
        {.id = "window",
         .each = {"model"},
         .value = (at_length(percent("probed_back_low").where("control", convolution).where("back", 2)) -
                   at_length(percent("probed_back_high").where("control", convolution).where("back", 4)))
                      .in("points"),
         .holds = above(0),
         .says = "In the model {model} the second token from the end stands in the convolutions' states better "
                 "than the fourth, which no window of theirs reaches, beyond both intervals."});
    if (most.layers > fewest.layers)
      page.claims.push_back(
          {.id = "older_in_convolutions",
           .value = (mean_of(deep, fourth) - mean_of(shallow, fourth)).in("points"),
           .holds = at_most(5),
           .says =
               fmt::format("The convolutions of {} hold no more of that fourth token than those of {}, which can only "
                           "guess it: they keep the last tokens alone, whatever stands below them.",
                           deep.front().title(), shallow.front().title())});
    for (const char* control : {"zero", "of another text"})
      page.claims.push_back(
          {.id = std::string("baseline_") + (control[0] == 'z' ? "zero" : "another"),
           .value = greatest_over(
               "model",
               greatest_over("length",
                             (rouge_any.where("control", control) - rouge_any.where("control", alone)).in("points"))),
           .holds = at_most(5),
           .says = std::string("From the state ") + control +
                   " no decoder does better than one that knows nothing of the text, at any length."});

    const auto of_model = [&](const quantity& q, const shape& m) { return at_length(q).where("model", m.name); };
    page.finding = {
        {"Of the differences in bits kept of texts of " + length +
             " tokens the number of floats explains {f} %, d_state alone {s} %, the number of layers {l} %, "
             "that of parameters {p} %.",
         {{"f", explained_by(shapes, at_length(bits), 0), 0},
          {"s", explained_by(shapes, at_length(bits), 2), 0},
          {"l", explained_by(shapes, at_length(bits), 3), 0},
          {"p", explained_by(shapes, at_length(bits), 4), 0}}},
        {fmt::format("A state of {} keeps {{a}} bits a token with a d_state of {} and {{b}} with {} (ROUGE-1 F1 "
                     "{{c}} and {{d}} %).",
                     shallow.front().title(), shallow.front().d_state, shallow.back().d_state),
         {{"a", of_model(bits, shallow.front()), 2},
          {"b", of_model(bits, shallow.back()), 2},
          {"c", of_model(rouge, shallow.front())},
          {"d", of_model(rouge, shallow.back())}}},
        {fmt::format("Spread over {}, as many floats of the SSMs keep {{x}} bits a token more, and as many "
                     "floats in all {{y}} (below 0: fewer).",
                     deep.front().title()),
         {{"x", equal_ssm, 2}, {"y", equal_all, 2}}}};
    page.otherwise = "This run says nothing of capacity, for no decoder reads its state";
    page.notes = {
        "Bits kept are a lower bound of what a state holds: the decoder must find it there, and a deeper decoder finds "
        "more. The linear probe needs no decoder, but reads only what stands there linearly.",
        "Models of more layers have more parameters, and of a greater d_state hardly any more; both learn from the same "
        "texts in as many steps."};
    return page;
  }
};

}  // namespace krait::paper
