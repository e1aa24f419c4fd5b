#define BOOST_TEST_MODULE core_tensor
#include <boost/hana/define_struct.hpp>
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <krait/core/bfloat16.hpp>
#include <krait/core/tensor.hpp>
#include <type_traits>
using namespace krait;

namespace {
static_assert(std::is_trivially_copyable_v<tensor<float, 3, 5>>);
static_assert(tensor<float, 3, 5>::size == 15 && tensor<float, 3, 5>::rank == 2);
static_assert(tensor<float, 3, 5>::storage == 16 && tensor<float, 16>::storage == 16 &&
              tensor<float, 17>::storage == 32);
static_assert(tensor<float>::size == 1 && tensor<float, 0>::size == 0 && tensor<float, 7, 0>::size == 0);
static_assert(alignof(tensor<float, 3>) == 64 && alignof(tensor<double, 3>) == 128 &&
              alignof(tensor<bfloat16, 3>) == 32);
static_assert(is_tensor<tensor<float, 3>> && !is_tensor<float>);

template <class T> struct parts {
  tensor<T, 5> a;
  tensor<T, 3, 11> b;
  tensor<T, 0> none;
  tensor<T> one;
};
/// The place of the first scalar of each tensor, counted in scalars.
template <class T>
constexpr std::size_t places[] = {offsetof(parts<T>, a) / sizeof(T), offsetof(parts<T>, b) / sizeof(T),
                                  offsetof(parts<T>, none) / sizeof(T), offsetof(parts<T>, one) / sizeof(T),
                                  sizeof(parts<T>) / sizeof(T)};
}  // namespace

BOOST_AUTO_TEST_CASE(offsets_are_the_same_for_all_scalars) {
  for (int i = 0; i < 5; ++i) {
    BOOST_TEST(places<float>[i] == places<double>[i]);
    BOOST_TEST(places<float>[i] == places<bfloat16>[i]);
  }
  BOOST_TEST(places<float>[4] == 16u + 48 + 16 + 16);
}

BOOST_AUTO_TEST_CASE(flat_is_one_span_over_all) {
  parts<float> p{};
  p.a[0] = 1;
  p.b[32] = 2;
  p.one[0] = 3;
  const std::span<float> all = flat<float>(p);
  BOOST_TEST(all.size() == 96u);
  BOOST_TEST(all[0] == 1);
  BOOST_TEST(all[16 + 32] == 2);
  BOOST_TEST(all[80] == 3);
  float sum = 0;
  for (const float x : flat<float>(static_cast<const parts<float>&>(p))) sum += x;
  BOOST_TEST(sum == 6);  // what lies past the sizes is zero
}

BOOST_AUTO_TEST_CASE(views_are_row_major) {
  tensor<int, 2, 3> t{};
  for (int i = 0; i < 6; ++i) t[i] = i;
  const auto view = t.view();
  BOOST_TEST(view.extent(0) == 2);
  BOOST_TEST(view.extent(1) == 3);
  BOOST_TEST(view(1, 2) == 5);
  view(0, 1) = 10;
  BOOST_TEST(t[1] == 10);
  BOOST_TEST(t.values().size() == 6u);
}
