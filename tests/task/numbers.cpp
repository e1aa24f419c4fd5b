#define BOOST_TEST_MODULE task_numbers
#include <boost/test/unit_test.hpp>
#include <krait/task/numbers.hpp>
#include <map>
#include <set>

#include "moments.hpp"
using namespace krait;
using namespace krait::testing;
using task::prompt_numbers;

// Many at once are those one by one, also where an address passes 2^32.
BOOST_AUTO_TEST_CASE(normals_at_once) {
  const prompt_numbers numbers{{(std::uint64_t{9} << 40) + 3, 77, 0}, (std::uint64_t{1} << 32) - 30};
  for (const int count : {0, 1, 7, 8, 9, 64}) {
    std::vector<float> all(static_cast<std::size_t>(count) + 1, -99.f);
    numbers.normals(5, count, all.data());
    for (int i = 0; i < count; ++i) BOOST_TEST(all[static_cast<std::size_t>(i)] == numbers.normal(5 + i));
    BOOST_TEST(all.back() == -99);
  }
}

BOOST_AUTO_TEST_CASE(prompts_do_not_overlap) {
  const auto first = prompt_numbers::of(of_tests, 4, 10), next = prompt_numbers::of(of_tests, 5, 10);
  BOOST_TEST((first.first == 40 && next.first == 50 && first.after(10).first == next.first));
  BOOST_TEST(first.after(3).uniform(4) == first.uniform(7));
}

// Every order of 2 of 4 as often as any other; all of n is a permutation.
BOOST_AUTO_TEST_CASE(choices) {
  std::map<std::pair<int, int>, double> orders;
  std::set<std::vector<int>> permutations;
  for (std::uint64_t k = 0; k < 6000; ++k) {
    int two[2];
    task::choose({of_tests, k * 20}, 4, 2, two);
    ++orders[{two[0], two[1]}];
    std::vector<int> all(3);
    task::choose({of_tests, k * 20 + 10}, 3, 3, all.data());
    BOOST_TEST((std::set<int>(all.begin(), all.end()) == std::set<int>{0, 1, 2}));
    permutations.insert(all);
  }
  BOOST_TEST((orders.size() == 12u && permutations.size() == 6u));
  for (const auto& [order, count] : orders) share_is(count, 6000, 1. / 12, "an order");
}
