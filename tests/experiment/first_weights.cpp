// tests/experiment/first_weights.cpp: studies whose trainings start from --weights. Nothing is learnt here (the rate is
// 0), so that the weights at the end are those of the start.
#define BOOST_TEST_MODULE experiment_first_weights
#include "study_process.hpp"
//
#include <krait/data/safetensors.hpp>
#include <krait/experiment/in_context.hpp>
#include <krait/experiment/three_phase.hpp>
#include <krait/model/list.hpp>
#include <krait/noise/charflip.hpp>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

struct nothing_learnt {
  static double factor(long, long) { return 0; }
};
using pairs = experiment::three_phase<
    model::list<model::named<"transformer", tiny_transformer>>, a_dozen, noise::list<noise::charflip<>>, brisk,
    nothing_learnt, metric::list<mortal>,
    experiment::three_phase_config{
        .length = tiny_length, .batch = 6, .learn = 2, .noise = 2, .relearn = 2, .evaluate_every = 1}>;
using prompts_study = experiment::in_context<
    model::list<model::named<"mamba", tiny_vectors>>, tiny_task, task::baseline::list<>, brisk, nothing_learnt,
    experiment::in_context_config{
        .steps = 2, .batch = 4, .prompts = 8, .keep_every = 1, .curriculum = schedule::whole(6, 3)}>;

template <class Study>
outcome run(const scratch_folder& here, const char* out, std::vector<std::string> more, manner how = {}) {
  std::vector<std::string> all{"--seeds", "1", "--threads", "1", "--out", (here / out).string()};
  all.insert(all.end(), more.begin(), more.end());
  return run_study<Study>(here.path, all, how);
}
std::map<std::string, std::vector<float>> weights_in(const std::filesystem::path& file) {
  const data::safetensors from(file);
  std::map<std::string, std::vector<float>> all;
  for (const auto& [name, a] : from.arrays()) all[name] = from.values<float>(name);
  return all;
}

/// A run with seed 1 leaves its weights; one with seed 2 ends with others, and with the same if it starts from them.
template <class Study> void starts_from_another_run(const std::string& leg, const std::string& end) {
  scratch_folder here;
  BOOST_REQUIRE(run<Study>(here, "one", {}).code() == 0);
  const auto given = here / "one/checkpoint" / (leg + "-seed1" + end);
  BOOST_REQUIRE(run<Study>(here, "two", {"--seed", "2"}).code() == 0);
  BOOST_TEST((weights_in(here / "two/checkpoint" / (leg + "-seed2" + end)) != weights_in(given)));
  const outcome o = run<Study>(here, "three", {"--seed", "2", "--weights", given.string()});
  BOOST_TEST(o.code() == 0, o.err);
  BOOST_TEST((weights_in(here / "three/checkpoint" / (leg + "-seed2" + end)) == weights_in(given)));
  BOOST_TEST(!result_of(here / "two")["settings"].contains("digest of the first weights"));
  BOOST_TEST(result_of(here / "three")["settings"]["digest of the first weights"].get<std::string>().size() == 16u);
}

}  // namespace

BOOST_AUTO_TEST_CASE(three_phases_start_from_another_run) {
  starts_from_another_run<pairs>("transformer", "-phase1.safetensors");
}
BOOST_AUTO_TEST_CASE(prompts_start_from_another_run) {
  starts_from_another_run<prompts_study>("mamba", ".safetensors");
}

// One sentence before anything is trained or written.
BOOST_AUTO_TEST_CASE(weights_of_another_model_are_refused) {
  scratch_folder here;
  BOOST_REQUIRE(run<prompts_study>(here, "one", {}).code() == 0);
  const auto given = here / "one/checkpoint/mamba-seed1.safetensors";
  const outcome o = run<pairs>(here, "two", {"--weights", given.string()});
  BOOST_TEST(o.code() == 4);
  BOOST_TEST(
      contains(o.err, "error: --weights does not fit the model transformer: " + given.string() + " has no tensor"),
      o.err);
  BOOST_TEST(std::ranges::count(o.err, '\n') == 1);
  BOOST_TEST(!std::filesystem::exists(here / "two.partial"));
}

// Of two models, a file that fits one is that one's; one that fits none is refused, and what it lacks is named.
BOOST_AUTO_TEST_CASE(weights_that_fit_one_of_two_models) {
  scratch_folder here;
  BOOST_REQUIRE(run<prompts_study>(here, "one", {}).code() == 0);
  const auto given = here / "one/checkpoint/mamba-seed1.safetensors";
  program::options asked;
  asked.weights = given;
  studies::record to;
  using longer = model::vector_model<
      3, 1, model::mamba_stack<2, mamba_config{.d_model = tiny_width, .d_state = 4}, layer_norm<tiny_width>>,
      layer_norm<tiny_width>>;
  using two = model::list<model::named<"longer", longer>, model::named<"mamba", tiny_vectors>>;
  program::describe_first_weights<two>(asked, to);
  BOOST_TEST(to.notes().back() == "They do not fit longer: training begins from the initialisation there.");
  using alone = model::list<model::named<"longer", longer>>;
  const std::string said = sentence_of<data_error>([&] { program::describe_first_weights<alone>(asked, to); });
  BOOST_TEST(
      said.starts_with("--weights does not fit the model longer: " + given.string() + " has no tensor layers.1."),
      said);
  program::describe_first_weights<model::list<model::named<"mamba", tiny_vectors>>>(asked, to);
  BOOST_TEST(to.notes().back().starts_with("Training starts from the weights of --weights: mamba with "));
}

// Cut short and resumed: with the same weights only.
BOOST_AUTO_TEST_CASE(a_run_is_resumed_with_its_first_weights_only) {
  scratch_folder here;
  BOOST_REQUIRE(run<pairs>(here, "one", {}).code() == 0);
  const auto given = here / "one/checkpoint/transformer-seed1-phase1.safetensors";
  const std::vector<std::string> words{"--seed", "2", "--weights", given.string()};
  BOOST_REQUIRE(run<pairs>(here, "whole", words).code() == 0);
  BOOST_TEST(run<pairs>(here, "two", words, {.hurry = true, .die_at = 20}).killed());
  const outcome without = run<pairs>(here, "two", {"--seed", "2", "--resume"});
  BOOST_TEST(without.code() == 3);
  BOOST_TEST(contains(without.err, "cannot resume"), without.err);
  BOOST_REQUIRE(run<pairs>(here, "another", {"--seed", "3"}).code() == 0);
  const auto others = here / "another/checkpoint/transformer-seed3-phase1.safetensors";
  const outcome other = run<pairs>(here, "two", {"--seed", "2", "--weights", others.string(), "--resume"});
  BOOST_TEST(other.code() == 3);
  BOOST_TEST(contains(other.err, "digest of the first weights"), other.err);
  auto again = words;
  again.push_back("--resume");
  const outcome o = run<pairs>(here, "two", again);
  BOOST_TEST(o.code() == 0, o.err);
  same_results(here / "whole", here / "two");
}
