#define BOOST_TEST_MODULE layer_feed_forward
#include <krait/layer/feed_forward.hpp>
#include <krait/layer/gated_feed_forward.hpp>

#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(is_a_layer_) {
  hold(is_a_layer<feed_forward<feed_forward_config{5}>>());
  hold(is_a_layer<feed_forward<feed_forward_config{6, 9, false}, kernel::activation_function::silu>>());
}
BOOST_AUTO_TEST_CASE(a_gated_one_is_a_layer) {
  hold(is_a_layer<gated_feed_forward<gated_feed_forward_config{5, 7}>>());
  hold(is_a_layer<gated_feed_forward<gated_feed_forward_config{6, 9, true}, kernel::activation_function::gelu_tanh>>());
}

BOOST_AUTO_TEST_CASE(names_and_first_values) {
  are(names<feed_forward<feed_forward_config{5}>>(),
      {"up_proj.weight 100", "up_proj.bias 20", "down_proj.weight 100", "down_proj.bias 5"});
  are(names<feed_forward<feed_forward_config{6, 9, false}>>(), {"up_proj.weight 54", "down_proj.weight 54"});
  const auto w = initialised<feed_forward<feed_forward_config{40}>>(1, 16);
  is_normal(w->up_proj.weight, 0.02);
  is_normal(w->down_proj.weight, 0.005);
  is_deterministic<feed_forward<feed_forward_config{5}>>();

  using gated = gated_feed_forward<gated_feed_forward_config{40, 24}>;
  are(names<gated>(), {"gate_proj.weight 960", "up_proj.weight 960", "down_proj.weight 960"});
  const auto g = initialised<gated>(1, 16);
  is_normal(g->gate_proj.weight, 0.02);
  is_normal(g->down_proj.weight, 0.005);
  is_deterministic<gated>();
}
