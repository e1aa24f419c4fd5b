// krait/study/quantity.hpp: an expression over what a study has measured, evaluated seed by seed: "accuracy of phase 3
// over accuracy of phase 1, in %". Mean, spread and interval over seeds are made in one place, after it.
#pragma once
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <krait/core/config.hpp>
#include <krait/report/result.hpp>
#include <krait/study/record.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::studies {

/// Where a quantity is evaluated: these labels, this seed, and perhaps one step (without: the last measured one).
struct place {
  const record* of = nullptr;
  labels at = {};
  std::uint64_t seed = 0;
  std::optional<long> step = {};
  bool published = false;  // in the published numbers, which have neither seeds nor steps
};

namespace detail {
/// A node of an expression. check() throws study_error where it names what the record was not declared to have, or
/// where a label that a value needs is neither among `given` nor fixed by the expression.
struct expression {
  virtual ~expression() = default;
  virtual double value(const place& at) const = 0;
  virtual void check(const record& of, std::vector<std::string> given) const = 0;
  /// The steps at which it has a value.
  virtual std::vector<long> steps(const place& at) const = 0;
};
}  // namespace detail

/// An axis of numbers for slopes: a label's levels, or their logarithms.
struct regressor {
  std::string label;
  double (*of)(double) = nullptr;  // null: as they are
};
inline regressor along(std::string label) { return {std::move(label), nullptr}; }
regressor log2_of(std::string label);
regressor log_of(std::string label);

class quantity {
 public:
  using values = std::vector<double>;

  quantity(double constant);  // NOLINT: numbers are quantities
  explicit quantity(std::shared_ptr<const detail::expression> root, std::string unit = {})
      : root_(std::move(root)), unit_(std::move(unit)) {}

  /// With a label fixed: exact.where("phase", 3).
  quantity where(std::string name, std::string_view value) const;
  template <class Number>
  requires std::is_arithmetic_v<Number> quantity where(std::string name, Number value)
  const { return where(std::move(name), std::string_view(level(value))); }
  /// The same word as where: rouge.at("length", 256).
  template <class Value> quantity at(std::string name, const Value& value) const {
    return where(std::move(name), value);
  }
  /// At the last step, also where an exhibit runs over steps; at the first; at this one.
  quantity last() const;
  quantity first() const;
  quantity at_step(long step) const;
  /// In another unit: shown beside numbers.
  quantity in(std::string unit) const;
  /// With an interval of its own, say of a bootstrap: shown where seeds do not tell a spread, for there is but one.
  quantity within(quantity low, quantity high) const;

  const std::string& unit() const { return unit_; }
  /// The ends of the interval; null: there is none.
  const std::pair<quantity, quantity>* ends() const { return ends_.get(); }
  double value(const place& at) const { return root_->value(at); }
  std::vector<long> steps(const place& at) const { return root_->steps(at); }
  void check(const record& of, std::vector<std::string> given) const;
  const std::shared_ptr<const detail::expression>& root() const { return root_; }

 private:
  /// made(root), with the same done to the interval's ends.
  quantity with(const std::function<quantity(const quantity&)>& made) const;

  std::shared_ptr<const detail::expression> root_;
  std::string unit_;
  std::shared_ptr<const std::pair<quantity, quantity>> ends_ = nullptr;
};

/// A quantity of the record by its name; percent: 100 times it, in %.
quantity of(std::string name, std::string unit = {});
quantity percent(std::string name);

/// Any function of other quantities' values, seed by seed: combine([](auto v) { return v[0] / v[1]; }, {a, b}).
quantity combine(std::function<double(const std::vector<double>&)> f, std::vector<quantity> operands,
                 std::string unit = {});
quantity operator+(const quantity& a, const quantity& b);
quantity operator-(const quantity& a, const quantity& b);
quantity operator*(const quantity& a, const quantity& b);
quantity operator/(const quantity& a, const quantity& b);  // nothing over 0 is unknown

/// A label's number itself, of the place where the rest is evaluated: (1 - level_of("p_a")) * steps.
quantity level_of(std::string label);

/// The first step at which `of` is at least (or at most) `bound`; unknown where it never is.
quantity first_step(const quantity& of, double bound);
quantity first_step_below(const quantity& of, double bound);

/// A straight line by least squares: its slope, and the share of y's variance that it explains (R^2); unknown with
/// fewer than two points.
struct line_fit {
  double slope = report::unknown, explained = report::unknown;
};
line_fit fit(const std::vector<std::pair<double, double>>& points);
/// Of y over the levels of x's label; those without a finite value are left out.
quantity slope(const quantity& y, const regressor& x);
quantity explained(const quantity& y, const regressor& x);

/// Any function of a quantity's values (step, value) over the steps: where it is lowest, how straight it falls.
using course = std::vector<std::pair<double, double>>;
quantity over_steps(std::function<double(const course&)> f, const quantity& of, std::string unit = {});

/// The mean over seeds as one number without a spread: for what is not linear, as the greatest of several means.
quantity pooled(const quantity& of);
/// Unknown with every seed where it is unknown with one: a mean over the trainings that did not diverge would flatter.
quantity complete(const quantity& of);
/// The same quantity of the published numbers, among the run's own: error / in_published(error.where("model",
/// "floor")).
quantity in_published(const quantity& of);

/// Over all levels of a label, or those named: least, greatest, mean.
quantity least_over(std::string label, const quantity& of, std::vector<std::string> levels = {});
quantity greatest_over(std::string label, const quantity& of, std::vector<std::string> levels = {});
quantity mean_over(std::string label, const quantity& of, std::vector<std::string> levels = {});

/// One finite value a seed, in the order of the seeds; the published value where the place is published.
std::vector<double> over_seeds(const quantity& of, const record& from, const labels& at, bool published = false,
                               std::optional<long> step = {});
/// Mean and spread of those; where the spread is unknown, the interval of a quantity that has one.
report::measured measured(const quantity& of, const record& from, const labels& at, bool published = false,
                          std::optional<long> step = {});
/// The source of the published values that a quantity is made of at a place; empty without any.
std::string source(const record& from, const labels& at);

}  // namespace krait::studies

#ifndef KRAIT_COMPILED
#include <krait/study/quantity_nodes.hpp>
#endif
