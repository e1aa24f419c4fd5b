#define BOOST_TEST_MODULE objective_hinge
#include <boost/test/unit_test.hpp>
#include <krait/core/aligned.hpp>
#include <krait/kernel/hinge/cpu.hpp>
#include <krait/objective/hinge.hpp>

#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

using shard_type = vector_shard<capacity{2, 3}, 4, 1>;
static_assert(objective_for<objective::hinge, shard_type, 1>);

/// Two prompts of three tokens; only the last of each counts, as in a prompt with a query.
heap<shard_type> sample() {
  auto shard = make_heap<shard_type>();
  shard->of = {2, 3};
  for (int t = 0; t < 6; ++t) {
    shard->target_rows.of(shard->of)[t][0] = t == 2 ? 1.f : t == 5 ? -1.f : 0.f;
    shard->weight[t] = t % 3 == 2;
  }
  return shard;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_worked_example) {
  const auto shard = sample();
  table<float, 1> y({2, 3}, std::vector<float>{9, 9, 0.25f, 9, 9, 0.5f}), d({2, 3});
  auto& backend = on<backend::cpu>();
  const double loss = objective::hinge::loss(backend, y.in(), *shard);
  BOOST_TEST(loss == 0.75 + 1.5);
  BOOST_TEST(objective::hinge::loss_and_gradient(backend, y.in(), *shard, 0.5, d.out()) == loss);
  BOOST_TEST(d.values() == (std::vector<float>{0, 0, -0.5f, 0, 0, 0.5f}), boost::test_tools::per_element());
  BOOST_TEST(d.intact());
  // The gradient may take the place of the outputs.
  BOOST_TEST(objective::hinge::loss_and_gradient(backend, y.in(), *shard, 0.5, y.out()) == loss);
  BOOST_TEST(y.values() == d.values(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(beyond_the_margin_there_is_nothing) {
  const auto shard = sample();
  table<float, 1> y({2, 3}, std::vector<float>{0, 0, 1, 0, 0, -3}), d({2, 3});
  BOOST_TEST(objective::hinge::loss_and_gradient(on<backend::cpu>(), y.in(), *shard, 1, d.out()) == 0);
  for (const float g : d.values()) BOOST_TEST(g == 0);
}

BOOST_AUTO_TEST_CASE(weights_count) {
  const auto shard = sample();
  table<float, 1> y({2, 3}, std::vector<float>{0, 0, 0.25f, 0, 0, 0.5f}), d({2, 3});
  shard->weight[5] = 0.25f;
  BOOST_TEST(objective::hinge::loss(on<backend::cpu>(), y.in(), *shard) == 0.75 + 0.25 * 1.5);
  objective::hinge::loss_and_gradient(on<backend::cpu>(), y.in(), *shard, 1, d.out());
  BOOST_TEST(d.values()[5] == 0.25f);
}
