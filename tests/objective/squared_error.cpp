#define BOOST_TEST_MODULE objective_squared_error
#include <boost/test/unit_test.hpp>
#include <krait/core/aligned.hpp>
#include <krait/kernel/squared_error/cpu.hpp>
#include <krait/objective/squared_error.hpp>

#include "../oracle.hpp"
#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

using shard_type = vector_shard<capacity{2, 2}, 3, 9>;

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

}  // namespace

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  const oracle o("squared_error");
  const auto shard = sample(o["target"]);
  table<float, 9> y({2, 2}, o["prediction"]), d({2, 2});
  auto& backend = on<backend::cpu>();
  const double scale = 1.0 / 36;  // a mean over all numbers
  const double loss = objective::squared_error::loss(backend, y.in(), *shard);
  BOOST_TEST(std::abs(loss * scale / o["loss"][0] - 1) <= tolerance<float>);
  BOOST_TEST(objective::squared_error::loss_and_gradient(backend, y.in(), *shard, scale, d.out()) == loss);
  BOOST_TEST(worst(d.values(), o["d.prediction"]) <= tolerance<float>);
  BOOST_TEST(d.intact());
  // The gradient may take the place of the outputs.
  BOOST_TEST(objective::squared_error::loss_and_gradient(backend, y.in(), *shard, scale, y.out()) == loss);
  BOOST_TEST(y.values() == d.values(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(weights_count) {
  const oracle o("squared_error");
  const auto shard = sample(o["target"]);
  table<float, 9> y({2, 2}, o["prediction"]), whole({2, 2}), d({2, 2});
  auto& backend = on<backend::cpu>();
  objective::squared_error::loss_and_gradient(backend, y.in(), *shard, 1, whole.out());
  double sum = 0;
  for (int token = 0; token < 4; ++token) {
    for (int t = 0; t < 4; ++t) shard->weight[t] = t == token ? 0.5f : 0.f;
    sum += 2 * objective::squared_error::loss_and_gradient(backend, y.in(), *shard, 1, d.out());
    for (int t = 0; t < 4; ++t)
      for (int i = 0; i < 9; ++i) BOOST_TEST(d.in()[t][i] == (t == token ? 0.5f * whole.in()[t][i] : 0.f));
  }
  std::fill_n(shard->weight, 4, 1.f);
  BOOST_TEST(std::abs(sum / objective::squared_error::loss(backend, y.in(), *shard) - 1) <= tolerance<float>);
}
