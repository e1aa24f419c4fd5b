#define BOOST_TEST_MODULE layer_linear
#include <krait/layer/linear.hpp>

#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(is_a_layer_) {
  hold(is_a_layer<linear<linear_config{5, 7}>>());
  hold(is_a_layer<linear<linear_config{6, 4, false}>>());
}

BOOST_AUTO_TEST_CASE(names_) {
  are(names<linear<linear_config{5, 7}>>(), {"weight 35", "bias 7"});
  are(names<linear<linear_config{5, 7, false}>>(), {"weight 35"});
}

BOOST_AUTO_TEST_CASE(first_values) {
  using plain = linear<linear_config{100, 50, true, initial_weight::fan_in, initial_bias::fan_in}>;
  const auto w = initialised<plain>(1);
  is_uniform(w->weight, 0.1);
  is_uniform(w->bias, 0.1);
  is_deterministic<plain>();
  const auto normal = initialised<linear<linear_config{100, 50, true, initial_weight::normal}>>(1, 9);
  is_normal(normal->weight, 0.02);
  for (const float b : normal->bias.values()) BOOST_TEST(b == 0);
  const auto deep = initialised<linear<linear_config{100, 50, true, initial_weight::normal_by_depth}>>(1, 9);
  is_normal(deep->weight, 0.02 / 3);
}
