#define BOOST_TEST_MODULE task_baseline_least_squares
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/task/baseline/least_squares.hpp>
#include <krait/task/baseline/zero.hpp>
using namespace krait::task::baseline;

namespace {
bool near(double a, double b) { return std::abs(a - b) < 1e-12; }
}  // namespace

BOOST_AUTO_TEST_CASE(without_examples_the_answer_is_zero) {
  const double x[] = {3, 4};
  BOOST_TEST(least_squares::predict(x, static_cast<const double*>(nullptr), 0, 2) == 0);
}

BOOST_AUTO_TEST_CASE(few_examples_give_the_solution_of_least_norm) {
  // <w, (1, 1)> = 2 alone: of least norm is w = (1, 1).
  const double x[] = {1, 1, 5, -2}, y[] = {2};
  BOOST_TEST(near(least_squares::predict(x, y, 1, 2), 3));
}

BOOST_AUTO_TEST_CASE(enough_examples_give_the_function) {
  const double x[] = {1, 0, 1, 1, 2, 10}, y[] = {3, 1};  // w = (3, -2)
  BOOST_TEST(near(least_squares::predict(x, y, 2, 2), -14));
}

BOOST_AUTO_TEST_CASE(contradicting_examples_are_averaged) {
  const double x[] = {1, 1, 2}, y[] = {1, 3};
  BOOST_TEST(near(least_squares::predict(x, y, 2, 1), 4));
}

BOOST_AUTO_TEST_CASE(repeated_and_empty_examples_do_no_harm) {
  const double x[] = {1, 1, 1, 1, 0, 0, 2, 2}, y[] = {2, 2, 0};
  BOOST_TEST(near(least_squares::predict(x, y, 3, 2), 4));
}

BOOST_AUTO_TEST_CASE(zero_says_zero) {
  const float x[] = {1, 2}, y[] = {5};
  BOOST_TEST(zero::predict(x, y, 1, 1) == 0);
}
