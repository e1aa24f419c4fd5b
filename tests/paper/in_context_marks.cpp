// tests/paper/in_context_marks.cpp: from made-up errors to the marks of a task, or of several, and the published ones
// beside them; and to the pages of other questions.
#define BOOST_TEST_MODULE paper_in_context_marks
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <krait/paper/in_context_ablation.hpp>
#include <krait/paper/in_context_capacity.hpp>
#include <krait/paper/in_context_flops.hpp>
#include <krait/paper/in_context_marks.hpp>
#include <krait/paper/in_context_order.hpp>
#include <map>
#include <string>
#include <vector>

#include "../scratch_folder.hpp"
using namespace krait;
using studies::record;

namespace {

/// Errors at the end of a prompt of five examples, three seeds about these; .5 before it. Loss falls below half of .7
/// at step 20 where the end is low.
record record_of(const std::string& task, const std::map<std::string, double>& at_the_end) {
  record r;
  r.seeds = {1, 2, 3};
  std::vector<std::string> models;
  for (const auto& [name, error] : at_the_end) models.push_back(name);
  r.declare_label("model", models);
  r.declare_group("model", "trained", models);
  r.declare_levels("examples", std::vector{0, 1, 2, 3, 4});
  r.declare_group("examples", "end", {"3", "4"});
  for (const char* name : {"error", "error_low", "error_high"}) r.declare(name, {"model", "examples"});
  r.declare("loss", {"model"});
  r.fact("task", task);
  r.fact("d", std::int64_t{2});
  r.fact("examples a prompt", std::int64_t{5});
  r.fact("error without knowledge", .5);
  r.fact("loss without knowledge", .7);
  for (const auto seed : r.seeds)
    for (const auto& [name, error] : at_the_end) {
      for (int i = 0; i < 5; ++i)
        r.add({{"model", name}, {"examples", i}}, seed, 30, "error",
              i < 3 ? .5 : error + (i == 3 ? .01 : -.01) + .001 * (double(seed) - 2));
      for (const long step : {10, 20, 30}) r.add({{"model", name}}, seed, step, "loss", step < 20 ? .7 : error);
    }
  return r;
}

struct page {
  report::result drawn;
  explicit page(const record& seen) : drawn(studies::drawn(paper::in_context_marks::of(seen), seen)) {}

  std::string cell(const std::string& model, std::size_t column) const {
    for (const auto& row : drawn.tables.front().rows)
      if (std::get<std::string>(row.cells[1]) == model)
        return std::holds_alternative<std::string>(row.cells[column]) ? std::get<std::string>(row.cells[column]) : "";
    throw std::runtime_error("no row for " + model);
  }
  const report::claim* claim(const std::string& id) const {
    for (const auto& one : drawn.claims)
      if (one.id == id) return &one;
    return nullptr;
  }
  bool says(const std::string& part) const {
    return std::ranges::any_of(drawn.notes, [&](const auto& n) { return n.find(part) != std::string::npos; });
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(marks_follow_from_the_end_of_a_prompt) {
  const page p(record_of("sparse_parity", {{"transformer", .4}, {"mamba", .02}, {"mambaformer", .01}, {"s4", .07}}));
  const std::map<std::string, std::string> marks = {
      {"transformer", "fail"}, {"mamba", "ok"}, {"mambaformer", "ok"}, {"s4", "gap"}};
  for (const auto& [model, mark] : marks) {
    BOOST_TEST(p.cell(model, 3) == mark, model);
    BOOST_TEST(p.cell(model, 4) == (model == "s4" ? "" : mark), model);
  }
  for (const auto& row : p.drawn.tables.front().rows) {
    const bool never = std::get<std::string>(row.cells[1]) == "transformer";
    BOOST_TEST((row.cells[5].index() == 0) == never);
    if (!never) BOOST_TEST(std::get<report::measured>(row.cells[5]).value == 20);
  }
  for (const char* id : {"learnt", "mark_transformer", "mark_mamba", "mark_mambaformer"})
    BOOST_TEST((p.claim(id) && p.claim(id)->holds), id);
  BOOST_TEST(std::abs(p.claim("mark_transformer")->value - 80) < 1e-9);
  BOOST_TEST(std::abs(p.claim("mark_mamba")->value - 2) < 1e-9);
  BOOST_TEST(!p.claim("mark_s4"));
}

BOOST_AUTO_TEST_CASE(published_marks_may_fail) {
  const page p(record_of("mqar", {{"transformer", .2}, {"mamba", .1}, {"mambaformer", .1}}));
  BOOST_TEST(p.cell("transformer", 3) == "gap");
  BOOST_TEST(p.cell("transformer", 4) == "ok");
  BOOST_TEST(p.cell("mamba", 4) == "fail");
  BOOST_TEST(!p.claim("mark_transformer")->holds);
  BOOST_TEST(!p.claim("mark_mamba")->holds);
  BOOST_TEST(p.claim("mark_mambaformer")->holds);
  const page q(record_of("many_outliers", {{"transformer", .2}, {"mamba", .1}, {"mambaformer", .1}}));
  for (const char* id : {"mark_transformer", "mark_mamba", "mark_mambaformer"}) BOOST_TEST(q.claim(id)->holds, id);
}

// As good as the best is no success where the best has learnt nothing.
BOOST_AUTO_TEST_CASE(nobody_learns) {
  const page p(record_of("sparse_parity", {{"transformer", .45}, {"mamba", .44}, {"mambaformer", .46}}));
  for (const char* model : {"transformer", "mamba", "mambaformer"}) BOOST_TEST(p.cell(model, 3) == "fail");
  for (const char* id : {"learnt", "mark_mamba", "mark_mambaformer"}) BOOST_TEST(!p.claim(id)->holds, id);
  const page q(record_of("decision_tree", {{"transformer", .1}, {"mamba", .45}, {"mambaformer", .1}}));
  BOOST_TEST(!q.claim("mark_mamba")->holds);  // no gap: a failure
}

BOOST_AUTO_TEST_CASE(names_that_the_paper_does_not_have) {
  const page p(record_of("sparse_parity", {{"transformer", .4}, {"ours", .02}}));
  BOOST_TEST(p.says("No model is called mamba here"));
  BOOST_TEST(!p.claim("mark_mamba"));
  const page q(record_of("my_own_task", {{"transformer", .4}, {"mamba", .02}}));
  BOOST_TEST(q.drawn.claims.size() == 1u);
  BOOST_TEST(q.cell("mamba", 4) == "");
}

// A record of two tasks: each is marked by its own errors, and only where the paper marks it.
BOOST_AUTO_TEST_CASE(several_tasks) {
  record r;
  r.seeds = {1, 2};
  const std::vector<std::string> models = {"transformer", "mamba", "mambaformer", "s4-mamba"};
  r.declare_label("task", {"sparse_parity", "mqar"});
  r.declare_label("model", models);
  r.declare_group("model", "trained", models);
  r.declare_levels("examples", std::vector{0, 1, 2});
  r.declare_group("examples", "end of sparse_parity", {"2"});
  r.declare_group("examples", "end of mqar", {"0", "1"});
  for (const char* name : {"error", "error_low", "error_high"}) r.declare(name, {"task", "model", "examples"});
  r.declare("loss", {"task", "model"});
  for (const auto& [task, chance] : std::vector<std::pair<std::string, double>>{{"sparse_parity", .5}, {"mqar", 1}}) {
    r.fact(task + ": error without knowledge", chance);
    r.fact(task + ": loss without knowledge", chance);
  }
  const auto add = [&](const std::string& task, const std::string& model, double error) {
    for (const auto seed : r.seeds) {
      for (int i = 0; i < (task == "mqar" ? 2 : 3); ++i)  // one task has fewer questions
        r.add({{"task", task}, {"model", model}, {"examples", i}}, seed, 30, "error", error);
      r.add({{"task", task}, {"model", model}}, seed, 10, "loss", error);
    }
  };
  add("sparse_parity", "transformer", .5);
  add("sparse_parity", "mamba", .01);
  add("sparse_parity", "mambaformer", .01);
  add("sparse_parity", "s4-mamba", .06);
  add("mqar", "transformer", .01);
  add("mqar", "mamba", .3);
  add("mqar", "mambaformer", .02);
  const report::result drawn = studies::drawn(paper::in_context_marks::of(r), r);

  const auto cells = [&](std::size_t row) {
    std::vector<std::string> all;
    for (const auto& cell : drawn.tables.front().rows.at(row).cells)
      all.push_back(std::holds_alternative<std::string>(cell) ? std::get<std::string>(cell) : "");
    return all;
  };
  using row = std::vector<std::string>;
  BOOST_TEST(cells(0) == (row{"sparse_parity", "fail (fail)", "ok (ok)", "ok (ok)", "gap"}),
             boost::test_tools::per_element());
  BOOST_TEST(cells(1) == (row{"mqar", "ok (ok)", "gap (fail)", "ok (ok)", ""}), boost::test_tools::per_element());
  BOOST_TEST(drawn.tables[1].rows.size() == 8u);
  BOOST_TEST(drawn.finding.find("5 of 6 marks") != std::string::npos, drawn.finding);
  BOOST_TEST(drawn.finding.find("mqar of the mamba (fail there, gap here)") != std::string::npos, drawn.finding);
  const auto claim = [&](const std::string& id) {
    const auto found = std::ranges::find(drawn.claims, id, &report::claim::id);
    BOOST_REQUIRE_MESSAGE(found != drawn.claims.end(), id);
    return *found;
  };
  BOOST_TEST(claim("mark_sparse_parity_transformer").holds);
  BOOST_TEST(!claim("mark_mqar_mamba").holds);
  BOOST_TEST(std::abs(claim("mark_mqar_mamba").value - 30) < 1e-9);
  BOOST_TEST(claim("learnt_mqar").holds);
  BOOST_TEST(drawn.plots.front().categories.size() == 2u);
}

// Of the rates of a model and a number of pairs the best counts, and the worst is told.
BOOST_AUTO_TEST_CASE(capacity_takes_the_best_rate) {
  const std::vector<std::string> models = {"small", "large", "small hybrid", "large hybrid"},
                                 tasks = {"8 slow", "8 fast", "32 slow", "32 fast"};
  const auto made = [&](std::vector<std::string> recurrent) {
    record r;
    r.seeds = {1, 2, 3};
    r.declare_label("task", tasks);
    r.declare_label("model", models);
    r.declare_group("model", "trained", models);
    r.declare_group("model", "recurrent", recurrent);
    for (std::size_t m = 0; m < 4; ++m) r.fact(models[m] + ": d_state", std::int64_t{m % 2 ? 16 : 4});
    r.declare_levels("examples", std::vector{0, 1});
    for (const char* name : {"error", "error_low", "error_high"}) r.declare(name, {"task", "model", "examples"});
    r.declare("loss", {"task", "model"});
    for (std::size_t t = 0; t < 4; ++t) {
      r.declare_group("examples", "end of " + tasks[t], {"0", "1"});
      r.fact(tasks[t] + ": pairs", std::int64_t{t < 2 ? 8 : 32});
      r.fact(tasks[t] + ": learning rate", t % 2 ? .003 : .001);
      r.fact(tasks[t] + ": error without knowledge", 2.);
      for (std::size_t m = 0; m < 4; ++m)
        for (const auto seed : r.seeds)
          for (int i = 0; i < 2; ++i) {
            const double left[4][4] = {{.2, .1, .1, .1}, {.9, .9, .1, .1}, {.9, .5, .1, .1}, {.8, .4, .9, .9}};
            r.add({{"task", tasks[t]}, {"model", models[m]}, {"examples", i}}, seed, 9, "error",
                  2 * left[t][m] + .001 * double(seed));
          }
    }
    return r;
  };
  const record r = made({models[0], models[1]});
  const report::result drawn = studies::drawn(paper::in_context_capacity::of(r), r);
  const auto& rows = drawn.tables.front().rows;
  BOOST_REQUIRE(rows.size() == 8u);
  const auto number = [&](std::size_t row, std::size_t cell) {
    return std::get<report::measured>(rows[row].cells[cell]).value;
  };
  // small: of 8 pairs the slow rate, of 32 the fast one
  BOOST_TEST(std::abs(number(0, 3) - 20.1) < 1e-9);
  BOOST_TEST(std::get<double>(rows[0].cells[4]) == .001);
  BOOST_TEST(std::abs(number(0, 5) - 90.1) < 1e-9);
  BOOST_TEST(std::abs(number(1, 3) - 80.1) < 1e-9);
  BOOST_TEST(std::get<double>(rows[1].cells[4]) == .003);
  for (const char* id : {"recalled", "gap", "rate_matters"})
    BOOST_TEST(std::ranges::find(drawn.claims, id, &report::claim::id)->holds, id);
  const auto helps = std::ranges::find(drawn.claims, "state_helps", &report::claim::id);
  BOOST_TEST(helps->holds);
  BOOST_TEST(std::abs(helps->value - 40) < 1e-9);  // 80 % and 40 %, each at its best rate
  BOOST_TEST(helps->statement == "A larger d_state, 16 for 4, lets the large recall more of 32 pairs than the small.");
  // Hybrids alone are no comparison, which is said.
  BOOST_TEST(krait::testing::sentence_of<study_error>([&] {
               paper::in_context_capacity::of(made({}));
             }).ends_with("none of these that is recurrent has a d_state of 4; add one."));
}

// Orders are grouped by their first mixer; those of one mixer alone are in neither group.
BOOST_AUTO_TEST_CASE(orders_by_their_first_mixer) {
  record r = record_of("sparse_parity", {{"MMMM", .01}, {"MAMA", .02}, {"MMAA", .04}, {"AMAM", .2}, {"AAAA", .5}});
  const report::result drawn = studies::drawn(paper::in_context_order::of(r), r);
  const auto value = [&](const std::string& id) {
    const auto found = std::ranges::find(drawn.claims, id, &report::claim::id);
    BOOST_REQUIRE_MESSAGE(found != drawn.claims.end(), id);
    BOOST_TEST(found->holds, id);
    return found->value;
  };
  BOOST_TEST(std::abs(value("mamba_first") - (40 - 6)) < 1e-9);
  BOOST_TEST(std::abs(value("mambaformers_order") - (40 - 4)) < 1e-9);
  BOOST_TEST(std::abs(value("learnt") - 2) < 1e-9);
  BOOST_TEST(drawn.finding.find("Least is left by MMMM: 2.0 %") != std::string::npos, drawn.finding);
  const record other = record_of("sparse_parity", {{"MAMA", .02}, {"hybrid", .2}});
  BOOST_TEST(krait::testing::sentence_of<study_error>([&] {
               paper::in_context_order::of(other);
             }).ends_with("'hybrid' has other letters than M and A; call it as \"MAMA\"."));
}

// A model is held against the one that lacks nothing, part by part.
BOOST_AUTO_TEST_CASE(parts_that_a_block_lacks) {
  const record r = record_of(
      "sparse_parity",
      {{"mamba", .05}, {"mamba without convolution", .4}, {"mamba without gate", .05}, {"other without gate", .5}});
  const report::result drawn = studies::drawn(paper::in_context_ablation::of(r), r);
  BOOST_REQUIRE(drawn.claims.size() == 3u);  // nothing is said of a block that is not there whole
  BOOST_TEST(drawn.claims[0].id == "learnt.mamba");
  BOOST_TEST(drawn.claims[0].holds);
  BOOST_TEST(drawn.claims[1].holds);
  BOOST_TEST(std::abs(drawn.claims[1].value - 70) < 1e-9);
  BOOST_TEST(!drawn.claims[2].holds);
  BOOST_TEST(drawn.finding.find("the mamba leaves 10.0 %, 80.0 % without convolution and 10.0 % without gate.") !=
                 std::string::npos,
             drawn.finding);
}

// What a budget buys: the last point that it pays for, at the size that is best there.
BOOST_AUTO_TEST_CASE(losses_by_the_flops_that_are_spent) {
  const std::map<std::string, double> costs = {{"a 8x1", .9}, {"a 16x1", 4}, {"b 8x1", 2}, {"b 16x1", 8}};
  record r = record_of("linear_regression", {{"a 8x1", .02}, {"a 16x1", .01}, {"b 8x1", .1}, {"b 16x1", .1}});
  r.fact("steps", std::int64_t{30});
  for (const auto& [model, cost] : costs) {
    r.fact(model + ": GFLOP a step", cost);
    r.fact(model + ": parameters", std::int64_t(100 * cost));
  }
  for (const auto seed : r.seeds) {
    r.add({{"model", "a 16x1"}}, seed, 1, "loss", .6);
    r.add({{"model", "a 8x1"}}, seed, 7, "loss", .35);
    r.add({{"model", "b 16x1"}}, seed, 3, "loss", .65);
  }
  const report::result drawn = studies::drawn(paper::in_context_flops::of(r), r);
  const auto claim = [&](const std::string& id) {
    const auto found = std::ranges::find(drawn.claims, id, &report::claim::id);
    BOOST_REQUIRE_MESSAGE(found != drawn.claims.end(), id);
    return *found;
  };
  // 30 GFLOP pay for more than the 30 steps of the cheapest a, 7 of the other, 15 and 3 of b's; a quarter for 8, 1, 3
  // and none
  BOOST_TEST(std::abs(claim("ahead").value - 100 * (.65 - .02) / .7) < 1e-9);
  BOOST_TEST(claim("ahead").holds);
  BOOST_TEST(std::abs(claim("budget.a").value - 100 * (.6 - .35) / .7) < 1e-9);
  BOOST_TEST(!std::isfinite(claim("budget.b").value));  // no point so early
  BOOST_TEST(!claim("budget.b").holds);
  BOOST_TEST(std::abs(claim("larger.a").value - 2) < 1e-9);
  BOOST_TEST(claim("larger.a").holds);
  BOOST_TEST(!claim("larger.b").holds);
  const auto& iso = drawn.plots.at(1);
  BOOST_REQUIRE(iso.data.size() == 4u);
  BOOST_TEST(iso.data[0].name == "30 GFLOP");
  BOOST_TEST(iso.data[0].x == (std::vector<double>{90, 400}), boost::test_tools::per_element());
  BOOST_TEST(std::abs(iso.data[0].y[1] - 100 * .6 / .7) < 1e-9);
  BOOST_CHECK_EXCEPTION(
      paper::in_context_flops::of([] {
        record one = record_of("linear_regression", {{"a 8x1", .1}});
        one.fact("steps", std::int64_t{30});
        one.fact("a 8x1: GFLOP a step", 1.);
        one.fact("a 8x1: parameters", std::int64_t{1});
        return one;
      }()),
      error, [](const error& e) { return std::string(e.what()).find("only one of its kind") != std::string::npos; });
}
