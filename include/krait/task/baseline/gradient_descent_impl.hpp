// krait/task/baseline/gradient_descent_impl.hpp: in the frame of the curvature's eigenvectors, where each direction
// goes by itself.
#pragma once
#include <krait/core/config.hpp>
#include <krait/core/eigen.hpp>
#include <krait/task/baseline/gradient_descent.hpp>
#pragma GCC diagnostic push
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <Eigen/Eigenvalues>
#pragma GCC diagnostic pop

namespace krait::task::baseline {

KRAIT_INLINE std::vector<double> descent_answers(std::span<const double> x, std::span<const double> y, int dimensions,
                                                 int steps) {
  std::vector<double> all(static_cast<std::size_t>(steps) + 1);
  if (y.empty()) return all;
  using matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto examples = static_cast<Eigen::Index>(y.size());
  const Eigen::Map<const matrix> X(x.data(), examples, dimensions);
  const Eigen::Map<const Eigen::VectorXd> wanted(y.data(), examples),
      query(x.data() + examples * dimensions, dimensions);
  const double n = static_cast<double>(examples);
  const Eigen::MatrixXd hessian = X.transpose() * X / n;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(hessian);
  const Eigen::VectorXd& curvature = solved.eigenvalues();  // ascending
  const Eigen::VectorXd slope = solved.eigenvectors().transpose() * (X.transpose() * wanted) / n,
                        seen = solved.eigenvectors().transpose() * query;
  const double greatest = curvature(dimensions - 1);
  double least = greatest;
  for (int i = dimensions - 1; i >= 0 && curvature(i) > 1e-10 * greatest; --i) least = curvature(i);
  const double rate = greatest > 0 ? 2 / (greatest + least) : 0;
  Eigen::VectorXd w = Eigen::VectorXd::Zero(dimensions);
  for (double& answer : all) {
    answer = w.dot(seen);
    w -= rate * (curvature.cwiseProduct(w) - slope);
  }
  return all;
}

}  // namespace krait::task::baseline
