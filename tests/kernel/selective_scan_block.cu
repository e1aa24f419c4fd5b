#define BOOST_TEST_MODULE kernel_selective_scan_block_cuda
#include "selective_scan_cuda.hpp"
using namespace krait;
using namespace krait::testing;
using kernel::scan_config;

// Here the threads of a block always lie over time; a tile is short unless there are 31 channels.
template <scan_config C>
requires(C.channels > 0) struct krait::kernel::scan_policy<C> {
  static constexpr scan_form form(capacity) { return scan_form::block; }
};
template <scan_config C>
requires(C.channels != 31) struct krait::kernel::scan_block_tuning<C> {
  static constexpr int threads = 64, items = C.channels % 2 ? 2 : 1, channels = C.channels == 6 ? 3 : 4;
};

// Lengths about a thread's tokens, a warp's and a tile, channels about a block.
BOOST_AUTO_TEST_CASE(tiles) {
  static_assert(kernel::detail::scan_block_shape<scan_config{5, 4, 1}, float>::tokens == 128);
  agrees<float, scan_config{5, 4, 1}>(2, {0, 1, 2, 3, 63, 65, 127, 128, 129, 300});
  agrees<float, scan_config{4, 3, 2}>(1, {64, 65, 200});
  agrees<float, scan_config{6, 2, 2}>(1, {70});
  agrees<float, scan_config{3, 5, 1}>(0, {40});
}
BOOST_AUTO_TEST_CASE(tiles_of_the_default) {
  using shape = kernel::detail::scan_block_shape<scan_config{31, 2, 3}, float>;
  static_assert(shape::tokens == 512 && shape::channels == 4);
  agrees_with_reference<backend::cuda, float, scan_config{31, 2, 3}>(1, {511, 512, 513, 1100});
}
BOOST_AUTO_TEST_CASE(any_number_of_states) {
  agrees<float, scan_config{7, 1, 2}>(2, {140});
  agrees<float, scan_config{5, 17, 3}>(1, {140});
  agrees<float, scan_config{3, 16, 48}>(1, {140});
  agrees_with_reference<backend::cuda, float, scan_config{3, 128, 2}>(1, {140});
  agrees_with_reference<backend::cuda, float, scan_config{5, 256, 1}>(1, {1, 140});
}
BOOST_AUTO_TEST_CASE(zero_order_hold) { agrees<float, scan_config{5, 5, 3, zoh}>(2, {1, 150}); }
BOOST_AUTO_TEST_CASE(double_precision) {
  static_assert(kernel::detail::scan_block_shape<scan_config{5, 3, 2}, double>::tokens == 64);
  agrees<double, scan_config{5, 3, 2}>(2, {63, 64, 65, 150});
  agrees<double, scan_config{3, 4, 1, zoh}>(2, {150});
}
// Parameters and states stay float.
BOOST_AUTO_TEST_CASE(bfloat16_rows) {
  agrees<bfloat16, scan_config{5, 4, 3}>(2, {1, 150});
  agrees<bfloat16, scan_config{3, 3, 1, zoh}>(2, {70});
}
// A block then walks several sequences.
BOOST_AUTO_TEST_CASE(more_sequences_than_parts) {
  agrees_with_reference<backend::cuda, float, scan_config{3, 2, 1}>(131, {3});
}
