#define BOOST_TEST_MODULE layer_norms
#include <krait/layer/layer_norm.hpp>
#include <krait/layer/offset_rms_norm.hpp>
#include <krait/layer/rms_norm.hpp>

#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(rms_norm_is_a_layer) { hold(is_a_layer<rms_norm<9>>()); }
BOOST_AUTO_TEST_CASE(layer_norm_is_a_layer) { hold(is_a_layer<layer_norm<9>>()); }
BOOST_AUTO_TEST_CASE(offset_rms_norm_is_a_layer) { hold(is_a_layer<offset_rms_norm<9>>()); }
BOOST_AUTO_TEST_CASE(layer_norm_without_weights_is_a_layer) {
  using bare = layer_norm<9, layer_norm_config{.weight = false, .bias = false}>;
  hold(is_a_layer<bare>());
  are(names<bare>(), {});
}

BOOST_AUTO_TEST_CASE(eps_is_the_one_of_the_config) {
  const auto level = []<class L>(std::type_identity<L>) {
    trial<double, L> p(1, 1);
    for_each_value(*p.w, [](auto& t) { std::fill_n(t.data, t.size, 1.); });
    for (int i = 0; i < 4; ++i) p.x.out()[0][i] = i % 2 ? 1 : -1;
    p.template forward<backend::reference>();
    return p.y.in()[0][1];
  };
  BOOST_TEST(std::abs(level(std::type_identity<rms_norm<4, rms_norm_config{3}>>{}) - 0.5) < 1e-12);
  BOOST_TEST(std::abs(level(std::type_identity<layer_norm<4, layer_norm_config{3}>>{}) - 1.5) < 1e-12);  // bias 1
}

BOOST_AUTO_TEST_CASE(dx_may_be_dy) {
  const auto holds = []<class L>(std::type_identity<L>) {
    trial<float, L> p(2, 7);
    p.template both<backend::cpu>();
    auto d = p.dy;
    L::backward(on<backend::cpu>(), std::as_const(*p.w), p.x.in(), std::as_const(p.saved->it), d.in(), d.out(), *p.dw);
    BOOST_TEST(worst(d, p.dx) == 0);
  };
  holds(std::type_identity<rms_norm<17>>{});
  holds(std::type_identity<layer_norm<17>>{});
  holds(std::type_identity<offset_rms_norm<17>>{});
}

BOOST_AUTO_TEST_CASE(names_and_first_values) {
  are(names<rms_norm<9>>(), {"weight 9"});
  are(names<offset_rms_norm<9>>(), {"weight 9"});
  are(names<layer_norm<9>>(), {"weight 9", "bias 9"});
  const auto rms = initialised<rms_norm<9>>(1);
  const auto both = initialised<layer_norm<9>>(1);
  const auto offset = initialised<offset_rms_norm<9>>(1);
  for (int i = 0; i < 9; ++i) {
    BOOST_TEST(rms->weight[i] == 1);
    BOOST_TEST(both->weight[i] == 1);
    BOOST_TEST(both->bias[i] == 0);
    BOOST_TEST(offset->weight[i] == 0);
  }
}
