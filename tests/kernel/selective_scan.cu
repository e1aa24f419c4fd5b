#define BOOST_TEST_MODULE kernel_selective_scan_cuda
#include "selective_scan_cuda.hpp"
using namespace krait;
using namespace krait::testing;
using kernel::scan_config;

// Lengths about a tile, channels about a block.
BOOST_AUTO_TEST_CASE(tiles) {
  static_assert(kernel::scan_tuning<scan_config{65, 16, 1}>::device_tile == 8);
  static_assert(kernel::detail::scan_shape<scan_config{65, 16, 1}>::channels == 64);
  agrees<float, scan_config{65, 16, 1}>(2, {0, 1, 2, 7, 8, 9, 17});
  agrees<float, scan_config{33, 16, 1}>(0, {5});
  agrees<float, scan_config{5, 33, 3}>(2, {7, 8, 9, 20});
}
BOOST_AUTO_TEST_CASE(any_number_of_states) {
  agrees<float, scan_config{15, 1, 1}>(2, {1, 18});
  agrees<float, scan_config{16, 2, 3}>(2, {18});
  agrees<float, scan_config{9, 3, 3}>(2, {18});
  agrees<float, scan_config{31, 5, 8}>(2, {18});
  agrees<float, scan_config{17, 17, 1}>(2, {18});
  agrees<float, scan_config{3, 20, 1}>(2, {18});
  agrees<float, scan_config{32, 64, 1}>(1, {18});
  agrees<float, scan_config{3, 128, 2}>(1, {18});
  agrees<float, scan_config{9, 256, 1}>(2, {1, 18});
  agrees<float, scan_config{5, 16, 48}>(3, {13});
  agrees<float, scan_config{1, 16, 1}>(3, {13});
}
BOOST_AUTO_TEST_CASE(zero_order_hold) {
  agrees<float, scan_config{33, 5, 3, zoh}>(2, {1, 37});
  agrees<double, scan_config{9, 16, 1, zoh}>(2, {37});
}
BOOST_AUTO_TEST_CASE(double_precision) {
  agrees<double, scan_config{17, 16, 1}>(2, {1, 37});
  agrees<double, scan_config{7, 5, 3}>(2, {31});
}
// Parameters and states stay float.
BOOST_AUTO_TEST_CASE(bfloat16_rows) {
  agrees<bfloat16, scan_config{33, 16, 3}>(2, {1, 37});
  agrees<bfloat16, scan_config{9, 5, 1, zoh}>(2, {20});
}
// A block then walks several sequences.
BOOST_AUTO_TEST_CASE(more_sequences_than_parts) {
  static_assert(kernel::scan_sequential_tuning<scan_config{3, 4, 1}>::parts == 128);
  agrees_with_reference<backend::cuda, float, scan_config{3, 4, 1}>(131, {3});
}
// Where sequences and channels are many, time is walked through; few short sequences lie over time; long ones, and
// those with many states, are chained.
BOOST_AUTO_TEST_CASE(the_form_follows_the_shape) {
  using enum kernel::scan_form;
  using usual = kernel::scan_policy<scan_config{512, 16, 32}>;
  static_assert(usual::form({64, 1024}, 132) == sequential);
  static_assert(usual::form({16, 1024}, 132) == chained);
  static_assert(usual::form({16, 1024}, 108) == sequential);
  static_assert(usual::form({2, 1024}, 132) == block);
  static_assert(usual::form({2, 127}, 132) == sequential);
  static_assert(usual::form({1, 1 << 20}, 132) == chained);
  static_assert(kernel::scan_policy<scan_config{512, 256, 32}>::form({1, 1024}, 132) == chained);
  using tuning = kernel::scan_chained_tuning<scan_config{512, 16, 32}>;
  static_assert(tuning::chunk({16, 1024}, 132) == 344);  // 384 blocks
  static_assert(tuning::chunk({1, 1024}, 132) == 64);
  static_assert(tuning::chunk({1, 1 << 20}, 132) == 512);
  BOOST_TEST(tuning::chunk({0, 1024}, 132) == 512);
}
// A capacity decides, as the layers give it; the other forms have tests of their own.
BOOST_AUTO_TEST_CASE(capacities) {
  in_every_order([] {
    agrees_with_reference<backend::cuda, float, scan_config{5, 4, 2}, capacity{2, 600}>(2, {130, 600});
    agrees_with_reference<backend::cuda, float, scan_config{5, 40, 2}, capacity{2, 600}>(2, {130});
  });
}
