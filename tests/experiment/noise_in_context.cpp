// tests/experiment/noise_in_context.cpp: prompts with examples, and a study in which a model that met series with noise
// goes on with it, and another does not.
#define BOOST_TEST_MODULE experiment_noise_in_context
#include "whole_run.hpp"
//
#include <krait/experiment/noise_in_context.hpp>
#include <krait/model/list.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/paper/noise_in_context.hpp>
#include <krait/schedule/schedule.hpp>
#include <set>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// "is 3?" -> "odd"
struct parities {
  static constexpr std::string_view name = "parities";
  struct fact : data::question_answer {
    std::vector<std::string> statements;
  };
  static std::vector<fact> load(const std::filesystem::path&) {
    std::vector<fact> all;
    for (int i = 0; i < 20; ++i) {
      const std::string n = std::to_string(i), parity = i % 2 ? "odd" : "even";
      all.push_back({{"is " + n + "?", parity}, {n + " is " + parity}});
    }
    return all;
  }
};
struct plain : model::named<"plain", tiny_mamba> {};
struct met : model::named<"met", tiny_mamba> {
  static constexpr bool noise_met = true;
};
using study = experiment::noise_in_context<
    model::list<plain, met>, parities, noise::list<noise::charflip<>>, brisk, metric::list<mortal>,
    experiment::noise_in_context_config{.length = 64, .batch = 16, .shots = 2, .series = 3}, paper::noise_from_examples,
    optim::fp32, experiment::ask_held_out<experiment::ask_held_out_config{.share = .5}>,
    experiment::pretraining<mortal_schedule, experiment::pretraining_config{
                                                 .lr = .01, .level = .3, .most = 300, .every = 20, .settle = 160}>>;
const whole_run<study> whole{.lives = {150, 260, 90}, .least_kills = 3};

}  // namespace

BOOST_AUTO_TEST_CASE(prompts_with_examples) {
  const auto pairs = some_pairs(6);
  const std::vector<std::size_t> pool{0, 2, 3, 5};
  std::set<std::vector<std::size_t>> seen;
  for (std::uint64_t i = 0; i < 20; ++i) {
    auto drawn = experiment::drawn_examples(pool, 2, 3, {1, 2, i});
    BOOST_TEST(drawn.size() == 2u);
    BOOST_TEST((drawn == experiment::drawn_examples(pool, 2, 3, {1, 2, i})));
    for (const std::size_t one : drawn) BOOST_TEST((one == 0 || one == 2 || one == 5));
    BOOST_TEST(drawn[0] != drawn[1]);
    seen.insert(std::move(drawn));
  }
  BOOST_TEST(seen.size() > 3u);  // of six orders
  BOOST_TEST(experiment::drawn_examples(pool, 9, 3, {1, 2, 0}).size() == 3u);
  const auto whole =
      experiment::behind_examples(pairs[1], experiment::at_places(pairs, std::vector<std::size_t>{0, 3}));
  BOOST_TEST(whole.question == "what is 0?\na0\nwhat is 3?\nd3\nwhat is 1?");
  BOOST_TEST(whole.answer == pairs[1].answer);
}

// The same prompts and weights with another pretraining: only what met noise takes it up.
BOOST_AUTO_TEST_CASE(what_met_noise_goes_on_with_it) {
  const auto record = nlohmann::json::parse(text_of(whole.uninterrupted() / "record.json"));
  std::map<std::string, double> noisy;
  for (const auto& one : record["measured"])
    if (one["quantity"] == "noisy" && one["labels"]["asked"] == "trained")
      for (const auto& point : one["points"])
        noisy[one["labels"]["model"].get<std::string>() + " " + one["labels"]["examples"].get<std::string>()] +=
            point[2].get<double>() / 2;  // seeds
  BOOST_TEST(noisy.size() == 6u);
  BOOST_TEST(noisy["met noised"] > .5);
  BOOST_TEST(noisy["met clean"] < .2);
  BOOST_TEST(noisy["plain noised"] < .2);
  const auto r = result_of(whole.uninterrupted());
  std::set<std::string> claims;
  for (const auto& c : r["claims"]) claims.insert(c["id"]);
  for (const char* id : {"level.plain", "taken_up.plain.charflip", "learnt_to.met.charflip", "shown.met"})
    BOOST_TEST(claims.contains(id), id);
  BOOST_TEST(!claims.contains("taken_up.met.charflip"));
}

BOOST_AUTO_TEST_CASE(kills_change_nothing) { whole.same_after_kills(); }

BOOST_AUTO_TEST_CASE(prompts_that_are_too_long_are_told_before_the_training) {
  scratch_folder here;
  using cramped = experiment::noise_in_context<
      model::list<plain>, parities, noise::list<noise::charflip<>>, brisk, metric::list<mortal>,
      experiment::noise_in_context_config{.length = 24, .batch = 16, .shots = 2}, paper::noise_from_examples,
      optim::fp32, experiment::ask_held_out<>, experiment::pretraining<mortal_schedule>>;
  const outcome o = run_study<cramped>(here.path, {"--out", (here / "out").string()});
  BOOST_TEST(o.code() == 4);
  BOOST_TEST(contains(o.err, "raise the study's length"), o.err);
}
