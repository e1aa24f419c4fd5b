#define BOOST_TEST_MODULE layer_s4_mamba
#include <krait/layer/s4_mamba.hpp>

#include "s4d.hpp"
using namespace krait;
using namespace krait::testing;

using block = s4_mamba<s4_mamba_config{.d_model = 8, .d_state = 6}>;

BOOST_AUTO_TEST_CASE(block_is_a_layer) { hold(is_a_layer<block>()); }
BOOST_AUTO_TEST_CASE(block_with_mambas_gate_is_a_layer) {
  hold(
      is_a_layer<s4_mamba<s4_mamba_config{.d_model = 5, .d_state = 4, .d_conv = 2, .expand = 3, .silu_gate = true}>>());
}

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<block, backend::reference, double>("s4_mamba_block");
  agrees_with_pytorch<block, backend::cpu, double>("s4_mamba_block");
  agrees_with_pytorch<block, backend::cpu, float>("s4_mamba_block");
}

BOOST_AUTO_TEST_CASE(names_) {
  are(names<block>(), {"in_proj.weight 256", "conv1d.weight 64", "conv1d.bias 16", "kernel.C 96", "kernel.log_dt 16",
                       "kernel.log_A_real 48", "kernel.A_imag 48", "D 16", "out_proj.weight 128"});
}
