#define BOOST_TEST_MODULE task_baseline_list
#include <boost/test/unit_test.hpp>
#include <krait/task/baseline/least_squares.hpp>
#include <krait/task/baseline/list.hpp>
#include <krait/task/baseline/zero.hpp>
#include <string>
#include <vector>
using namespace krait;
namespace baseline = task::baseline;

BOOST_AUTO_TEST_CASE(names_and_order) {
  using all = baseline::list<baseline::least_squares, baseline::zero, baseline::named<"nothing", baseline::zero>>;
  static_assert(all::size == 3 && all::names[0] == "least squares" && all::names[2] == "nothing");
  const float x[] = {1, 2}, y[] = {3, 0};  // y = 3 x after one example
  std::vector<double> seen;
  all::for_each([&](auto member) { seen.push_back(decltype(member)::type::predict(x, y, 1, 1)); });
  BOOST_TEST(std::abs(seen[0] - 6) < 1e-12);
  BOOST_TEST((seen[1] == 0 && seen[2] == 0));
  static_assert(baseline::list<>::size == 0);
}
