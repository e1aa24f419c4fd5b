// tests/layer/layers.hpp: what holds for every layer (krait/testing/layer.hpp), as Boost.Test tells it; names and first
// values of weights.
#pragma once
#include <array>
#include <boost/test/unit_test.hpp>
#include <krait/testing/layer.hpp>
#include <string>
#include <vector>

#include "../testing.hpp"

namespace krait::testing {

inline void hold(const findings& all) {
  BOOST_TEST(!all.empty());
  for (const finding& f : all) BOOST_TEST(f.good(), f.text());
}

/// Dotted names with sizes, in the order of memory.
template <class L> std::vector<std::string> names() {
  const auto w = make_heap<typename L::template weights<float>>();
  std::vector<std::string> all;
  for_each_tensor(*w,
                  [&](const std::string& name, const auto& t) { all.push_back(name + " " + std::to_string(t.size)); });
  return all;
}
inline void are(const std::vector<std::string>& names, const std::vector<std::string>& wanted) {
  BOOST_CHECK_EQUAL_COLLECTIONS(names.begin(), names.end(), wanted.begin(), wanted.end());
}

/// Weights of a layer at the start, as initialise makes them behind `depth` branches.
template <class L> auto initialised(std::uint64_t seed, int depth = 1) {
  auto w = make_heap<typename L::template weights<float>>();
  initialiser at(seed);
  at.depth = depth;
  L::initialise(*w, at);
  return w;
}
struct moments {
  double mean = 0, deviation = 0, least = 0, greatest = 0;
  template <class Values> explicit moments(const Values& all) {
    least = greatest = all[0];
    double squares = 0;
    for (const double v : all) {
      mean += v, squares += v * v;
      least = std::min(least, v), greatest = std::max(greatest, v);
    }
    mean /= static_cast<double>(all.size());
    deviation = std::sqrt(squares / static_cast<double>(all.size()) - mean * mean);
  }
};
/// U(-bound, bound): within it, and wide enough for so many draws.
template <class Tensor> void is_uniform(const Tensor& t, double bound) {
  const moments m(t.values());
  BOOST_TEST(m.least >= -bound);
  BOOST_TEST(m.greatest <= bound);
  BOOST_TEST(std::abs(m.mean) < 4 * bound / std::sqrt(3.0 * t.size));
  BOOST_TEST(std::abs(m.deviation / (bound / std::sqrt(3.0)) - 1) < 4 / std::sqrt(2.0 * t.size));
}
/// N(0, deviation), to four standard errors.
template <class Tensor> void is_normal(const Tensor& t, double deviation) {
  const moments m(t.values());
  BOOST_TEST(std::abs(m.mean) < 4 * deviation / std::sqrt(t.size));
  BOOST_TEST(std::abs(m.deviation / deviation - 1) < 4 / std::sqrt(2.0 * t.size));
}
/// The same seed gives the same weights, another seed others, and no two tensors begin alike.
template <class L> void is_deterministic() {
  const auto a = values<float>(*initialised<L>(1)), b = values<float>(*initialised<L>(1)),
             c = values<float>(*initialised<L>(2));
  BOOST_TEST(a == b, boost::test_tools::per_element());
  BOOST_TEST((a != c));
}

}  // namespace krait::testing
