#define BOOST_TEST_MODULE kernel_adamw_cuda
#include <boost/test/unit_test.hpp>
#include <krait/core/bfloat16.hpp>
#include <krait/kernel/adamw/cuda.cuh>
#include <krait/kernel/adamw/reference.hpp>

#include "../cuda_testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

constexpr kernel::adamw_settings settings{.lr = 0.01, .beta1 = 0.9, .beta2 = 0.95, .eps = 1e-8, .weight_decay = 0.1};

/// Weights and moments after three steps; `from_device`: what changes is read from the device.
template <class Backend, class T, class Weight = T>
std::vector<double> after_steps(std::size_t n, bool from_device = false) {
  auto weights = numbers<Weight>("weights", n);
  array<T> m(n), v(n);
  auto& b = on<Backend>();
  for (int s = 1; s <= 3; ++s) {
    const auto gradient = numbers<T>("gradient " + std::to_string(s), n);
    const auto step = [&](const kernel::adamw_settings& by, int number, double scale) {
      kernel::adamw<Backend>::step(b, std::span(weights), std::span<const T>(gradient), std::span(m), std::span(v), by,
                                   number, scale);
    };
    if constexpr (std::is_same_v<Backend, backend::cuda>) {
      array<backend::step_values> now{{settings.lr, static_cast<double>(s), 0.5}};
      if (from_device) {
        b.step = now.data();
        kernel::adamw_settings other = settings;
        other.lr = 99;
        step(other, 77, 99);
        now[0].scale = std::numeric_limits<double>::quiet_NaN();  // leaves all as it is
        settle<Backend>();
        step(other, 77, 99);
        settle<Backend>();
        b.step = nullptr;
        continue;
      }
    }
    step(settings, s, 0.5);
    settle<Backend>();
  }
  std::vector<double> all;
  for (const Weight w : weights) all.push_back(static_cast<double>(w));
  all.insert(all.end(), m.begin(), m.end());
  all.insert(all.end(), v.begin(), v.end());
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    for (const std::size_t n : {0, 1, 255, 257, 1000}) {
      const auto exact = after_steps<backend::reference, double>(n);
      BOOST_TEST(worst(after_steps<backend::cuda, double>(n), exact) <= tolerance<double>);
      BOOST_TEST(worst(after_steps<backend::cuda, float>(n), exact) <= tolerance<float>);
      BOOST_TEST(worst(after_steps<backend::cuda, float>(n, true), exact) <= tolerance<float>);
      const auto rounded = after_steps<backend::reference, float, bfloat16>(n);
      BOOST_TEST(worst(after_steps<backend::cuda, float, bfloat16>(n), rounded) <= tolerance<bfloat16>);
    }
  });
}
