// tests/experiment/in_context_layers.cpp: probes of layers that see the query alone, whose errors are known.
#define BOOST_TEST_MODULE experiment_in_context_layers
#include "study_process.hpp"
//
#include <krait/experiment/in_context_layers.hpp>
#include <krait/layer/identity.hpp>
#include <krait/layer/linear.hpp>
#include <krait/layer/repeat.hpp>
#include <krait/layer/residual.hpp>
#include <krait/model/list.hpp>
#include <krait/model/vector_model.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/paper/in_context_layers.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/task/linear_regression.hpp>
using namespace krait;
using namespace krait::testing;

namespace {

constexpr int d = 3, points = 12;
/// No token sees another one, so that a query's stream is linear in x, and its best linear answer to a w that nobody
/// knows is 0.
using alone = model::vector_model<d, 1, repeat<2, residual<identity<8>, linear<linear_config{8, 8}>>>, identity<8>>;
using unknown = task::linear_regression<task::linear_regression_config{.dimensions = d, .points = points}>;
/// w is (1, 1, 1) in every prompt: linear in x.
struct known : unknown {
  static constexpr std::string_view name = "known";
  static void sample(draw at, std::uint64_t prompt, task::extent e, float* x, float* y) {
    unknown::sample(at, prompt, e, x, y);
    for (int i = 0; i < e.points; ++i) y[i] = x[i * d] + x[i * d + 1] + x[i * d + 2];
  }
};
template <class Task>
using study = experiment::in_context_layers<model::list<model::named<"alone", alone>>, Task,
                                            optim::adamw<optim::adamw_config{.lr = 1e-9f}>, schedule::constant<>,
                                            experiment::in_context_layers_config{.steps = 6,
                                                                                 .batch = 4,
                                                                                 .trained = 8,
                                                                                 .main = 6,
                                                                                 .probed = {4, 5, 6, 7},
                                                                                 .fitted = 600,
                                                                                 .asked = 400,
                                                                                 .scaled = 4,
                                                                                 .descent_steps = 50},
                                            paper::in_context_layers>;

template <class Study> nlohmann::json record_of(const char* threads) {
  scratch_folder here;
  const outcome o =
      run_study<Study>(here.path, {"--seeds", "1", "--threads", threads, "--out", (here / "out").string()});
  BOOST_REQUIRE_MESSAGE(o.code() == 0, o.err);
  return nlohmann::json::parse(text_of(here / "out/record.json"));
}
double value(const nlohmann::json& record, const std::string& quantity, const std::string& model,
             const std::string& reading, int layer, int examples) {
  for (const auto& one : record["measured"])
    if (const auto& at = one["labels"]; one["quantity"] == quantity && at["model"] == model &&
                                        at["reading"] == reading && at["layer"] == std::to_string(layer) &&
                                        at["examples"] == std::to_string(examples))
      return one["points"].back()[2];
  return -1;
}

}  // namespace

BOOST_AUTO_TEST_CASE(errors_are_known) {
  const auto of_unknown = record_of<study<unknown>>("2"), of_known = record_of<study<known>>("1");
  for (const int examples : {4, 6}) {
    for (int layer = 0; layer <= 2; ++layer) {
      // 400 prompts, of which <w, x>^2 / 3 has a deviation of sqrt(4) and the fit adds 4 / 600.
      BOOST_TEST(std::abs(value(of_unknown, "layer_error", "alone", "linear probe", layer, examples) - 1) < .35);
      BOOST_TEST(value(of_known, "layer_error", "alone", "linear probe", layer, examples) < 1e-6);
      BOOST_TEST(value(of_known, "descent_steps", "alone", "linear probe", layer, examples) > 5);
    }
    // Without a step gradient descent says 0; in the end, it knows a w of 3 coordinates.
    BOOST_TEST(std::abs(value(of_known, "layer_error", "gradient descent", "own head", 0, examples) - 1) < .3);
    BOOST_TEST(value(of_known, "layer_error", "gradient descent", "own head", 2, examples) <
               value(of_known, "layer_error", "gradient descent", "own head", 1, examples));
  }
}

BOOST_AUTO_TEST_CASE(one_thread_finds_the_same) {
  BOOST_TEST((record_of<study<unknown>>("1")["measured"] == record_of<study<unknown>>("2")["measured"]));
}
