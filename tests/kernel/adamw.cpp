#define BOOST_TEST_MODULE kernel_adamw
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/adamw/cpu.hpp>
#include <krait/kernel/adamw/reference.hpp>
#include <krait/kernel/global_norm/cpu.hpp>
#include <krait/kernel/global_norm/reference.hpp>

#include "../oracle.hpp"
#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

constexpr kernel::adamw_settings settings{.lr = 0.01, .beta1 = 0.9, .beta2 = 0.95, .eps = 1e-8, .weight_decay = 0.1};

/// Weights and moments after some steps, one after another.
template <class Backend, class T, class Weight = T> std::vector<double> after_steps(std::size_t n, int steps) {
  auto weights = numbers<Weight>("weights", n);
  std::vector<T> m(n), v(n);
  for (int s = 1; s <= steps; ++s) {
    const auto gradient = numbers<T>("gradient " + std::to_string(s), n);
    kernel::adamw<Backend>::step(on<Backend>(), std::span(weights), std::span<const T>(gradient), m, v, settings, s,
                                 0.5);
  }
  std::vector<double> all;
  for (const Weight w : weights) all.push_back(static_cast<double>(w));
  all.insert(all.end(), m.begin(), m.end());
  all.insert(all.end(), v.begin(), v.end());
  return all;
}

template <class Backend, class T> void agrees_with_pytorch() {
  const oracle o("adamw");
  const kernel::adamw_settings s{.lr = o["lr"][0],
                                 .beta1 = o["beta1"][0],
                                 .beta2 = o["beta2"][0],
                                 .eps = o["eps"][0],
                                 .weight_decay = o["weight_decay"][0]};
  const auto start = o["start"], gradients = o["gradients"], norms = o["norms"], parameters = o["parameters"];
  std::vector<T> weights(start.begin(), start.end()), m(12), v(12);
  for (std::size_t step = 0; step < 5; ++step) {
    const std::vector<T> gradient(gradients.begin() + 12 * step, gradients.begin() + 12 * (step + 1));
    const double norm = kernel::global_norm<Backend>::norm(on<Backend>(), std::span<const T>(gradient));
    BOOST_TEST(std::abs(norm - norms[step]) <= tolerance<double> * norm);
    const double scale = std::min(1., o["clip"][0] / (norm + 1e-6));
    kernel::adamw<Backend>::step(on<Backend>(), std::span(weights), std::span<const T>(gradient), m, v, s, step + 1,
                                 scale);
    const std::vector<double> exact(parameters.begin() + 12 * step, parameters.begin() + 12 * (step + 1));
    BOOST_TEST(worst(weights, exact) <= tolerance<T>);
  }
  BOOST_TEST(worst(m, o["exp_avg"]) <= tolerance<T>);
  BOOST_TEST(worst(v, o["exp_avg_sq"]) <= tolerance<T>);
}

}  // namespace

BOOST_DATA_TEST_CASE(cpu_is_the_reference, boost::unit_test::data::make(lengths), n) {
  const auto exact = after_steps<backend::reference, double>(n, 3);
  BOOST_TEST(worst(after_steps<backend::cpu, float>(n, 3), exact) <= tolerance<float>);
  BOOST_TEST(worst(after_steps<backend::cpu, double>(n, 3), exact) <= tolerance<double>);
  BOOST_TEST(worst(after_steps<backend::cpu, float, bfloat16>(n, 3), exact) <= tolerance<bfloat16>);
  BOOST_TEST(
      worst(after_steps<backend::cpu, float, bfloat16>(n, 1), after_steps<backend::reference, float, bfloat16>(n, 1)) <=
      0x1p-8);  // one rounding may fall the other way
}

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<backend::reference, double>();
  agrees_with_pytorch<backend::cpu, double>();
  agrees_with_pytorch<backend::cpu, float>();
}

// Threads walk pieces of the spans.
BOOST_AUTO_TEST_CASE(pieces_give_the_same_bits) {
  const auto gradient = numbers<float>("gradient", 100);
  auto whole = numbers<float>("weights", 100), pieces = whole;
  std::vector<float> m(100), v(100), other_m(100), other_v(100);
  using op = kernel::adamw<backend::cpu>;
  op::step(on<backend::cpu>(), std::span(whole), std::span<const float>(gradient), m, v, settings, 1, 1);
  for (std::size_t first = 0; first < 100; first += 37) {
    const std::size_t n = std::min<std::size_t>(37, 100 - first);
    op::step(on<backend::cpu>(), std::span(pieces).subspan(first, n),
             std::span<const float>(gradient).subspan(first, n), std::span(other_m).subspan(first, n),
             std::span(other_v).subspan(first, n), settings, 1, 1);
  }
  BOOST_TEST((whole == pieces && m == other_m && v == other_v));
}
