// krait/task/outlier/prompts.hpp: prompts as the numbers of their patterns: three atoms and a label an example.
#pragma once
#include <cstdint>

namespace krait::task::outlier {

/// Lanes prompts of Points tokens, side by side; the last token is the query. Token t of prompt l is
///   x = mu[relevant] + irrelevant_scale * nu[irrelevant] + outlier_scale * v[outlier],   p = (x, y)
/// with numbers of rows of `patterns` (outlier - first_outlier is s). A token without outlier has the scale 0; the
/// query has y = 0 and its label is z.
template <class T, int Points, int Lanes = 1> struct prompts {
  static constexpr int points = Points, lanes = Lanes;
  alignas(64) std::int32_t relevant[Points][Lanes], irrelevant[Points][Lanes], outlier[Points][Lanes];
  alignas(64) T irrelevant_scale[Points][Lanes], outlier_scale[Points][Lanes], y[Points][Lanes];
  alignas(64) T z[Lanes];
  std::int32_t positive[Lanes], negative[Lanes];  // the task: mu of label +1 and mu of label -1

  bool is_outlier(int token, int lane = 0) const { return outlier_scale[token][lane] != 0; }
  /// Whether an example shows the query's relevant pattern.
  bool as_query(int token, int lane = 0) const { return relevant[token][lane] == relevant[Points - 1][lane]; }

  /// One token as a dense row: x (dimensions of `of`), without y.
  template <class Patterns, class U> void write_x(const Patterns& of, int token, U* x, int lane = 0) const {
    const auto *mu = of[relevant[token][lane]], *nu = of[irrelevant[token][lane]], *v = of[outlier[token][lane]];
    for (int c = 0; c < Patterns::dimensions; ++c)
      x[c] = static_cast<U>(mu[c] + irrelevant_scale[token][lane] * nu[c] + outlier_scale[token][lane] * v[c]);
  }
  /// One token p = (x, y) as a dense row of dimensions + 1.
  template <class Patterns, class U> void write_token(const Patterns& of, int token, U* p, int lane = 0) const {
    write_x(of, token, p, lane);
    p[Patterns::dimensions] = static_cast<U>(y[token][lane]);
  }
};

}  // namespace krait::task::outlier
