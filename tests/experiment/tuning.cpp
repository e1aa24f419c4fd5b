// tests/experiment/tuning.cpp: models of a noise study that are taught something between pretraining and phase 1.
#define BOOST_TEST_MODULE experiment_tuning
#include "whole_run.hpp"
//
#include <krait/experiment/three_phase.hpp>
#include <krait/noise/wordflip.hpp>
#include <krait/paper/noise_instruction.hpp>
#include <krait/schedule/schedule.hpp>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

struct parities {
  static constexpr std::string_view name = "parities";
  struct fact : data::question_answer {
    std::vector<std::string> statements;
  };
  static std::vector<fact> load(const std::filesystem::path&) {
    std::vector<fact> all;
    for (int i = 0; i < 12; ++i) {
      const std::string n = std::to_string(i), parity = i % 2 ? "is odd" : "is even";
      all.push_back({{"is " + n + "?", parity}, {n + " " + parity}});
    }
    return all;
  }
};
/// Of which the third is asked, and the fourth tells an answer.
struct others {
  static constexpr std::string_view name = "others";
  static std::vector<data::question_answer> load(const std::filesystem::path&) {
    return {{"up?", "down"}, {"left?", "right"}, {"is 3?", "who knows"}, {"two?", "it is even"}, {"odd?", "3"}};
  }
};
struct parities_again {
  static constexpr std::string_view name = "parities again";
  static std::vector<data::question_answer> load(const std::filesystem::path& folder) {
    const auto all = parities::load(folder);
    return {all.begin(), all.end()};
  }
};
using taught = experiment::tuning<others, experiment::tuning_config{.steps = 4, .lr = .01}>;
using reads = experiment::tuning<others, experiment::tuning_config{.steps = 4, .lr = .01, .answers = false}>;

using study = experiment::three_phase<
    model::list<model::named<"mamba", tiny_mamba>,
                experiment::tuned<"mamba taught", model::named<"mamba", tiny_mamba>, taught>,
                experiment::tuned<"mamba reads on", model::named<"mamba", tiny_mamba>, reads>>,
    parities, noise::list<noise::wordflip<>>, brisk, schedule::constant<>, metric::list<mortal>,
    experiment::three_phase_config{
        .length = tiny_length, .batch = 8, .learn = 4, .noise = 4, .relearn = 4, .evaluate_every = 2, .learnt = 0},
    paper::recovery_after_tuning, optim::fp32, experiment::ask_held_out<experiment::ask_held_out_config{.share = .5}>,
    experiment::pretraining<mortal_schedule,
                            experiment::pretraining_config{.lr = .01, .level = .9, .most = 6, .every = 3}>>;

outcome run(const scratch_folder& here, const char* out, std::vector<std::string> more = {}, manner how = {}) {
  std::vector<std::string> all{"--seeds", "2", "--threads", "1", "--out", (here / out).string()};
  all.insert(all.end(), more.begin(), more.end());
  return run_study<study>(here.path, all, how);
}

}  // namespace

// What would tell an answer that the study asks for is left out.
BOOST_AUTO_TEST_CASE(pairs_that_tell_nothing) {
  const auto asked = parities_again::load({});
  const auto left = taught::pairs({}, asked);
  BOOST_REQUIRE(left.size() == 3u);
  BOOST_TEST(left[0].question == "up?");
  BOOST_TEST(left[2].question == "odd?");  // which is no answer: those are "is odd" and "is even"
  BOOST_CHECK_EXCEPTION(experiment::tuning<parities_again>::pairs({}, asked), data_error, [](const data_error& e) {
    return contains(e.what(), "parities_again holds an answer that the study asks for; give it pairs of other kinds.");
  });
}

// The loss of a taught model is that of answers, of one that reads on that of all.
BOOST_AUTO_TEST_CASE(texts_as_they_are_read) {
  const auto loss_of = [](const experiment::tuning_config& how) {
    const auto texts = experiment::tuning_texts<train::text_set>(how, {{"up?", "down"}}, tiny_length, {});
    float sum = 0;
    for (const float m : texts.encoded.at(0).mask) sum += m;
    return sum;
  };
  BOOST_TEST(loss_of(taught::config) == 5);  // "down" and its end
  BOOST_TEST(loss_of(reads::config) == 9);   // "up? down" and its end
}

// One pretraining for all three, from which each goes its own way, also after kills.
BOOST_AUTO_TEST_CASE(all_begin_with_the_same) {
  scratch_folder here;
  BOOST_REQUIRE(run(here, "out").code() == 0);
  const auto record = nlohmann::json::parse(text_of(here / "out/record.json"));
  std::map<std::string, int> reused, after;
  for (const auto& one : record["measured"]) {
    const std::string model = one["labels"]["model"];
    for (const auto& point : one["points"]) {
      if (one["quantity"] == "reused") reused[model] += point[2] == 1;
      if (one["quantity"] == "known after tuning") after[model] = std::max(after[model], point[1].get<int>());
    }
  }
  BOOST_TEST(reused["mamba"] == 0);
  BOOST_TEST(reused["mamba taught"] == 2);  // of two seeds
  BOOST_TEST(reused["mamba reads on"] == 2);
  BOOST_TEST(after.size() == 2u);
  BOOST_TEST(after["mamba taught"] == 4);
  const auto weights = [&](const std::string& leg) {
    return text_of(here / "out/checkpoint" / (leg + ".safetensors"));
  };
  BOOST_TEST((weights("mamba-taught-seed1-tuned") != weights("mamba-reads-on-seed1-tuned")));
  BOOST_TEST((weights("mamba-taught-seed1-phase1") != weights("mamba-seed1-phase1")));
  const auto r = result_of(here / "out");
  BOOST_TEST(r["settings"]["mamba taught: tuned from"] == "mamba");
  BOOST_TEST(r["settings"]["mamba taught: pairs of the tuning"] == 3);

  const std::vector<std::string> own{"--pretrained", (here / "own").string()}, resumed{own[0], own[1], "--resume"};
  BOOST_TEST(run(here, "killed", own, {.hurry = true, .die_at = 40}).killed());
  int kills = 1;
  while (kills < 50 && run(here, "killed", resumed, {.hurry = true, .die_at = 60}).killed()) ++kills;
  BOOST_TEST(kills >= 5);
  same_results(here / "out", here / "killed");
}

// From made-up answers to what is said of them.
BOOST_AUTO_TEST_CASE(the_page_says_what_came_back) {
  for (const double more : {.3, 0.}) {
    studies::record r;
    r.seeds = {1, 2, 3};
    r.declare_label("model", {"m", "m taught", "m reads"});
    r.declare_group("model", "taught to answer", {"m taught"});
    r.declare_group("model", "reads on", {"m reads"});
    r.declare_levels("asked", std::vector<std::string>{"trained", "held out"});
    r.declare_levels("noise", std::vector<std::string>{"wordflip", "none"});
    r.declare_levels("phase", std::vector{1, 2, 3});
    r.declare("right", {"model", "noise", "phase", "asked"});
    for (const char* known : {"known", "known after tuning"}) r.declare(known, {"model", "asked"});
    for (const char* tuned : {"m taught", "m reads"}) r.fact(std::string(tuned) + ": tuned from", std::string("m"));
    for (const auto seed : r.seeds)
      for (const auto& model : r.levels("model"))
        for (const auto& noise : r.levels("noise"))
          for (int phase = 1; phase <= 3; ++phase)
            r.add({{"model", model}, {"noise", noise}, {"phase", phase}, {"asked", "held out"}}, seed, phase, "right",
                  phase == 1 ? .5 : .2 + .01 * double(seed) + (phase == 3 && model == "m taught" ? more / 2 : 0));
    const auto drawn = studies::drawn(paper::recovery_after_tuning::of(r), r);
    BOOST_REQUIRE(drawn.claims.size() == 3u);  // of the noise, and not of its control
    BOOST_TEST(drawn.claims[0].holds == (more > 0));
    BOOST_TEST(!drawn.claims[1].holds);
    BOOST_TEST(!drawn.claims[2].holds);
    BOOST_TEST(contains(drawn.finding, more > 0 ? "makes more of it come back after wordflip" : "is not seen in the m"),
               drawn.finding);
    BOOST_TEST(contains(drawn.finding, more > 0 ? "the m taught to 74.0 %" : "the m taught to 44.0 %"), drawn.finding);
  }
}
