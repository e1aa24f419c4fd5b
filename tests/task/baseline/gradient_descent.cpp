// tests/task/baseline/gradient_descent.cpp: gradient descent by hand, by its own loop, and at its end.
#define BOOST_TEST_MODULE task_baseline_gradient_descent
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/core/random.hpp>
#include <krait/task/baseline/gradient_descent.hpp>
#include <krait/task/baseline/least_squares.hpp>
using namespace krait;
using namespace krait::task::baseline;

BOOST_AUTO_TEST_CASE(by_hand) {
  // Curvatures 1/2 and 2, rate 4/5: along the first 1 - (3/5)^k of w is found, along the second 1 - (-3/5)^k.
  const double x[] = {1, 0, 0, 2, 1, 1}, y[] = {10, 20};
  const auto found = descent_answers(x, y, 2, 3);
  for (int k = 0; k < 4; ++k)
    BOOST_TEST(std::abs(found[static_cast<std::size_t>(k)] - (20 - 10 * std::pow(.6, k) - 10 * std::pow(-.6, k))) <
               1e-12);
  // One example: one step is enough, whatever the directions of which it says nothing.
  const double one[] = {3, 4, 3, 4}, told[] = {7};
  BOOST_TEST(std::abs(gradient_descent<gradient_descent_config{.steps = 1}>::predict(one, told, 1, 2) - 7) < 1e-12);
  BOOST_TEST(gradient_descent<>::predict(one, told, 0, 2) == 0);
}

BOOST_AUTO_TEST_CASE(ends_at_least_squares) {
  for (const int examples : {3, 9}) {
    std::vector<double> x, y;
    for (std::uint64_t k = 0; k < 50; ++k) x.push_back(normal(draw{2, stream("test"), k}));
    for (int i = 0; i < examples; ++i) y.push_back(x[static_cast<std::size_t>(i)] + i);
    x.resize(static_cast<std::size_t>(examples + 1) * 5);
    const double wanted = least_squares::predict(x.data(), y.data(), examples, 5);
    BOOST_TEST(std::abs(descent_answers(x, y, 5, 20000).back() - wanted) < 1e-6);
    BOOST_TEST(std::abs(descent_answers(x, y, 5, 1).back() - wanted) > 1e-3);
  }
}
