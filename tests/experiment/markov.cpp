// tests/experiment/markov.cpp: the study of Markov chains, with a model whose distances are known.
#define BOOST_TEST_MODULE experiment_markov
#include "study_process.hpp"
//
#include <krait/experiment/markov.hpp>
#include <krait/model/list.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/schedule/schedule.hpp>

#include "uniform_model.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

struct numbers_alone {
  static studies::exhibits of(const studies::record&) {
    using namespace studies;
    return {.tables = {table{.name = "gaps",
                             .rows = {"model", "order"},
                             .columns = {{"gap", studies::of("gap").last(), 4}},
                             .caption = "Gaps."}},
            .finding = "A model that says nothing."};
  }
};

constexpr task::markov_config chains{.symbols = 3, .length = 40};
using study = experiment::markov<
    model::list<model::named<"uniform", uniform_model<3>>>, experiment::markov_orders<1, 2>,
    optim::adamw<optim::adamw_config{.lr = 1e-12f}>, schedule::constant<>,
    experiment::markov_study_config{.chain = chains, .steps = 6, .batch = 4, .tests = 30, .looks = 2}, numbers_alone>;

/// Value of the last step.
double measured(const nlohmann::json& record, const char* quantity, const char* model, int order) {
  for (const auto& one : record["measured"])
    if (one["quantity"] == quantity && one["labels"]["model"] == model &&
        one["labels"]["order"] == std::to_string(order))
      return one["points"].back()[2];
  return -1;
}

template <int Order> void has_known_distances(const nlohmann::json& record) {
  using task_type = task::markov<task::markov_config{.order = Order, .symbols = 3, .length = 40}>;
  double uniform = 0, counting = 0, between = 0;
  for (std::uint64_t k = 0; k < 30; ++k) {
    const draw from{1, stream("test chains"), 0};
    std::int32_t id[40], target[40];
    float weight[40];
    task_type::write(from, k, {}, id, target, weight);
    typename task_type::oracle known(from, k);
    typename task_type::add_beta counted;
    for (int t = 0; t < 40; ++t) {
      double p[3], q[3];
      known.see(id[t]), counted.see(id[t]);
      known.predict(p), counted.predict(q);
      uniform += std::log(p[target[t]]) + std::log(3.), counting += std::log(p[target[t]] / q[target[t]]);
      for (const double one : q) between += std::abs(one - 1. / 3);
    }
  }
  const auto tolerance = boost::test_tools::tolerance(1e-6);
  BOOST_TEST(measured(record, "gap", "uniform", Order) == uniform / 1200, tolerance);
  BOOST_TEST(measured(record, "gap", "add-one", Order) == counting / 1200, tolerance);
  BOOST_TEST(measured(record, "distance", "uniform", Order) == between / 1200, tolerance);
  BOOST_TEST(measured(record, "loss", "uniform", Order) == std::log(3.), tolerance);
}

}  // namespace

BOOST_AUTO_TEST_CASE(distances_are_those_of_the_estimators) {
  scratch_folder here;
  const outcome o = run_study<study>(here.path, {"--seeds", "1", "--threads", "2", "--out", (here / "out").string()});
  BOOST_REQUIRE_MESSAGE(o.code() == 0, o.err);
  const auto record = nlohmann::json::parse(text_of(here / "out/record.json"));
  has_known_distances<1>(record);
  has_known_distances<2>(record);
}

BOOST_AUTO_TEST_CASE(an_order_that_is_not_there) {
  scratch_folder here;
  const outcome o = run_study<study>(here.path, {"--set", "order=3", "--out", (here / "out").string()});
  BOOST_TEST(o.code() == 3);
  BOOST_TEST(contains(o.err, "this study has no chains of that order"), o.err);
}
