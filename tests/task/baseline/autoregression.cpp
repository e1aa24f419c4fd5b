// tests/task/baseline/autoregression.cpp: against ridge regression on the rows written out, and a sequence without
// noise.
#define BOOST_TEST_MODULE task_baseline_autoregression
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/core/random.hpp>
#include <krait/task/baseline/autoregression.hpp>
#include <vector>
using namespace krait;
using task::baseline::autoregression;

BOOST_AUTO_TEST_CASE(as_ridge_regression_on_rows) {
  constexpr int order = 3, T = 12;
  std::vector<double> y;
  for (std::uint64_t t = 0; t < T; ++t) y.push_back(normal({4, stream("autoregression"), t}));
  autoregression<order> fits(.5);
  BOOST_TEST(fits.mean() == 0);
  for (int t = 0; t < T; ++t) {
    fits.observe(y[static_cast<std::size_t>(t)]);
    const auto at = [&](int s) { return s < 0 ? 0. : y[static_cast<std::size_t>(s)]; };
    Eigen::MatrixXd X(t + 1 + order, order);
    Eigen::VectorXd Y = Eigen::VectorXd::Zero(t + 1 + order);
    X.setZero();
    for (int s = order; s <= t; ++s) {
      for (int k = 0; k < order; ++k) X(s, k) = at(s - 1 - k);
      Y(s) = at(s);
    }
    for (int k = 0; k < order; ++k) X(t + 1 + k, k) = std::sqrt(.5);  // the penalty, as rows
    const Eigen::VectorXd w = X.householderQr().solve(Y);
    BOOST_TEST(std::abs(fits.mean() - (w(0) * at(t) + w(1) * at(t - 1) + w(2) * at(t - 2))) < 1e-12);
  }
}

// A turning point in the plane, seen from one side: y_(t+1) = 2 r cos(angle) y_t - r^2 y_(t-1).
BOOST_AUTO_TEST_CASE(a_sequence_without_noise) {
  autoregression<2> fits(1e-9);
  for (int t = 0; t < 10; ++t) fits.observe(std::cos(.7 * t));
  BOOST_TEST(std::abs(fits.mean() - std::cos(7.)) < 1e-6);
}
