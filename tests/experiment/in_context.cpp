// tests/experiment/in_context.cpp: the in-context study on small prompts: what it leaves, and that neither kills nor
// threads change it.
#define BOOST_TEST_MODULE experiment_in_context
#include "whole_run.hpp"
//
#include <krait/experiment/in_context_tasks.hpp>
#include <krait/model/list.hpp>
#include <krait/paper/in_context.hpp>
#include <krait/paper/in_context_marks.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/task/baseline/least_squares.hpp>
#include <krait/task/baseline/zero.hpp>
#include <krait/task/sparse_linear_regression.hpp>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// Linear regression, and a moment to die at.
struct mortal_task : tiny_task {
  static void sample(draw at, std::uint64_t prompt, task::extent e, float* x, float* y) {
    count_down();
    tiny_task::sample(at, prompt, e, x, y);
  }
};

constexpr experiment::in_context_config config{.steps = 40,
                                               .batch = 7,
                                               .per_shard = 2,
                                               .prompts = 300,
                                               .keep_every = 5,
                                               .curriculum = {.points = {.start = 2, .end = 6, .interval = 5},
                                                              .dimensions = {.start = 1, .end = 3, .interval = 10}}};
using study = experiment::in_context<model::list<model::named<"mamba", tiny_vectors>>, mortal_task,
                                     task::baseline::list<task::baseline::least_squares, task::baseline::zero>, brisk,
                                     schedule::constant<>, config, paper::in_context_regression>;

const whole_run<study> whole{.lives = {50, 90, 133, 1000}, .least_kills = 4};
const std::filesystem::path& uninterrupted() { return whole.uninterrupted(); }

/// The same task and another of its shape, on one page.
using other_task =
    task::sparse_linear_regression<task::sparse_linear_regression_config{.dimensions = 3, .points = 6, .nonzero = 2}>;
using other = experiment::in_context<model::list<model::named<"mamba", tiny_vectors>>, other_task,
                                     task::baseline::list<>, brisk, schedule::constant<>, config>;
using both = experiment::in_context_tasks<paper::in_context_marks, study, other>;
const whole_run<both> whole_of_both{.lives = {50, 90, 133, 1000}, .least_kills = 3};

const nlohmann::json& named(const nlohmann::json& list, const std::string& name) {
  for (const auto& one : list)
    if (one["name"] == name) return one;
  throw std::runtime_error("there is no " + name);
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_run_leaves) {
  const auto& out = uninterrupted();
  const auto r = result_of(out);
  const auto files = files_in(out);
  for (const char* name : {"result.json", "index.html", "errors.csv", "shots.svg", "checkpoint/mamba-seed1.safetensors",
                           "checkpoint/mamba-seed2.safetensors"})
    BOOST_TEST((std::ranges::find(files, name) != files.end()), name);
  BOOST_TEST(!r["claims"].empty());
  BOOST_TEST(r["settings"]["steps"] == 40);
  BOOST_TEST(r["settings"]["examples a prompt"] == 6);
  const auto& errors = named(r["tables"], "errors");
  BOOST_TEST(errors["rows"].size() == 6u);
  for (const auto& row : errors["rows"]) BOOST_TEST(row["cells"].size() == errors["columns"].size());
}

// Least squares has its analytic error within five standard errors, and zero has 1.
BOOST_AUTO_TEST_CASE(baselines_are_where_theory_has_them) {
  const auto r = result_of(uninterrupted());
  const auto& errors = named(r["tables"], "errors");
  const auto column = [&](const std::string& name) {
    for (std::size_t i = 0; i < errors["columns"].size(); ++i)
      if (errors["columns"][i]["name"] == name) return i;
    throw std::runtime_error("there is no column " + name);
  };
  const std::size_t squares = column("least squares"), zero = column("zero");
  for (std::size_t i = 0; i < 6; ++i) {
    const auto& cells = errors["rows"][i]["cells"];
    const double analytic = std::max(0., 3. - static_cast<double>(i)) / 3;
    // 600 prompts; an error of a prompt has a standard deviation near its mean times sqrt(5) (d = 3: w^4 x^4).
    const double spread = 5 * std::sqrt(8. / 600);
    BOOST_TEST(std::abs(cells[squares]["value"].get<double>() - analytic) < analytic * spread + 1e-4);
    BOOST_TEST(std::abs(cells[zero]["value"].get<double>() - 1) < spread);
    BOOST_TEST(cells[column("least squares, exact")].get<double>() == analytic);
  }
}

BOOST_AUTO_TEST_CASE(one_thread_finds_the_same) { whole.same_for_one_thread(); }
// Killed in trainings, evaluations and baselines.
BOOST_AUTO_TEST_CASE(kills_change_nothing) { whole.same_after_kills(); }
BOOST_AUTO_TEST_CASE(kills_at_any_moment_change_nothing) { whole.same_after_kills_at_any_moment(); }
BOOST_AUTO_TEST_CASE(the_page_is_drawn_again) { whole.same_when_drawn_again(); }

BOOST_AUTO_TEST_CASE(rate_and_batch_are_settings) {
  const auto run = [](const std::string& set) {
    const scratch_folder here;
    const auto ended = run_study<study>(here.path, {"--quick", "--out", (here.path / "out").string(), "--set", set});
    BOOST_TEST(ended.code() == 0, ended.err);
    return result_of(here.path / "out");
  };
  const auto own = run("lr=0"), still = run("lr=1e-12,batch=3");
  BOOST_TEST(own["settings"]["prompts a step"] == 7);
  BOOST_TEST(still["settings"]["prompts a step"] == 3);
  BOOST_TEST(still["settings"]["learning rate"] == 1e-12);
  BOOST_TEST(own["settings"]["learning rate"] == brisk::lr);
}

// A task beside others has the numbers that it has alone, and every cell of the page is filled.
BOOST_AUTO_TEST_CASE(several_tasks_in_one_study) {
  const auto measured = [](const std::filesystem::path& out, const std::string& task) {
    std::map<std::string, nlohmann::json> all;
    const auto record = nlohmann::json::parse(text_of(out / "record.json"));
    for (const auto& one : record["measured"]) {
      auto labels = one["labels"];
      if (labels.contains("task") && labels["task"] != task) continue;
      labels.erase("task");
      all[one["quantity"].get<std::string>() + labels.dump()] = one["points"];
    }
    return all;
  };
  const std::string task(mortal_task::name);
  const auto alone = measured(uninterrupted(), task), beside = measured(whole_of_both.uninterrupted(), task);
  BOOST_TEST(alone.size() > 20u);
  BOOST_TEST((alone == beside));
  const auto r = result_of(whole_of_both.uninterrupted());
  BOOST_TEST(r["settings"]["sparse_linear_regression: examples a prompt"] == 6);
  for (const auto& row : named(r["tables"], "marks")["rows"]) BOOST_TEST(row["cells"][2]["value"].is_number());
  BOOST_TEST(named(r["tables"], "table")["rows"].size() == 2u);
}
BOOST_AUTO_TEST_CASE(kills_change_nothing_of_several_tasks) { whole_of_both.same_after_kills(); }
