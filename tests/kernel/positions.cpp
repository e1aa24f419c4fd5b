#define BOOST_TEST_MODULE kernel_positions
#include "positions.hpp"

#include <boost/test/unit_test.hpp>
#include <krait/kernel/positions/cpu.hpp>
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(cpu_is_the_reference) {
  for (const int n : {1, 2, 7, 40}) {
    agrees_with_reference<backend::cpu, float, 40, 27>(3, n);
    agrees_with_reference<backend::cpu, double, 40, 16>(1, n);
  }
}
