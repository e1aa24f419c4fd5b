#define BOOST_TEST_MODULE model_hybrids
#include <krait/model/hybrids.hpp>

#include "../layer/layers.hpp"
using namespace krait;
using namespace krait::testing;

namespace {
template <class Stack> long parameters() {
  return parameter_count(*make_heap<typename Stack::template weights<float>>());
}
constexpr mamba_config wide{.d_model = 128};
constexpr mamba_config tiny{.d_model = 8, .d_state = 4};
}  // namespace

// What the released code has at width 128 and four mixers, norms counted with their blocks.
BOOST_AUTO_TEST_CASE(as_many_parameters_as_released) {
  BOOST_TEST((parameters<model::mamba_stack<4, wide, layer_norm<128>>>()) == 4 * 116736);
  BOOST_TEST((parameters<model::s4_stack<4, s4d_config{.d_model = 128}>>()) == 4 * 37632);
  BOOST_TEST((parameters<model::transformer_without_positions<2, 128, 8>>()) == 396544);
  BOOST_TEST((parameters<model::mambaformer<2, wide, 8>>()) == 482816);
  BOOST_TEST((parameters<model::standard_hybrid<2, wide, 8, 82>>()) == 482816 - 116736 + 82 * 128);
  BOOST_TEST((parameters<model::mamba_first_transformer<2, wide, 8>>()) == 116736 + 396544);
}

// Token after token gives what a whole prompt gives: states go through chain, repeat and residual.
BOOST_AUTO_TEST_CASE(steps_are_forward_) {
  hold(steps_are_forward<backend::cpu, float, model::mambaformer<1, tiny, 2>>());
  hold(steps_are_forward<backend::cpu, float, model::standard_hybrid<1, tiny, 2, 48>>());
  hold(steps_are_forward<backend::cpu, float, model::s4_mamba_stack<2, s4_mamba_config{.d_model = 8, .d_state = 4}>>());
}
BOOST_AUTO_TEST_CASE(slopes_) {
  hold(backward_is_the_slope<model::mambaformer<1, tiny, 2>>(3));
  hold(backward_is_the_slope<model::mamba_first_transformer<1, tiny, 2>>(3));
}

BOOST_AUTO_TEST_CASE(first_values) {
  const auto w = initialised<model::standard_hybrid<4, mamba_config{.d_model = 64}, 4, 82>>(1);
  is_normal(w->first.weight, 1);
  const auto& pair = w->rest.first[1];
  is_uniform(pair.first.mixer.qkv_proj.weight, 1 / 8.0);
  is_uniform(pair.first.mixer.out_proj.weight, 1 / 8.0);
}
