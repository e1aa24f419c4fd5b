// krait/task/power.hpp: powers while compiling, the same for every compiler and device.
#pragma once
#include <krait/core/config.hpp>

namespace krait::task {

/// base^exponent for a base above 0, by series that end below a double's last digit.
KRAIT_HOST_DEVICE constexpr double power(double base, double exponent) {
  constexpr double ln2 = 0.69314718055994530942;
  double log = 0;
  for (; base >= 2; base /= 2) log += ln2;
  for (; base < 1; base *= 2) log -= ln2;
  const double z = (base - 1) / (base + 1);  // log base = 2 (z + z^3 / 3 + ...), z <= 1/3
  double term = z;
  for (int n = 1; n < 40; n += 2, term *= z * z) log += 2 * term / n;

  double rest = exponent * log, factor = 1;
  for (; rest > ln2; rest -= ln2) factor *= 2;
  for (; rest < -ln2; rest += ln2) factor /= 2;
  double sum = 1;
  term = 1;
  for (int n = 1; n < 25; ++n) sum += term *= rest / n;
  return factor * sum;
}

}  // namespace krait::task
