#define BOOST_TEST_MODULE core_rows
#include <boost/test/unit_test.hpp>
#include <krait/core/rows.hpp>
#include <memory>
#include <numeric>
#include <type_traits>
using namespace krait;

namespace {
static_assert(row_stride(1) == 16 && row_stride(16) == 16 && row_stride(17) == 32 && row_stride(48) == 48);
static_assert(row_stride(64) == 80 && row_stride(50) == 80 && row_stride(768) == 784);
static_assert(capacity{3, 5}.tokens() == 15 && sequences{3, 5}.tokens() == 15);
static_assert(std::is_convertible_v<rows<float, 5>, rows<const float, 5>>);
static_assert(!std::is_convertible_v<rows<const float, 5>, rows<float, 5>>);
static_assert(!std::is_convertible_v<rows<float, 5>, rows<float, 6>>);
constexpr bool strides_are_no_multiple_of_64() {
  for (int width = 1; width < 5000; ++width)
    if (row_stride(width) < width || row_stride(width) % 16 != 0 || row_stride(width) % 64 == 0) return false;
  return true;
}
static_assert(strides_are_no_multiple_of_64());
}  // namespace

BOOST_AUTO_TEST_CASE(columns_are_rows_of_the_same_tokens) {
  const auto memory = std::make_unique<activations<float, capacity{2, 3}, 40>>();
  std::iota(std::begin(memory->data), std::end(memory->data), 0.f);
  const auto all = memory->of({2, 2});
  BOOST_TEST(all.tokens() == 4);
  const auto right = all.columns<10, 30>();
  static_assert(decltype(right)::width == 30 && decltype(right)::stride == 48);
  BOOST_TEST(right.tokens() == 4);
  BOOST_TEST(right[3][2] == 3 * 48 + 12);
  const auto inner = right.columns<5, 1>();
  BOOST_TEST(inner[1][0] == 48 + 15);
  inner[1][0] = -1;
  BOOST_TEST(all[1][15] == -1);
}

BOOST_AUTO_TEST_CASE(marks_of_the_batch_are_carried_along) {
  const std::uint8_t starts[] = {1, 0, 1, 0}, keep[] = {1, 1, 0, 1};
  const auto memory = std::make_unique<activations<float, capacity{2, 2}, 7>>();
  const auto marked = memory->of({2, 2, starts, keep});
  BOOST_TEST((marked.columns<1, 2>().of.starts == starts));
  BOOST_TEST((marked.columns<1, 2>().of.keep == keep));
}
