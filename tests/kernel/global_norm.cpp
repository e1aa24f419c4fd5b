#define BOOST_TEST_MODULE kernel_global_norm
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/global_norm/cpu.hpp>
#include <krait/kernel/global_norm/reference.hpp>

#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class T> void agrees_with_reference(std::size_t n) {
  const auto values = numbers<T>("values", n);
  using op = kernel::global_norm<backend::cpu>;
  const double sum = op::square_sum(on<backend::cpu>(), std::span(values));
  const double exact = kernel::global_norm<backend::reference>::square_sum(on<backend::reference>(), std::span(values));
  BOOST_TEST(std::abs(sum - exact) <= tolerance<double> * exact);
  BOOST_TEST(op::norm(on<backend::cpu>(), std::span(values)) == std::sqrt(sum));
}

}  // namespace

BOOST_DATA_TEST_CASE(cpu_is_the_reference, boost::unit_test::data::make(lengths), n) {
  agrees_with_reference<float>(n);
  agrees_with_reference<double>(n);
}

// In float the small ones would be lost.
BOOST_AUTO_TEST_CASE(sums_in_double) {
  std::vector<float> values(1 << 20, 1e-3f);
  values[0] = 1e3f;
  const double exact = 1e6 + ((1 << 20) - 1) * double(1e-3f) * double(1e-3f);
  const double sum = kernel::global_norm<backend::cpu>::square_sum(on<backend::cpu>(), std::span<const float>(values));
  BOOST_TEST(std::abs(sum - exact) <= 1e-9 * exact);
}

BOOST_AUTO_TEST_CASE(a_value_that_is_no_number_shows) {
  std::vector<float> values(50, 1.f);
  values[33] = std::numeric_limits<float>::quiet_NaN();
  BOOST_TEST(std::isnan(kernel::global_norm<backend::cpu>::norm(on<backend::cpu>(), std::span<const float>(values))));
}
