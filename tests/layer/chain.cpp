#define BOOST_TEST_MODULE layer_chain
#include <krait/layer/attention.hpp>
#include <krait/layer/chain.hpp>
#include <krait/layer/linear.hpp>
#include <krait/layer/mamba.hpp>
#include <krait/layer/positions.hpp>
#include <krait/layer/residual.hpp>
#include <krait/layer/rms_norm.hpp>

#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

using block = residual<rms_norm<6>, mamba<mamba_config{.d_model = 6, .d_state = 2}>>;
using mixed = chain<learned_positions<5, positions_config{48}>, linear<linear_config{5, 6}>, block,
                    residual<rms_norm<6>, attention<attention_config{6, 2}>>, linear<linear_config{6, 4}>>;

BOOST_AUTO_TEST_CASE(mixed_is_a_layer) {
  static_assert(mixed::in == 5 && mixed::out == 4);
  static_assert(stateful_layer<mixed>);
  hold(is_a_layer<mixed>());
}
BOOST_AUTO_TEST_CASE(chain_of_one_is_that_layer) {
  using one = chain<block>;
  hold(is_a_layer<one>());
  trial<float, one> p(2, 9);
  trial<float, block> alone(2, 9);
  p.w->first = *alone.w;
  p.both<backend::cpu>();
  alone.both<backend::cpu>();
  BOOST_TEST(worst(p.y, alone.y) == 0);
  BOOST_TEST(worst(p.dx, alone.dx) == 0);
}
BOOST_AUTO_TEST_CASE(chain_in_a_chain) {
  using two = chain<chain<linear<linear_config{3, 4}>, linear<linear_config{4, 5}>>, linear<linear_config{5, 2}>>;
  hold(is_a_layer<two>());
  are(names<two>(), {"0.0.weight 12", "0.0.bias 4", "0.1.weight 20", "0.1.bias 5", "1.weight 10", "1.bias 2"});
}

BOOST_AUTO_TEST_CASE(first_values) {
  is_deterministic<mixed>();
  const auto w = initialised<chain<linear<linear_config{4, 4}>, linear<linear_config{4, 4}>>>(1);
  BOOST_TEST((w->first.weight[0] != w->rest.first.weight[0]));  // every tensor has numbers of its own
}
