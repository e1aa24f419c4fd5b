// krait/statistics/representation_impl.hpp: through the Gram matrix of the centred rows, of which there are few.
#pragma once
#include <cmath>
#include <krait/core/config.hpp>
#include <krait/core/eigen.hpp>
#include <krait/core/error.hpp>
#include <krait/statistics/representation.hpp>
#include <limits>
#include <string>

#pragma GCC diagnostic push
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <Eigen/Eigenvalues>
#pragma GCC diagnostic pop

namespace krait::statistics {

KRAIT_INLINE representation::representation(std::span<const float> values, std::size_t width)
    : rows_(width ? values.size() / width : 0) {
  if (rows_ < 2 || values.size() != rows_ * width)
    throw data_error("representation: " + std::to_string(values.size()) + " numbers are no rows of " +
                     std::to_string(width) + "; give whole rows, two or more.");
  using matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  matrix x =
      Eigen::Map<const matrix>(values.data(), static_cast<Eigen::Index>(rows_), static_cast<Eigen::Index>(width));
  const Eigen::RowVectorXf mean = x.colwise().mean();
  x.rowwise() -= mean;
  const matrix products = x * x.transpose();
  products_.assign(products.data(), products.data() + products.size());
}

KRAIT_INLINE double representation::effective_rank() const {
  const auto rows = static_cast<Eigen::Index>(rows_);
  const Eigen::Map<const Eigen::MatrixXd> products(products_.data(), rows, rows);
  const Eigen::VectorXd squares =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(products, Eigen::EigenvaluesOnly).eigenvalues();
  const double greatest = squares.maxCoeff();
  if (!(greatest > 0)) return std::numeric_limits<double>::quiet_NaN();
  // What float rounding puts in the place of zero is no direction.
  const double least = greatest * static_cast<double>(rows_) * std::numeric_limits<float>::epsilon();
  double sum = 0, weighted = 0;
  for (const double square : squares)
    if (square > least) {
      const double singular = std::sqrt(square);
      sum += singular, weighted += singular * std::log(singular);
    }
  return std::exp(std::log(sum) - weighted / sum);
}

KRAIT_INLINE double representation::alike(const representation& other) const {
  if (rows_ != other.rows_)
    throw data_error("representation: " + std::to_string(rows_) + " rows and " + std::to_string(other.rows_) +
                     " are not of the same things.");
  double both = 0, mine = 0, its = 0;
  for (std::size_t i = 0; i < products_.size(); ++i) {
    both += products_[i] * other.products_[i];
    mine += products_[i] * products_[i], its += other.products_[i] * other.products_[i];
  }
  return both / std::sqrt(mine * its);
}

}  // namespace krait::statistics
