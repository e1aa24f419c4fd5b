#define BOOST_TEST_MODULE optim_precision
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/kernel/adamw/cpu.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/optim/precision.hpp>
#include <type_traits>

#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(what_is_kept_and_what_is_computed_with) {
  static_assert(std::is_same_v<optim::fp32::master, float> && std::is_same_v<optim::fp32::compute, float>);
  static_assert(std::is_same_v<optim::bf16::master, bfloat16> && std::is_same_v<optim::bf16::compute, bfloat16>);
  static_assert(std::is_same_v<optim::bf16_activations::activation, bfloat16> &&
                std::is_same_v<optim::bf16_activations::compute, float>);
  static_assert(std::is_same_v<optim::bf16_master::master, float> &&
                std::is_same_v<optim::bf16_master::compute, bfloat16>);
}

// 1 and the next bf16 number below are 2^-8 apart: a change of 1e-3 is less than half of that, and rounds away.
BOOST_AUTO_TEST_CASE(bf16_weights_lose_updates_that_a_master_keeps) {
  using rule = optim::adamw<optim::adamw_config{.lr = 1e-3, .weight_decay = 0}>;
  std::vector<bfloat16> alone(40, bfloat16(1.f));
  std::vector<float> master(40, 1.f), m(40), v(40), m2(40), v2(40);
  const std::vector<float> gradient(40, 1.f);
  for (long number = 1; number <= 100; ++number) {
    const std::span<float> moments[2] = {m, v}, moments2[2] = {m2, v2};
    rule::step(on<backend::cpu>(), std::span(alone), std::span<const float>(gradient), moments, 1e-3, number, 1.);
    rule::step(on<backend::cpu>(), std::span(master), std::span<const float>(gradient), moments2, 1e-3, number, 1.);
  }
  for (int i = 0; i < 40; ++i) {
    BOOST_TEST(static_cast<float>(alone[i]) == 1.f);
    BOOST_TEST(std::abs(master[i] - 0.9f) < 1e-4f);
    BOOST_TEST(std::abs(static_cast<float>(bfloat16(master[i])) - 0.9f) < 0.9f * 0x1p-8f);
  }
}
