#define BOOST_TEST_MODULE kernel_selective_scan_cuda
#include <krait/kernel/selective_scan/cuda.cuh>

#include "../cuda_testing.hpp"
#include "selective_scan.hpp"
using namespace krait;
using namespace krait::testing;
using kernel::scan_config;

namespace {
constexpr auto zoh = kernel::discretisation::zero_order_hold;
template <class T, scan_config C> void agrees(int count, std::initializer_list<int> lengths) {
  in_every_order([&] { agrees_with_reference<backend::cuda, T, C>(count, lengths); });
}
}  // namespace

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
  agrees<bfloat16, scan_config{3, 4, 1}>(2, {200});  // in chunks
}
// A block then walks several sequences.
BOOST_AUTO_TEST_CASE(more_sequences_than_parts) {
  static_assert(kernel::scan_sequential_tuning<scan_config{3, 4, 1}>::parts == 128);
  agrees_with_reference<backend::cuda, float, scan_config{3, 4, 1}>(131, {3});
}
// Few and long sequences: chunks are scanned side by side, each handing its state on.
BOOST_AUTO_TEST_CASE(chunks) {
  using tuning = kernel::scan_sequential_tuning<scan_config{3, 4, 1}>;
  static_assert(tuning::chunk({2, 127}) == 127);
  static_assert(tuning::chunk({2, 128}) == 64);
  static_assert(tuning::chunk({1, 1 << 20}) == 3976);  // 264 chunks
  static_assert(tuning::chunk({264, 4096}) == 4096);
  agrees<float, scan_config{3, 4, 1}>(2, {128, 129, 200});
  agrees<float, scan_config{5, 16, 2}>(1, {150});
  agrees<double, scan_config{2, 3, 1}>(3, {192});
  agrees<double, scan_config{2, 3, 1, zoh}>(2, {170});
}
// Blocks at the same time, so that they wait for one another: the bits are the same.
BOOST_AUTO_TEST_CASE(chunks_do_not_depend_on_timing) {
  const auto scanned = []([[maybe_unused]] int workers) {
    const auto p =
        testing::make_shared<scan_problem<float, scan_config{5, 16, 2}>>(2, 200, scan_form{true, true, true});
#ifdef SIMT_HARNESS
    simt::options().workers = workers;
#endif
    p->forward<backend::cuda>();
    p->backward<backend::cuda>();
#ifdef SIMT_HARNESS
    simt::options().workers = 1;
#endif
    return p;
  };
  const auto alone = scanned(1);
  for (int run = 0; run < 3; ++run)
    for_each_output(*scanned(4), *alone, [](const char* what, const auto& a, const auto& b) {
      BOOST_TEST_CONTEXT(what) { BOOST_TEST(worst(a, b) == 0); }
    });
}
