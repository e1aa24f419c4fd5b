#define BOOST_TEST_MODULE kernel_sgd
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/sgd/cpu.hpp>
#include <krait/kernel/sgd/reference.hpp>

#include "../oracle.hpp"
#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

constexpr kernel::sgd_settings kinds[] = {
    {.lr = 0.1},
    {.lr = 0.1, .momentum = 0.9},
    {.lr = 0.1, .momentum = 0.9, .weight_decay = 0.01},
    {.lr = 0.1, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true},
};

template <class Backend, class T, class Weight = T>
std::vector<double> after_steps(std::size_t n, const kernel::sgd_settings& settings) {
  auto weights = numbers<Weight>("weights", n);
  std::vector<T> velocity(settings.momentum != 0 ? n : 0);
  for (int s = 1; s <= 3; ++s) {
    const auto gradient = numbers<T>("gradient " + std::to_string(s), n);
    kernel::sgd<Backend>::step(on<Backend>(), std::span(weights), std::span<const T>(gradient), velocity, settings,
                               0.5);
  }
  std::vector<double> all;
  for (const Weight w : weights) all.push_back(static_cast<double>(w));
  all.insert(all.end(), velocity.begin(), velocity.end());
  return all;
}

template <class Backend, class T> void agrees_with_pytorch(const std::string& name) {
  const oracle o(name);
  const kernel::sgd_settings s{.lr = o["lr"][0], .momentum = o["momentum"][0], .weight_decay = o["weight_decay"][0]};
  const auto start = o["start"], gradients = o["gradients"], norms = o["norms"], parameters = o["parameters"];
  std::vector<T> weights(start.begin(), start.end()), velocity(s.momentum != 0 ? 12 : 0);
  for (std::size_t step = 0; step < 5; ++step) {
    const std::vector<T> gradient(gradients.begin() + 12 * step, gradients.begin() + 12 * (step + 1));
    const double scale = std::min(1., o["clip"][0] / (norms[step] + 1e-6));
    kernel::sgd<Backend>::step(on<Backend>(), std::span(weights), std::span<const T>(gradient), velocity, s, scale);
    const std::vector<double> exact(parameters.begin() + 12 * step, parameters.begin() + 12 * (step + 1));
    BOOST_TEST(worst(weights, exact) <= tolerance<T>);
  }
  if (o.has("momentum_buffer")) BOOST_TEST(worst(velocity, o["momentum_buffer"]) <= tolerance<T>);
}

}  // namespace

BOOST_DATA_TEST_CASE(cpu_is_the_reference, boost::unit_test::data::make(lengths), n) {
  for (const auto& kind : kinds) {
    const auto exact = after_steps<backend::reference, double>(n, kind);
    BOOST_TEST(worst(after_steps<backend::cpu, float>(n, kind), exact) <= tolerance<float>);
    BOOST_TEST(worst(after_steps<backend::cpu, double>(n, kind), exact) <= tolerance<double>);
    BOOST_TEST(worst(after_steps<backend::cpu, float, bfloat16>(n, kind), exact) <= tolerance<bfloat16>);
  }
}

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  for (const char* name : {"sgd", "sgd_momentum"}) {
    agrees_with_pytorch<backend::reference, double>(name);
    agrees_with_pytorch<backend::cpu, double>(name);
    agrees_with_pytorch<backend::cpu, float>(name);
  }
}

// Threads walk pieces of the spans.
BOOST_AUTO_TEST_CASE(pieces_give_the_same_bits) {
  const auto gradient = numbers<float>("gradient", 100);
  auto whole = numbers<float>("weights", 100), pieces = whole;
  std::vector<float> velocity(100), other(100);
  using op = kernel::sgd<backend::cpu>;
  for (int step = 0; step < 2; ++step) {
    op::step(on<backend::cpu>(), std::span(whole), std::span<const float>(gradient), velocity, kinds[3], 0.5);
    for (std::size_t first = 0; first < 100; first += 37) {
      const std::size_t n = std::min<std::size_t>(37, 100 - first);
      op::step(on<backend::cpu>(), std::span(pieces).subspan(first, n),
               std::span<const float>(gradient).subspan(first, n), std::span(other).subspan(first, n), kinds[3], 0.5);
    }
  }
  BOOST_TEST((whole == pieces && velocity == other));
}
