// krait/paper/noise_degenerate.hpp: is degenerate repetition particular to state-space models? An open question of the
// noise study's extension to Mamba (ARC345/learn-unlearn-mamba), whose Mamba 130M repeats itself under charflip; beside
// it stood no transformer.
#pragma once
#include <algorithm>
#include <krait/study/exhibit.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::paper::detail {

struct noise_degenerate {
  /// Of that study's stored answers to 449 questions, by metric::repetition.
  static constexpr const char* answers = "ARC345/learn-unlearn-mamba, stored answers";
  static constexpr studies::published rows[] = {
      {"metric", "noise=charflip, model=Mamba 130M, phase=1, metric=repetition", .0439, answers},
      {"metric", "noise=charflip, model=Mamba 130M, phase=2, metric=repetition", .1517, answers},
      {"metric", "noise=charflip, model=Mamba 130M, phase=3, metric=repetition", .0076, answers}};

  static bool asked(const studies::record& seen) {
    const auto& metrics = seen.levels("metric");
    return std::ranges::find(metrics, "repetition") != metrics.end();
  }
  /// asked: the set of questions.
  static studies::table table(const std::string& asked, const std::string& of_those) {
    return {.name = "degenerate",
            .rows = {"noise", "model"},
            .columns = {{"P1 clean", repeated(asked, 1), 2},
                        {"P2 as given", repeated(asked, 2), 2},
                        {"P3 clean again", repeated(asked, 3), 2}},
            .caption =
                "Degenerate repetition: of the word triples of an answer the share that occurs more than twice, "
                "a mean over the " +
                of_those +
                ". Grey: of the stored answers of the extension to Mamba, which are 28 to 35 words long. Answers "
                "of a few words leave little room for it: a 0 here is no proof that there is none."};
  }
  /// pairs: of models, the recurrent one first.
  static std::vector<studies::claim> claims(const studies::record& seen, const std::string& asked,
                                            const std::vector<std::pair<std::string, std::string>>& pairs) {
    std::vector<studies::claim> all;
    if (studies::among(seen, "noise", {"charflip"}).levels.empty()) return all;
    const auto under = repeated(asked, 2).where("noise", "charflip");
    for (const auto& [recurrent, attention] : pairs)
      all.push_back({.id = "degenerate." + recurrent,
                     .value = (under.where("model", recurrent) - under.where("model", attention)).in("points"),
                     .holds = studies::above(0).by_errors(2),
                     .says = "Under charflip the " + recurrent + " repeats itself more than the " + attention + "."});
    return all;
  }

 private:
  static studies::quantity repeated(const std::string& asked, int phase) {
    return studies::percent("metric").where("asked", asked).where("phase", phase).where("metric", "repetition");
  }
};

}  // namespace krait::paper::detail
