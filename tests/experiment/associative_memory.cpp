// tests/experiment/associative_memory.cpp: the study of world and context, with a model whose numbers are known, and
// its page with made-up numbers.
#define BOOST_TEST_MODULE experiment_associative_memory
#include "study_process.hpp"
//
#include <krait/experiment/associative_memory.hpp>
#include <krait/model/list.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/paper/associative_memory.hpp>
#include <krait/schedule/schedule.hpp>

#include "uniform_model.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

using bigrams = task::trigger_bigrams<task::trigger_bigrams_config{.vocabulary = 5, .length = 24}>;
using study = experiment::associative_memory<model::list<model::named<"uniform", uniform_model<5>>>, bigrams,
                                             optim::adamw<optim::adamw_config{.lr = 1e-12f}>, schedule::constant<>,
                                             experiment::associative_memory_config{
                                                 .steps = 6, .batch = 4, .trained = 12, .tests = 40, .looks = 2},
                                             paper::associative_memory>;

double measured(const nlohmann::json& record, const char* quantity, const char* model, int place, int seen = -1) {
  for (const auto& one : record["measured"])
    if (const auto& at = one["labels"]; one["quantity"] == quantity && at["model"] == model &&
                                        at["place"] == std::to_string(place) &&
                                        (seen < 0 || at["seen"] == std::to_string(seen)))
      return one["points"].back()[2];
  return -1;
}

}  // namespace

BOOST_AUTO_TEST_CASE(numbers_of_who_says_nothing) {
  scratch_folder here;
  const outcome o = run_study<study>(here.path, {"--seeds", "1", "--threads", "2", "--out", (here / "out").string()});
  BOOST_REQUIRE_MESSAGE(o.code() == 0, o.err);
  const auto record = nlohmann::json::parse(text_of(here / "out/record.json"));
  const bigrams::world known(1);
  const draw from{1, stream("test sequences"), 0};
  double uniform[2] = {}, world[2] = {}, in_context = 0, global = 0, tokens = 0, once = 0;
  for (std::uint64_t k = 0; k < 40; ++k) {
    std::int32_t id[24], target[24];
    float weight[24];
    bigrams::write(from, k, {24, 1}, id, target, weight);
    const bigrams::triggers own(from, k);
    bigrams::bayes weighs(known);
    for (int t = 0; t < 24; ++t) {
      double p[5], q[5];
      weighs.see(id[t]);
      weighs.predict(p);
      bigrams::without_context(known, id[t], q);
      uniform[t / 12] += std::log(p[target[t]]) + std::log(5.), world[t / 12] += std::log(p[target[t]] / q[target[t]]);
      const int a = id[t], o = own.output[a];
      if (t < 12 || !own.is[a] || o == known.likeliest[a]) continue;
      int before = 0;
      for (int s = 0; s < t; ++s) before += id[s] == a && target[s] == o;
      if (before == 1) ++once;
      if (before >= 3) in_context += p[o], global += p[known.likeliest[a]], ++tokens;
    }
  }
  const auto tolerance = boost::test_tools::tolerance(1e-6);
  for (const int place : {1, 2}) {
    BOOST_TEST(measured(record, "gap", "uniform", place) == uniform[place - 1] / 480, tolerance);
    BOOST_TEST(measured(record, "gap", "world alone", place) == world[place - 1] / 480, tolerance);
    BOOST_TEST(measured(record, "gap", "Bayes", place) == 0);
  }
  BOOST_TEST(measured(record, "in_context", "uniform", 2, 1) == .2, tolerance);
  BOOST_TEST(measured(record, "global", "uniform", 2, 0) == .2, tolerance);
  BOOST_TEST(measured(record, "tokens", "Bayes", 2, 1) == once);
  BOOST_TEST(measured(record, "tokens", "Bayes", 2, 3) == tokens);
  BOOST_REQUIRE(tokens > 10);
  BOOST_TEST(measured(record, "in_context", "Bayes", 2, 3) == in_context / tokens, tolerance);
  BOOST_TEST(measured(record, "global", "Bayes", 2, 3) == global / tokens, tolerance);
}

// Each model draws a share of what Bayes does: `first` in the trained length, `end` at the last place.
BOOST_AUTO_TEST_CASE(the_page_follows_the_shares) {
  using page = paper::associative_memory;
  struct made_up {
    const char* name;
    double first, end;
    bool world_late;
  };
  const auto drawn_of = [](const std::vector<made_up>& all) {
    studies::record r;
    r.seeds = {1, 2, 3};
    std::vector<std::string> trained, models;
    for (const auto& one : all) trained.emplace_back(one.name);
    models = trained;
    models.insert(models.end(), {"Bayes", "world alone"});
    r.declare_label("model", models);
    r.declare_group("model", "trained", trained);
    r.declare_levels("place", std::vector{1, 4});
    r.declare_levels("seen", std::vector{0, 1, 2});
    r.declare("gap", {"model", "place"});
    for (const char* name : {"in_context", "global", "tokens"}) r.declare(name, {"model", "place", "seen"});
    r.fact("tokens a sequence in training", std::int64_t{8});
    r.fact("steps", std::int64_t{30});
    const auto add = [&](const std::string& model, double share_1, double share_4, long step, double world) {
      for (const auto seed : r.seeds)
        for (const int place : {1, 4})
          for (const int k : {0, 1, 2}) {
            const double share = (place == 1 ? share_1 : share_4) + .001 * (double(seed) - 2);
            const studies::labels at = {{"model", model}, {"place", place}, {"seen", k}};
            // Bayes gives its own token .5 after one time and .9 after two, the world .1.
            r.add(at, seed, step, "in_context", .1 + share * (k == 0 ? 0 : k == 1 ? .4 : .8));
            r.add(at, seed, step, "global", k == 0 ? .3 * world : .2);
            if (model == "Bayes") r.add(at, seed, step, "tokens", k == 2 ? 30 : 10);
          }
    };
    for (const auto& one : all) {
      add(one.name, .2 * one.first, .2 * one.end, 10, one.world_late ? .5 : 1);
      add(one.name, .8 * one.first, .8 * one.end, 20, one.world_late ? .5 : 1);
      add(one.name, one.first, one.end, 30, 1);
    }
    add("Bayes", 1, 1, 0, 1);
    add("world alone", 0, 0, 0, 1);
    return studies::drawn(page::of(r), r);
  };
  const auto claim = [](const report::result& drawn, const std::string& id) {
    const auto found = std::ranges::find(drawn.claims, id, &report::claim::id);
    BOOST_REQUIRE_MESSAGE(found != drawn.claims.end(), id);
    return *found;
  };
  const auto as_published = drawn_of({{page::absolute, .95, .4, false},
                                      {page::relative, .95, .9, false},
                                      {page::two_layers, .3, .3, false},
                                      {page::three_layers, .9, .5, false}});
  for (const char* id : {"learnt.absolute positions", "learnt.relative positions", "relative_keeps", "absolute_breaks",
                         "relative_longer", "third_layer", "overcomes.absolute positions", "keeps.no positions",
                         "world_first.absolute positions", "world_first.no positions"})
    BOOST_TEST(claim(as_published, id).holds, id);
  for (const char* id : {"learnt.no positions", "keeps.no positions (3 layers)"})
    BOOST_TEST(!claim(as_published, id).holds, id);
  BOOST_TEST(std::abs(claim(as_published, "learnt.absolute positions").value - 95) < 1e-6);
  BOOST_TEST(std::abs(claim(as_published, "relative_keeps").value - 90 / .95) < 1e-2);
  BOOST_TEST(std::abs(claim(as_published, "relative_longer").value - 50) < 1e-6);
  BOOST_TEST(claim(as_published, "world_first.absolute positions").value == 10);
  BOOST_TEST(claim(as_published, "world_first.no positions").value == 20);  // never drawn by half

  const auto otherwise =
      drawn_of({{page::absolute, .85, .84, true}, {page::relative, .1, .1, true}, {"mamba", .9, .9, true}});
  for (const char* id : {"learnt.relative positions", "relative_keeps", "absolute_breaks", "relative_longer",
                         "overcomes.relative positions", "world_first.absolute positions"})
    BOOST_TEST(!claim(otherwise, id).holds, id);
  for (const char* id : {"learnt.mamba", "keeps.mamba"}) BOOST_TEST(claim(otherwise, id).holds, id);
  for (const auto& one : otherwise.claims) BOOST_TEST(one.id != "third_layer");
}
