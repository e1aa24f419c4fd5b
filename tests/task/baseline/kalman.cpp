// tests/task/baseline/kalman.cpp: the Kalman predictor by hand, against conditioning the whole sequence's Gaussian, and
// against the Riccati equation; and that sampled sequences have the covariances that it is told.
#define BOOST_TEST_MODULE task_baseline_kalman
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/task/baseline/kalman.hpp>
#include <krait/task/linear_gaussian.hpp>
#include <tuple>
#include <vector>
using namespace krait;
using task::baseline::kalman, task::linear_gaussian, task::linear_gaussian_config;

namespace {

using correlated = linear_gaussian<linear_gaussian_config{
    .states = 3, .outputs = 2, .radius = .9, .measurement = .7, .correlation = .6}>;

using persistent = linear_gaussian<linear_gaussian_config{
    .states = 3, .outputs = 2, .radius = .9, .measurement = 1.2, .persistence = .8}>;

task::state_space_system plain(double a, double c, double q, double r, double first) {
  const auto one = [](double value) { return Eigen::MatrixXd::Constant(1, 1, value); };
  return {one(a), one(c), one(q), one(r), one(0), one(first)};
}

using all_kinds = std::tuple<correlated, persistent>;

}  // namespace

// Noise that persists: E y_t y_(t+1)^T of a state that is forgotten at once is that of the noise alone.
BOOST_AUTO_TEST_CASE(noise_persists) {
  using noise_alone = linear_gaussian<linear_gaussian_config{
      .states = 1, .outputs = 1, .radius = 0, .process = 0, .measurement = 2, .persistence = .6}>;
  double square = 0, product = 0;
  constexpr int T = 50, sequences = 400;
  for (std::uint64_t number = 0; number < sequences; ++number) {
    double y[T];
    noise_alone::sample({5, stream("noise"), 0}, number, T, y);
    for (int t = 0; t + 1 < T; ++t)
      square += y[t] * y[t] / ((T - 1) * sequences), product += y[t] * y[t + 1] / ((T - 1) * sequences);
  }
  BOOST_TEST(std::abs(square - 4) < .25);
  BOOST_TEST(std::abs(product - 2.4) < .25);
}

// a = 1/2, c = 1, q = 1, r = 1, h_1 ~ N(0, 1): gain of y_1 is 1/2 * 1/2, then P = 1/4 + 1 - 1/8.
BOOST_AUTO_TEST_CASE(by_hand) {
  kalman predictor(plain(.5, 1, 1, 1, 1));
  BOOST_TEST(predictor.mean()(0) == 0);
  BOOST_TEST(predictor.covariance()(0, 0) == 2, boost::test_tools::tolerance(1e-14));
  predictor.observe(Eigen::VectorXd::Constant(1, 4));
  BOOST_TEST(predictor.mean()(0) == 1, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(predictor.state_covariance()(0, 0) == 1.125, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(predictor.covariance()(0, 0) == 2.125, boost::test_tools::tolerance(1e-14));
}

// P = a^2 P r / (P + r) + q for c = 1: P^2 + P (r - a^2 r - q) - q r = 0.
BOOST_AUTO_TEST_CASE(the_stationary_solution) {
  for (const double a : {0., .3, .95}) {
    const double q = .7, r = 2, b = r - a * a * r - q, P = (-b + std::sqrt(b * b + 4 * q * r)) / 2;
    const auto system = plain(a, 1, q, r, 5);
    BOOST_TEST(kalman<>::stationary(system)(0, 0) == P, boost::test_tools::tolerance(1e-10));
    BOOST_TEST(kalman<>::stationary_error(system)(0, 0) == P + r, boost::test_tools::tolerance(1e-10));
    kalman predictor(system);
    for (int t = 0; t < 1000; ++t) predictor.observe(Eigen::VectorXd::Zero(1));
    BOOST_TEST(predictor.state_covariance()(0, 0) == P, boost::test_tools::tolerance(1e-10));
  }
  const auto s = correlated::draw_system({3, stream("systems"), 0}, 0);
  const Eigen::MatrixXd P = kalman<>::stationary(s), cross = s.A * P * s.C.transpose() + s.S;
  const Eigen::MatrixXd error = s.C * P * s.C.transpose() + s.R,
                        off = s.A * P * s.A.transpose() + s.Q - cross * error.llt().solve(cross.transpose()) - P;
  BOOST_TEST(off.norm() < 1e-12 * P.norm());
}

// All of y_1 .. y_T is one Gaussian: E y_t y_t^T = C X C^T + R, E y_(t+k) y_t^T = C A^(k-1) (A X C^T + S).
BOOST_AUTO_TEST_CASE_TEMPLATE(as_conditioning_the_whole_sequence, task_type, all_kinds) {
  constexpr int T = 7, p = task_type::outputs;
  for (std::uint64_t number = 0; number < 5; ++number) {
    double y[T * p];
    const auto s = task_type::sample({3, stream("sequences"), 0}, number, T, y);
    BOOST_TEST((s.A * s.first * s.A.transpose() + s.Q - s.first).norm() < 1e-12);  // stationary
    Eigen::MatrixXd all(T * p, T * p);
    for (int t = 0; t < T; ++t) {
      all.block(t * p, t * p, p, p) = s.C * s.first * s.C.transpose() + s.R;
      Eigen::MatrixXd step = s.A * s.first * s.C.transpose() + s.S;
      for (int later = t + 1; later < T; ++later, step = s.A * step) {
        all.block(later * p, t * p, p, p) = s.C * step;
        all.block(t * p, later * p, p, p) = (s.C * step).transpose();
      }
    }
    kalman predictor(s);
    for (int t = 0; t < T; ++t) {
      const int n = t * p;
      const Eigen::MatrixXd seen = all.topLeftCorner(n, n), cross = all.block(n, 0, p, n);
      Eigen::VectorXd mean = Eigen::VectorXd::Zero(p);
      Eigen::MatrixXd left = all.block(n, n, p, p);
      if (t > 0) {
        mean = cross * seen.llt().solve(Eigen::Map<Eigen::VectorXd>(y, n));
        left -= cross * seen.llt().solve(cross.transpose());
      }
      BOOST_TEST((predictor.mean() - mean).norm() < 1e-10);
      BOOST_TEST((predictor.covariance() - left).norm() < 1e-10);
      predictor.observe(Eigen::Map<Eigen::VectorXd>(y + n, p));
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(sequences_have_the_covariances_that_are_told, task_type, all_kinds) {
  constexpr int T = 12, p = task_type::outputs, sequences = 1500;
  double chi = 0, of_last = 0, least = 0;
  for (std::uint64_t number = 0; number < sequences; ++number) {
    double y[T * p];
    const auto s = task_type::sample({9, stream("sequences"), 0}, number, T, y);
    kalman predictor(s);
    for (int t = 0; t < T; ++t) {
      const Eigen::VectorXd seen = Eigen::Map<Eigen::VectorXd>(y + t * p, p), off = seen - predictor.mean();
      chi += off.dot(predictor.covariance().llt().solve(off)) / (p * T * sequences);
      if (t + 1 == T) of_last += off.squaredNorm() / sequences, least += predictor.covariance().trace() / sequences;
      predictor.observe(seen);
    }
  }
  BOOST_TEST(std::abs(chi - 1) < 4 * std::sqrt(2. / (p * T * sequences)));
  BOOST_TEST(std::abs(of_last / least - 1) < .15);
}
