// tests/kernel/zero_order_hold.hpp: (exp(delta A) - 1) / A and its slope, in long double, and as a scan shows them.
#pragma once
#include <cmath>
#include <krait/kernel/selective_scan/zero_order_hold.hpp>

#include "selective_scan.hpp"

namespace krait::testing {

/// phi(u) = (e^u - 1) / u and phi'(u) for u < 0, right to all digits of a double.
struct held {
  long double gain = 0, slope = 0;
  explicit held(long double u) {
    if (u < -2) {
      gain = std::expm1(u) / u;
      slope = (std::exp(u) - gain) / u;
    } else {
      long double term = 1;  // u^k / k!
      for (int k = 0; k < 40; term *= u / ++k) gain += term / (k + 1), slope += term / (k + 2);
    }
  }
};

/// |a / b - 1| in units in the last place.
template <class T> double ulps(double a, long double b) {
  const double unit = std::is_same_v<T, float> ? 0x1p-24 : 0x1p-53;
  return static_cast<double>(std::abs(static_cast<long double>(a) / b - 1)) / unit;
}

/// One token with B = x = 1 from no state: the last state is the gain, the gradient of A_log is A d gain / d A.
/// Channels have deltas of 1e-4, log 2 and about 3, states have A such that log 2 A runs from 1e-12 to 50; the last two
/// have an A that is no normal float.
template <class Backend> void scan_holds_to_rounding() {
  constexpr int N = 66;
  constexpr kernel::scan_config C{3, N, 1, kernel::discretisation::zero_order_hold};
  scan_problem<float, C> p(1, 1, {false, false, true});
  const float bias[] = {-9.2102904f, 0, 3};
  for (int e = 0; e < 3; ++e) {
    p.w->dt_weight[e] = 0, p.w->dt_bias[e] = bias[e];
    p.x.out()[0][e] = 1, p.dgated.out()[0][e] = 0;
    for (int n = 0; n < N; ++n) {
      const double log_u = std::log(1e-12) + n * (std::log(50.) - std::log(1e-12)) / 63;
      p.w->A_log[e * N + n] = n == 64 ? -100.f : n == 65 ? -120.f : static_cast<float>(log_u - std::log(std::log(2.)));
      p.h0[static_cast<std::size_t>(e * N + n)] = 0, p.dh_last[static_cast<std::size_t>(e * N + n)] = 1;
    }
  }
  for (int n = 0; n < N; ++n) p.row.out()[0][1 + n] = 1;
  p.for_each_gradient([](auto& t) { t = {}; });
  p.template forward<Backend>();
  p.template backward<Backend>();
  for (int e = 0; e < 3; ++e) {
    const long double delta = std::log1p(std::exp(static_cast<long double>(bias[e])));
    for (int n = 0; n < N; ++n) {
      const long double A = -std::exp(static_cast<long double>(p.w->A_log[e * N + n]));
      const held exact(delta * A);
      BOOST_TEST_CONTEXT("delta " << double(delta) << ", A " << double(A)) {
        BOOST_TEST(ulps<float>(p.h_last[static_cast<std::size_t>(e * N + n)], delta * exact.gain) <= 24);
        const float slope = p.dw->A_log[e * N + n];
        if (n < 64)
          BOOST_TEST(ulps<float>(slope, delta * delta * exact.slope * A) <= 48);
        else
          BOOST_TEST(std::abs(slope) <= 1e-37);
      }
    }
  }
}

}  // namespace krait::testing
