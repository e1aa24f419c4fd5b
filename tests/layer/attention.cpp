#define BOOST_TEST_MODULE layer_attention
#include <krait/layer/attention.hpp>

#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

using two_heads = attention<attention_config{8, 2}>;
using grouped = attention<attention_config{12, 4, 2, false}>;

BOOST_AUTO_TEST_CASE(two_heads_are_a_layer) { is_a_layer<two_heads>(); }
BOOST_AUTO_TEST_CASE(grouped_heads_are_a_layer) { is_a_layer<grouped>(); }

BOOST_AUTO_TEST_CASE(a_state_that_is_full_is_an_error) {
  trial<float, two_heads> token(2, 1);
  const auto state = make_heap<two_heads::state<float, capacity{2, 3}>>();
  for (int t = 0; t < 3; ++t) two_heads::step(on<backend::cpu>(), *token.w, token.x.in(), token.y.out(), *state);
  BOOST_CHECK_EXCEPTION(two_heads::step(on<backend::cpu>(), *token.w, token.x.in(), token.y.out(), *state), data_error,
                        [](const data_error& e) {
                          return std::string(e.what()) ==
                                 "Attention holds at most 3 tokens of a sequence; raise the state's capacity or stop "
                                 "earlier.";
                        });
}

BOOST_AUTO_TEST_CASE(names_and_first_values) {
  are(names<two_heads>(), {"qkv_proj.weight 192", "qkv_proj.bias 24", "out_proj.weight 64", "out_proj.bias 8"});
  are(names<grouped>(), {"qkv_proj.weight 288", "out_proj.weight 144"});
  const auto w = initialised<attention<attention_config{40, 4}>>(1, 16);
  is_normal(w->qkv_proj.weight, 0.02);
  is_normal(w->out_proj.weight, 0.005);
  for (const float b : w->qkv_proj.bias.values()) BOOST_TEST(b == 0);
  is_deterministic<two_heads>();
}
