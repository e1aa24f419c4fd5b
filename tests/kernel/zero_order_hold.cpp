#define BOOST_TEST_MODULE kernel_zero_order_hold
#include "zero_order_hold.hpp"

#include <boost/test/unit_test.hpp>
#include <krait/kernel/selective_scan/cpu.hpp>
using namespace krait;
using namespace krait::testing;

namespace {

/// f(u) for u from -1e-12 to -50, two hundred to a decade, and on both sides of where the polynomials end.
template <class F> void each_u(F&& f) {
  for (double u = 1e-12; u < 50; u *= 1.0116) f(-u);
  for (const double u : {-0.999999, -1.0, -1.000001, -50.0}) f(u);
}

template <class T> void scalar_is_right(double allowed) {
  double gain = 0, slope = 0;
  each_u([&](double at) {
    const T u = static_cast<T>(at);
    const held exact(u);
    const auto found = kernel::zero_order_hold<T>(u, std::exp(u));
    gain = std::max(gain, ulps<T>(found.gain, exact.gain));
    slope = std::max(slope, ulps<T>(found.slope, exact.slope));
  });
  BOOST_TEST(gain <= allowed);
  BOOST_TEST(slope <= 2 * allowed);
}
/// With the CPU's own power, from u log2(e) as the scan has it.
template <class T> void vector_is_right(double allowed) {
  using vec = simd::vec<T>;
  double gain = 0, slope = 0;
  each_u([&](double at) {
    const T u2 = static_cast<T>(at * kernel::detail::log2_e);
    const held exact(static_cast<long double>(u2) * 0.693147180559945309417232121458176568L);
    const vec u = simd::all(u2);
    const auto found = kernel::zero_order_hold<T>(vec(u * T(kernel::detail::ln_2)), simd::exp2(u));
    for (int l = 0; l < simd::lanes<T>; ++l) {
      gain = std::max(gain, ulps<T>(found.gain[l], exact.gain));
      slope = std::max(slope, ulps<T>(found.slope[l], exact.slope));
    }
  });
  BOOST_TEST(gain <= allowed);
  BOOST_TEST(slope <= 2 * allowed);
}

}  // namespace

BOOST_AUTO_TEST_CASE(scalars_over_the_whole_range) {
  scalar_is_right<float>(4);
  scalar_is_right<double>(4);
}
BOOST_AUTO_TEST_CASE(vectors_over_the_whole_range) {
  vector_is_right<float>(8);
  vector_is_right<double>(8);
}

// Where a float ends: A or delta of 0, and an A without bound.
BOOST_AUTO_TEST_CASE(limits) {
  const auto near = kernel::zero_order_hold<float>(-0.f, 1.f);
  BOOST_TEST(near.gain == 1);
  BOOST_TEST(near.slope == 0.5f);
  const auto far = kernel::zero_order_hold<float>(-std::numeric_limits<float>::infinity(), 0.f);
  BOOST_TEST(far.gain == 0);
  BOOST_TEST(far.slope == 0);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  BOOST_TEST(std::isnan(kernel::zero_order_hold<float>(nan, nan).gain));
}

BOOST_AUTO_TEST_CASE(the_case_that_lost_two_per_cent) {
  const float delta = 1e-4f, u = delta * -0.05f;
  BOOST_TEST(std::abs(delta * delta * kernel::zero_order_hold<float>(u, std::exp(u)).slope / 4.9999833e-9 - 1) < 3e-7);
}

BOOST_AUTO_TEST_CASE(scans) {
  scan_holds_to_rounding<backend::reference>();
  scan_holds_to_rounding<backend::cpu>();
}
