// krait/task/baseline/lasso.hpp: the linear function that minimises |y - X w|^2 / (2 n) + alpha |w|_1. Tibshirani 1996,
// by coordinate descent (Friedman et al. 2010, "Regularization paths", section 2.2: updates by covariances).
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/task/task.hpp>
#include <string_view>
#include <vector>

namespace krait::task::baseline {

struct lasso_config {
  double alpha = .01;  // published: 1, .1, .01, .001, .0001; plotted .01
  bool intercept = false;
  double tolerance = 1e-4;  // ends when the duality gap is below tolerance |y|^2
  int sweeps = 100'000;     // and after so many at the latest
};

/// In double. No examples: 0.
template <lasso_config C = lasso_config{}> struct lasso {
  static_assert(C.alpha >= 0 && C.tolerance > 0 && C.sweeps > 0,
                "baseline::lasso: alpha must not be negative, tolerance and sweeps must be positive");
  static constexpr std::string_view name = "lasso";
  template <class Scalar> static double predict(const Scalar* x, const Scalar* y, int examples, int dimensions) {
    if (examples == 0) return 0;
    const problem now(x, y, examples, dimensions);
    const std::vector<double> w = now.solve();
    double sum = now.mean_y;
    for (std::size_t c = 0; c < now.d; ++c)
      sum += w[c] * (static_cast<double>(x[static_cast<std::size_t>(examples) * now.d + c]) - now.mean_x[c]);
    return sum;
  }

 private:
  struct problem {
    std::size_t d, stride;  // of the Gram matrix's rows: whole vectors
    double n, y_squares = 0, mean_y = 0;
    std::vector<double> gram, xy, mean_x;  // X^T X, X^T y of centred data, if there is an intercept

    template <class Scalar>
    problem(const Scalar* x, const Scalar* y, int examples, int dimensions)
        : d(static_cast<std::size_t>(dimensions)),
          stride((d + 7) / 8 * 8),
          n(examples),
          gram(d * stride),
          xy(stride),
          mean_x(d) {
      if constexpr (C.intercept) {
        for (int i = 0; i < examples; ++i) {
          mean_y += y[i] / n;
          for (std::size_t c = 0; c < d; ++c) mean_x[c] += x[static_cast<std::size_t>(i) * d + c] / n;
        }
      }
      std::vector<double> row(d);
      for (int i = 0; i < examples; ++i) {
        const double target = y[i] - mean_y;
        y_squares += target * target;
        for (std::size_t c = 0; c < d; ++c) row[c] = x[static_cast<std::size_t>(i) * d + c] - mean_x[c];
        for (std::size_t c = 0; c < d; ++c) {
          xy[c] += row[c] * target;
          for (std::size_t k = 0; k < d; ++k) gram[c * stride + k] += row[c] * row[k];
        }
      }
    }
    std::vector<double> solve() const {
      const double threshold = C.alpha * n;
      std::vector<double> w(d), left = xy, inverse(d);  // left = X^T (y - X w)
      for (std::size_t c = 0; c < d; ++c) inverse[c] = gram[c * stride + c] > 0 ? 1 / gram[c * stride + c] : 0;
      for (int sweep = 0; sweep < C.sweeps; ++sweep) {
        double greatest = 0, moved = 0;
        for (std::size_t c = 0; c < d; ++c) {
          const double* row = gram.data() + c * stride;
          const double towards = left[c] + row[c] * w[c];
          const double now = std::copysign(std::max(std::abs(towards) - threshold, 0.), towards) * inverse[c];
          const double step = now - w[c];
          if (step != 0) subtract(row, step, left.data());
          moved = std::max(moved, std::abs(step));
          w[c] = now;
          greatest = std::max(greatest, std::abs(now));
        }
        if (moved == 0 || (moved <= C.tolerance * greatest && gap(w, left) <= C.tolerance * y_squares)) break;
      }
      return w;
    }
    /// to -= step row; blocks of a vector or two, so that there is no rest.
    void subtract(const double* __restrict row, double step, double* __restrict to) const {
      for (std::size_t from = 0; from < stride; from += 8)
        for (std::size_t k = from; k < from + 8; ++k) to[k] -= row[k] * step;
    }
    /// Between the objective (times n) and its dual at the residual, scaled so that it is feasible.
    double gap(const std::vector<double>& w, const std::vector<double>& left) const {
      const double threshold = C.alpha * n;
      double fitted = 0, rest = 0, norm = 0, slope = 0;
      for (std::size_t c = 0; c < d; ++c) {
        fitted += w[c] * xy[c];
        rest += w[c] * left[c];
        norm += std::abs(w[c]);
        slope = std::max(slope, std::abs(left[c]));
      }
      const double residual_y = y_squares - fitted, residual = std::max(0., residual_y - rest);
      const double scale = slope > threshold ? threshold / slope : 1;
      return .5 * residual * (1 + scale * scale) + threshold * norm - scale * residual_y;
    }
  };
};
static_assert(prompt_baseline<lasso<>>);

}  // namespace krait::task::baseline
