#define BOOST_TEST_MODULE core_initialiser
#include <krait/core/initialiser.hpp>

#include "../layer/layers.hpp"
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(distributions) {
  initialiser at(1);
  const auto t = make_heap<tensor<float, 50, 41>>();
  at.uniform(*t, -0.5, 0.5);
  is_uniform(*t, 0.5);
  at.normal(*t, 3);
  is_normal(*t, 3);
  at.fan_in(*t, 41);
  is_uniform(*t, 1 / std::sqrt(41.0));
  at.fan_in(*t, 41, 0.5);
  is_uniform(*t, 0.5 / std::sqrt(41.0));
  at.constant(*t, 7);
  for (const float x : t->values()) BOOST_TEST(x == 7);
  for (int i = t->size; i < t->storage; ++i) BOOST_TEST(t->data[i] == 0);  // the padding stays zero
}

BOOST_AUTO_TEST_CASE(every_tensor_has_its_own_numbers) {
  tensor<float, 8> first{}, second{}, again{}, other{};
  initialiser at(1), same(1), another(2);
  at.normal(first, 1);
  at.normal(second, 1);
  same.normal(again, 1);
  another.normal(other, 1);
  for (int i = 0; i < 8; ++i) {
    BOOST_TEST(first[i] == again[i]);
    BOOST_TEST(first[i] != second[i]);
    BOOST_TEST(first[i] != other[i]);
  }
}

// A double model begins where a float model begins.
BOOST_AUTO_TEST_CASE(scalars_begin_alike) {
  tensor<float, 8> single{};
  tensor<double, 8> twice{};
  initialiser(1).normal(single, 0.02);
  initialiser(1).normal(twice, 0.02);
  for (int i = 0; i < 8; ++i) BOOST_TEST(single[i] == static_cast<float>(twice[i]));
}

BOOST_AUTO_TEST_CASE(each_index_gets_its_place) {
  tensor<double, 4> t{};
  initialiser(1).each_index(t, [](int i, draw at) { return i == static_cast<int>(at.index) ? i : -1; });
  for (int i = 0; i < 4; ++i) BOOST_TEST(t[i] == i);
}
