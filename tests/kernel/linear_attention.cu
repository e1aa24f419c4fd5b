#define BOOST_TEST_MODULE kernel_linear_attention_cuda
#include <krait/kernel/linear_attention/cuda.cuh>

#include "../cuda_testing.hpp"
#include "linear_attention.hpp"
using namespace krait;
using namespace krait::testing;
using kernel::linear_attention_config;

namespace {

template <class T, linear_attention_config C>
void agrees_with_reference(int count, std::initializer_list<int> lengths) {
  if constexpr (looks_at<T>) testing::agrees_with_reference<backend::cuda, T, C>(count, lengths);
}
template <class T, linear_attention_config C>
using shape = kernel::detail::linear_attention_shape<C.heads, C.key_width, C.value_width, T>;

}  // namespace

// Lengths about the tile, widths about the threads' fours.
BOOST_AUTO_TEST_CASE(tiles) {
  static_assert(shape<float, linear_attention_config{1, 31, 31}>::tile == 32);
  in_every_order([] {
    agrees_with_reference<float, linear_attention_config{1, 31, 31}>(2, {0, 1, 2, 5, 31, 32, 33, 70});
    agrees_with_reference<float, linear_attention_config{2, 16, 16}>(0, {5});
  });
}
BOOST_AUTO_TEST_CASE(heads_and_widths) {
  in_every_order([] {
    agrees_with_reference<float, linear_attention_config{1, 1, 1}>(3, {1, 34});
    agrees_with_reference<float, linear_attention_config{3, 5, 15}>(2, {1, 34});
    agrees_with_reference<float, linear_attention_config{2, 17, 16}>(2, {13});
    agrees_with_reference<float, linear_attention_config{4, 8, 17}>(2, {13, 33});
    agrees_with_reference<float, linear_attention_config{1, 64, 64}>(1, {40});
  });
}
// Wide keys leave shared memory for some of the values' columns only, and then for fewer tokens.
BOOST_AUTO_TEST_CASE(groups_of_columns) {
  using wide = shape<float, linear_attention_config{2, 100, 70}>;
  static_assert(wide::groups == 2 && 70 % wide::columns != 0);
  static_assert(shape<float, linear_attention_config{1, 132, 9}>::tile == 16);
  static_assert(shape<double, linear_attention_config{1, 260, 9}>::tile == 8);
  in_every_order([] {
    agrees_with_reference<float, linear_attention_config{2, 100, 70}>(1, {34});
    agrees_with_reference<float, linear_attention_config{1, 132, 9}>(1, {18});
    agrees_with_reference<double, linear_attention_config{1, 260, 9}>(1, {9});
  });
}
BOOST_AUTO_TEST_CASE(double_precision) {
  in_every_order([] {
    agrees_with_reference<double, linear_attention_config{2, 7, 9}>(2, {1, 13, 82});
    agrees_with_reference<double, linear_attention_config{1, 31, 31}>(1, {65});
  });
}

// States are float.
BOOST_AUTO_TEST_CASE(bfloat16_activations) {
  in_every_order([] {
    agrees_with_reference<bfloat16, linear_attention_config{2, 7, 9}>(2, {1, 40});
    agrees_with_reference<bfloat16, linear_attention_config{1, 100, 70}>(1, {34});
  });
}

BOOST_AUTO_TEST_CASE(state_is_handed_on) {
  in_every_order([] {
    for (const int border : {1, 4, 12}) pieces_are_the_whole<backend::cuda, float>(13, border);
    pieces_are_the_whole<backend::cuda, float>(100, 32);
    pieces_are_the_whole<backend::cuda, double>(70, 41);
  });
}
BOOST_AUTO_TEST_CASE(state_in_place) { in_every_order(state_is_updated_in_place<backend::cuda>); }
BOOST_AUTO_TEST_CASE(gate_of_zero) { in_every_order(a_gate_of_zero_forgets<backend::cuda>); }
BOOST_AUTO_TEST_CASE(no_gate) { in_every_order(plain_form_leaves_gate_rows_alone<backend::cuda>); }
