// krait/theory/gating.hpp: what a state-space model learns first, labels by heart or to look them up in the context,
// from its gate at the start. "On the Importance of Gating: Memorization vs. In-Context Learning in SSMs".
#pragma once
#include <cmath>
#include <krait/core/error.hpp>
#include <string>

namespace krait::theory {

/// P points of unit size whose labels are flipped with probability epsilon; alpha is what is left in the state of the
/// example that equals the query. Near w = 0, in time of gradient flow, the answer's right part grows in proportion
/// to these: from the context, and from the points' own labels.
struct gating {
  int points;
  double flipped;

  gating(int P, double epsilon) : points(P), flipped(epsilon) {
    if (P < 1 || !(epsilon >= 0 && epsilon < .5))
      throw option_error("gating: " + std::to_string(P) + " points with labels flipped with probability " +
                         std::to_string(epsilon) + ": there must be at least 1 point, and less than half are flipped");
  }

  double retrieval_rate(double alpha) const { return alpha * alpha / 2; }
  double memory_rate(double alpha) const { return (1 - 2 * flipped) * (1 + alpha) * (1 + alpha) / (2 * points); }
  /// P alpha^2 / ((1 - 2 epsilon) (1 + alpha)^2): above 1 retrieval grows faster.
  double growth_ratio(double alpha) const { return retrieval_rate(alpha) / memory_rate(alpha); }
  /// sqrt((1 - 2 epsilon) / P), where the ratio is 1 to leading order; and where it is 1.
  double critical() const { return std::sqrt((1 - 2 * flipped) / points); }
  double critical_exactly() const { return critical() / (1 - critical()); }
  /// The order of the time until a gate that learns has opened and retrieval takes off: 1 / (alpha log(1 / alpha)).
  static double escape_time(double alpha) { return 1 / (alpha * std::log(1 / alpha)); }
  /// Time in which what is known by heart grows to `level`, to leading order, while the gate is nearly closed.
  double memory_time(double level) const { return 2 * level * points / (1 - 2 * flipped); }
  /// Where that is the escape time of a gate that learns (derived here: dw/dt = alpha / 2 and dalpha/dt = w alpha^2
  /// log^2(1 / alpha) / 2 with a logarithm that stays give sqrt(8) times the order above).
  double critical_of_learning(double level) const {
    double low = 1e-300, high = std::exp(-1.);  // alpha log(1 / alpha) grows up to there
    for (int k = 0; k < 2000; ++k) {
      const double middle = std::sqrt(low * high);
      (std::sqrt(8.) * escape_time(middle) > memory_time(level) ? low : high) = middle;
    }
    return high;
  }
};

}  // namespace krait::theory
