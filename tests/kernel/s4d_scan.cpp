#define BOOST_TEST_MODULE kernel_s4d_scan
#include "s4d_scan.hpp"

#include <boost/test/unit_test.hpp>
#include <complex>
#include <krait/kernel/s4d_scan/cpu.hpp>
using namespace krait;
using namespace krait::testing;

namespace {

template <int Channels, int Pairs> void backward_is_the_slope() {
  for (const form f : forms) {
    problem<double, double, Channels, Pairs> p(2, 6, f);
    const auto loss = [&] {
      p.template forward<backend::reference>();
      return p.loss();
    };
    p.template both<backend::reference>();
    BOOST_TEST_CONTEXT("packed " << f.packed << ", masked " << f.masked << ", state " << f.state) {
      BOOST_TEST(worst(p.dx.values(), slopes(p.x, loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.dw.log_dt.values(), slopes(p.w.log_dt.values(), loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.dw.log_A_real.values(), slopes(p.w.log_A_real.values(), loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.dw.A_imag.values(), slopes(p.w.A_imag.values(), loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.dw.C.values(), slopes(p.w.C.values(), loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.dw.D.values(), slopes(p.w.D.values(), loss)) <= slope_tolerance);
      if (f.state) BOOST_TEST(worst(p.dfirst, slopes(std::span(p.first), loss)) <= slope_tolerance);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(reference_backward_is_the_slope) {
  backward_is_the_slope<3, 2>();
  backward_is_the_slope<1, 5>();
}

// A = -0.5 + i pi, dt = 0.1, C = 1, B = 1: 2 Re(C (e^{dt A} - 1) / A e^{dt A l}), worked out by hand.
BOOST_AUTO_TEST_CASE(the_kernel_of_one_pole) {
  problem<double, double, 1, 1> p(1, 1, {});
  p.w.log_dt[0] = std::log(.1), p.w.log_A_real[0] = std::log(.5), p.w.A_imag[0] = 3.14159265358979323846;
  p.w.C[0] = 1, p.w.C[1] = 0;
  const double wanted[] = {.1919289, .1647732, .1244672, .0761113};
  const auto found = kernel::s4d_kernel(p.weights(), 0, 4);
  for (std::size_t l = 0; l < 4; ++l) BOOST_TEST(std::abs(found[l] - wanted[l]) < 5e-8);
}

// phi and its derivative against long double, about the border of the series and in the direction of slow poles.
BOOST_AUTO_TEST_CASE(phi_keeps_its_digits) {
  const auto look = [](auto scalar, double tolerance) {
    using T = decltype(scalar);
    for (const double size : {1e-7, 1e-4, 1e-2, .29, .31, 1., 7., 40.})
      for (const double angle : {1.5708, 2., 3.1, 4.}) {
        const T re = static_cast<T>(size * std::cos(angle)), im = static_cast<T>(size * std::sin(angle));
        const std::complex<long double> z(re, im);
        std::complex<long double> value = 0, slope = 0;
        if (std::abs(z) < 1) {
          std::complex<long double> term = 1;
          for (int k = 0; k < 40; ++k) {
            term /= static_cast<long double>(k + 1);  // z^k / (k + 1)!
            value += term, slope += term * (static_cast<long double>(k + 1) / static_cast<long double>(k + 2));
            term *= z;
          }
        } else {
          value = (std::exp(z) - 1.0L) / z, slope = (std::exp(z) * (z - 1.0L) + 1.0L) / (z * z);
        }
        const kernel::detail::phi_of<T> found({re, im});
        const auto off = [](const auto& a, std::complex<long double> b) {
          return static_cast<double>(std::abs(std::complex<long double>(a.re, a.im) - b) / std::abs(b));
        };
        BOOST_TEST_CONTEXT(size << " at " << angle) {
          BOOST_TEST(off(found.value, value) < tolerance);
          BOOST_TEST(off(found.slope, slope) < tolerance);
        }
      }
  };
  look(float{}, 32 * 0x1p-24);
  look(double{}, 32 * 0x1p-53);
}

// The recurrence is a convolution with that kernel.
BOOST_AUTO_TEST_CASE(the_recurrence_is_the_convolution) {
  const auto look = [](auto scalar, auto backend) {
    using T = decltype(scalar);
    using Backend = typename decltype(backend)::type;
    const auto made = testing::make_shared<problem<T, T, 19, 8>>(2, 82, form{});
    auto& p = *made;
    problem<double, double, 19, 8> exact(2, 82, {});
    p.template forward<Backend>();
    table<double, 19> y(p.of);
    for (int c = 0; c < 19; ++c) {
      const auto K = kernel::s4d_kernel(exact.weights(), c, 82);
      for (int s = 0; s < 2; ++s)
        for (int t = 0; t < 82; ++t) {
          double sum = exact.w.D[c] * exact.x.in()[s * 82 + t][c];
          for (int l = 0; l <= t; ++l) sum += K[static_cast<std::size_t>(l)] * exact.x.in()[s * 82 + t - l][c];
          y.out()[s * 82 + t][c] = sum;
        }
    }
    BOOST_TEST(worst(p.y, y) <= tolerance<T>);
  };
  look(double{}, std::type_identity<backend::reference>{});
  look(double{}, std::type_identity<backend::cpu>{});
  look(float{}, std::type_identity<backend::cpu>{});
}

// Lengths about the chunk, channels about a vector, poles about the group that registers hold.
BOOST_AUTO_TEST_CASE(chunks_lanes_and_groups) {
  agrees_with_reference<backend::cpu, float, float, 16, 8>(2, {0, 1, 7, 8, 9, 16, 17, 82});
  agrees_with_reference<backend::cpu, float, float, 1, 1>(3, {1, 13});
  agrees_with_reference<backend::cpu, float, float, 33, 3>(2, {13});
  agrees_with_reference<backend::cpu, float, float, 15, 4>(0, {5});
  agrees_with_reference<backend::cpu, float, float, 17, 5>(2, {13});
  agrees_with_reference<backend::cpu, double, double, 19, 9>(2, {1, 13, 33});
}
