// tests/simt/harness.hpp: what the tests of the harness itself share.
#pragma once
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "../cuda_testing.hpp"

namespace krait::testing {

/// Kernels are given vectors here.
inline const bool lenient = simt::options().host_pointers = true;

inline void check(bool holds, const std::string& what) { BOOST_CHECK_MESSAGE(holds, what); }

inline std::vector<double> random_values(std::size_t n, unsigned seed, double low, double high) {
  std::mt19937 bits(seed);
  std::uniform_real_distribution<float> uniform(static_cast<float>(low), static_cast<float>(high));
  std::vector<double> values(n);
  for (double& v : values) v = uniform(bits);
  return values;
}

}  // namespace krait::testing
