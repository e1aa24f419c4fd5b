// krait/paper/noise_claims.hpp: what the noise study's page claims of its numbers, and what it says of them first.
#pragma once
#include <cmath>
#include <krait/paper/noise_tokens.hpp>
#include <krait/study/exhibit.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::paper::detail {

/// p2: right answers after phase 2, un-flipped; absorbed and recovered: in % of p1; pattern: what is left of the noise;
/// noised: of what is trained on, the answers that are exactly the noised ones after phase 2.
struct noise_claims {
  static constexpr const char* accuracies = "arXiv:2407.00996, table of accuracies";

  static std::vector<studies::claim> claims(const studies::record& seen, const studies::quantity& p2,
                                            const studies::quantity& absorbed, const studies::quantity& recovered,
                                            const studies::quantity& pattern, const studies::quantity& noised) {
    using namespace studies;
    const selection noises = noisy(seen);
    std::vector<claim> all = {
        {.id = "taken_over",
         .each = {"model", "noise"},
         .value = noised,
         .holds = at_least(80),
         .says = "Phase 2 is long enough for the {model} to answer with {noise} what it is trained on.",
         .only = {noises}},
        {.id = "collapse",
         .each = {"model", "noise"},
         .value = p2,
         .holds = at_most(5),
         .says = "Under {noise} hardly any answer of the {model} is right, also after un-flipping.",
         .source = accuracies,
         .against = "model",
         .only = {among(seen, "noise", {"charflip"})}},
        {.id = "recovery",
         .each = {"model", "noise"},
         .value = recovered,
         .holds = at_least(90),
         .says = "After {noise} the {model} comes back to its first accuracy.",
         .source = "arXiv:2407.00996, table of accuracies; the study's extension to Mamba",
         .unit = "% of P1",
         .against = "model",
         .only = {noises}},
        {.id = "retained",
         .each = {"model", "noise"},
         .value = pattern,
         .holds = at_most(2),
         .says = "After clean retraining hardly any answer of the {model} is left in the pattern "
                 "of {noise}.",
         .source = "arXiv:2407.00996, table of accuracies: 0 to 1 %",
         .only = {among(seen, "noise", {"charflip", "wordflip"})}}};
    const auto has = [&](const char* label, const char* level) { return !among(seen, label, {level}).levels.empty(); };
    if (has("noise", "charflip") && has("noise", "wordflip"))
      all.push_back({.id = "letters",
                     .each = {"model"},
                     .value = (absorbed.where("noise", "charflip") - absorbed.where("noise", "wordflip")).in("%"),
                     .holds = above(0).by_errors(2),
                     .says = "Charflip takes more from the {model} than wordflip.",
                     .source = accuracies,
                     .unit = "% of P1",
                     .against = "model"});
    if (has("noise", "wordflip") && has("noise", "transliteration"))
      all.push_back(
          {.id = "script",
           .each = {"model"},
           .value = (absorbed.where("noise", "transliteration") - absorbed.where("noise", "wordflip")).in("%"),
           .holds = below(0).by_errors(2),
           .says = "Transliteration takes less from the {model} than wordflip.",
           .source = accuracies,
           .unit = "% of P1",
           .against = "model"});
    if (has("noise", "charflip") && has("noise", "counterfactual"))
      all.push_back({.id = "falsehoods",
                     .each = {"model"},
                     .value = (absorbed.where("noise", "counterfactual") - absorbed.where("noise", "charflip")).in("%"),
                     .holds = below(0).by_errors(2),
                     .says = "Wrong answers to other questions take less from the {model} than charflip.",
                     .source = accuracies,
                     .unit = "% of P1",
                     .against = "model"});
    if (has("noise", "wordflip"))
      for (const auto& [recurrent, attention] : pairs(seen))
        all.push_back({.id = "words",
                       .value = word_gap(absorbed, recurrent, attention),
                       .holds = above(0).by_errors(2),
                       .says = "Wordflip takes more from the " + recurrent + " than from the " + attention + ".",
                       .source = "the study's extension to Mamba: 71 % from Mamba 1.4B, 27 to 38 % from transformers",
                       .unit = "% of P1"});
    if (has("noise", "none")) {
      const auto more = [](const quantity& of) { return mean_over("model", (of - of.where("noise", "none")).in("%")); };
      all.push_back({.id = "lasting",
                     .each = {"noise"},
                     .value = more(recovered),
                     .holds = below(0).by_errors(2),
                     .says =
                         "After {noise} and clean retraining the models know less, on average over them, than after "
                         "as many clean steps.",
                     .unit = "% of P1",
                     .only = {noises}});
      all.push_back({.id = "noise_not_steps",
                     .each = {"noise"},
                     .value = more(absorbed),
                     .holds = above(0).by_errors(2),
                     .says = "More is taken by {noise} than by as many clean steps, on average over the models.",
                     .unit = "% of P1",
                     .only = {noises}});
    }
    return all;
  }
  /// The noises but for the control.
  static studies::selection noisy(const studies::record& seen) {
    studies::selection all{"noise", seen.levels("noise")};
    std::erase(all.levels, "none");
    return all;
  }
  /// Each recurrent model beside each with attention (experiment/model_kinds.hpp) that reads the same tokens: what was
  /// published compares these.
  static std::vector<std::pair<std::string, std::string>> pairs(const studies::record& seen) {
    std::vector<std::pair<std::string, std::string>> all;
    for (const char* tokens : {"tokens of the data", "own tokens"})
      for (const auto& recurrent : noise_tokens::both(seen, "recurrent", tokens))
        for (const auto& attention : noise_tokens::both(seen, "attention", tokens))
          all.emplace_back(recurrent, attention);
    return all;
  }
  static studies::quantity word_gap(const studies::quantity& absorbed, const std::string& recurrent,
                                    const std::string& attention) {
    const auto words = absorbed.where("noise", "wordflip");
    return (words.where("model", recurrent) - words.where("model", attention)).in("%");
  }

  /// "mamba, transformer and hybrid (in this order)"
  static std::string listed_in_order(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i)
      text += (i == 0 ? "" : i + 1 < names.size() ? ", " : " and ") + names[i];
    return names.size() > 1 ? text + " (in this order)" : text;
  }

  /// What was found, and first of all where it is not what was published.
  static studies::finding finding(const studies::record& seen, const std::string& of_those, const studies::quantity& p1,
                                  const studies::quantity& p2, const studies::quantity& absorbed,
                                  const studies::quantity& recovered, const studies::quantity& sunk) {
    using namespace studies;
    studies::finding all;
    if (noise_tokens::asked(seen)) all = noise_tokens::finding(seen, absorbed, sunk);
    const selection noises = noisy(seen);
    // A clause for each noise, with the numbers of all models in their order.
    std::vector<sentence::number> numbers;
    std::string taken, back;
    const auto& models = seen.levels("model");
    for (std::size_t i = 0; i < models.size(); ++i) {
      const std::string comma = i == 0 ? "" : i + 1 < models.size() ? ", " : " and ", n = std::to_string(i);
      taken += comma + "{taken" + n + "}", back += comma + "{back" + n + "}";
      numbers.push_back({"taken" + n, absorbed.where("model", models[i])});
      numbers.push_back({"back" + n, recovered.where("model", models[i])});
    }
    all.push_back({"{noise} takes " + taken + " %, and clean retraining brings them back to " + back +
                       " % of their first accuracy",
                   std::move(numbers),
                   {"noise"},
                   {},
                   {noises},
                   "Of the " + of_those + " of the " + listed_in_order(models) + ", counted after un-flipping, ",
                   "; ",
                   ". "});
    const auto mean = [&](const quantity& of, const char* noise, const std::string& model) {
      return measured(of, seen, {{"noise", noise}, {"model", model}}).value;
    };
    const std::vector<std::string> published = among(seen, "noise", {"charflip", "wordflip"}).levels;
    const std::string from = published.empty() ? "" : published.front() + (published.size() > 1 ? " and wordflip" : "");
    double least_back = report::unknown, most_left = report::unknown;
    for (const auto& model : seen.levels("model")) {
      most_left = std::fmax(most_left, mean(p2, "charflip", model));
      for (const auto& noise : published) least_back = std::fmin(least_back, mean(recovered, noise.c_str(), model));
    }
    if (std::isfinite(least_back))
      all.push_back(least_back >= 90 ? "As in the published studies, all come back from " + from + "."
                                     : "The published transformers came back from " + from +
                                           " to 90 to 100 % of it, and Mamba 1.4B to 124 to 126 %: that is not so "
                                           "here.");
    if (std::isfinite(most_left))
      all.push_back(most_left <= 5 ? "As published, charflip leaves hardly anything."
                                   : "Charflip leaves more than the published 0 to 4 %.");
    for (const auto& [recurrent, attention] : pairs(seen)) {
      const auto gap = over_seeds(word_gap(absorbed, recurrent, attention), seen, {});
      if (gap.empty()) continue;
      all.push_back(
          above(0).by_errors(2).holds(gap)
              ? "As published (71 % of Mamba 1.4B, 27 to 38 % of transformers), wordflip takes more from the " +
                    recurrent + " than from the " + attention + "."
          : below(0).by_errors(2).holds(gap)
              ? "Wordflip takes less from the " + recurrent + " than from the " + attention +
                    ", against the published 71 % of Mamba 1.4B and 27 to 38 % of transformers."
              : "That wordflip takes more from the " + recurrent + " than from the " + attention +
                    " (published: 71 % of Mamba 1.4B, 27 to 38 % of transformers) is not seen here.");
    }
    all.push_back({"the {model} is at {kept} % of P1 after phase 2 and at {back} % after phase 3",
                   {{"kept", (100 * p2 / p1).in("%")}, {"back", recovered}},
                   {"noise", "model"},
                   {},
                   {among(seen, "noise", {"none"})},
                   "Without noise, after as many clean steps, ",
                   ", ",
                   "."});
    return all;
  }
};

}  // namespace krait::paper::detail
