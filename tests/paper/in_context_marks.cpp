// tests/paper/in_context_marks.cpp: from made-up errors to the marks of a task, and the published ones beside them.
#define BOOST_TEST_MODULE paper_in_context_marks
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <krait/paper/in_context_marks.hpp>
#include <map>
#include <string>
#include <vector>

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
