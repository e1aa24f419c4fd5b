// tests/task/baseline/kernel_ridge.cpp: kernel ridge regression by hand, and as scikit-learn answers.
#define BOOST_TEST_MODULE task_baseline_kernel_ridge
#include <boost/test/unit_test.hpp>
#include <krait/task/baseline/kernel_ridge.hpp>
#include <krait/task/baseline/list.hpp>

#include "oracle_prompts.hpp"
using namespace krait;
using namespace krait::testing;
using task::baseline::kernel_ridge, task::baseline::kernel_ridge_config;
static_assert(task::baseline::list<kernel_ridge<>>::size == 1);

BOOST_AUTO_TEST_CASE(by_hand) {
  const double x[] = {0, 1}, y[] = {3};  // a = 3 / (1 + alpha)
  BOOST_TEST(std::abs(kernel_ridge<>::predict(x, y, 1, 1) - 1.5 * std::exp(-1)) < 1e-12);
  BOOST_TEST(kernel_ridge<>::predict(x, y, 0, 1) == 0);
  // The second coordinate, which would be far away, is not looked at.
  const double wide[] = {0, 0, 1, 100};
  BOOST_TEST(std::abs(kernel_ridge<kernel_ridge_config{.coordinates = 1}>::predict(wide, y, 1, 2) -
                      1.5 * std::exp(-1)) < 1e-12);
}

BOOST_AUTO_TEST_CASE(as_scikit_learn) {
  const oracle_prompts prompts;
  oracle stored("kernel_ridge");
  BOOST_TEST(apart(prompts.answers<kernel_ridge<kernel_ridge_config{.alpha = .1}>>("linear", 6), stored["rbf"]) < 1e-9);
  BOOST_TEST(
      apart(prompts.answers<kernel_ridge<kernel_ridge_config{.alpha = 1, .gamma = .5, .coordinates = 2}>>("linear", 6),
            stored["rbf_of_two"]) < 1e-9);
}
