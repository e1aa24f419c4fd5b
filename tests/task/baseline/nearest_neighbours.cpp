#define BOOST_TEST_MODULE task_baseline_nearest_neighbours
#include <boost/test/unit_test.hpp>
#include <krait/task/baseline/nearest_neighbours.hpp>

#include "oracle_prompts.hpp"
using namespace krait::testing;
using namespace krait::task::baseline;

namespace {
template <int K, bool ByDistance = false>
using nearest = nearest_neighbours<nearest_neighbours_config{.neighbours = K, .by_distance = ByDistance}>;
}  // namespace

BOOST_AUTO_TEST_CASE(by_hand) {
  const double x[] = {0, 1, 3, 7, 2.5}, y[] = {10, 20, 40, 80};
  BOOST_TEST((nearest<1>::predict(x, y, 0, 1)) == 0);
  BOOST_TEST((nearest<1>::predict(x, y, 4, 1)) == 40);
  BOOST_TEST((nearest<2>::predict(x, y, 4, 1)) == 30);
  BOOST_TEST((nearest<9>::predict(x, y, 4, 1)) == 37.5);
  // weights 1 / .5 and 1 / 1.5
  BOOST_TEST(std::abs(nearest<2, true>::predict(x, y, 4, 1) - 35) < 1e-12);
}

BOOST_AUTO_TEST_CASE(ties_go_to_the_earlier_example) {
  const double x[] = {1, -1, 1, -1, 0}, y[] = {1, 2, 4, 8};
  BOOST_TEST((nearest<1>::predict(x, y, 4, 1)) == 1);
  BOOST_TEST((nearest<2>::predict(x, y, 4, 1)) == 1.5);
  BOOST_TEST((nearest<3>::predict(x, y, 4, 1)) == 7. / 3);
}

BOOST_AUTO_TEST_CASE(an_example_at_the_query_answers_alone) {
  const double x[] = {5, 2, 5, 1, 5}, y[] = {10, 20, 40, 80};
  BOOST_TEST((nearest<3, true>::predict(x, y, 4, 1)) == 25);
  BOOST_TEST((nearest<3>::predict(x, y, 4, 1)) == 70. / 3);
}

BOOST_AUTO_TEST_CASE(as_scikit_learn) {
  const oracle_prompts prompts;
  BOOST_TEST(apart(prompts.answers<nearest<3>>("linear", 6), prompts.of["neighbours_3"]) < 1e-9);
  BOOST_TEST(apart(prompts.answers<nearest<3, true>>("linear", 6), prompts.of["neighbours_3_by_distance"]) < 1e-9);
}
