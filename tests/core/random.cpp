#define BOOST_TEST_MODULE core_random
#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <krait/core/random.hpp>
#include <set>
#include <vector>

#include "normals.hpp"
using namespace krait;

__extension__ typedef unsigned __int128 wide;

// Known answers of Random123's kat_vectors for philox4x32-10: counter, key, result.
BOOST_AUTO_TEST_CASE(known_answers) {
  struct answer {
    std::array<std::uint32_t, 4> counter;
    std::array<std::uint32_t, 2> key;
    std::array<std::uint32_t, 4> result;
  };
  const answer answers[] = {
      {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}},
      {{0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu},
       {0xffffffffu, 0xffffffffu},
       {0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}},
      {{0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u},
       {0xa4093822u, 0x299f31d0u},
       {0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}},
  };
  for (const answer& a : answers) {
    const r123::Philox4x32::ctr_type counter = {{a.counter[0], a.counter[1], a.counter[2], a.counter[3]}};
    const r123::Philox4x32::key_type key = {{a.key[0], a.key[1]}};
    const auto result = r123::Philox4x32{}(counter, key);
    for (unsigned i = 0; i < 4; ++i) BOOST_TEST(result[i] == a.result[i]);
  }
  // The first of them is the address 0, 0, 0.
  BOOST_TEST(bits({0, 0, 0}) == 0xe169c58d6627e8d5u);
}

BOOST_AUTO_TEST_CASE(every_part_of_an_address_counts) {
  std::set<std::uint64_t> all;
  const std::uint64_t high = std::uint64_t{1} << 40;
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, high})
    for (const std::uint32_t stream : {0u, 1u, 1u << 31})
      for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{1}, high})
        all.insert(bits({seed, stream, index}));
  BOOST_TEST(all.size() == 27u);
  BOOST_TEST((draw{3, 4, 5}.with_index(9).index == 9u && draw{3, 4, 5}.with_index(9).seed == 3u &&
              draw{3, 4, 5}.with_index(9).stream == 4u));
}

// Numbers within a draw have an address of their own: other texts, letters and levels have others, in whatever order.
BOOST_AUTO_TEST_CASE(numbers_within_a_draw) {
  const std::uint64_t high = std::uint64_t{1} << 40;
  const draw text{3, stream("text"), 7};
  const auto one = [](draw at) { return bits(at); };
  std::set<std::uint64_t> all;
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{3}, high})
    for (const std::uint32_t s : {0u, stream("text")})
      for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{7}, high}) {
        const draw at{seed, s, index};
        all.insert(one(at));
        for (const std::uint64_t k : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{7}, high, ~std::uint64_t{0}}) {
          all.insert(one(at.within(k)));
          for (const std::uint64_t deeper : {std::uint64_t{0}, std::uint64_t{1}})
            all.insert(one(at.within(k).within(deeper)));
        }
      }
  BOOST_TEST(all.size() == 3u * 2 * 4 * (1 + 5 * 3));

  std::vector<std::uint64_t> forward, backward;
  for (std::uint64_t k = 0; k < 100; ++k) forward.push_back(one(text.within(k)));
  for (std::uint64_t k = 100; k-- > 0;) backward.insert(backward.begin(), one(text.within(k)));
  BOOST_TEST((forward == backward));
  // Fixed for good: a noised data set must not change with a later version.
  BOOST_TEST(bits(draw{1, 2, 3}.within(4)) == 0x55ed4f35cf7fd339u);
}

// The same letter of neighbouring texts, and neighbouring letters of one text, are not correlated.
BOOST_AUTO_TEST_CASE(numbers_within_draws_are_independent) {
  constexpr int n = 40000;
  double texts = 0, letters = 0, own = 0, mean = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    const draw at{5, stream("text"), i}, next{5, stream("text"), i + 1};
    const double here = uniform(at.within(3)) - 0.5;
    mean += here;
    texts += here * (uniform(next.within(3)) - 0.5);
    letters += here * (uniform(at.within(4)) - 0.5);
    own += here * (uniform(at) - 0.5);
  }
  const double one = 1 / (12 * std::sqrt(n));  // standard deviation of a mean product
  BOOST_TEST(std::abs(mean / n) < 4 / std::sqrt(12. * n));
  for (const double product : {texts, letters, own}) BOOST_TEST(std::abs(product / n) < 4 * one);
}

BOOST_AUTO_TEST_CASE(streams_have_the_numbers_of_fnv) {
  static_assert(stream("") == 0x811c9dc5u && stream("a") == 0xe40c292cu && stream("foobar") == 0xbf9cf968u);
}

BOOST_AUTO_TEST_CASE(uniform_is_uniform) {
  constexpr int n = 100000, bins = 100;
  std::vector<int> counts(bins);
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    const double u = uniform({1, stream("test"), static_cast<std::uint64_t>(i)});
    BOOST_REQUIRE((u >= 0 && u < 1));
    ++counts[static_cast<std::size_t>(u * bins)];
    sum += u;
  }
  double chi_squared = 0;
  for (const int c : counts) chi_squared += (c - n / bins) * (c - n / bins) / static_cast<double>(n / bins);
  BOOST_TEST(std::abs(sum / n - 0.5) < 4 / std::sqrt(12.0 * n));
  BOOST_TEST(std::abs(chi_squared - (bins - 1)) < 4 * std::sqrt(2.0 * (bins - 1)));
}

BOOST_AUTO_TEST_CASE(normal_has_its_moments) {
  constexpr int n = 100000;
  double powers[5] = {};
  int outside = 0;
  for (int i = 0; i < n; ++i) {
    const double x = normal({1, stream("test"), static_cast<std::uint64_t>(i)});
    BOOST_REQUIRE(std::isfinite(x));
    double power = 1;
    for (double& sum : powers) sum += power, power *= x;
    outside += std::abs(x) > 1.959964;
  }
  BOOST_TEST(std::abs(powers[1] / n) < 4 / std::sqrt(n));
  BOOST_TEST(std::abs(powers[2] / n - 1) < 4 * std::sqrt(2.0 / n));
  BOOST_TEST(std::abs(powers[3] / n) < 4 * std::sqrt(15.0 / n));
  BOOST_TEST(std::abs(powers[4] / n - 3) < 4 * std::sqrt(96.0 / n));
  BOOST_TEST(std::abs(outside / 5000.0 - 1) < 4 * std::sqrt(0.95 / 5000));
}

// Every compiler makes the same: tests/nvcc holds nvcc to it.
BOOST_AUTO_TEST_CASE(normals_to_the_bit) { BOOST_TEST(testing::hash_of_normals() == testing::hash_expected); }

BOOST_AUTO_TEST_CASE(integers_stay_below_their_bound) {
  for (const std::uint64_t n :
       {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{7}, std::uint64_t{1} << 33, ~std::uint64_t{0}}) {
    std::uint64_t greatest = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const draw at{1, stream("integer"), i};
      const std::uint64_t x = integer(at, n);
      BOOST_REQUIRE(x < n);
      // the upper half of a product of 128 bits
      BOOST_REQUIRE(x == static_cast<std::uint64_t>(static_cast<wide>(bits(at)) * n >> 64));
      greatest = std::max(greatest, x);
    }
    BOOST_TEST(greatest >= n / 100 * 98);
  }
  int counts[7] = {};
  for (std::uint64_t i = 0; i < 70000; ++i) ++counts[integer({2, stream("integer"), i}, 7)];
  for (const int c : counts) BOOST_TEST(std::abs(c - 10000) < 4 * 93);
}
