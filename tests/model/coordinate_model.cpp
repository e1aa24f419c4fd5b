#define BOOST_TEST_MODULE model_coordinate_model
#include "coordinate_model.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class Model> void holds() {
  gradient_in_the_state_is_the_slope<layer_run<double, Model>>();
  carries_as_the_reference<backend::cpu, layer_run<float, Model>, layer_run<double, Model>, float>();
  steps_from_a_state_are_forward<backend::cpu, layer_run<float, Model>, float>();
  two_pieces_are_the_whole<backend::cpu, layer_run<float, Model>, float>();
  null_is_zero<backend::cpu, layer_run<float, Model>, float>();
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_delta_a_token) { holds<one_delta>(); }
BOOST_AUTO_TEST_CASE(one_delta_a_channel) { holds<delta_by_channel>(); }

// The output is the stack's last coordinate.
BOOST_AUTO_TEST_CASE(the_last_coordinate_is_read) {
  layer_run<double, one_delta> p(2, 5);
  layer_run<double, one_delta::stack> stack(2, 5);
  *stack.w = p.w->layers;
  p.forward<backend::reference>(nullptr, nullptr);
  stack.forward<backend::reference>(nullptr, nullptr);
  for (int t = 0; t < 10; ++t) BOOST_TEST(p.y.in()[t][0] == stack.y.in()[t][one_delta::in - 1]);
}
