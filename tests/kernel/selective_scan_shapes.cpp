#define BOOST_TEST_MODULE kernel_selective_scan_shapes
#include <boost/test/unit_test.hpp>
#include <krait/kernel/selective_scan/cpu.hpp>

#include "selective_scan.hpp"
using namespace krait;
using namespace krait::testing;
using kernel::discretisation;
using kernel::scan_config;

namespace {

constexpr auto zoh = discretisation::zero_order_hold;

}  // namespace

// Lengths about the chunk, channels about a vector.
BOOST_AUTO_TEST_CASE(chunks) {
  static_assert(kernel::scan_tuning<scan_config{33, 16, 1}>::chunk == 96);
  agrees_with_reference<backend::cpu, float, scan_config{33, 16, 1}>(2, {0, 1, 2, 95, 96, 97, 200});
  agrees_with_reference<backend::cpu, float, scan_config{33, 16, 1}>(0, {5});
  static_assert(kernel::scan_tuning<scan_config{5, 33, 3}>::chunk == 24);
  agrees_with_reference<backend::cpu, float, scan_config{5, 33, 3}>(2, {23, 24, 25, 60});
  static_assert(kernel::scan_tuning<scan_config{17, 256, 1}>::chunk == 8);
  agrees_with_reference<backend::cpu, float, scan_config{17, 256, 1}>(2, {1, 7, 8, 9, 20});
}
BOOST_AUTO_TEST_CASE(channels_and_states) {
  agrees_with_reference<backend::cpu, float, scan_config{15, 1, 1}>(2, {1, 13});
  agrees_with_reference<backend::cpu, float, scan_config{16, 2, 3}>(2, {1, 13});
  agrees_with_reference<backend::cpu, float, scan_config{31, 5, 8}>(2, {1, 13});
  agrees_with_reference<backend::cpu, float, scan_config{17, 17, 1}>(2, {1, 30});
  agrees_with_reference<backend::cpu, float, scan_config{32, 64, 1}>(1, {30});
  agrees_with_reference<backend::cpu, float, scan_config{1, 16, 1}>(3, {13});
}
BOOST_AUTO_TEST_CASE(zero_order_hold) {
  agrees_with_reference<backend::cpu, float, scan_config{33, 5, 3, zoh}>(2, {1, 97});
  agrees_with_reference<backend::cpu, double, scan_config{9, 16, 1, zoh}>(2, {97});
}
BOOST_AUTO_TEST_CASE(double_precision) {
  agrees_with_reference<backend::cpu, double, scan_config{17, 16, 1}>(2, {1, 97});
  agrees_with_reference<backend::cpu, double, scan_config{7, 5, 3}>(2, {31});
}
