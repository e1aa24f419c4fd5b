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
  bool good() const { return differs <= at_most; }
  std::string text() const {
    return what + (good() ? ": holds"
                          : ": differs by " + std::to_string(differs) + ", at most " + std::to_string(at_most) +
                                " would be rounding");
  }
};
struct findings : std::vector<finding> {
  void add(std::string what, double differs, double at_most) { push_back({std::move(what), differs, at_most}); }
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
