// tests/experiment/asking.cpp: a study that trains on some pairs and asks others too.
#define BOOST_TEST_MODULE experiment_asking
#include "study_process.hpp"
//
#include <krait/data/safetensors.hpp>
#include <krait/experiment/three_phase.hpp>
#include <krait/model/list.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/paper/noise.hpp>
#include <krait/schedule/schedule.hpp>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

using quarter = experiment::ask_held_out<experiment::ask_held_out_config{.share = .25, .every = 5}>;

/// The pairs of a_dozen that seed 1 trains on.
struct nine {
  static constexpr std::string_view name = "nine of a dozen";
  static std::vector<data::question_answer> load(const std::filesystem::path& folder) {
    const auto all = a_dozen::load(folder);
    const auto set = quarter::set_of(1, all.size());
    std::vector<data::question_answer> some;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (set[i] == 0) some.push_back(all[i]);
    return some;
  }
};
constexpr experiment::three_phase_config quick_phases{
    .length = tiny_length, .batch = 8, .learn = 60, .noise = 5, .relearn = 5, .evaluate_every = 10, .learnt = .5};
template <class Data, class Asking>
using study = experiment::three_phase<model::list<model::named<"mamba", tiny_mamba>>, Data,
                                      noise::list<noise::charflip<>>, brisk, schedule::constant<>, metric::list<mortal>,
                                      quick_phases, paper::learn_unlearn_retain, optim::fp32, Asking>;

template <class Study> void run_whole(const scratch_folder& here, const char* out) {
  const outcome o = run_study<Study>(here.path, {"--seeds", "1", "--threads", "2", "--out", (here / out).string()});
  BOOST_REQUIRE_MESSAGE(o.code() == 0, o.err);
}
/// step -> value of a quantity in phase 1.
std::map<long, double> in_phase_1(const std::filesystem::path& out, const std::string& quantity,
                                  const std::string& asked) {
  std::map<long, double> all;
  const auto record = nlohmann::json::parse(text_of(out / "record.json"));
  for (const auto& one : record["measured"])
    if (one["quantity"] == quantity && one["labels"]["phase"] == "1" && one["labels"]["asked"] == asked)
      for (const auto& point : one["points"]) all[point[1]] = point[2];
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_share_is_held_out_and_each_seed_has_its_own) {
  const auto one = quarter::set_of(1, 12);
  BOOST_TEST(std::ranges::count(one, 1) == 3);
  BOOST_TEST(std::ranges::count(one, 0) == 9);
  BOOST_TEST((quarter::set_of(1, 12) == one));
  BOOST_TEST((quarter::set_of(2, 12) != one));
  BOOST_TEST(std::ranges::count(quarter::set_of(1, 2), 1) == 1);
  using nearly_all = experiment::ask_held_out<experiment::ask_held_out_config{.share = .99}>;
  BOOST_TEST(std::ranges::count(nearly_all::set_of(1, 3), 0) == 1);
  BOOST_TEST(contains(sentence_of<data_error>([] { quarter::set_of(1, 1); }), "The data have 1 pair, and some"));
  BOOST_TEST((experiment::ask_all<>::set_of(1, 3) == std::vector<int>{0, 0, 0}));
}

// Trained are the weights of a study that never saw the others; both sets are asked, as often as the policy says.
BOOST_AUTO_TEST_CASE(what_is_held_out_is_asked_and_not_trained_on) {
  scratch_folder here;
  run_whole<study<a_dozen, quarter>>(here, "some");
  run_whole<study<nine, experiment::ask_all<5>>>(here, "nine");
  const char* end = "checkpoint/mamba-seed1-phase1.safetensors";
  BOOST_TEST((text_of(here / "some" / end) == text_of(here / "nine" / end)));

  for (const char* quantity : {"exact", "clean"}) {
    // Every 5 of 60 steps, not every 10; answers are given at the end only.
    const std::size_t looks = quantity == std::string("exact") ? 12 : 1;
    const auto trained = in_phase_1(here / "some", quantity, "trained");
    BOOST_TEST(trained.size() == looks);
    BOOST_TEST((trained == in_phase_1(here / "nine", quantity, "trained")));
    BOOST_TEST(in_phase_1(here / "some", quantity, "held out").size() == looks);
    BOOST_TEST(in_phase_1(here / "nine", quantity, "held out").empty());
  }
  const double trained = in_phase_1(here / "some", "exact", "trained").at(60),
               held_out = in_phase_1(here / "some", "exact", "held out").at(60);
  BOOST_TEST(trained >= .5);
  BOOST_TEST(held_out < trained);
  BOOST_TEST(std::abs(3 * held_out - std::round(3 * held_out)) < 1e-9);  // of three pairs
  BOOST_TEST(result_of(here / "some")["settings"]["pairs"] == 12);
  BOOST_TEST(result_of(here / "some")["settings"]["pairs trained on"] == 9);
  // The page of the default is about what was trained on: the same here, but for what is beside wrong answers, which
  // are those of all pairs.
  const auto rows = [&](const char* out) {
    auto all = result_of(here / out)["tables"][0];
    BOOST_TEST(all["columns"].back()["name"] == "absorbed below the surface");
    for (auto& row : all["rows"]) row["cells"].erase(row["cells"].size() - 1);
    return all["rows"];
  };
  BOOST_TEST((rows("some") == rows("nine")));
}
