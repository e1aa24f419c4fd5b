#define BOOST_TEST_MODULE kernel_gated
#include "gated.hpp"

#include <krait/kernel/gated/cpu.hpp>
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE_TEMPLATE(cpu_is_the_reference, Function, functions) {
  for (const int n : {0, 1, 9}) {
    agrees_with_reference<backend::cpu, Function, float, 27>(n);
    agrees_with_reference<backend::cpu, Function, float, 64>(n);
    agrees_with_reference<backend::cpu, Function, double, 27>(n);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(reference_backward_is_the_slope, Function, functions) {
  problem<double, Function, 5> p(3);
  p.template backward<backend::reference>();
  const auto loss = [&] {
    p.template forward<backend::reference>();
    return inner(p.y, p.dy);
  };
  BOOST_TEST(worst(p.dboth.values(), slopes(p.both, loss)) <= slope_tolerance);
}

BOOST_AUTO_TEST_CASE(in_place) { works_in_place<backend::cpu>(); }
