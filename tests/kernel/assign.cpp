#define BOOST_TEST_MODULE kernel_assign
#include "assign.hpp"

#include <krait/kernel/assign/cpu.hpp>
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(rows_are_copied_and_filled) {
  for (const int n : lengths) {
    copies_and_fills<backend::cpu, float, 27>(n);
    copies_and_fills<backend::cpu, double, 1>(n);
    copies_and_fills<backend::reference, double, 5>(n);
  }
}
