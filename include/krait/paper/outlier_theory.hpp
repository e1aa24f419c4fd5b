// krait/paper/outlier_theory.hpp: what the pages of the outlier studies share: "Can Mamba Learn In Context with
// Outliers? A Theoretical Generalization Analysis" (arXiv:2510.00399), its setting from a record, its conditions.
#pragma once
#include <fmt/core.h>

#include <cmath>
#include <krait/study/exhibit.hpp>
#include <krait/theory/outlier_bounds.hpp>
#include <string>

namespace krait::paper::outlier_theory {

inline constexpr const char* guessed_note =
    "The published appendix with learning rate, steps, batch, K, K', kappa'_a, the outliers' norm and the number of "
    "test prompts is not public: what is marked as guessed was chosen because it reaches the published figures. "
    "outliers/beyond shows how much each guess matters.";

/// The theorems' letters from what a record states of its prompts and of a model's training.
inline theory::outlier_setting setting_of(const studies::record& seen, const std::string& model, double alpha) {
  theory::outlier_setting s;
  s.M1 = static_cast<int>(seen.number("relevant patterns M1"));
  s.V = static_cast<int>(seen.number("outlier patterns V"));
  s.beta = seen.number("norm of patterns beta");
  s.kappa_a = seen.number("training outliers: scale kappa_a");
  s.p_a = seen.number("training outliers: probability p_a");
  s.test_kappa_a = seen.number("test outliers: scale kappa'_a (guessed)");
  s.l_tr = s.l_ts = static_cast<int>(seen.number("examples a prompt"));
  s.alpha = alpha;
  s.eta = seen.number(model + ": learning rate (guessed)");
  s.batch = seen.number(model + ": prompts a step (guessed)");
  s.steps = seen.number(model + ": steps (guessed)");
  return s;
}

/// Theorems 1 to 4 on one setting: bounds are orders with the hidden constants taken as 1.
inline report::table bounds_table(const theory::outlier_setting& s) {
  report::table t{
      .name = "bounds",
      .caption = fmt::format(
          "Conditions of theorems 1 to 4 for this setting at an outlier fraction of {:g} and an error of {:g}. They "
          "are orders of magnitude: constants are taken as 1 and poly(x) as x.",
          s.alpha, s.epsilon),
      .columns = {{.name = "theorem"},
                  {.name = "quantity"},
                  {.name = "here", .decimals = 3},
                  {.name = "at least", .decimals = 3},
                  {.name = "at most", .decimals = 3},
                  {.name = "holds"}}};
  const auto bound = [](double x, bool low) -> report::cell {
    if (!std::isfinite(x)) return low ? report::cell{std::string("never")} : report::cell{};
    if (low && x < 1e-300) return x > 0 ? report::cell{std::string("above 0")} : report::cell{};
    return x;
  };
  for (const auto& c : theory::conditions(s))
    t.rows.push_back(
        {{std::string(c.theorem), std::string(c.what), c.value, bound(c.low, true), bound(c.high, false), c.holds()}});
  return t;
}

}  // namespace krait::paper::outlier_theory
