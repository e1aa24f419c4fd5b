// krait/core/elementary.hpp: logarithm and cosine with the same bits from every compiler, on hosts and devices. Those
// of the C libraries and of CUDA differ in the last place. Every sum of a product is a fused one by name, so that no
// compiler has the choice.
#pragma once
#include <cmath>
#include <cstdint>
#include <krait/core/config.hpp>

namespace krait::elementary {

/// c[0] + c[1] x + ... + c[N - 1] x^(N - 1).
template <int N> KRAIT_HOST_DEVICE inline double polynomial(double x, const double (&c)[N]) {
  double sum = c[N - 1];
#pragma GCC unroll 16  // then a loop over many x becomes vectors
  for (int i = N - 2; i >= 0; --i) sum = std::fma(sum, x, c[i]);
  return sum;
}

/// ln(n / 2^53) of 0 < n <= 2^53, to 5e-16 of its value: n = 2^e m with m about 1, ln m = 2 artanh((m - 1) / (m + 1)).
KRAIT_HOST_DEVICE inline double log_of_53_bits(std::uint64_t n) {
  // (The compilers' own: std::bit_cast is no function of a device.)
  const auto bits = __builtin_bit_cast(std::int64_t, static_cast<double>(n));
  const std::int64_t e = (bits - __builtin_bit_cast(std::int64_t, 0.70710678118654752)) >> 52;
  const double m = __builtin_bit_cast(double, bits - (e << 52));  // from sqrt(1/2) to sqrt(2)
  const double s = (m - 1) / (m + 1), ss = s * s;
  const double series[] = {1, 1. / 3, 1. / 5, 1. / 7, 1. / 9, 1. / 11, 1. / 13, 1. / 15, 1. / 17, 1. / 19, 1. / 21};
  return std::fma(static_cast<double>(e - 53), 0.69314718055994530942, 2 * s * polynomial(ss, series));
}

namespace detail {
/// Taylor's series of sine and cosine for |t| <= pi / 4, to 2e-16.
KRAIT_HOST_DEVICE inline double sine(double t) {
  const double series[] = {1,           -1. / 6,        1. / 120,         -1. / 5040,
                           1. / 362880, -1. / 39916800, 1. / 6227020800., -1. / 1307674368000.};
  return t * polynomial(t * t, series);
}
KRAIT_HOST_DEVICE inline double cosine(double t) {
  const double series[] = {1,
                           -1. / 2,
                           1. / 24,
                           -1. / 720,
                           1. / 40320,
                           -1. / 3628800,
                           1. / 479001600,
                           -1. / 87178291200.,
                           1. / 20922789888000.};
  return polynomial(t * t, series);
}
}  // namespace detail

/// cos(2 pi n / 2^53) of 0 <= n < 2^53, to 3e-16: the nearest quarter of a turn, and the rest.
KRAIT_HOST_DEVICE inline double cos_of_turns(std::uint64_t n) {
  const std::uint64_t quarter = ((n >> 50) + 1) >> 1;  // 0 .. 4
  const auto rest = static_cast<std::int64_t>(n) - static_cast<std::int64_t>(quarter << 51);
  const double t = 6.283185307179586476925 * (static_cast<double>(rest) * 0x1p-53);
  const double size = quarter & 1 ? detail::sine(t) : detail::cosine(t);
  return quarter == 1 || quarter == 2 ? -size : size;
}

/// Cosine and sine of an angle of at most 1e5, to 3e-16. No call of a library's, so that a device keeps its registers.
struct cos_and_sin {
  double cos, sin;
  explicit KRAIT_HOST_DEVICE cos_and_sin(double x) {
    const double turns =
        std::fma(x, 0.63661977236758134308, 6755399441055744.) - 6755399441055744.;  // quarters, rounded
    const double t = std::fma(-turns, 6.123233995736766e-17, std::fma(-turns, 1.5707963267948966, x));
    const auto quarter = static_cast<std::int64_t>(turns);
    const double c = detail::cosine(t), s = detail::sine(t);
    cos = quarter & 1 ? s : c, sin = quarter & 1 ? c : s;
    if ((quarter + 1) & 2) cos = -cos;
    if (quarter & 2) sin = -sin;
  }
};

}  // namespace krait::elementary
