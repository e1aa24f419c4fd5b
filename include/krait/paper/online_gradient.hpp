// krait/paper/online_gradient.hpp: one trained S6 layer beside online gradient descent in closed form. "Mamba learns in
// context by online gradient descent" (arXiv:2509.23779), its theorem, tables 2 to 5 and figures 1 and 2.
#pragma once
#include <fmt/core.h>

#include <cmath>
#include <krait/paper/online_gradient_published.hpp>
#include <krait/study/exhibit.hpp>
#include <krait/theory/online_gradient.hpp>
#include <string>
#include <vector>

namespace krait::paper {

/// Of experiment::online_gradient.
struct online_gradient {
  static constexpr auto& rows = online_gradient_published::rows;

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const double d = seen.number("d of the curve"), wide = seen.number("d of the wide curve"),
                 width_length = seen.number("N where d_h varies, and where the step is learnt"),
                 watched = seen.number("N of the heat map and the cosine");
    const theory::online_gradient at_widths(static_cast<int>(d), static_cast<int>(width_length)),
        seen_closely(static_cast<int>(d), static_cast<int>(watched));
    const std::string paper = online_gradient_published::source, end = level(static_cast<int>(watched));

    const quantity loss = studies::of("loss"), excess = 100 * studies::of("excess"), off = studies::of("off");
    const auto exact = [&](const char* model) { return in_published(loss.where("model", model)); };
    const quantity curve = exact("exact curve"), bound = exact("bound"), attention = exact("linear attention, best");
    // Of the mean over seeds, in its own standard errors: each seed has drawn its own test prompts.
    const quantity errors_off =
        pooled(off) * std::sqrt(static_cast<double>(std::max<std::size_t>(1, seen.seeds.size())));
    const labels narrow = {{"d", d}}, broad = {{"d", wide}, {"model", "S6"}};
    const selection curve_lengths{"examples", seen.group("examples", "of the curve")},
        wide_lengths{"examples", seen.group("examples", "of the wide curve")};
    const quantity product = studies::of("product"), norm = studies::of("step_norm"),
                   cosine = studies::of("cosine").where("position", end), distance = studies::of("distance");
    const quantity off_of_states = pooled(studies::of("off_of_states")) *
                                   std::sqrt(static_cast<double>(std::max<std::size_t>(1, seen.seeds.size())));
    const quantity worst =
        greatest_over("examples", size(errors_off.where("model", "S6").where("d", d)), curve_lengths.levels);
    const quantity over = greatest_over("examples", pooled(excess), curve_lengths.levels);

    exhibits page;
    page.tables = {
        table{
            .name = "curve",
            .rows = {{"examples", "N"}},
            .columns = {{"exact curve", curve.where("d", d), 4, {}, true},
                        {"S6, fresh prompts", loss.where("model", "S6"), 4},
                        {"off, standard errors", errors_off.where("model", "S6"), 1, {}, true},
                        {"excess, %", excess.where("model", "S6"), 2},
                        {"S6, one set of 3,000", loss.where("model", "S6, one set"), 4},
                        {"excess of it, %", excess.where("model", "S6, one set"), 2},
                        {"S4", loss.where("model", "S4"), 3},
                        {"linear attention, best", attention.where("d", d), 4, {}, true},
                        {"bound", bound.where("d", d), 4, {}, true}},
            .caption = fmt::format(
                "Loss E (answer - y)^2 / 2 of fresh prompts of N examples, d = {:g}, d_h = {:g}. Excess: over the loss "
                "that the theory's own weights have on the same prompts. Mean and standard deviation over seeds.",
                d, seen.number("states d_h of the curve")),
            .where = narrow,
            .only = {curve_lengths},
            .published = false},
        table{.name = "states",
              .rows = {{"states", "d_h"}},
              .columns = {{"loss", studies::of("loss_of_states"), 4},
                          {"off the curve, standard errors", off_of_states, 1, {}, true},
                          {"excess, %", 100 * studies::of("excess_of_states"), 2}},
              .caption =
                  fmt::format("Table 5: the loss with few states (d = {:g}, N = {:g}, the published 3,000 training "
                              "prompts). The exact value is {:.4f} for any number of states.",
                              d, width_length, at_widths.loss())},
        table{.name = "wide",
              .rows = {{"examples", "N"}},
              .columns = {{"loss", loss, 4},
                          {"exact curve", curve, 4, {}, true},
                          {"off, standard errors", errors_off, 1, {}, true},
                          {"excess, %", excess, 2}},
              .caption = fmt::format(
                  "Table 3: d = {:g}. Grey: as published, trained (its d_h and training are not said).", wide),
              .where = broad},
        printed_theory()};
    page.plots = {
        lines{.name = "curve",
              .x = {.over = "examples", .label = "examples in the prompt, N", .log = true},
              .y = {{"", loss},
                    {"exact curve", curve, true, paper + ", closed form"},
                    {"bound 3 d (d + 1) / 2N", bound, true, paper + ", theorem"},
                    {"linear attention, best", attention, true, paper + ", table 2's formula"}},
              .axis = {.label = "loss", .log = true},
              .series = "model",
              .caption = "The trained layers on the exact curve (grey). S4, whose B and C do not look at the input, "
                         "learns nothing from more examples.",
              .alt = "Loss against the number of examples, both axes logarithmic: S6 on the exact line, S4 flat.",
              .where = narrow,
              .only = {curve_lengths},
              .published = false},
        heat_map{
            .name = "before",
            .rows = "query",
            .columns = "token",
            .of = product,
            .axis = {.label = "(W_C | b_C)^T (W_B | b_B) before training"},
            .x_label = "coordinate of an example",
            .caption = fmt::format("What the query asks of an example, before training (N = {:g}, mean over seeds; a "
                                   "single seed's entries are of order {:.0f}).",
                                   watched, std::sqrt(seen.number("states d_h of the curve"))),
            .where = {{"when", "before"}}},
        heat_map{
            .name = "after",
            .rows = "query",
            .columns = "token",
            .of = product,
            .axis = {.label = "the same after training"},
            .x_label = "coordinate of an example",
            .caption = fmt::format("After training: {:.3f} on the diagonal is what the theory says, and nothing else.",
                                   seen_closely.beta()),
            .where = {{"when", "after"}}},
        lines{.name = "cosine",
              .x = {.over = "position", .label = "examples read, l"},
              .y = studies::of("cosine"),
              .axis = {.label = "cosine with w", .low = 0, .high = 1},
              .series = "state",
              .caption =
                  "What the state says of w while the prompt is read: the cosine of w with W_C[:, :d]^T h_l, and "
                  "with online gradient descent's own w_l on the same prompts.",
              .alt = "Two lines that rise together from about a half to nearly one."},
        lines{.name = "step",
              .x = {.label = "training steps"},
              .y = {{"|w_D|", norm}},
              .axis = {.label = "|w_D|", .low = 0},
              .caption =
                  "Table 4: the weights of a learnt step width fade. Dotted: as published before and after 80 epochs.",
              .alt = "The norm of w_D over the training falls towards zero.",
              .references = {{.8883, ".8883", false}, {.1773, ".1773", false}},
              .band = true,
              .published = false}};
    page.claims = {
        {.id = "on_curve",
         .each = {"examples"},
         .value = errors_off.where("model", "S6"),
         .holds = within(3, 0),
         .says =
             "The S6 layer trained on fresh prompts of {examples} examples lies on the exact curve within sampling error.",
         .source = paper + ", theorem and figure 1c",
         .unit = "standard errors of the mean",
         .where = narrow,
         .only = {curve_lengths}},
        {.id = "exact_weights",
         .value = over.where("model", "S6").where("d", d),
         .holds = at_most(1),
         .says = "It loses no more than 1 % over the theory's own weights on the same prompts, for every N.",
         .unit = "% at the worst N",
         .where = {}},
        {.id = "one_set",
         .value = greatest_over("examples", size(errors_off), curve_lengths.levels),
         .holds = within(3, 0),
         .says = "Trained on the published 3,000 prompts it lies on the exact curve within sampling error, too.",
         .source = paper + ", figure 1c",
         .unit = "standard errors of the mean, at the worst N",
         .where = {{"d", d}, {"model", "S6, one set"}}},
        {.id = "below_bound",
         .value = greatest_over("examples", loss / bound, curve_lengths.levels).where("model", "S6").where("d", d),
         .holds = at_most(1),
         .says = "The loss is below the bound 3 d (d + 1) / 2N.",
         .source = paper + ", theorem",
         .unit = "of the bound, at the worst N"},
        {.id = "wide_on_curve",
         .each = {"examples"},
         .value = errors_off,
         .holds = within(3, 0),
         .says =
             fmt::format("With d = {:g} and {{examples}} examples it lies on the curve within sampling error.", wide),
         .source = paper + ", table 3",
         .unit = "standard errors of the mean",
         .where = broad,
         .only = {wide_lengths}},
        {.id = "few_states",
         .each = {"states"},
         .value = off_of_states,
         .holds = within(3, 0),
         .says = "With {states} states it lies on the curve within sampling error.",
         .source = paper + ", table 5",
         .unit = "standard errors of the mean"},
        {.id = "diagonal",
         .value = studies::of("diagonal").where("when", "after"),
         .holds = within(.02, 1),
         .says = "After training W_C[:, :d]^T W_B[:, :d] has beta on its diagonal.",
         .source = paper + ", theorem and figure 1a",
         .unit = "of beta"},
        {.id = "rest",
         .value = studies::of("rest").where("when", "after"),
         .holds = at_most(.05),
         .says = "All else in (W_C | b_C)^T (W_B | b_B) has gone.",
         .source = paper + ", theorem and figure 1a",
         .unit = "of beta, root mean square"},
        {.id = "follows",
         .value = distance.where("position", end),
         .holds = at_most(.1),
         .says = "At the end of a prompt the state's w is that of online gradient descent.",
         .source = paper + ", theorem",
         .unit = "distance over the size"},
        {.id = "finds_w",
         .value = cosine.where("state", "S6"),
         .holds = at_least(.9),
         .says = fmt::format("After {:g} examples the state points along w.", watched),
         .source = paper + ", figure 1b",
         .unit = "cosine"},
        {.id = "s4",
         .value = least_over("examples", loss, curve_lengths.levels).where("model", "S4").where("d", d) / (d / 2),
         .holds = at_least(.97),
         .says = "S4 cannot do it: its loss stays that of an answer of 0, for every N.",
         .source = paper,
         .unit = "of the loss d / 2 without context"},
        {.id = "step_shrinks",
         .value = norm.last() / norm.first(),
         .holds = at_most(.5),
         .says = "A learnt step width forgets its input: |w_D| shrinks.",
         .source = paper + ", table 4",
         .unit = "of |w_D| before"},
        {.id = "step_stays",
         .value = norm.last(),
         .holds = within(.05, .1773),
         .says = "|w_D| ends near .18 and not at 0.",
         .source = paper + ", table 4",
         .unit = "|w_D|"}};
    page.finding = {
        {"One S6 layer trained on fresh prompts lies {worst} standard errors off the exact curve at the worst of all "
         "lengths and {excess} % over the theory's own weights; on the published 3,000 prompts it is {set} % over them. Its "
         "state follows online gradient descent to {distance} % ",
         {{"worst", worst, 1},
          {"excess", over.where("model", "S6").where("d", d), 1},
          {"set", over.where("model", "S6, one set").where("d", d), 1},
          {"distance", 100 * distance.where("position", end), 0}}},
        {"and says {cosine} of w's direction; S4 stays at {s4} of the loss without context.",
         {{"cosine", cosine.where("state", "S6"), 2},
          {"s4", loss.where("model", "S4").where("d", d).where("examples", curve_lengths.levels.back()) / (d / 2),
           2}}}};
    page.notes = {
        "The work gives neither learning rates nor numbers of steps: those marked as guessed were chosen so that training "
        "has come to its end. Its own curves come from 3,000 training prompts and 1,000 test prompts, whose sampling error "
        "hides an excess of a few per cent.",
        "S4 is the house's S4D block with as many states a channel, its activation and its gated output, read by a linear "
        "map of all channels: more than the work's input-independent B and C.",
        "The number of epochs, N and d of table 4 are not said; here the step is learnt with all other weights, from w_D of "
        "the published norm in a random direction."};
    return page;
  }

 private:
  static studies::quantity size(const studies::quantity& of) {
    return studies::combine([](const auto& v) { return std::abs(v[0]); }, {of}, of.unit());
  }
  /// The printed theory values beside what the closed form gives.
  static report::table printed_theory() {
    report::table t{.name = "theory",
                    .caption =
                        "Every theory value that the work prints, and what the closed form of "
                        "theory/online_gradient.hpp gives: equal to the last printed digit (a test holds it).",
                    .columns = {{.name = "table"},
                                {.name = "d"},
                                {.name = "N"},
                                {.name = "S6", .decimals = 4},
                                {.name = "printed", .decimals = 4, .published = true},
                                {.name = "linear attention", .decimals = 4},
                                {.name = "printed", .decimals = 4, .published = true}}};
    for (const auto& v : online_gradient_published::theory_values) {
      const theory::online_gradient at(v.d, v.N);
      report::row row{{std::string(v.table), std::int64_t{v.d}, std::int64_t{v.N}, at.loss(), v.S6}};
      row.cells.push_back(v.linear_attention > 0 ? report::cell{at.linear_attention()} : report::cell{});
      row.cells.push_back(v.linear_attention > 0 ? report::cell{v.linear_attention} : report::cell{});
      t.rows.push_back(std::move(row));
    }
    return t;
  }
};

}  // namespace krait::paper
