// tests/experiment/outliers.cpp: the studies of one-layer models with outliers, small: what they leave, and that
// neither kills nor threads change it.
#define BOOST_TEST_MODULE experiment_outliers
#include "study_process.hpp"
//
#include <unistd.h>

#include <krait/experiment/outlier_beyond.hpp>
#include <krait/experiment/outlier_convergence.hpp>
#include <krait/experiment/outlier_fraction.hpp>
#include <krait/experiment/outlier_mechanism.hpp>
#include <krait/paper/outlier_beyond.hpp>
#include <krait/paper/outlier_convergence.hpp>
#include <krait/paper/outlier_fraction.hpp>
#include <krait/paper/outlier_mechanism.hpp>
using namespace krait;
using namespace krait::testing;
using experiment::outlier_model, train::descent;

namespace {

constexpr int d = 12;
constexpr task::outlier_classification_config sizes{
    .dimensions = d, .relevant = 3, .irrelevant = 2, .outliers = 3, .examples = 8};
using prompts = task::outlier_classification<sizes>;
using mamba = model::one_layer<model::mamba_attention<>, d>;
using linear = model::one_layer<model::linear_attention_weights, d>;
constexpr descent brisk{.rate = .1, .steps = 300, .batch = 32}, slow{.rate = .01, .steps = 300, .batch = 32};

using models =
    model::list<outlier_model<"mamba", mamba, brisk>, outlier_model<"linear transformer", linear, slow>,
                outlier_model<"softmax transformer", model::one_layer<model::softmax_attention, d>, brisk>,
                outlier_model<"gated linear attention", model::one_layer<model::gated_linear_attention<>, d>, slow>,
                outlier_model<"A = -2 I", model::one_layer<model::mamba_attention<model::decay_config{2}>, d>, brisk>>;

using fraction = experiment::outlier_fraction<models, prompts, experiment::outlier_fraction_config{.prompts = 3000},
                                              paper::outlier_fraction>;
using mechanism = experiment::outlier_mechanism<
    mamba, prompts, experiment::outlier_mechanism_config{.training = brisk, .prompts = 200}, paper::outlier_mechanism>;
using convergence =
    experiment::outlier_convergence<mamba, linear, sizes, experiment::prompt_lengths<8, 16>,
                                    experiment::outlier_convergence_config{
                                        .training = {.rate = .02, .steps = 20'000, .batch = 32, .diagonal = .05}},
                                    paper::outlier_convergence>;
using beyond = experiment::outlier_beyond<models, prompts, 500, paper::outlier_beyond>;

const nlohmann::json& named(const nlohmann::json& list, const std::string& key, const std::string& name) {
  for (const auto& one : list)
    if (one[key] == name) return one;
  throw std::runtime_error("there is no " + name);
}

/// Runs twice with other threads and finds the same; the result.
template <class Study> nlohmann::json same_for_any_threads(const std::vector<std::string>& extra = {}) {
  scratch_folder here;
  for (const char* threads : {"1", "3"}) {
    std::vector<std::string> options{"--seeds", "2", "--threads", threads, "--out", (here.path / threads).string()};
    options.insert(options.end(), extra.begin(), extra.end());
    const outcome o = run_study<Study>(here.path, options);
    BOOST_TEST(o.code() == 0, o.err);
    BOOST_TEST(o.err == "");
  }
  same_results(here.path / "1", here.path / "3");
  for (const char* file : {"result.json", "index.html"}) BOOST_TEST(std::filesystem::exists(here.path / "1" / file));
  return result_of(here.path / "1");
}

}  // namespace

BOOST_AUTO_TEST_CASE(fraction_leaves_what_it_should) {
  const auto r = same_for_any_threads<fraction>();
  const auto& errors = named(r["tables"], "name", "errors");
  BOOST_TEST(errors["rows"].size() == 33u);
  for (const auto& row : errors["rows"]) BOOST_TEST(row["cells"].size() == errors["columns"].size());
  BOOST_TEST(r["claims"].size() == 7u);
  BOOST_TEST(named(r["tables"], "name", "bounds")["rows"].size() == 15u);
  // What any training must show: a clean prompt is answered, and linear attention fails where most labels are flipped.
  const auto value = [&](std::size_t row, std::size_t column) {
    return errors["rows"][row]["cells"][column]["value"].get<double>();
  };
  BOOST_TEST(value(0, 2) < .05);
  BOOST_TEST(value(8, 3) > .5);
  BOOST_TEST(value(8, 2) < value(8, 3));
  // The floor stands beside the models, in grey: .8 to the power of 8 examples.
  const auto& floor = named(r["tables"], "name", "summary")["rows"].back();
  BOOST_TEST(floor["published"] == true);
  BOOST_TEST(floor["cells"][2].get<double>() == std::pow(.8, 8), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(named(r["plots"], "name", "fraction")["series"].back()["name"] == "floor: no clean example");
}

BOOST_AUTO_TEST_CASE(mechanism_leaves_what_it_should) {
  const auto r = same_for_any_threads<mechanism>();
  const auto& over = named(r["tables"], "name", "training");
  BOOST_TEST(over["rows"].back()["cells"][0] == 300);
  BOOST_TEST(named(r["claims"], "id", "attention_same")["holds"] == true);
  BOOST_TEST(named(r["claims"], "id", "gate_relative")["value"].get<double>() < .5);
  BOOST_TEST(r["plots"].size() == 4u);
}

BOOST_AUTO_TEST_CASE(convergence_leaves_what_it_should) {
  const auto r = same_for_any_threads<convergence>();
  const auto& lengths = named(r["tables"], "name", "lengths");
  BOOST_TEST(lengths["rows"].size() == 2u);
  const auto ratio = [&](std::size_t row) { return lengths["rows"][row]["cells"][3]["value"].get<double>(); };
  BOOST_TEST(ratio(1) > 1.2 * ratio(0));  // twice the length
  BOOST_TEST(named(r["tables"], "name", "probabilities")["rows"].size() == 5u);
}

BOOST_AUTO_TEST_CASE(too_few_steps_to_converge_are_said) {
  scratch_folder here;
  const outcome o = run_study<convergence>(
      here.path, {"--seeds", "1", "--steps", "5", "--threads", "1", "--out", (here / "out").string()});
  BOOST_TEST(o.code() == 7);
  BOOST_TEST(contains(o.err, "has not reached a loss of 0.3 in 5 steps"));
  BOOST_TEST(!std::filesystem::exists(here / "out"));
}

BOOST_AUTO_TEST_CASE(beyond_leaves_what_it_should) {
  const auto r = same_for_any_threads<beyond>({"--steps", "60"});
  for (const char* name : {"kinds", "overlap", "rate", "decay", "choices", "guesses"})
    BOOST_TEST(!named(r["tables"], "name", name)["rows"].empty());
  int guessed = 0;
  for (const auto& [name, value] : r["settings"].items()) guessed += contains(name, "(guessed)");
  BOOST_TEST(guessed >= 6);
  BOOST_TEST(named(r["plots"], "name", "sensitivity")["series"].size() == 16u);
}

BOOST_AUTO_TEST_CASE(kills_at_any_moment_change_nothing) {
  scratch_folder here;
  std::vector<std::string> options{"--seeds", "2", "--threads", "2", "--out", (here / "whole").string()};
  BOOST_TEST(run_study<fraction>(here.path, options).code() == 0);
  options.back() = (here / "killed").string();
  int kills = 0;
  for (int round = 0; round < 8; ++round) {
    const outcome o = run_study<fraction>(here.path, options, {.hurry = true, .die_after_us = 15'000 + 9'511 * round});
    BOOST_TEST((o.killed() || o.code() == 0), o.err);
    if (round == 0) options.push_back("--resume");
    if (!o.killed()) break;
    ++kills;
  }
  BOOST_TEST(kills >= 1);
  BOOST_TEST(run_study<fraction>(here.path, options).code() == 0);
  same_results(here / "whole", here / "killed");
  BOOST_TEST(!std::filesystem::exists(here / "killed.partial"));
}

BOOST_AUTO_TEST_CASE(five_seeds_unless_asked_otherwise) {
  scratch_folder here;
  const outcome o =
      run_study<mechanism>(here.path, {"--steps", "3", "--threads", "1", "--out", (here / "out").string()});
  BOOST_TEST(o.code() == 0, o.err);
  BOOST_TEST(result_of(here / "out")["seeds"].size() == 5u);
}
