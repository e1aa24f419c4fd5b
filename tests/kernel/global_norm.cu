#define BOOST_TEST_MODULE kernel_global_norm_cuda
#include <boost/test/unit_test.hpp>
#include <krait/kernel/global_norm/cuda.cuh>
#include <krait/kernel/global_norm/reference.hpp>

#include "../cuda_testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class T> double square_sum(const array<T>& values) {
  array<double> sum(1, -1);
  kernel::global_norm<backend::cuda>::square_sum(on<backend::cuda>(), std::span<const T>(values), sum.data());
  settle<backend::cuda>();
  return sum[0];
}
template <class T> void agrees_with_reference(std::size_t n) {
  const auto values = numbers<T>("values", n);
  const double exact =
      kernel::global_norm<backend::reference>::square_sum(on<backend::reference>(), std::span<const T>(values));
  BOOST_TEST_CONTEXT(n << " values") { BOOST_TEST(std::abs(square_sum(values) - exact) <= tolerance<double> * exact); }
}

}  // namespace

// Values about the threads of a block.
BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    for (const std::size_t n : {0, 1, 255, 256, 257, 5000}) {
      agrees_with_reference<float>(n);
      agrees_with_reference<double>(n);
    }
  });
}

// Values about the threads of all blocks. Of so many the reference's one sum is itself a few hundred roundings off.
BOOST_AUTO_TEST_CASE(many_values) {
  constexpr std::size_t all = std::size_t{kernel::detail::norm_parts} * kernel::detail::norm_threads;
  for (const std::size_t n : {all - 1, all, all + 1}) {
    const auto values = numbers<float>("values", n);
    long double exact = 0;
    for (const float x : values) exact += static_cast<long double>(x) * x;
    BOOST_TEST(std::abs(square_sum(values) - static_cast<double>(exact)) <= tolerance<double> * double(exact));
  }
}

// In float the small ones would be lost.
BOOST_AUTO_TEST_CASE(sums_in_double) {
  constexpr std::size_t n = 1 << 18;
  array<float> values(n, 1e-3f);
  values[0] = 1e3f;
  const double exact = 1e6 + (n - 1) * double(1e-3f) * double(1e-3f);
  BOOST_TEST(std::abs(square_sum(values) - exact) <= 1e-9 * exact);
}

BOOST_AUTO_TEST_CASE(same_bits_in_every_run) {
  const auto values = numbers<float>("values", 5000);
  const double once = square_sum(values);
  in_every_order([&] { BOOST_TEST(square_sum(values) == once); });
}

BOOST_AUTO_TEST_CASE(a_value_that_is_no_number_shows) {
  in_every_order([] {
    array<float> values(300, 1.f);
    values[277] = std::numeric_limits<float>::quiet_NaN();
    BOOST_TEST(std::isnan(square_sum(values)));
  });
}
