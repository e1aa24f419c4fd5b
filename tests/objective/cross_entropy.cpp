#define BOOST_TEST_MODULE objective_cross_entropy
#include <boost/test/unit_test.hpp>
#include <krait/core/aligned.hpp>
#include <krait/kernel/cross_entropy/cpu.hpp>
#include <krait/kernel/cross_entropy/reference.hpp>
#include <krait/objective/cross_entropy.hpp>

#include "../oracle.hpp"
#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

constexpr int classes = 11;
using shard_type = text_shard<capacity{2, 4}>;

/// The eight tokens of the oracle as a shard of two texts.
struct sample {
  heap<shard_type> shard = make_heap<shard_type>();
  const oracle o{"cross_entropy"};
  double weight = 0;
  sample() {
    shard->of = {2, 4};
    const auto targets = o["targets"], mask = o["mask"];
    for (std::size_t i = 0; i < 8; ++i) {
      shard->target[i] = static_cast<std::int32_t>(targets[i]);
      shard->weight[i] = static_cast<float>(mask[i]);
      weight += mask[i];
    }
  }
};

template <class Backend, class T> void agrees_with_pytorch() {
  const sample s;
  table<T, classes> logits({2, 4}, s.o["logits"]), d({2, 4});
  auto& backend = on<Backend>();
  const double scale = 1 / s.weight;
  const double loss = objective::cross_entropy::loss(backend, logits.in(), *s.shard);
  BOOST_TEST(std::abs(loss * scale / s.o["loss"][0] - 1) <= tolerance<T>);
  const double same = objective::cross_entropy::loss_and_gradient(backend, logits.in(), *s.shard, scale, d.out());
  BOOST_TEST(same == loss);
  BOOST_TEST(worst(d.values(), s.o["d.logits"]) <= tolerance<T>);
  BOOST_TEST(d.intact());
  // The gradient may take the place of the logits: the trainer has no other room for it.
  const double again = objective::cross_entropy::loss_and_gradient(backend, logits.in(), *s.shard, scale, logits.out());
  BOOST_TEST(again == loss);
  BOOST_TEST(logits.values() == d.values(), boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<backend::reference, double>();
  agrees_with_pytorch<backend::cpu, double>();
  agrees_with_pytorch<backend::cpu, float>();
}

BOOST_AUTO_TEST_CASE(the_gradient_is_the_slope_of_the_loss) {
  const sample s;
  s.shard->weight[2] = 0.5f;  // a weight that is neither 0 nor 1
  table<double, classes> logits({2, 4}, "logits"), d({2, 4});
  auto& backend = on<backend::reference>();
  objective::cross_entropy::loss_and_gradient(backend, logits.in(), *s.shard, 0.25, d.out());
  const auto slope =
      slopes(logits, [&] { return 0.25 * objective::cross_entropy::loss(backend, logits.in(), *s.shard); });
  BOOST_TEST(worst(d.values(), slope) <= slope_tolerance);
}

// The parts of a batch add up: a batch may be cut into shards anywhere.
BOOST_AUTO_TEST_CASE(shards_add_up) {
  const sample s;
  table<float, classes> logits({2, 4}, "logits");
  auto& backend = on<backend::cpu>();
  const double whole = objective::cross_entropy::loss(backend, logits.in(), *s.shard);
  double sum = 0;
  for (int text = 0; text < 2; ++text) {
    const auto one = make_heap<shard_type>();
    one->of = {1, 4};
    std::copy_n(s.shard->target + 4 * text, 4, one->target);
    std::copy_n(s.shard->weight + 4 * text, 4, one->weight);
    const rows<const float, classes> part{logits.in()[4 * text], one->of};
    sum += objective::cross_entropy::loss(backend, part, *one);
  }
  BOOST_TEST(std::abs(sum / whole - 1) < 1e-12);
}

// A weight per position multiplies that token's loss and gradient; the tokens add up.
BOOST_AUTO_TEST_CASE(weights_count) {
  const sample s;
  const table<float, classes> logits({2, 4}, "logits");
  table<float, classes> whole({2, 4}), d({2, 4});
  auto& backend = on<backend::cpu>();
  std::fill_n(s.shard->weight, 8, 1.f);
  const double all = objective::cross_entropy::loss_and_gradient(backend, logits.in(), *s.shard, 1, whole.out());
  double sum = 0;
  for (int token = 0; token < 8; ++token) {
    for (int t = 0; t < 8; ++t) s.shard->weight[t] = t == token ? 0.25f : 0.f;
    sum += 4 * objective::cross_entropy::loss_and_gradient(backend, logits.in(), *s.shard, 1, d.out());
    for (int t = 0; t < 8; ++t)
      for (int i = 0; i < classes; ++i) BOOST_TEST(d.in()[t][i] == (t == token ? 0.25f * whole.in()[t][i] : 0.f));
  }
  BOOST_TEST(std::abs(sum / all - 1) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_token_without_weight_may_have_any_target) {
  const sample s;
  table<float, classes> logits({2, 4}, "logits"), d({2, 4});
  std::fill_n(s.shard->weight, 8, 0.f);
  std::fill_n(s.shard->target, 8, 200);
  auto& backend = on<backend::cpu>();
  BOOST_TEST(objective::cross_entropy::loss_and_gradient(backend, logits.in(), *s.shard, 1, d.out()) == 0);
  BOOST_TEST(worst(d.values(), std::vector<double>(88, 0.0)) == 0);
}
