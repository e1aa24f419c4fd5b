// krait/theory/online_gradient.hpp: what one S6 layer that has learnt linear regression in context is worth, in closed
// form. "Mamba learns in context by online gradient descent" (arXiv:2509.23779); its formulas derived again, because
// the text that we have read has lost them: they give all printed theory values of tables 2 to 5.
#pragma once
#include <cmath>
#include <krait/core/error.hpp>
#include <string>

namespace krait::theory {

/// N examples (x_i, y_i) with y = <w, x>, all of N(0, I_d), then the query. With a step that is the same for all
/// tokens, exact zero-order hold and A = -I, a token keeps alpha = exp(-delta) of the state, and the trained layer
/// answers
///   beta <x_q, sum_i c_i y_(N-i) x_(N-i)>,   c_i = (1 - alpha) alpha^(i+1),   i = 0 .. N - 1
/// which is w after one step of gradient descent an example, w_l = alpha w_(l-1) + (1 - alpha) beta y_l x_l.
struct online_gradient {
  int d, N;
  double alpha;

  /// alpha: 2^(-1/N) as published, so that delta = ln 2 / N. Throws option_error where there is no such prompt.
  online_gradient(int dimensions, int examples) : online_gradient(dimensions, examples, std::exp2(-1. / examples)) {}
  online_gradient(int dimensions, int examples, double kept) : d(dimensions), N(examples), alpha(kept) {
    if (d < 1 || N < 1 || !(alpha > 0 && alpha < 1))
      throw option_error("online_gradient: " + std::to_string(N) + " examples in " + std::to_string(d) +
                         " dimensions with alpha = " + std::to_string(alpha) +
                         ": there must be at least 1 of each, and alpha lies between 0 and 1");
  }

  double c(int i) const { return (1 - alpha) * std::pow(alpha, i + 1); }
  /// Sum of c_i, and of their squares.
  double S1() const { return alpha * (1 - std::pow(alpha, N)); }
  double S2() const { return (1 - alpha) * alpha * alpha * (1 - std::pow(alpha, 2 * N)) / (1 + alpha); }
  double beta3() const { return S1(); }
  double beta1() const { return (d + 1) * S2() + S1() * S1(); }
  /// The best factor: W_C[:, :d]^T W_B[:, :d] = beta I after training.
  double beta() const { return beta3() / beta1(); }
  /// E (answer - y_q)^2 / 2: of the best factor, and of another one.
  double loss() const { return d / 2. * (1 - beta3() * beta3() / beta1()); }
  double loss(double factor) const { return d / 2. * (1 - 2 * factor * beta3() + factor * factor * beta1()); }
  /// The bound of the paper's theorem on loss().
  double bound() const { return 1.5 * d * (d + 1) / N; }
  /// The best that linear attention, which weighs all examples alike, can reach.
  double linear_attention() const { return d / 2. * (d + 1) / (N + d + 1); }
  /// Without looking at the examples.
  double no_context() const { return d / 2.; }
};

}  // namespace krait::theory
