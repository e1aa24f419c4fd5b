#define BOOST_TEST_MODULE layer_repeat
#include <krait/layer/chain.hpp>
#include <krait/layer/feed_forward.hpp>
#include <krait/layer/mamba.hpp>
#include <krait/layer/positions.hpp>
#include <krait/layer/recompute.hpp>
#include <krait/layer/repeat.hpp>
#include <krait/layer/residual.hpp>
#include <krait/layer/rms_norm.hpp>

#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

using block = residual<rms_norm<4>, mamba<mamba_config{.d_model = 4, .d_state = 2}>>;

BOOST_AUTO_TEST_CASE(one_two_and_three_are_layers) {
  static_assert(stateful_layer<repeat<3, block>>);
  hold(is_a_layer<repeat<1, block>>());
  hold(is_a_layer<repeat<3, block>>());
  hold(backward_is_the_slope<repeat<2, block>>());
  hold(cpu_is_the_reference<float, repeat<2, block>>());
}
BOOST_AUTO_TEST_CASE(layers_without_state) {
  hold(is_a_layer<repeat<2, residual<rms_norm<4>, linear<linear_config{4, 4}>>>>());
}

BOOST_AUTO_TEST_CASE(names_) {
  are(names<repeat<2, residual<rms_norm<4>, linear<linear_config{4, 4}>>>>(),
      {"0.norm.weight 4", "0.mixer.weight 16", "0.mixer.bias 4", "1.norm.weight 4", "1.mixer.weight 16",
       "1.mixer.bias 4"});
}

// The last layer of a branch is scaled by the number of branches in the whole stack.
BOOST_AUTO_TEST_CASE(depth_counts_branches) {
  using mlp = feed_forward<feed_forward_config{32}>;
  using one = residual<rms_norm<32>, mlp>;
  const auto four = initialised<repeat<4, one>>(1);
  is_normal((*four)[3].mixer.up_proj.weight, 0.02);
  is_normal((*four)[3].mixer.down_proj.weight, 0.01);
  const auto bare = initialised<repeat<4, mlp>>(1);
  is_normal((*bare)[3].down_proj.weight, 0.01);
  const auto pairs = initialised<repeat<8, chain<one, one>>>(1);
  is_normal((*pairs)[7].first.mixer.down_proj.weight, 0.005);
  is_normal((*pairs)[7].rest.first.mixer.down_proj.weight, 0.005);
  const auto mixed = initialised<repeat<16, chain<learned_positions<32, positions_config{8}>, one>>>(1);
  is_normal((*mixed)[0].rest.first.mixer.down_proj.weight, 0.005);
  const auto again = initialised<repeat<8, recompute<chain<one, one>>>>(1);
  is_normal((*again)[7].first.mixer.down_proj.weight, 0.005);
  const auto nested = initialised<repeat<4, repeat<2, chain<one, one>>>>(1);
  is_normal((*nested)[3][1].first.mixer.down_proj.weight, 0.005);
  initialiser at(1);
  const auto w = make_heap<repeat<4, one>::weights<float>>();
  repeat<4, one>::initialise(*w, at);
  BOOST_TEST(at.depth == 1);
}
BOOST_AUTO_TEST_CASE(first_values) {
  is_deterministic<repeat<2, block>>();
  const auto w = initialised<repeat<2, block>>(1);
  BOOST_TEST(((*w)[0].mixer.in_proj.weight[0] != (*w)[1].mixer.in_proj.weight[0]));
}
