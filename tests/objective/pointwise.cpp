#define BOOST_TEST_MODULE objective_pointwise
#include <boost/test/unit_test.hpp>
#include <krait/core/aligned.hpp>
#include <krait/kernel/pointwise_loss/cpu.hpp>
#include <krait/objective/hinge.hpp>
#include <krait/objective/logistic.hpp>
#include <krait/objective/squared_error.hpp>

#include "../oracle.hpp"
#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

using shard_type = vector_shard<capacity{2, 2}, 3, 9>;
static_assert(objective_for<objective::squared_error, shard_type, 9>);
static_assert(objective_for<objective::logistic, shard_type, 9>);
static_assert(objective_for<objective::hinge, shard_type, 9> && !objective_for<objective::hinge, shard_type, 8>);

/// Four tokens of nine targets, each of weight 1.
heap<shard_type> sample(const std::vector<double>& target) {
  auto shard = make_heap<shard_type>();
  shard->of = {2, 2};
  for (int t = 0; t < 4; ++t) {
    for (int i = 0; i < 9; ++i)
      shard->target_rows.of(shard->of)[t][i] = static_cast<float>(target[static_cast<std::size_t>(t * 9 + i)]);
    shard->weight[t] = 1;
  }
  return shard;
}

template <class Objective> void agrees_with_pytorch(const char* file, const char* target) {
  const oracle o(file);
  const auto shard = sample(o[target]);
  table<float, 9> y({2, 2}, o["prediction"]), d({2, 2});
  auto& backend = on<backend::cpu>();
  const double scale = 1.0 / 36;  // a mean over all numbers
  const double loss = Objective::loss(backend, y.in(), *shard);
  BOOST_TEST(std::abs(loss * scale / o["loss"][0] - 1) <= tolerance<float>);
  BOOST_TEST(Objective::loss_and_gradient(backend, y.in(), *shard, scale, d.out()) == loss);
  BOOST_TEST(worst(d.values(), o["d.prediction"]) <= tolerance<float>);
  BOOST_TEST(d.intact());
  // The gradient may take the place of the outputs.
  BOOST_TEST(Objective::loss_and_gradient(backend, y.in(), *shard, scale, y.out()) == loss);
  BOOST_TEST(y.values() == d.values(), boost::test_tools::per_element());
}

/// A weight multiplies a token's loss and gradient; the tokens add up.
template <class Objective> void weights_count(const char* file, const char* target) {
  const oracle o(file);
  const auto shard = sample(o[target]);
  table<float, 9> y({2, 2}, o["prediction"]), whole({2, 2}), d({2, 2});
  auto& backend = on<backend::cpu>();
  const double all = Objective::loss_and_gradient(backend, y.in(), *shard, 1, whole.out());
  double sum = 0;
  for (int token = 0; token < 4; ++token) {
    for (int t = 0; t < 4; ++t) shard->weight[t] = t == token ? 0.5f : 0.f;
    sum += 2 * Objective::loss_and_gradient(backend, y.in(), *shard, 1, d.out());
    for (int t = 0; t < 4; ++t)
      for (int i = 0; i < 9; ++i) BOOST_TEST(d.in()[t][i] == (t == token ? 0.5f * whole.in()[t][i] : 0.f));
  }
  BOOST_TEST(std::abs(sum / all - 1) <= tolerance<float>);
}

}  // namespace

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<objective::squared_error>("squared_error", "target");
  agrees_with_pytorch<objective::logistic>("logistic", "label");
}
BOOST_AUTO_TEST_CASE(weights_of_tokens) {
  weights_count<objective::squared_error>("squared_error", "target");
  weights_count<objective::logistic>("logistic", "label");
  weights_count<objective::hinge>("logistic", "label");
}

// Two prompts of three tokens; only the last of each counts, as in a prompt with a query.
BOOST_AUTO_TEST_CASE(a_worked_example) {
  const auto shard = make_heap<vector_shard<capacity{2, 3}, 4, 1>>();
  shard->of = {2, 3};
  for (int t = 0; t < 6; ++t) {
    shard->target_rows.of(shard->of)[t][0] = t == 2 ? 1.f : t == 5 ? -1.f : 0.f;
    shard->weight[t] = t % 3 == 2;
  }
  table<float, 1> y({2, 3}, std::vector<float>{9, 9, 0.25f, 9, 9, 0.5f}), d({2, 3});
  BOOST_TEST(objective::hinge::loss_and_gradient(on<backend::cpu>(), y.in(), *shard, 0.5, d.out()) == 0.75 + 1.5);
  BOOST_TEST(d.values() == (std::vector<float>{0, 0, -0.5f, 0, 0, 0.5f}), boost::test_tools::per_element());
}
