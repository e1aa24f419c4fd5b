// krait/study/claim.hpp: a statement and what a study's numbers say to it.
#pragma once
#include <krait/study/quantity.hpp>
#include <string>
#include <vector>

namespace krait::studies {

/// Some levels of a label, in this order; without one, all of them are shown.
struct selection {
  std::string label;
  std::vector<std::string> levels;
};
using selections = std::vector<selection>;

/// What a mean over seeds must be for a claim to hold.
class condition {
 public:
  enum class kind { at_most, at_least, below, above, within };
  condition(kind k, double bound, double second = 0) : kind_(k), bound_(bound), second_(second) {}

  /// Beyond the bound by so many standard errors of the mean, as a normal distribution has them; of few seeds by as
  /// many more as Student's t asks for. A single seed then shows nothing.
  condition by_errors(double count) const {
    condition c = *this;
    c.errors_ = count;
    return c;
  }
  /// With every seed, not only in the mean over them.
  condition in_every_seed() const {
    condition c = *this;
    c.every_seed_ = true;
    return c;
  }
  /// Of one finite value a seed.
  bool holds(const std::vector<double>& values) const;
  /// "at most 5 %"
  std::string text(const std::string& unit) const;

 private:
  kind kind_;
  double bound_, second_, errors_ = 0;
  bool every_seed_ = false;
};
inline condition at_most(double bound) { return {condition::kind::at_most, bound}; }
inline condition at_least(double bound) { return {condition::kind::at_least, bound}; }
inline condition below(double bound) { return {condition::kind::below, bound}; }
inline condition above(double bound) { return {condition::kind::above, bound}; }
/// At most `off` away from `from`.
inline condition within(double off, double from) { return {condition::kind::within, from, off}; }

struct claim {
  std::string id;
  std::vector<std::string> each = {};  // labels: a claim for every combination of their levels that has a value
  quantity value;
  condition holds;
  bool precondition = false;  // where it does not hold, the run says nothing
  std::string says;           // one sentence; {model} stands for the level of the label model
  std::string source = {};    // where it was published; empty: nobody published it
  std::string unit = {};      // else the quantity's own
  std::string expected = {};  // else the condition's text
  std::string against = {};   // a label: published values of the same quantity at its other levels are quoted
  std::string remedy = {};    // of a precondition: what to do where it does not hold, if not to give more --steps
  bool quoted = false;        // the published value of the same quantity at the same place is quoted, with its source
  labels where = {};
  selections only = {};
};

}  // namespace krait::studies
