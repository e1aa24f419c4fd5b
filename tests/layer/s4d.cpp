#define BOOST_TEST_MODULE layer_s4d
#include "s4d.hpp"

#include <krait/layer/s4d.hpp>
using namespace krait;
using namespace krait::testing;

using block = s4d<s4d_config{.d_model = 8, .d_state = 6}>;

BOOST_AUTO_TEST_CASE(block_is_a_layer) { hold(is_a_layer<block>()); }

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<block, backend::reference, double>("s4d_block");
  agrees_with_pytorch<block, backend::cpu, double>("s4d_block");
  agrees_with_pytorch<block, backend::cpu, float>("s4d_block");
}

BOOST_AUTO_TEST_CASE(names_) {
  are(names<block>(), {"D 8", "kernel.C 48", "kernel.log_dt 8", "kernel.log_A_real 24", "kernel.A_imag 24",
                       "output_linear.0.weight 128", "output_linear.0.bias 16"});
}

BOOST_AUTO_TEST_CASE(first_values) {
  using wide = s4d<s4d_config{.d_model = 64}>;
  const auto w = initialised<wide>(1);
  is_normal(w->D, 1);
  is_normal(w->kernel.C, std::sqrt(.5));
  is_uniform(w->output_linear[0].weight, 1 / 8.0);
  double mean = 0;
  for (const double log_dt : w->kernel.log_dt.values()) {
    BOOST_TEST(log_dt >= std::log(1e-3) - 1e-5);
    BOOST_TEST(log_dt <= std::log(1e-1) + 1e-5);
    mean += log_dt / 64;
  }
  BOOST_TEST(std::abs(mean - std::log(1e-2)) < 4 * std::log(100.0) / std::sqrt(12.0 * 64));
  for (int i = 0; i < 64 * 8; ++i) {
    BOOST_TEST(w->kernel.log_A_real[i] == std::log(.5f), boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(std::abs(w->kernel.A_imag[i] - 3.14159265f * static_cast<float>(i % 8)) < 1e-5f);
  }
  is_deterministic<wide>();
}
