// tests/report/sample_result.hpp: a made-up result with every kind of plot, for the tests of the report.
#pragma once
#include <cmath>
#include <krait/report/result.hpp>
#include <krait/run/environment.hpp>
#include <string>
#include <vector>

namespace krait::testing {

inline report::result sample_result() {
  using namespace report;
  result r;
  r.experiment = "noise/three_phase";
  r.question = "Does a Mamba unlearn noise as a transformer does?";
  r.finding =
      "Both models learn the reversal and give it up again: after the third phase the Mamba answers 97.4 % and the "
      "transformer 96.8 % of the clean questions, where the published Mamba came back to 47.0 %.";
  r.command = "examples/run noise/three_phase --seeds 3 --seed 1";
  r.version = version;
  r.seeds = {1, 2, 3};
  r.settings = {{"facts", std::int64_t{256}}, {"lr", 3e-3}, {"steps", std::int64_t{150}}, {"quick", false}};
  r.environment = program::environment();
  r.seconds = 248.3;
  r.peak_memory_bytes = std::int64_t{211} << 20;
  const std::string source = "mamba-130m, three-phase study, table 1";

  table phases{"phases", "Exact answers after each phase; mean and standard deviation over three seeds.", {}, {}};
  phases.columns = {{"model"},         {"noise"},         {"clean", "%"}, {"noisy", "%"}, {"clean again", "%"},
                    {"absorbed", "%"}, {"recovered", "%"}};
  phases.rows = {{{"mamba", "charflip", measured{98.2, 0.9}, measured{0.0, 0.0}, measured{97.4, 1.1},
                   measured{100.0, 0.0}, measured{99.2, 0.9}}},
                 {{"mamba", "wordflip", measured{98.2, 0.9}, measured{4.1, 0.6}, measured{97.9, 0.7},
                   measured{95.8, 0.6}, measured{99.7, 0.8}}},
                 {{"transformer", "charflip", measured{99.1, 0.4}, measured{0.3, 0.2}, measured{96.8, 1.9},
                   measured{99.7, 0.2}, measured{97.7, 1.4}}},
                 {{"transformer", "wordflip", measured{99.1, 0.4}, measured{5.0, 1.3}, measured{98.4, 0.5},
                   measured{95.0, 1.3}, measured{99.3, 0.6}}},
                 {{"Mamba 130M", "charflip", 63.3, 0.0, 47.0, 100.0, 74.2}, true, source}};
  table cost{"cost", "Time and memory of one model.", {{"model"}, {"parameters", "", 0}, {"tokens/s", "", 0}}, {}};
  cost.rows = {{{"mamba", std::int64_t{501'248}, 9310.0}}, {{"transformer", std::int64_t{430'592}, 15220.0}}};
  r.tables = {phases, cost};

  plot bars{"accuracy", plot_kind::bars,
            "Look at the middle group: noise takes every exact answer away, and a third phase on clean text brings "
            "nearly all of them back.",
            "Grouped bars of exact answers after three phases for mamba, transformer and the published Mamba 130M."};
  bars.y = {"exact answers (%)", false, 0, 100};
  bars.categories = {"clean", "noisy", "clean again"};
  for (std::string noise : {"charflip", "wordflip"}) {
    const double low = noise == "charflip" ? 0.2 : 4.5;
    bars.data.push_back({"mamba", {}, {98.2, low, 97.4}, {0.9, 0.6, 2.1}, "", noise});
    bars.data.push_back({"transformer", {}, {99.1, low + 0.5, 96.8}, {0.4, 0.5, 1.9}, "", noise});
    if (noise == "charflip")
      bars.data.push_back({"Mamba 130M (published)", {}, {63.3, 0.0, 47.0}, {}, "", noise, true, source});
  }

  plot path{"trajectory", plot_kind::lines,
            "The clean answers fall within thirty noisy steps and return as fast; bands are one standard deviation "
            "over three seeds.",
            "Share of exact clean answers against training step for two models over three phases."};
  path.x = {"optimiser step"}, path.y = {"exact clean answers (%)", false, 0, 100};
  path.references = {{0, "clean", true}, {150, "noisy", true}, {300, "clean again", true}};
  path.spread = spread_style::band;
  for (std::string model : {"mamba", "transformer"}) {
    const double late = model == "mamba" ? 28 : 40;
    series s{model, {}, {}};
    for (int step = 0; step <= 450; step += 10) {
      const double here = step % 150, up = 98 / (1 + std::exp(-(here - late - 20) / 9)),
                   down = 98 / (1 + std::exp((here - 15) / 5));
      const double value = step < 150   ? up
                           : step < 300 ? down
                           : step < 450 ? 98 / (1 + std::exp(-(here - late + 5) / 7))
                                        : 97;
      s.x.push_back(step), s.y.push_back(value), s.spread.push_back(1 + 9 * value * (100 - value) / 2500);
    }
    path.data.push_back(s);
  }

  plot shots{"shots", plot_kind::lines,
             "With more examples than dimensions the loss should fall to the noise floor, as least squares does.",
             "Squared error against number of examples on two logarithmic axes for five curves."};
  shots.x = {"examples in the prompt", true}, shots.y = {"squared error per dimension", true};
  shots.references = {{1e-3, "noise floor"}};
  const std::vector<std::pair<std::string, double>> curves = {
      {"mamba", 1.2}, {"transformer", 1.4}, {"least squares", 2.1}, {"ridge", 1.9}, {"3 nearest neighbours", 0.5}};
  for (const auto& [name, slope] : curves) {
    series s{name, {}, {}};
    for (int n = 1; n <= 128; n *= 2) {
      const double value = 1.1 * std::pow(n, -slope) + 1.3e-3;
      s.x.push_back(n), s.y.push_back(value), s.spread.push_back(0.2 * value);
    }
    shots.data.push_back(s);
  }
  shots.data.push_back({"Garg et al. (published)",
                        {1, 2, 8, 32, 128},
                        {0.9, 0.7, 0.2, 0.02, 0.004},
                        {},
                        "",
                        "",
                        true,
                        "Garg et al. 2022, figure 2"});

  plot heat{"transfer", plot_kind::heat_map,
            "Rows are what a model was trained on, columns what it was asked; the diagonal should be dark only where "
            "noise stays noise.",
            "Heat map of four training noises against five test noises."};
  heat.x = {"tested on"}, heat.y = {"exact answers (%)", false, 0, 100};
  heat.categories = {"clean", "charflip", "wordflip", "transliterate", "counter factual"};
  heat.data = {{"clean", {}, {98, 1, 7, 12, 3}},
               {"charflip", {}, {0, 96, 2, 1, 0}},
               {"wordflip", {}, {5, 1, 91, 3, 2}},
               {"transliterate", {}, {22, 0, 4, 83, unknown}}};

  plot radar{"profile", plot_kind::radar,
             "Each spoke is one noise; the further out, the more of the clean answers came back.",
             "Radar of recovery under five noises for two models and one published study."};
  radar.y = {"recovered (%)", false, 0, 100};
  radar.categories = {"charflip", "wordflip", "transliterate", "counterfactual", "irrelevant"};
  radar.data = {{"mamba", {}, {99, 97, 88, 60, 92}},
                {"transformer", {}, {97, 99, 93, 71, 85}},
                {"Mamba 1.4B (published)", {}, {74, 60, 90, 50, 66}, {}, "", "", true, source}};
  r.plots = {bars, path, shots, heat, radar};

  r.claims = {{"noise.recovery",
               "After training on clean text again, a small Mamba does not recover its clean accuracy in full.", source,
               99.2, 0.9, "%", "below 80 %", false},
              {"noise.absorption", "Training on reversed answers removes nearly all exact answers.", source, 100.0, 0.0,
               "%", "at least 95 %", true}};
  r.notes = {
      "The published study scored by fuzzy match, which an echo of the question passes in 65 % of cases; here an "
      "answer must be exact.",
      "The third phase is also more training: a clean, clean, clean control of equal length stands in the table of "
      "costs."};
  return r;
}

}  // namespace krait::testing
