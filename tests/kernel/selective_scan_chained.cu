#define BOOST_TEST_MODULE kernel_selective_scan_chained_cuda
#include "selective_scan_cuda.hpp"
using namespace krait;
using namespace krait::testing;
using kernel::scan_config;

// Here every scan is chained, in chunks of two tiles; but the last one's is no multiple of a tile.
template <scan_config C>
requires(C.channels > 0) struct krait::kernel::scan_policy<C> {
  static constexpr scan_form form(capacity) { return scan_form::chained; }
};
template <scan_config C>
requires(C.channels > 0) struct krait::kernel::scan_chained_tuning<C> {
  static constexpr int chunk(sequences) { return C.channels == 2 && C.d_state == 2 ? 12 : 16; }
};

// Lengths about a tile and a chunk, channels about a block.
BOOST_AUTO_TEST_CASE(chunk_borders) {
  static_assert(kernel::scan_tuning<scan_config{65, 16, 1}>::device_tile == 8);
  static_assert(kernel::detail::scan_shape<scan_config{65, 16, 1}>::channels == 64);
  agrees<float, scan_config{65, 16, 1}>(2, {0, 1, 7, 15, 16, 17});
  agrees<float, scan_config{3, 4, 1}>(1, {31, 32, 33, 100});
  agrees<float, scan_config{33, 16, 1}>(0, {40});
  agrees<float, scan_config{5, 33, 3}>(3, {8, 24, 40});
}
BOOST_AUTO_TEST_CASE(any_number_of_states) {
  agrees<float, scan_config{15, 1, 1}>(2, {34});
  agrees<float, scan_config{9, 3, 3}>(2, {34});
  agrees<float, scan_config{17, 17, 1}>(1, {34});
  agrees<float, scan_config{3, 128, 2}>(1, {18});
  agrees<float, scan_config{9, 256, 1}>(1, {18});
  agrees<float, scan_config{5, 16, 48}>(2, {50});
}
BOOST_AUTO_TEST_CASE(zero_order_hold) { agrees<float, scan_config{33, 5, 3, zoh}>(2, {1, 37}); }
BOOST_AUTO_TEST_CASE(double_precision) {
  agrees<double, scan_config{17, 16, 1}>(2, {37});
  agrees<double, scan_config{9, 16, 1, zoh}>(2, {37});
}
// Parameters and states stay float.
BOOST_AUTO_TEST_CASE(bfloat16_rows) {
  agrees<bfloat16, scan_config{33, 16, 3}>(2, {1, 37});
  agrees<bfloat16, scan_config{3, 4, 1, zoh}>(2, {50});
}
BOOST_AUTO_TEST_CASE(many_chunks) {
  agrees_with_reference<backend::cuda, float, scan_config{3, 2, 1}>(3, {16 * 90 + 5});
}

// Blocks at the same time, so that they wait for one another: the bits are the same.
BOOST_AUTO_TEST_CASE(bits_do_not_depend_on_timing) {
  constexpr scan_config C{70, 4, 2};
  static_assert(kernel::detail::scan_shape<C>::groups == 2);
  using problem = scan_problem<float, C>;
  const auto scan = [] {
    auto p = testing::make_shared<problem>(2, 16 * 20 + 3, krait::testing::scan_form{true, true, true});
    p->forward<backend::cuda>();
    p->backward<backend::cuda>();
    return p;
  };
  const auto one = scan();
  const auto same = [&](const auto& other) {
    for_each_output(*one, *other, [](const char* what, const auto& a, const auto& b) {
      BOOST_TEST_CONTEXT(what) { BOOST_TEST(worst(a, b) == 0); }
    });
  };
  in_every_order([&] { same(scan()); });
#ifdef SIMT_HARNESS
  simt::options().workers = 4;
#endif
  for (int i = 0; i < 3; ++i) same(scan());
#ifdef SIMT_HARNESS
  simt::options().workers = 1;
#endif
}

BOOST_AUTO_TEST_CASE(a_chunk_is_whole_tiles) {
  scan_problem<float, scan_config{2, 2, 2}> p(1, 30, scan_forms[0]);
  const auto says_so = [](const error& e) {
    return std::string_view(e.what()) == "scan_chained_tuning: a chunk of 12 tokens is no multiple of a tile's 8.";
  };
  BOOST_CHECK_EXCEPTION(p.forward<backend::cuda>(), device_error, says_so);
  BOOST_CHECK_EXCEPTION(p.backward<backend::cuda>(), device_error, says_so);
}

// A million tokens: places are beyond 32 bits.
BOOST_AUTO_TEST_CASE(places_of_long_texts) {
  constexpr scan_config C{1536, 256, 48};
  constexpr sequences of{2, 1 << 20};
  constexpr long last = kernel::detail::scan_saved_at<C>(of, 8, 1, (1 << 20) - 8, 1535);
  static_assert(last == ((131071L + 131070) * 1536 + 1535) * 256);
  BOOST_TEST(kernel::scan_saved_size<C>({2, 1 << 20}) >= static_cast<std::size_t>(last) + 256);
  constexpr kernel::detail::scan_chunks chunks{of.length, 512};
  static_assert(chunks.each() == 2048 && chunks.begin(2 * 2048 - 1) == (2 << 20) - 512);
}
