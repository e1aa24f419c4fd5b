#define BOOST_TEST_MODULE layer_identity
#include <krait/layer/identity.hpp>

#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(everything_passes) {
  trial<float, identity<9>> p(2, 7, {true, true});
  p.both<backend::cpu>();
  BOOST_TEST(worst(p.y, p.x) == 0);
  BOOST_TEST(worst(p.dx, p.dy) == 0);
  BOOST_TEST(names<identity<9>>().empty());
}
BOOST_AUTO_TEST_CASE(in_place) {
  trial<float, identity<9>> p(2, 7);
  const auto x = p.x;
  identity<9>::forward(on<backend::cpu>(), std::as_const(*p.w), p.x.in(), p.x.out(), p.saved->it);
  BOOST_TEST(worst(p.x, x) == 0);
}
BOOST_AUTO_TEST_CASE(steps) { hold(steps_are_forward<backend::cpu, float, identity<9>>()); }
