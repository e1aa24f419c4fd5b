// tests/experiment/three_phase.cpp: the noise study on a dozen pairs: what it leaves, and that neither kills nor
// threads change it.
#define BOOST_TEST_MODULE experiment_three_phase
#include "whole_run.hpp"
//
#include <krait/experiment/three_phase.hpp>
#include <krait/metric/exact_match.hpp>
#include <krait/metric/repetition.hpp>
#include <krait/model/list.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/noise/wordflip.hpp>
#include <krait/paper/noise.hpp>
#include <krait/schedule/schedule.hpp>
#include <set>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

constexpr experiment::three_phase_config quick_phases{
    .length = tiny_length, .batch = 8, .learn = 30, .noise = 15, .relearn = 15, .evaluate_every = 5, .learnt = 0};
using study = experiment::three_phase<
    model::list<model::named<"mamba", tiny_mamba>, model::named<"transformer", tiny_transformer>>, a_dozen,
    noise::list<noise::charflip<>, noise::wordflip<>>, brisk, schedule::cosine<schedule::warmup_config{.warmup = 3}>,
    metric::list<mortal, metric::repetition, metric::exact_match>, quick_phases, paper::learn_unlearn_retain>;

const whole_run<study> whole{.lives = {61, 40, 49, 77, 38, 100}, .least_kills = 5};
const std::filesystem::path& uninterrupted() { return whole.uninterrupted(); }

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_run_leaves) {
  const auto& out = uninterrupted();
  const auto r = result_of(out);
  BOOST_TEST(r["experiment"] == "tiny_study");
  BOOST_TEST((r["seeds"] == nlohmann::json{1, 2}));
  BOOST_TEST(r["seconds"] > 0);
  BOOST_TEST(r["peak_memory_bytes"] > 1'000'000);
  BOOST_TEST(r["settings"]["pairs"] == 12);
  BOOST_TEST(contains(r["command"], "--seeds 2 --threads 2"));
  for (const char* key : {"version", "finding", "question", "environment", "notes"}) BOOST_TEST(r.contains(key));

  std::vector<std::string> tables, plots, claims;
  for (const auto& t : r["tables"]) {
    tables.push_back(t["name"]);
    BOOST_TEST(std::filesystem::exists(out / (tables.back() + ".csv")));
    BOOST_TEST(!t["rows"].empty());
    std::set<std::string> columns;  // exact_match, which is measured in any case, is one of the metrics as well
    for (const auto& column : t["columns"]) BOOST_TEST(columns.insert(column["name"]).second, column["name"]);
    for (const auto& row : t["rows"]) BOOST_TEST(row["cells"].size() == t["columns"].size());
  }
  for (const auto& p : r["plots"]) {
    plots.push_back(p["name"]);
    BOOST_TEST(contains(text_of(out / (plots.back() + ".svg")), "<svg"));
  }
  for (const auto& c : r["claims"]) {
    claims.push_back(c["id"]);
    for (const char* key : {"statement", "source", "value", "spread", "expected", "holds"}) BOOST_TEST(c.contains(key));
  }
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  };
  for (const char* name : {"phases", "metrics"}) BOOST_TEST(has(tables, name), name);
  for (const char* name : {"trajectory", "recovery", "absorption"}) BOOST_TEST(has(plots, name), name);
  for (const char* model : {"mamba", "transformer"}) {
    BOOST_TEST(has(claims, "precondition." + std::string(model)));
    for (const char* noise : {"charflip", "wordflip"})
      BOOST_TEST(has(claims, "recovery." + std::string(model) + "." + noise));
    for (int seed = 1; seed <= 2; ++seed) {
      const std::string who = "checkpoint/" + std::string(model) + "-seed" + std::to_string(seed);
      BOOST_TEST(std::filesystem::exists(out / (who + "-phase1.safetensors")));
      for (const char* noise : {"-charflip", "-wordflip"})
        for (const char* phase : {"-phase2", "-phase3"})
          BOOST_TEST(std::filesystem::exists(out / (who + noise + phase + ".safetensors")));
    }
  }
  BOOST_TEST(files_in(out / "checkpoint").size() == 20u);
}

// Values are of this run: phases of models that learn something, with spread over two seeds.
BOOST_AUTO_TEST_CASE(numbers_are_of_this_run) {
  const auto r = result_of(uninterrupted());
  int own = 0;
  for (const auto& row : r["tables"][0]["rows"]) {
    if (row["published"]) {
      BOOST_TEST(!row["source"].get<std::string>().empty());
      continue;
    }
    ++own;
    for (int phase = 2; phase <= 4; ++phase) {
      const auto& cell = row["cells"][static_cast<std::size_t>(phase)];
      BOOST_TEST((cell["value"] >= 0 && cell["value"] <= 100 && cell["spread"].is_number()));
    }
  }
  BOOST_TEST(own == 4);
}

// Pages compare the two kinds of models whatever they are called.
BOOST_AUTO_TEST_CASE(models_have_kinds) {
  studies::record seen;
  seen.declare_label("model", {"first", "second", "third"});
  experiment::declare_kinds<model::list<model::named<"first", tiny_transformer>, model::named<"second", tiny_mamba>,
                                        model::named<"third", tiny_transformer>>>(seen);
  BOOST_TEST(seen.group("model", "recurrent") == std::vector<std::string>{"second"}, boost::test_tools::per_element());
  BOOST_TEST((seen.group("model", "attention") == std::vector<std::string>{"first", "third"}));
  const auto claims = result_of(uninterrupted())["claims"];
  BOOST_TEST(std::ranges::count(claims, "Wordflip takes more from the mamba than from the transformer.",
                                [](const auto& claim) { return claim["statement"].template get<std::string>(); }) == 1);
}

BOOST_AUTO_TEST_CASE(one_thread_finds_the_same) { whole.same_for_one_thread(); }
// Killed in every phase of both models, in the midst of an evaluation, and resumed.
BOOST_AUTO_TEST_CASE(kills_change_nothing) { whole.same_after_kills(); }
BOOST_AUTO_TEST_CASE(kills_at_any_moment_change_nothing) { whole.same_after_kills_at_any_moment(); }
BOOST_AUTO_TEST_CASE(the_page_is_drawn_again) { whole.same_when_drawn_again(); }
