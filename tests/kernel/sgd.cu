#define BOOST_TEST_MODULE kernel_sgd_cuda
#include <boost/test/unit_test.hpp>
#include <krait/core/bfloat16.hpp>
#include <krait/kernel/sgd/cuda.cuh>
#include <krait/kernel/sgd/reference.hpp>

#include "../cuda_testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

constexpr kernel::sgd_settings kinds[] = {
    {.lr = 0.1},
    {.lr = 0.1, .momentum = 0.9},
    {.lr = 0.1, .momentum = 0.9, .weight_decay = 0.01},
    {.lr = 0.1, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true},
};

/// Weights and velocity after three steps; `from_device`: what changes is read from the device.
template <class Backend, class T, class Weight = T>
std::vector<double> after_steps(std::size_t n, const kernel::sgd_settings& settings, bool from_device = false) {
  auto weights = numbers<Weight>("weights", n);
  array<T> velocity(settings.momentum != 0 ? n : 0);
  auto& b = on<Backend>();
  for (int s = 1; s <= 3; ++s) {
    const auto gradient = numbers<T>("gradient " + std::to_string(s), n);
    const auto step = [&](const kernel::sgd_settings& by, double scale) {
      kernel::sgd<Backend>::step(b, std::span(weights), std::span<const T>(gradient), velocity, by, scale);
      settle<Backend>();
    };
    if constexpr (std::is_same_v<Backend, backend::cuda>)
      if (from_device) {
        array<backend::step_values> now{{settings.lr, static_cast<double>(s), 0.5}};
        kernel::sgd_settings other = settings;
        other.lr = 99;
        b.step = now.data();
        step(other, 99);
        for (const double none : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
          now[0].scale = none;  // leaves all as it is
          step(other, 99);
        }
        b.step = nullptr;
        continue;
      }
    step(settings, 0.5);
  }
  std::vector<double> all;
  for (const Weight w : weights) all.push_back(static_cast<double>(w));
  all.insert(all.end(), velocity.begin(), velocity.end());
  return all;
}

}  // namespace

// Scalars about the threads of a block.
BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    for (const auto& kind : kinds)
      for (const std::size_t n : {0, 1, 255, 256, 257, 1000}) {
        const auto exact = after_steps<backend::reference, double>(n, kind);
        const auto rounded = after_steps<backend::reference, float, bfloat16>(n, kind);
        for (const bool from_device : {false, true})
          BOOST_TEST_CONTEXT(n << " scalars, from the device " << from_device) {
            BOOST_TEST(worst(after_steps<backend::cuda, double>(n, kind, from_device), exact) <= tolerance<double>);
            BOOST_TEST(worst(after_steps<backend::cuda, float>(n, kind, from_device), exact) <= tolerance<float>);
            const auto found = after_steps<backend::cuda, float, bfloat16>(n, kind, from_device);
            BOOST_TEST(worst(found, rounded) <= tolerance<bfloat16>);
          }
      }
  });
}
