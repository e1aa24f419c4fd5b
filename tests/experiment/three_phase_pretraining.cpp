// tests/experiment/three_phase_pretraining.cpp: noise studies whose models read statements first: to a level, kept for
// later runs, and the same after kills.
#define BOOST_TEST_MODULE experiment_three_phase_pretraining
#include "whole_run.hpp"
//
#include <krait/experiment/three_phase.hpp>
#include <krait/model/list.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/noise/irrelevant.hpp>
#include <krait/noise/none.hpp>
#include <krait/noise/wordflip.hpp>
#include <krait/paper/noise.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/tokenizer/own_bpe.hpp>
#include <set>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// "is 3?" -> "odd", of which half can be guessed.
struct parities {
  static constexpr std::string_view name = "parities";
  struct fact : data::question_answer {
    std::vector<std::string> statements;
  };
  static std::vector<fact> load(const std::filesystem::path&) {
    std::vector<fact> all;
    for (int i = 0; i < 12; ++i) {
      const std::string n = std::to_string(i), parity = i % 2 ? "odd" : "even";
      all.push_back({{"is " + n + "?", parity}, {n + " is " + parity, parity + ": " + n}});
    }
    return all;
  }
};
using half = experiment::ask_held_out<experiment::ask_held_out_config{.share = .5}>;
constexpr experiment::three_phase_config quick_phases{
    .length = tiny_length, .batch = 8, .learn = 6, .noise = 6, .relearn = 6, .evaluate_every = 3, .learnt = 0};
template <experiment::pretraining_config C, class Models = model::list<model::named<"mamba", tiny_mamba>>>
using study =
    experiment::three_phase<Models, parities, noise::list<noise::charflip<>, noise::irrelevant, noise::none>, brisk,
                            schedule::constant<>, metric::list<mortal>, quick_phases, paper::learn_unlearn_retain,
                            optim::fp32, half, experiment::pretraining<mortal_schedule, C>>;

/// The same layers over bytes and over 12 sub-words more than bytes.
using sub_words = tokenizer::own_bpe<272>;
using tiny_mamba_bpe =
    model::language_model<272, model::mamba_stack<2, mamba_config{.d_model = tiny_width, .d_state = 4}>,
                          rms_norm<tiny_width>>;
using two_tokens = experiment::three_phase<
    model::list<model::named<"mamba", tiny_mamba>, experiment::reads<"mamba bpe", tiny_mamba_bpe, sub_words>>, parities,
    noise::list<noise::charflip<>, noise::wordflip<>, noise::none>, brisk, schedule::constant<>, metric::list<mortal>,
    quick_phases, paper::learn_unlearn_retain, optim::fp32, half,
    experiment::pretraining<mortal_schedule,
                            experiment::pretraining_config{.lr = .01, .level = .3, .most = 100, .every = 10}>>;

constexpr experiment::pretraining_config reading{.lr = .01, .level = .3, .most = 300, .every = 5, .settle = 3};
using to_a_level =
    study<reading, model::list<model::named<"mamba", tiny_mamba>, model::named<"transformer", tiny_transformer>>>;
const whole_run<to_a_level> whole{.lives = {37, 12, 90, 61, 23}, .least_kills = 5};

outcome run(const scratch_folder& here, const char* out, std::vector<std::string> more = {}, manner how = {}) {
  std::vector<std::string> all{"--seeds", "1", "--threads", "1", "--out", (here / out).string()};
  all.insert(all.end(), more.begin(), more.end());
  return run_study<study<reading>>(here.path, all, how);
}
/// (step, value) of a quantity of the one seed, in the order of the record.
std::vector<std::pair<long, double>> course(const std::filesystem::path& out, const std::string& quantity,
                                            const std::string& asked = {}) {
  std::vector<std::pair<long, double>> all;
  const auto record = nlohmann::json::parse(text_of(out / "record.json"));
  for (const auto& one : record["measured"])
    if (one["quantity"] == quantity && (asked.empty() || one["labels"]["asked"] == asked))
      for (const auto& point : one["points"]) all.emplace_back(point[1], point[2]);
  return all;
}
/// A record's numbers but for whose weights they began with.
std::string numbers(const std::filesystem::path& out) {
  std::istringstream in(text_of(out / "record.csv"));
  std::string all, line;
  while (std::getline(in, line))
    if (!contains(line, "reused")) all += line + "\n";
  return all;
}
std::string weights(const std::filesystem::path& out, const std::string& leg) {
  return text_of(out / "checkpoint" / (leg + ".safetensors"));
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_ends_at_the_level) {
  scratch_folder here;
  BOOST_REQUIRE(run(here, "out").code() == 0);
  const auto known = course(here / "out", "known", "held out");
  BOOST_REQUIRE(known.size() >= 2u);
  for (std::size_t i = 0; i + 2 < known.size(); ++i) BOOST_TEST(known[i].second < reading.level);
  BOOST_TEST(known[known.size() - 2].second >= reading.level);  // the look that ended it
  BOOST_TEST(known.back().first == known[known.size() - 2].first + reading.settle);
  const auto reused = course(here / "out", "reused");
  BOOST_REQUIRE(reused.size() == 1u);
  BOOST_TEST(reused[0].first == known.back().first);
  BOOST_TEST(reused[0].second == 0);
  const auto r = result_of(here / "out");
  BOOST_TEST(r["settings"]["statements"] == 24);
  BOOST_TEST(r["settings"]["pairs trained on"] == 6);
  bool level = false;
  for (const auto& c : r["claims"]) level = level || (c["id"] == "level.mamba" && c["precondition"]);
  BOOST_TEST(level);
}

BOOST_AUTO_TEST_CASE(a_level_that_is_not_reached_is_told) {
  scratch_folder here;
  const outcome o = run_study<study<experiment::pretraining_config{.level = 1, .most = 4, .every = 2}>>(
      here.path, {"--seeds", "1", "--out", (here / "out").string()});
  BOOST_TEST(o.code() == 7);
  BOOST_TEST(contains(o.err, "mamba-seed1: after 4 steps of pretraining it knows less than 100 % of what is held out"),
             o.err);
  BOOST_TEST(contains(o.err, "The mamba comes to the level of held-out answers"), o.err);
  BOOST_TEST(contains(o.err, "--set pretraining=STEPS"), o.err);
  BOOST_TEST(contains(result_of(here / "out")["finding"], "This run says nothing about unlearning"));
}

// Kept weights give the bits that training would have given, also after a kill, and the record says whose they are.
BOOST_AUTO_TEST_CASE(kept_weights_give_the_same) {
  scratch_folder here;
  BOOST_REQUIRE(run(here, "one").code() == 0);
  const auto kept = files_in(here / "pretrained");
  BOOST_REQUIRE(kept.size() == 1u);
  BOOST_TEST(kept[0].starts_with("mamba-seed1-"));
  const outcome o = run(here, "two");
  BOOST_REQUIRE_MESSAGE(o.code() == 0, o.err);
  BOOST_TEST(contains(o.err, "mamba-seed1: pretrained weights from " + (here / "pretrained" / kept[0]).string()),
             o.err);
  BOOST_TEST(numbers(here / "one") == numbers(here / "two"));
  for (const char* leg : {"-pretrained", "-phase1", "-charflip-phase3", "-none-phase2"})
    BOOST_TEST((weights(here / "one", std::string("mamba-seed1") + leg) ==
                weights(here / "two", std::string("mamba-seed1") + leg)),
               leg);
  BOOST_TEST(course(here / "two", "reused").at(0).second == 1);
  BOOST_TEST((result_of(here / "one")["tables"] == result_of(here / "two")["tables"]));

  BOOST_TEST(run(here, "killed", {}, {.hurry = true, .die_at = 30}).killed());
  BOOST_REQUIRE(run(here, "killed", {"--resume"}).code() == 0);
  same_results(here / "two", here / "killed");
}

BOOST_AUTO_TEST_CASE(what_other_runs_kept_is_not_taken) {
  scratch_folder here;
  BOOST_REQUIRE(run(here, "one").code() == 0);
  BOOST_REQUIRE(run(here, "seed", {"--seed", "2"}).code() == 0);
  BOOST_REQUIRE(run(here, "most", {"--set", "pretraining=299"}).code() == 0);
  for (const char* other : {"seed", "most"}) BOOST_TEST(course(here / other, "reused").at(0).second == 0, other);
  BOOST_TEST(files_in(here / "pretrained").size() == 3u);
  BOOST_REQUIRE(run(here, "elsewhere", {"--pretrained", (here / "own").string()}).code() == 0);
  BOOST_TEST(files_in(here / "own").size() == 1u);

  const auto file = here / "own" / files_in(here / "own")[0];
  std::filesystem::resize_file(file, 100);
  const outcome o = run(here, "broken", {"--pretrained", (here / "own").string()});
  BOOST_TEST(o.code() == 4);
  BOOST_TEST(contains(o.err, file.string() + " holds no pretrained weights of this model; remove it"), o.err);
}

// Controls are settings of the same program, and say so in the record.
BOOST_AUTO_TEST_CASE(settings_change_what_they_say) {
  scratch_folder here;
  BOOST_REQUIRE(run(here, "plain").code() == 0);
  BOOST_REQUIRE(run(here, "replay", {"--set", "replay=.5"}).code() == 0);
  BOOST_REQUIRE(run(here, "longer", {"--set", "phase_length=2", "--set", "rate=3"}).code() == 0);
  BOOST_TEST((weights(here / "plain", "mamba-seed1-charflip-phase2") ==
              weights(here / "replay", "mamba-seed1-charflip-phase2")));
  BOOST_TEST((weights(here / "plain", "mamba-seed1-charflip-phase3") !=
              weights(here / "replay", "mamba-seed1-charflip-phase3")));
  BOOST_TEST((weights(here / "plain", "mamba-seed1-pretrained") == weights(here / "longer", "mamba-seed1-pretrained")));
  BOOST_TEST(result_of(here / "replay")["settings"]["share of statements in phase 3"] == .5);
  BOOST_TEST(result_of(here / "longer")["settings"]["steps of phase 2"] == 12);
  BOOST_TEST(std::abs(result_of(here / "longer")["settings"]["learning rate"].get<double>() - .03) < 1e-12);
  BOOST_TEST(course(here / "longer", "loss").back().first == 36);
}

BOOST_AUTO_TEST_CASE(three_clean_phases_are_a_control) {
  scratch_folder here;
  BOOST_REQUIRE(run(here, "out").code() == 0);
  const auto record = nlohmann::json::parse(text_of(here / "out/record.json"));
  for (const auto& one : record["measured"]) {
    if (one["labels"].value("noise", "") != "none") continue;
    for (const auto& point : one["points"]) {
      if (one["quantity"] == "clean" || one["quantity"] == "noisy") BOOST_TEST(point[2].is_null());  // nothing changes
      if (one["quantity"] == "right") BOOST_TEST(point[2].is_number());
    }
  }
}

BOOST_AUTO_TEST_CASE(the_rate_settles_after_the_level) {
  using slow = experiment::pretraining<schedule::constant<>, experiment::pretraining_config{.lr = 2, .settle = 4}>;
  BOOST_TEST(slow::rate(50, 100, {}) == 2);
  BOOST_TEST(slow::rate(60, 100, 60) == 2);
  BOOST_TEST(slow::rate(63, 100, 60) == .5);
  BOOST_TEST(slow::end(100, 60) == 64);
  BOOST_TEST(slow::end(100, {}) == 100);
}

// All statements and, twice, what is trained on: nothing of what is held out is asked.
BOOST_AUTO_TEST_CASE(what_is_read) {
  const std::vector<data::question_answer> asked = some_pairs(2);
  const auto all = experiment::corpus<train::text_set>({"3 is odd", "4 is even", "5 is odd"},
                                                       experiment::repeated(asked, 2), tiny_length, {});
  BOOST_TEST(all.size() == 7u);
  BOOST_TEST((all.pairs[2] == asked[0]));
  float whole = 0, answer = 0;
  for (const float m : all.encoded[4].mask) whole += m;
  for (const float m : all.encoded[0].mask) answer += m;
  BOOST_TEST(whole == 9);  // "3 is odd" and its end
  BOOST_TEST(answer == static_cast<float>(asked[0].answer.size() + 1));
}

BOOST_AUTO_TEST_CASE(replayed_batches) {
  const train::text_set fresh(some_pairs(5), tiny_length);
  train::text_set old({}, tiny_length);
  for (const char* text : {"a", "b", "c"}) old.read(text);
  experiment::replaying_order mixed(fresh, old, 3, 8, .25);
  std::multiset<int> seen;
  for (long step = 0; step < 3; ++step) {
    const auto batch = mixed.at(step);
    BOOST_TEST(batch.size() == 8u);
    BOOST_TEST(std::ranges::count_if(batch, [](int e) { return e >= 5; }) == 2);
    seen.insert(batch.begin(), batch.end());
  }
  for (int e = 5; e < 8; ++e) BOOST_TEST(seen.count(e) == 2u);  // two epochs of three texts
  experiment::replaying_order plain(fresh, old, 3, 8, 0);
  train::example_order same(fresh, 3, 8);
  for (long step = 0; step < 3; ++step) {
    const auto a = plain.at(step), b = same.at(step);
    BOOST_TEST(std::ranges::equal(a, b));
  }
}

// Tokens are made again for a resumed run and for one that takes what was kept: the numbers are the same.
BOOST_AUTO_TEST_CASE(twins_over_bytes_and_sub_words) {
  scratch_folder here;
  const auto go = [&](const char* out, std::vector<std::string> more = {}, manner how = {}) {
    std::vector<std::string> all{"--seeds", "2", "--threads", "1", "--out", (here / out).string()};
    all.insert(all.end(), more.begin(), more.end());
    return run_study<two_tokens>(here.path, all, how);
  };
  const outcome first = go("one");
  BOOST_REQUIRE_MESSAGE(first.code() == 0, first.err);
  BOOST_TEST(go("killed", {"--pretrained", (here / "own").string()}, {.hurry = true, .die_at = 250}).killed());
  BOOST_REQUIRE(go("killed", {"--pretrained", (here / "own").string(), "--resume"}).code() == 0);
  same_results(here / "one", here / "killed");
  BOOST_REQUIRE(go("two").code() == 0);
  BOOST_TEST(numbers(here / "one") == numbers(here / "two"));
  BOOST_TEST(files_in(here / "pretrained").size() == 4u);

  const auto r = result_of(here / "one");
  BOOST_TEST(r["tables"][1]["name"] == "tokens");
  BOOST_REQUIRE(r["tables"][1]["rows"].size() == 2u);
  const auto tokens = [&](int row, int column) {
    return r["tables"][1]["rows"][row]["cells"][column]["value"].template get<double>();
  };
  // A byte a letter, however they stand; sub-words of "odd" and "even" are fewer, but not of "ddo" and "neve".
  BOOST_TEST(tokens(0, 7) == 3.5);
  BOOST_TEST(tokens(0, 8) == 3.5);
  BOOST_TEST(tokens(1, 7) < 2);
  BOOST_TEST(tokens(1, 8) > 2);
  bool claimed = false;
  for (const auto& c : r["claims"]) claimed = claimed || c["id"] == "tokens.mamba bpe";
  BOOST_TEST(claimed);
  BOOST_TEST(contains(r["finding"], "Over sub-words charflip takes"));
}

// One pretraining in fp32 for all, whose weights go on in other precisions.
BOOST_AUTO_TEST_CASE(precisions_side_by_side) {
  using read = model::named<"mamba", tiny_mamba>;
  using kept =
      study<reading, model::list<model::kept_in<"fp32", read, optim::fp32>, model::kept_in<"bf16", read, optim::bf16>>>;
  scratch_folder here;
  const std::vector<std::string> all{"--seeds", "1", "--threads", "1", "--out", (here / "out").string()};
  const outcome o = run_study<kept>(here.path, all);
  BOOST_REQUIRE_MESSAGE(o.code() == 0, o.err);
  const auto files = files_in(here / "pretrained");
  BOOST_REQUIRE(files.size() == 1u);
  BOOST_TEST(files[0].starts_with("mamba-seed1-"));
  const auto record = nlohmann::json::parse(text_of(here / "out/record.json"));
  std::map<std::string, double> reused, most_lost;
  for (const auto& one : record["measured"])
    for (const auto& point : one["points"]) {
      const std::string model = one["labels"]["model"];
      if (one["quantity"] == "reused") reused[model] = point[2];
      if (one["quantity"] == "updates lost") most_lost[model] = std::max(most_lost[model], point[2].get<double>());
    }
  BOOST_TEST((reused["fp32"] == 0 && reused["bf16"] == 1));
  BOOST_TEST(most_lost["fp32"] < .1);
  BOOST_TEST(most_lost["bf16"] > most_lost["fp32"]);
  const auto size = [&](const char* who) {
    return std::filesystem::file_size(here / "out/checkpoint" /
                                      (std::string(who) + "-seed1-charflip-phase2.safetensors"));
  };
  BOOST_TEST(size("bf16") < size("fp32") * 2 / 3);
}

BOOST_AUTO_TEST_CASE(one_thread_finds_the_same) { whole.same_for_one_thread(); }
BOOST_AUTO_TEST_CASE(kills_change_nothing) { whole.same_after_kills(); }
BOOST_AUTO_TEST_CASE(kills_at_any_moment_change_nothing) { whole.same_after_kills_at_any_moment(); }
BOOST_AUTO_TEST_CASE(the_page_is_drawn_again) { whole.same_when_drawn_again(); }
