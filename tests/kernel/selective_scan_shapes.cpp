#define BOOST_TEST_MODULE kernel_selective_scan_shapes
#include <boost/test/unit_test.hpp>

#include "selective_scan.hpp"
using namespace krait;
using namespace krait::testing;
using kernel::discretisation;
using kernel::scan_config;

namespace {

template <class T, scan_config C> void agrees_with_reference(int count, std::initializer_list<int> lengths) {
  for (const int length : lengths)
    for (const scan_form f : scan_forms) {
      scan_problem<T, C> p(count, length, f);
      scan_problem<double, C> exact(count, length, f);
      p.template forward<backend::cpu>();
      p.template backward<backend::cpu>();
      exact.template forward<backend::reference>();
      exact.template backward<backend::reference>();
      BOOST_TEST_CONTEXT(C.channels << " channels of " << C.d_state << " states, rank " << C.dt_rank << ", " << length
                                    << " tokens, packed " << f.packed << ", masked " << f.masked << ", state "
                                    << f.state) {
        for_each_output(p, exact, [](const char* what, const auto& a, const auto& b) {
          BOOST_TEST_CONTEXT(what) { BOOST_TEST(worst(a, b) <= tolerance<T>); }
        });
        BOOST_TEST(p.saved.back() == p.guard);
      }
    }
}
constexpr auto zoh = discretisation::zero_order_hold;

}  // namespace

// Lengths about the chunk, channels about a vector.
BOOST_AUTO_TEST_CASE(chunks) {
  static_assert(kernel::scan_tuning<scan_config{33, 16, 1}>::chunk == 96);
  agrees_with_reference<float, scan_config{33, 16, 1}>(2, {0, 1, 2, 95, 96, 97, 200});
  agrees_with_reference<float, scan_config{33, 16, 1}>(0, {5});
  static_assert(kernel::scan_tuning<scan_config{5, 33, 3}>::chunk == 24);
  agrees_with_reference<float, scan_config{5, 33, 3}>(2, {23, 24, 25, 60});
  static_assert(kernel::scan_tuning<scan_config{17, 256, 1}>::chunk == 8);
  agrees_with_reference<float, scan_config{17, 256, 1}>(2, {1, 7, 8, 9, 20});
}
BOOST_AUTO_TEST_CASE(channels_and_states) {
  agrees_with_reference<float, scan_config{15, 1, 1}>(2, {1, 13});
  agrees_with_reference<float, scan_config{16, 2, 3}>(2, {1, 13});
  agrees_with_reference<float, scan_config{31, 5, 8}>(2, {1, 13});
  agrees_with_reference<float, scan_config{17, 17, 1}>(2, {1, 30});
  agrees_with_reference<float, scan_config{32, 64, 1}>(1, {30});
  agrees_with_reference<float, scan_config{1, 16, 1}>(3, {13});
}
BOOST_AUTO_TEST_CASE(zero_order_hold) {
  agrees_with_reference<float, scan_config{33, 5, 3, zoh}>(2, {1, 97});
  agrees_with_reference<double, scan_config{9, 16, 1, zoh}>(2, {97});
}
BOOST_AUTO_TEST_CASE(double_precision) {
  agrees_with_reference<double, scan_config{17, 16, 1}>(2, {1, 97});
  agrees_with_reference<double, scan_config{7, 5, 3}>(2, {31});
}
