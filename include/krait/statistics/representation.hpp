// krait/statistics/representation.hpp: how many directions the rows of a representation take, and how alike two
// representations of the same things are.
#pragma once
#include <cstddef>
#include <krait/core/config.hpp>
#include <span>
#include <vector>

namespace krait::statistics {

/// Rows of numbers less their mean, known by the products of each with each (of which there are few).
class representation {
 public:
  /// Throws data_error unless the values are whole rows of `width`, at least two.
  representation(std::span<const float> values, std::size_t width);

  /// exp of the entropy of the singular values' shares: 1 where all rows lie on a line, at most rows - 1 and width. Roy
  /// & Vetterli 2007, "The effective rank". NaN where all rows are the same.
  double effective_rank() const;

  /// Linear centred kernel alignment with another one of the same rows, whatever its width: 1 where one is the other
  /// turned, moved or scaled, 0 where they have nothing in common. Kornblith et al. 2019 (arXiv:1905.00414), eq. 3.
  /// NaN where the rows of one are the same; data_error where it has another number of rows.
  double alike(const representation& other) const;

 private:
  std::size_t rows_;
  std::vector<double> products_;  // (rows, rows)
};

}  // namespace krait::statistics

#ifndef KRAIT_COMPILED
#include <krait/statistics/representation_impl.hpp>
#endif
