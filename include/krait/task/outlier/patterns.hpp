// krait/task/outlier/patterns.hpp: the vectors that prompts are made of, one a row: relevant, irrelevant and outlier
// patterns; and the outliers of the tests.
#pragma once
#include <cmath>
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/core/tensor.hpp>

namespace krait::task::outlier {

/// Lengths and angles. Everything is orthogonal where overlap is 0.
struct geometry {
  double pattern_norm = 3;  // beta = |mu| = |nu|, at least 1
  double outlier_norm = 3;  // |v*|
  double overlap = 0;       // cosine between an outlier and one relevant pattern, 0 <= overlap < 1
  bool operator==(const geometry&) const = default;
};

/// Rows 0 .. Relevant - 1 are mu, then Irrelevant nu, then Outliers v; the rest of the space is free.
/// Rows are multiples of unit vectors: the one-layer models start from multiples of the identity and from isotropic
/// numbers, so that a rotation of all patterns changes nothing but the numbers drawn. rotate() makes one.
template <class T, int Relevant, int Irrelevant, int Outliers, int Dimensions> struct patterns {
  static constexpr int relevant = Relevant, irrelevant = Irrelevant, outliers = Outliers, dimensions = Dimensions;
  static constexpr int first_outlier = Relevant + Irrelevant, atoms = first_outlier + Outliers;
  static constexpr int free = Dimensions - atoms;

  tensor<T, atoms, Dimensions> rows;
  T* operator[](int atom) { return rows.data + atom * Dimensions; }
  const T* operator[](int atom) const { return rows.data + atom * Dimensions; }

  /// The training patterns.
  explicit patterns(const geometry& g = {}) : rows{} {
    for (int a = 0; a < first_outlier; ++a) (*this)[a][a] = static_cast<T>(g.pattern_norm);
    for (int s = 0; s < Outliers; ++s) {
      T* v = (*this)[first_outlier + s];
      v[first_outlier + s] = static_cast<T>(g.outlier_norm * std::sqrt(1 - g.overlap * g.overlap));
      v[s % Relevant] = static_cast<T>(g.outlier_norm * g.overlap);
    }
  }

  /// These patterns with other outliers: v'_s = sum_i lambda[s][i] v*_i + aside * |v*| u_s, u_s a unit vector that is
  /// orthogonal to all patterns and outliers (the next free coordinate).
  template <class Lambda> patterns with_outliers(const Lambda& lambda, double aside = 0) const {
    patterns other = *this;
    for (int s = 0; s < Outliers; ++s) {
      T* v = other[first_outlier + s];
      for (int c = 0; c < Dimensions; ++c) {
        double sum = 0;
        for (int i = 0; i < Outliers; ++i) sum += lambda[s][i] * static_cast<double>((*this)[first_outlier + i][c]);
        v[c] = static_cast<T>(sum);
      }
      if constexpr (free > 0) v[atoms + s % free] += static_cast<T>(aside * norm(first_outlier + s));
    }
    return other;
  }
  /// The novel outliers of the published experiments: sums of lambda .9, .5 and .3, lengths near |v*|.
  patterns published_novel() const requires(Outliers == 3) {
    constexpr double lambda[3][3] = {{.7, .6, -.4}, {.4, .7, -.6}, {-.7, .5, .5}};
    return with_outliers(lambda);
  }
  /// Outliers of length |v*| in random directions of the training outliers' span, drawn again until the sum of lambda
  /// is at least `least` (> 0: inside the cone of theorem 2; it must be below sqrt(Outliers)).
  patterns random_novel(draw at, double least) const {
    double lambda[Outliers][Outliers];
    std::uint64_t next = 0;
    for (int s = 0; s < Outliers; ++s)
      for (double sum = least - 1; sum < least;) {
        double squares = 0;
        for (double& x : lambda[s]) x = normal(at.with_index(next++)), squares += x * x;
        sum = 0;
        for (double& x : lambda[s]) x /= std::sqrt(squares), sum += x;
      }
    return with_outliers(lambda);
  }
  /// The mirror images -v of these outliers: from a cone of positive sums to its negative.
  patterns mirrored() const {
    double lambda[Outliers][Outliers] = {};
    for (int s = 0; s < Outliers; ++s) lambda[s][s] = -1;
    return with_outliers(lambda);
  }
  /// Outliers that have nothing in common with any pattern or training outlier.
  patterns aside() const requires(free > 0) {
    constexpr double none[Outliers][Outliers] = {};
    return with_outliers(none, 1);
  }

  /// All vectors moved by one random orthogonal map, a product of reflections at Gaussian vectors.
  void rotate(draw at) {
    for (int k = 0; k < Dimensions; ++k) {
      double h[Dimensions], squares = 0;
      for (int c = 0; c < Dimensions; ++c) {
        h[c] = normal(at.with_index(static_cast<std::uint64_t>(k) * Dimensions + static_cast<std::uint64_t>(c)));
        squares += h[c] * h[c];
      }
      for (int a = 0; a < atoms; ++a) {
        T* v = (*this)[a];
        double dot = 0;
        for (int c = 0; c < Dimensions; ++c) dot += h[c] * static_cast<double>(v[c]);
        for (int c = 0; c < Dimensions; ++c)
          v[c] = static_cast<T>(static_cast<double>(v[c]) - 2 * dot / squares * h[c]);
      }
    }
  }

  double norm(int atom) const {
    double squares = 0;
    for (int c = 0; c < Dimensions; ++c) squares += static_cast<double>((*this)[atom][c]) * (*this)[atom][c];
    return std::sqrt(squares);
  }
};

}  // namespace krait::task::outlier
