// krait/testing/findings.hpp: what checks of numbers have found, for any test framework or none.
#pragma once
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace krait::testing {

/// What checks have found: how far two things differ that must be alike, relative to the largest number, and how far
/// they may.
struct finding {
  std::string what;
  double differs, at_most;
  bool yes_or_no = false;  // it holds or does not, and nothing is measured
  bool good() const { return differs <= at_most; }
  std::string text() const {
    if (good()) return what + ": holds";
    if (yes_or_no) return what + ": does not hold";
    return what + ": differs by " + std::to_string(differs) + ", " +
           (at_most > 0 ? "at most " + std::to_string(at_most) + " would be rounding" : "and must not at all");
  }
};
struct findings : std::vector<finding> {
  void add(std::string what, double differs, double at_most) { push_back({std::move(what), differs, at_most}); }
  void add(std::string what, bool holds) { push_back({std::move(what), holds ? 0. : 1., 0, true}); }
  bool good() const {
    return std::all_of(begin(), end(), [](const finding& f) { return f.good(); });
  }
  /// What does not hold, a line each; empty where all does.
  std::string text() const {
    std::string all;
    for (const finding& f : *this)
      if (!f.good()) all += f.text() + "\n";
    return all;
  }
};
}  // namespace krait::testing
