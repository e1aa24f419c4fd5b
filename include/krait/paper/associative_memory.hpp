// krait/paper/associative_memory.hpp: when what a sequence has shown and what is known of the world disagree, which of
// them answers, and in long sequences too? Wang & Sato 2025, "Rethinking Associative Memory Mechanism in Induction
// Head" (arXiv:2412.11459), and Bietti et al. 2023, "Birth of a Transformer" (arXiv:2306.00802).
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/study/exhibit.hpp>
#include <string>
#include <vector>

namespace krait::paper {

/// Of experiment::associative_memory. What has been published is held against the models that have these names.
struct associative_memory {
  static constexpr const char *absolute = "absolute positions", *relative = "relative positions",
                              *two_layers = "no positions", *three_layers = "no positions (3 layers)";
  static constexpr const char *source = "arXiv:2412.11459", *by_a_summary = "arXiv:2412.11459, as summarised by others",
                              *birth = "arXiv:2306.00802, abstract";
  /// Of what Bayes draws from the context: at least so much is learnt; and of that in the trained length, at least so
  /// much is kept, at most so much is broken, where it was something (krait's rules).
  static constexpr double learnt = 80, something = 20, kept = 90, broken = 75;

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const auto& trained = seen.group("model", "trained");
    const selection models{"model", trained};
    const std::string first = seen.least("place"), last = seen.greatest("place"), often = seen.greatest("seen");
    const auto tokens = static_cast<int>(seen.number("tokens a sequence in training"));
    const quantity gap = studies::of("gap", "nats"), share = share_of_context(seen);
    const quantity in_context = percent("in_context").where("place", first),
                   global = percent("global").where("place", first);
    // Of a model that has learnt next to nothing there is nothing to keep.
    const quantity keeps =
        combine([](const auto& v) { return v[0] >= something ? 100 * v[1] / v[0] : report::unknown; },
                {share.where("place", first).last(), share.where("place", last).last()});
    const double steps = seen.number("steps");
    const quantity later = combine(
        [steps](const auto& v) { return std::isfinite(v[0]) || !std::isfinite(v[1]) ? v[0] - v[1] : steps - v[1]; },
        {first_step(share.where("place", first), 50), first_step(of_world(first), 90)});
    const std::string lengths = fmt::format(
        "Place 1: tokens 1 to {} of a sequence, as in training; {}: the last {} of sequences {} times as "
        "long, which nobody was trained on.",
        tokens, last, tokens, last);

    exhibits page;
    page.tables = {
        table{
            .name = "shares",
            .rows = {"model"},
            .columns = spread("place", share.last(), 1, "place {}"),
            .caption = "How much of what Bayes draws from the context a model draws from it: 0 % is an answer by the "
                       "world's bigrams alone, 100 % is that of who knows them and weighs what the sequence has shown "
                       "as well as can be. Of triggers that have been seen before. " +
                       lengths,
            .only = {models}},
        table{.name = "gaps",
              .rows = {"model"},
              .columns = spread("place", gap.last(), 3, "place {}"),
              .caption = "Cross-entropy of all tokens, less that of Bayes (nats)."},
        table{.name = "balance",
              .rows = {"model"},
              .columns = {{"context's, seen {}", in_context.last(), 1, "seen"},
                          {"world's, seen {}", global.last(), 1, "seen"}},
              .caption =
                  "Probability of the token that the sequence has for a trigger, and of the world's likeliest one "
                  "there, by how often the trigger's own has followed it before (the last: or more), within the "
                  "trained length."}};
    // (Made beforehand: g++ 12 takes the labels for uninitialised where they are made within a list.)
    const report::axis of_share{.label = "drawn from the context (% of Bayes)", .low = 0},
        of_probability{.label = "probability (%)", .low = 0}, of_gap{.label = "loss above Bayes (nats)", .log = true};
    page.plots = {
        bars{.name = "shares",
             .categories = "place",
             .y = share.last(),
             .axis = of_share,
             .series = "model",
             .caption =
                 "What is drawn from the context, by place. A model that finds the token after the last such "
                 "trigger wherever it stands keeps its height; one that has learnt places falls after the first.",
             .only = {models}},
        lines{.name = "balance",
              .x = {.over = "seen", .label = "times that the context has shown it"},
              .y = {{"context's token", in_context.last()}, {"world's token", global.last()}},
              .axis = of_probability,
              .panel = "model",
              .caption = "The two answers at a trigger, within the trained length. Where the lines cross the context "
                         "has overcome the world."},
        lines{.name = "learning",
              .x = {},
              .y = share.where("place", first),
              .axis = of_share,
              .series = "model",
              .caption = "What is drawn from the context over the training steps, within the trained length.",
              .only = {models}},
        lines{.name = "gaps",
              .x = {},
              .y = gap,
              .axis = of_gap,
              .series = "model",
              .panel = "place",
              .caption = "The loss above Bayes over the training steps, by place.",
              .only = {models}}};

    const auto has = [&](const char* name) { return std::ranges::find(trained, name) != trained.end(); };
    const auto source_of = [&](const std::string& model) {
      return model == absolute || model == relative ? source : model == three_layers ? by_a_summary : "";
    };
    for (const auto& model : trained)
      page.claims.push_back(
          {.id = "learnt." + model,
           .value = share.where("place", first).where("model", model).last(),
           .holds = at_least(learnt),
           .says = fmt::format("The model \"{}\" learns to answer triggers from the context: at least "
                               "{:g} % of what Bayes draws from it, in the trained length.",
                               model, learnt),
           .source = source_of(model),
           .unit = "%"});
    if (has(relative))
      page.claims.push_back({.id = "relative_keeps",
                             .value = keeps.where("model", relative),
                             .holds = at_least(kept),
                             .says = fmt::format("With relative positions the previous token is found wherever it "
                                                 "stands: {} times the trained length takes at most a tenth.",
                                                 last),
                             .source = source,
                             .unit = "% of the share in the trained length"});
    if (has(absolute))
      page.claims.push_back({.id = "absolute_breaks",
                             .value = keeps.where("model", absolute),
                             .holds = at_most(broken),
                             .says = "With absolute positions the context is overlooked beyond the trained length: at "
                                     "least a quarter is lost there.",
                             .source = source,
                             .unit = "% of the share in the trained length"});
    if (has(absolute) && has(relative))
      page.claims.push_back(
          {.id = "relative_longer",
           .value = (share.where("model", relative) - share.where("model", absolute)).where("place", last).last(),
           .holds = above(0).by_errors(2),
           .says = "In the longest sequences relative positions draw more from the context than absolute ones.",
           .source = source,
           .unit = "% points"});
    if (has(two_layers) && has(three_layers))
      page.claims.push_back(
          {.id = "third_layer",
           .value =
               (share.where("model", three_layers) - share.where("model", two_layers)).where("place", first).last(),
           .holds = above(0).by_errors(2),
           .says = "Without positions a third layer brings what two layers lack.",
           .source = by_a_summary,
           .unit = "% points"});
    page.claims.push_back(
        {.id = "overcomes",
         .each = {"model"},
         .value = (in_context - global).where("seen", 1).last(),
         .holds = above(0),
         .says =
             "To the model \"{model}\", what the context has shown once is likelier than what the world does most often.",
         .unit = "% points",
         .only = {models}});
    page.claims.push_back(
        {.id = "world_first",
         .each = {"model"},
         .value = later,
         .holds = above(0),
         .says = "The model \"{model}\" learns the world's bigrams (90 % of the likeliest one's probability, at "
                 "triggers not seen before) before it draws half of what Bayes draws from the context.",
         .source = birth,
         .unit = "steps later",
         .only = {models}});
    for (const auto& model : trained)
      if (model != absolute && model != relative)
        page.claims.push_back(
            {.id = "keeps." + model,
             .value = keeps.where("model", model),
             .holds = at_least(kept),
             .says = fmt::format("The model \"{}\" loses at most a tenth of it in sequences {} times as "
                                 "long.",
                                 model, last),
             .unit = "% of the share in the trained length"});

    page.finding = {
        sentence(
            "{model} {share} and {end} %",
            {{"share", share.where("place", first).last(), 0}, {"end", share.where("place", last).last(), 0}},
            {"model"}, {}, {models},
            fmt::format("Of what Bayes draws from the context at a trigger, in sequences as trained and at the end "
                        "of sequences {} times as long: ",
                        last),
            ", ", ". "),
        sentence(
            "{own} against {world} % with {model}",
            {{"own", in_context.where("seen", often).last(), 0}, {"world", global.where("seen", often).last(), 0}},
            {"model"}, {}, {models},
            fmt::format("The context's token against the world's, after having been shown {} times or more: ", often),
            ", ", ".")};
    page.notes = {
        "The works' sizes were not at hand: vocabulary, odds of triggers, widths and lengths are krait's own. Every "
        "token may be a trigger here, and a trigger is not always followed by its own token, so that both kinds of "
        "knowledge are needed at every token and the best weighing of them is known (Bayes).",
        "Relative positions here are rotary ones of the first layer, half of a head's numbers; in the work they are "
        "learned. The last layer is a feed-forward network in every model, for the world's bigrams.",
        fmt::format(
            "Learnt, kept and broken by rules of krait's: at least {:g} % of Bayes, at least {:g} and at most {:g} % of "
            "the share in the trained length, where that was {:g} % at least. Half of what Bayes draws, where a model "
            "never draws it, counts as drawn with the last step.",
            learnt, kept, broken, something)};
    return page;
  }

 private:
  /// What a model adds to the context's token beyond the world, of what Bayes adds; over triggers seen before, each
  /// counted once.
  static studies::quantity share_of_context(const studies::record& seen) {
    std::vector<studies::quantity> all;
    for (const auto& level : seen.levels("seen")) {
      if (level == seen.least("seen")) continue;
      const studies::quantity of = studies::of("in_context").where("seen", level);
      all.insert(all.end(), {of, of.where("model", "Bayes").last(), of.where("model", "world alone").last(),
                             studies::of("tokens").where("seen", level).where("model", "Bayes").last()});
    }
    return combine(
        [](const std::vector<double>& v) {
          double drawn = 0, there = 0;
          for (std::size_t k = 0; k < v.size(); k += 4)
            if (v[k + 3] > 0) drawn += v[k + 3] * (v[k] - v[k + 2]), there += v[k + 3] * (v[k + 1] - v[k + 2]);
          return there > 0 ? 100 * drawn / there : report::unknown;
        },
        all, "%");
  }
  /// Probability of the world's likeliest token at triggers not seen before, of what the world alone gives it.
  static studies::quantity of_world(const std::string& place) {
    const studies::quantity of = studies::of("global").where("place", place).where("seen", 0);
    return 100. * of / of.where("model", "world alone").last();
  }
};

}  // namespace krait::paper
