// tests/experiment/closed_forms.cpp: the studies whose answers are known in closed form, small: what they find where it
// is known, and that threads change nothing.
#define BOOST_TEST_MODULE experiment_closed_forms
#include "study_process.hpp"
//
#include <krait/experiment/gating.hpp>
#include <krait/experiment/online_gradient.hpp>
#include <krait/paper/gating.hpp>
#include <krait/paper/online_gradient.hpp>
using namespace krait;
using namespace krait::testing;

namespace {

constexpr experiment::online_gradient_config sizes{
    .dimensions = 2,
    .states = 16,
    .lengths = {3, 4, 5, 6, 7, 8, 9, 10},
    .watched = 10,
    .widths = {3, 4, 5, 6, 7, 8, 9, 10},
    .width_length = 6,
    .wide = 3,
    .wide_lengths = {3, 5, 7},
    .test_prompts = 1500,
    .fresh = {.rate = .3, .steps = 500, .prompts = 60},
    .one_set = {.rate = .3, .steps = 100, .prompts = 200, .fresh = false},
    .narrow = {.rate = .2, .steps = 100, .prompts = 100, .fresh = false},
    .of_wide = {.rate = .5, .steps = 200, .prompts = 50},
    .learnt_step = {.rate = .05, .steps = 200, .prompts = 50, .warmup = 50, .step_norm = .9},
    .s4 = {.d_state = 4, .steps = 10, .prompts = 8}};
using descent = experiment::online_gradient<sizes, paper::online_gradient>;

constexpr experiment::gating_config contexts{.training = {.prompts = 32, .examples = 4, .lag = 2},
                                             .points = {16, 20, 32},
                                             .watched = 16,
                                             .most = 3,
                                             .watched_steps = 60,
                                             .lengths = {4, 8, 16, 32},
                                             .look_prompts = 64,
                                             .first_prompts = 500,
                                             .test_prompts = 100};
using gates = experiment::gating<64, contexts, paper::gating>;

const nlohmann::json& named(const nlohmann::json& list, const std::string& key, const std::string& name) {
  for (const auto& one : list)
    if (one[key] == name) return one;
  throw std::runtime_error("there is no " + name);
}
/// Runs twice with other threads and finds the same; the result.
template <class Study> nlohmann::json same_for_any_threads() {
  scratch_folder here;
  for (const char* threads : {"1", "3"}) {
    const outcome o =
        run_study<Study>(here.path, {"--seeds", "2", "--threads", threads, "--out", (here.path / threads).string()});
    BOOST_TEST(o.code() == 0, o.err);
  }
  same_results(here.path / "1", here.path / "3");
  return result_of(here.path / "1");
}
double of_claim(const nlohmann::json& r, const char* id) { return named(r["claims"], "id", id)["value"].get<double>(); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_trained_layer_descends) {
  const auto r = same_for_any_threads<descent>();
  BOOST_TEST(std::abs(of_claim(r, "diagonal") - 1) < .1);
  BOOST_TEST(of_claim(r, "rest") < .1);
  BOOST_TEST(of_claim(r, "follows") < .1);
  BOOST_TEST(of_claim(r, "exact_weights") < 3);
  const auto& theory = named(r["tables"], "name", "theory");
  BOOST_TEST(theory["rows"].size() == 18u);
  for (const auto& row : theory["rows"])
    BOOST_TEST(std::abs(row["cells"][3].get<double>() - row["cells"][4].get<double>()) < 5.1e-5);
  BOOST_TEST(named(r["tables"], "name", "curve")["rows"].size() == 8u);
  BOOST_TEST(named(r["plots"], "name", "after")["series"].size() == 3u);
}

BOOST_AUTO_TEST_CASE(the_gate_decides) {
  const auto r = same_for_any_threads<gates>();
  const auto& times = named(r["tables"], "name", "times");
  BOOST_TEST(times["rows"].size() == 27u);
  // With the gate held: a closed one never looks up, a wide one looks up before it has memorised.
  const auto& lead = named(r["plots"], "name", "lead_held")["series"];
  for (const auto& one : lead) {
    BOOST_TEST(one["y"].front().get<double>() < 0);
    BOOST_TEST(one["y"].back().get<double>() > 0);
  }
}

BOOST_AUTO_TEST_CASE(parts_grow_as_the_theory_says) {
  experiment::gating_training t;
  const theory::gating theory(16, t.flipped);
  for (const double alpha : {.05, .5}) {
    double retrieval = 0, memory = 0;
    constexpr int seeds = 6;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      experiment::gating_learner<256> learner(seed, 16, alpha, true, t);
      const auto grows = learner.setting_out(2000);
      retrieval += grows.retrieval / seeds, memory += grows.memory / seeds;
    }
    BOOST_TEST(retrieval == theory.retrieval_rate(alpha), boost::test_tools::tolerance(.12));
    BOOST_TEST(memory == theory.memory_rate(alpha), boost::test_tools::tolerance(.15));
  }
}
