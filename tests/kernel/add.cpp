#define BOOST_TEST_MODULE kernel_add
#include "add.hpp"

#include <boost/test/unit_test.hpp>
#include <krait/kernel/add/cpu.hpp>
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(cpu_is_the_reference) {
  for (const int n : lengths) {
    agrees_with_reference<backend::cpu, float, 27>(n);
    agrees_with_reference<backend::cpu, float, 128>(n);
    agrees_with_reference<backend::cpu, double, 5>(n);
  }
}
