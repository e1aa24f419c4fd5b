#define BOOST_TEST_MODULE kernel_scalar_decay
#include "scalar_decay.hpp"

#include <krait/kernel/scalar_decay/cpu.hpp>
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(reference_backward_is_the_slope) {
  problem<double, 3, 4> p(5);
  const auto y = p.y;
  const auto loss = [&] {
    p.y = y;
    p.forward<backend::reference>();
    return inner(p.v, p.dv) + inner(p.g, p.dg) + inner(p.y, p.dy);
  };
  loss();
  p.backward<backend::reference>();
  BOOST_TEST(worst(p.drow.values(), slopes(p.row, loss)) <= slope_tolerance);
  BOOST_TEST(worst(p.dA_log->values(), slopes(p.A_log->values(), loss)) <= slope_tolerance);
  BOOST_TEST(worst(p.ddt_bias->values(), slopes(p.dt_bias->values(), loss)) <= slope_tolerance);
  BOOST_TEST(worst(p.dD->values(), slopes(p.D->values(), loss)) <= slope_tolerance);
}

BOOST_AUTO_TEST_CASE(cpu_is_the_reference) {
  for (const int n : {0, 1, 9}) {
    agrees_with_reference<backend::cpu, float, 1, 1>(n);
    agrees_with_reference<backend::cpu, float, 3, 17>(n);
    agrees_with_reference<backend::cpu, float, 2, 64>(n);
    agrees_with_reference<backend::cpu, double, 2, 27>(n);
  }
}
