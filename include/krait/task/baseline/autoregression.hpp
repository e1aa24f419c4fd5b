// krait/task/baseline/autoregression.hpp: the next number of a sequence out of the last ones, by the weights that fit
// the sequence so far best: what empirical risk minimisation makes of it.
#pragma once
#include <krait/core/eigen.hpp>

namespace krait::task::baseline {

/// y_(t+1) = w . (y_t, y_(t-1), .., y_(t - Order + 1)), where w has the least sum of (y_s - w . (y_(s-1), ..))^2 over
/// all s <= t with Order numbers before them, plus penalty * |w|^2. Until Order + 1 have been seen it says 0.
template <int Order> class autoregression {
  static_assert(Order >= 1, "autoregression: the next number follows from one at least");
  using vector = Eigen::Matrix<double, Order, 1>;
  using matrix = Eigen::Matrix<double, Order, Order>;

 public:
  explicit autoregression(double penalty = 1) : squares_(penalty * matrix::Identity()) {}
  /// Of the next y.
  double mean() const { return squares_.ldlt().solve(products_).dot(last_); }
  void observe(double y) {
    if (seen_ >= Order) {
      squares_ += last_ * last_.transpose();
      products_ += y * last_;
    }
    ++seen_;
    for (int k = Order - 1; k > 0; --k) last_(k) = last_(k - 1);
    last_(0) = y;
  }

 private:
  matrix squares_;
  long seen_ = 0;
  vector products_ = vector::Zero(), last_ = vector::Zero();
};

}  // namespace krait::task::baseline
