// krait/task/baseline/kalman.hpp: the best predictor of a linear-Gaussian state-space system whose matrices are known,
// one step ahead, with noises that may be correlated. Kalman 1960; Anderson & Moore 1979, "Optimal Filtering",
// section 5.4.
#pragma once
#include <krait/core/eigen.hpp>
#include <krait/core/error.hpp>
#include <string>
#include <utility>

namespace krait::task {

/// h_(t+1) = A h_t + w_t, y_t = C h_t + v_t: A (n, n), C (p, n), the noises' covariances Q = E w w^T (n, n), R = E v
/// v^T (p, p) and S = E w v^T (n, p), and that of h_1, whose mean is 0.
struct state_space_system {
  Eigen::MatrixXd A, C, Q, R, S, first;
};

namespace baseline {

/// The system's matrices fit each other; the next y is certain in no direction. (A template, so that Eigen costs only
/// those who use it.)
template <class System = state_space_system> class kalman {
 public:
  using matrix = Eigen::MatrixXd;
  using vector = Eigen::VectorXd;

  explicit kalman(const System& of) : of_(of), h_(vector::Zero(of.A.rows())), P_(of.first) {}

  /// Mean and covariance of the next y, given all that were seen.
  vector mean() const { return of_.C * h_; }
  matrix covariance() const { return innovation(of_, P_); }
  /// Of the next state.
  const matrix& state_covariance() const { return P_; }

  /// The next y has come.
  void observe(const vector& y) {
    const matrix K = gain(of_, P_);
    h_ = of_.A * h_ + K * (y - mean());
    P_ = next(of_, P_);
  }

  /// The covariance of the next state after endless sequences: the solution of the Riccati equation P = A P A^T + Q -
  /// (A P C^T + S) (C P C^T + R)^-1 (A P C^T + S)^T that the recursion from `first` comes to. Throws number_error where
  /// it has not come to rest after `most` steps.
  static matrix stationary(const System& of, int most = 100'000) {
    matrix P = of.first;
    for (int k = 0; k < most; ++k) {
      matrix after = next(of, P);
      const double change = (after - P).norm(), size = after.norm();
      P = std::move(after);
      if (change <= 1e-15 * size) return P;
    }
    throw number_error("kalman: the Riccati recursion has not come to rest after " + std::to_string(most) +
                       " steps; is the system stable?");
  }
  /// The covariance of the next y then: no predictor errs less on long sequences.
  static matrix stationary_error(const System& of) { return innovation(of, stationary(of)); }

 private:
  static matrix innovation(const System& of, const matrix& P) { return of.C * P * of.C.transpose() + of.R; }
  static matrix gain(const System& of, const matrix& P) {
    const matrix cross = of.A * P * of.C.transpose() + of.S;
    return innovation(of, P).llt().solve(cross.transpose()).transpose();
  }
  static matrix next(const System& of, const matrix& P) {
    const matrix cross = of.A * P * of.C.transpose() + of.S;
    const matrix after = of.A * P * of.A.transpose() + of.Q - gain(of, P) * cross.transpose();
    return (after + after.transpose()) / 2;  // rounding would unbalance it
  }

  System of_;
  vector h_;
  matrix P_;
};

}  // namespace baseline
}  // namespace krait::task
