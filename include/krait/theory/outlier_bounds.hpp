// krait/theory/outlier_bounds.hpp: what is proven of a one-layer Mamba and a linear Transformer that learn in context
// with outliers: theorems 1-4 and corollaries 1-2 as numbers.
//
// The theorems give orders: every bound here is its expression with the hidden constant 1 and poly(x) = x. A condition
// that misses such a bound by a factor of a few may still hold, and a large margin is what to look for.
#pragma once
#include <algorithm>
#include <array>
#include <krait/task/outlier_classification.hpp>
#include <limits>
#include <string_view>

namespace krait::theory {

/// ln x for x > 0, at compile time too: x = m 2^k, then 2 artanh((m - 1) / (m + 1)).
constexpr double natural_log(double x) {
  int k = 0;
  while (x > 1.5) x /= 2, ++k;
  while (x < .75) x *= 2, --k;
  const double s = (x - 1) / (x + 1), q = s * s;
  double sum = 0, power = s;
  for (int n = 1; n < 60; n += 2, power *= q) sum += power / n;
  return 2 * sum + k * 0.69314718055994530942;
}
/// e^x, at compile time too.
constexpr double exponential(double x) {
  if (x < 0) return 1 / exponential(-x);
  if (x > 1) {
    const double half = exponential(x / 2);
    return half * half;
  }
  double sum = 1, term = 1;
  for (int n = 1; n < 24; ++n) sum += term *= x / n;
  return sum;
}
/// x^n for a whole n >= 0.
constexpr double power(double x, int n) {
  double product = 1;
  for (; n > 0; --n) product *= x;
  return product;
}

/// One training and one test, in the theorems' letters.
struct outlier_setting {
  int M1 = 6, V = 3;                // relevant patterns, outliers
  double beta = 3;                  // norm of patterns
  double kappa_a = 2, p_a = .6;     // training outliers: scale and probability
  double test_kappa_a = 6;          // kappa'_a
  double alpha = .5;                // fraction of outliers in a test prompt
  double L = .3;                    // least sum of lambda of the novel outliers
  int l_tr = 20, l_ts = 20;         // examples
  double eta = .1;                  // learning rate
  double batch = 128, steps = 1e4;  // prompts a step, steps
  double epsilon = .01;             // the error that is asked for
};

/// The setting of a task's config; what is not in it keeps the defaults above.
constexpr outlier_setting setting_of(const task::outlier_classification_config& c) {
  outlier_setting s;
  s.M1 = c.relevant, s.V = c.outliers, s.beta = c.patterns.pattern_norm;
  s.kappa_a = c.training.outlier_scale, s.p_a = c.training.outliers;
  s.test_kappa_a = c.test.outlier_scale, s.alpha = c.test.outliers;
  s.l_tr = s.l_ts = c.examples;
  return s;
}

/// Smallest batch of theorem 3 (linear Transformer), B_T, and of theorem 1 (Mamba), B_M.
constexpr double linear_batch(const outlier_setting& s) {
  return std::max(1 / (s.epsilon * s.epsilon), s.M1 / (1 - s.p_a)) * natural_log(1 / s.epsilon);
}
constexpr double mamba_batch(const outlier_setting& s) {
  const double x = s.V / (s.beta * s.beta * s.kappa_a * (1 - s.p_a));
  return std::max(linear_batch(s), x * x * natural_log(1 / s.epsilon));
}
/// Steps to an error of epsilon: T_M of theorem 1, and T_T = T_M / l_tr of theorem 3.
constexpr double mamba_steps(const outlier_setting& s) { return s.M1 / (s.eta * (1 - s.p_a) * s.beta * s.beta); }
constexpr double linear_steps(const outlier_setting& s) { return mamba_steps(s) / s.l_tr; }
/// Bounds of kappa_a in theorem 1; the upper one also in theorem 3. Infinite where no training prompt has outliers.
constexpr double least_outlier_scale(const outlier_setting& s) { return s.V / power(s.beta, 4); }
constexpr double greatest_outlier_scale(const outlier_setting& s) {
  return s.p_a > 0 ? s.V * s.beta * (1 - s.p_a) / (s.p_a * s.epsilon) : std::numeric_limits<double>::infinity();
}
/// Bounds of a prompt's length for a share of outliers: log(M1) / (1 - share) and M1^kappa_a / share.
constexpr double least_examples(const outlier_setting& s, double share) { return natural_log(s.M1) / (1 - share); }
constexpr double most_examples(const outlier_setting& s, double share) {
  return share > 0 ? exponential(s.kappa_a * natural_log(s.M1)) / share : std::numeric_limits<double>::infinity();
}
/// Greatest kappa'_a of theorem 2 (Mamba); theorem 4 (linear) allows l_tr times as much.
constexpr double greatest_test_scale(const outlier_setting& s) { return greatest_outlier_scale(s) / (s.kappa_a * s.L); }
/// Fractions of outliers below which a test error of epsilon is guaranteed.
constexpr double mamba_fraction(const outlier_setting& s) { return std::min(1., s.p_a * s.l_tr / s.l_ts); }
constexpr double linear_fraction() { return .5; }
/// Examples that theorem 4 asks of a test prompt; infinite from alpha = 1/2 on.
constexpr double linear_test_examples(const outlier_setting& s) {
  if (s.alpha >= .5) return std::numeric_limits<double>::infinity();
  const double gap = .5 - s.alpha;
  return std::max(1 / (1 - s.alpha), s.alpha / (gap * gap)) * natural_log(s.M1);
}

/// Corollary 1: the attention on examples of other patterns is at most (1 - p_a)^-1 epsilon, that on the same at
/// least 1.
constexpr double other_attention(const outlier_setting& s) { return s.epsilon / (1 - s.p_a); }
/// Corollary 2: gates of outliers are at most 1 / M1, that of the j-th closest clean example at least 2^-(j-1).
constexpr double outlier_gate(const outlier_setting& s) { return 1. / s.M1; }
constexpr double clean_gate(int j) { return 1 / power(2, j - 1); }
/// The proof's two phases: until here w . outlier falls by outlier_slope() a step; from mamba_steps() on w . p of
/// outliers is below -log M1.
constexpr double first_phase(const outlier_setting& s) {
  return s.V / (s.eta * s.beta * s.beta * s.kappa_a * (1 - s.p_a));
}
constexpr double outlier_slope(const outlier_setting& s) {
  return -s.eta * s.beta * s.beta * s.kappa_a / ((1 - s.p_a) * s.V);
}

/// Error that is left to a model which takes labels as they stand and answers rightly whenever there is a clean
/// example, on prompts of l examples that are outliers with probability alpha each: without any clean example all
/// labels of outliers point the wrong way (flipped), or say nothing (targeted, random), so that half of the answers are
/// wrong.
constexpr double flipped_floor(double alpha, int l) { return power(alpha, l); }
constexpr double uninformed_floor(double alpha, int l) { return power(alpha, l) / 2; }

/// One condition of a theorem: low <= value <= high, both of order only.
struct condition {
  std::string_view theorem, what;
  double value = 0, low = 0, high = std::numeric_limits<double>::infinity();
  constexpr bool holds() const { return value >= low && value <= high; }
};

/// All conditions of theorems 1 to 4 on a setting.
constexpr std::array<condition, 15> conditions(const outlier_setting& s) {
  const double infinite = std::numeric_limits<double>::infinity();
  return {
      {{"1, Mamba learns", "batch B", s.batch, mamba_batch(s), infinite},
       {"1, Mamba learns", "outlier scale kappa_a", s.kappa_a, least_outlier_scale(s), greatest_outlier_scale(s)},
       {"1, Mamba learns", "training examples l_tr", double(s.l_tr), least_examples(s, s.p_a), most_examples(s, s.p_a)},
       {"1, Mamba learns", "steps T", s.steps, mamba_steps(s), infinite},
       {"2, Mamba generalises", "least sum L", s.L, std::numeric_limits<double>::min(), infinite},
       {"2, Mamba generalises", "test outlier scale kappa'_a", s.test_kappa_a, s.kappa_a, greatest_test_scale(s)},
       {"2, Mamba generalises", "outlier fraction alpha", s.alpha, 0, mamba_fraction(s)},
       {"2, Mamba generalises", "test examples l_ts", double(s.l_ts), least_examples(s, s.alpha),
        most_examples(s, s.alpha)},
       {"3, linear Transformer learns", "batch B", s.batch, linear_batch(s), infinite},
       {"3, linear Transformer learns", "outlier scale kappa_a", s.kappa_a, 0, greatest_outlier_scale(s)},
       {"3, linear Transformer learns", "training examples l_tr", double(s.l_tr), least_examples(s, s.p_a), infinite},
       {"3, linear Transformer learns", "steps T", s.steps, linear_steps(s), infinite},
       {"4, linear Transformer generalises", "test outlier scale kappa'_a", s.test_kappa_a, 0,
        greatest_test_scale(s) * s.l_tr},
       {"4, linear Transformer generalises", "outlier fraction alpha", s.alpha, 0, linear_fraction()},
       {"4, linear Transformer generalises", "test examples l_ts", double(s.l_ts), linear_test_examples(s), infinite}}};
}

}  // namespace krait::theory
