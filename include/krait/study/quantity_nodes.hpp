// krait/study/quantity_nodes.hpp: the nodes of the expressions that quantities are.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/core/error.hpp>
#include <krait/study/quantity.hpp>
#include <krait/study/record_impl.hpp>
#include <limits>
#include <span>
#include <utility>

namespace krait::studies {
namespace detail {

using node = std::shared_ptr<const expression>;
inline constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

inline bool among(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

struct constant final : expression {
  double number;
  explicit constant(double n) : number(n) {}
  double value(const place&) const override { return number; }
  void check(const record&, std::vector<std::string>) const override {}
  std::vector<long> steps(const place&) const override { return {}; }
};

/// A quantity of the record.
struct leaf final : expression {
  std::string name;
  explicit leaf(std::string n) : name(std::move(n)) {}

  /// The series whose labels are all as the place has them; labels that the quantity does not have do not count.
  const series* found(const place& p) const {
    const auto& all = p.published ? p.of->published_series() : p.of->measured();
    const series* one = nullptr;
    for (const series& s : all) {
      if (s.quantity != name) continue;
      const bool fits = std::ranges::all_of(s.at, [&](const label& l) {
        const std::string* wanted = find(p.at, l.name);
        return wanted && *wanted == l.value;
      });
      if (!fits) continue;
      if (!one || s.at.size() > one->at.size()) one = &s;
    }
    return one;
  }
  static std::span<const series::point> of_seed(const series& s, std::uint64_t seed) {
    return {std::ranges::lower_bound(s.points, seed, {}, &series::point::seed),
            std::ranges::upper_bound(s.points, seed, {}, &series::point::seed)};
  }
  double value(const place& p) const override {
    const series* s = found(p);
    if (!s) return nothing;
    if (p.published) return s->points.front().value;
    const auto points = of_seed(*s, p.seed);
    if (points.empty()) return nothing;
    if (!p.step) return points.back().value;
    const auto at = std::ranges::lower_bound(points, *p.step, {}, &series::point::step);
    return at != points.end() && at->step == *p.step ? at->value : nothing;
  }
  void check(const record& of, std::vector<std::string> given) const override {
    for (const auto& label : of.quantity_of(name).labels)
      if (!among(given, label))
        throw study_error(
            fmt::format("The quantity {} has a value for each {}, and nothing here says which: fix it "
                        "with .where(\"{}\", ...), or make it a row, a column, a series or a panel.",
                        name, label, label));
  }
  std::vector<long> steps(const place& p) const override {
    std::vector<long> all;
    if (const series* s = found(p); s && !p.published)
      for (const auto& point : of_seed(*s, p.seed)) all.push_back(point.step);
    return all;
  }
};

struct fixed final : expression {
  node inner;
  label one;
  fixed(node n, label l) : inner(std::move(n)), one(std::move(l)) {}
  place moved(place p) const {
    set(p.at, one);
    return p;
  }
  double value(const place& p) const override { return inner->value(moved(p)); }
  void check(const record& of, std::vector<std::string> given) const override {
    const auto& levels = of.levels(one.name);
    bool known = among(levels, one.value);
    for (const auto& s : of.published_series())
      if (const std::string* l = find(s.at, one.name)) known = known || *l == one.value;
    if (!known)
      throw study_error(fmt::format("The label {} is never '{}'; its values are: {}.", one.name, one.value,
                                    listed(levels, [](const auto& l) { return l; })));
    given.push_back(one.name);
    inner->check(of, std::move(given));
  }
  std::vector<long> steps(const place& p) const override { return inner->steps(moved(p)); }
};

struct stepped final : expression {
  enum which { at_last, at_first, at_number };
  node inner;
  which kind;
  long number;
  stepped(node n, which k, long s = 0) : inner(std::move(n)), kind(k), number(s) {}
  place moved(place p) const {
    p.step.reset();
    if (kind == at_number) p.step = number;
    if (kind == at_first)
      if (const auto all = inner->steps(p); !all.empty()) p.step = all.front();
    return p;
  }
  double value(const place& p) const override { return inner->value(moved(p)); }
  void check(const record& of, std::vector<std::string> given) const override { inner->check(of, std::move(given)); }
  std::vector<long> steps(const place&) const override { return {}; }
};

inline std::vector<long> merged(std::vector<long> steps) {
  std::ranges::sort(steps);
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

struct combined final : expression {
  std::function<double(const std::vector<double>&)> f;
  std::vector<quantity> operands;
  combined(std::function<double(const std::vector<double>&)> g, std::vector<quantity> all)
      : f(std::move(g)), operands(std::move(all)) {}
  double value(const place& p) const override {
    std::vector<double> values;
    for (const auto& q : operands) values.push_back(q.value(p));
    return f(values);
  }
  void check(const record& of, std::vector<std::string> given) const override {
    for (const auto& q : operands) q.check(of, given);
  }
  std::vector<long> steps(const place& p) const override {
    std::vector<long> all;
    for (const auto& q : operands)
      for (const long s : q.steps(p)) all.push_back(s);
    return merged(std::move(all));
  }
};

struct label_value final : expression {
  std::string name;
  explicit label_value(std::string n) : name(std::move(n)) {}
  double value(const place& p) const override {
    const std::string* found = find(p.at, name);
    return found ? number_of(*found) : nothing;
  }
  void check(const record& of, std::vector<std::string> given) const override {
    of.dimension_of(name);
    if (!among(given, name))
      throw study_error(
          fmt::format("level_of(\"{}\") stands where no {} is given; make it a row, a column or an axis.", name, name));
  }
  std::vector<long> steps(const place&) const override { return {}; }
};

struct crossing final : expression {
  quantity of_what;
  double bound;
  bool upwards;
  crossing(quantity q, double b, bool up) : of_what(std::move(q)), bound(b), upwards(up) {}
  double value(const place& p) const override {
    if (p.published) return nothing;
    place at = p;
    at.step.reset();
    for (const long s : of_what.steps(at)) {
      at.step = s;
      const double now = of_what.value(at);
      if (upwards ? now >= bound : now <= bound) return static_cast<double>(s);
    }
    return nothing;
  }
  void check(const record& of, std::vector<std::string> given) const override { of_what.check(of, std::move(given)); }
  std::vector<long> steps(const place&) const override { return {}; }
};

/// A function of the values over the steps.
struct over_course final : expression {
  std::function<double(const course&)> f;
  quantity of_what;
  over_course(std::function<double(const course&)> g, quantity q) : f(std::move(g)), of_what(std::move(q)) {}
  double value(const place& p) const override {
    if (p.published) return nothing;
    course all;
    place at = p;
    at.step.reset();
    for (const long s : of_what.steps(at)) {
      at.step = s;
      if (const double now = of_what.value(at); std::isfinite(now)) all.emplace_back(static_cast<double>(s), now);
    }
    return all.empty() ? nothing : f(all);
  }
  void check(const record& of, std::vector<std::string> given) const override { of_what.check(of, std::move(given)); }
  std::vector<long> steps(const place&) const override { return {}; }
};

/// All seeds looked at together.
struct pooled_seeds final : expression {
  quantity of_what;
  explicit pooled_seeds(quantity q) : of_what(std::move(q)) {}
  double value(const place& p) const override {
    if (p.published) return of_what.value(p);
    if (p.of->seeds.empty() || p.seed != p.of->seeds.front()) return nothing;  // one number, of the first seed
    return measured(of_what, *p.of, p.at, false, p.step).value;
  }
  void check(const record& of, std::vector<std::string> given) const override { of_what.check(of, std::move(given)); }
  std::vector<long> steps(const place& p) const override { return of_what.steps(p); }
};
struct complete_seeds final : expression {
  quantity of_what;
  explicit complete_seeds(quantity q) : of_what(std::move(q)) {}
  double value(const place& p) const override {
    if (!p.published && over_seeds(of_what, *p.of, p.at, false, p.step).size() < p.of->seeds.size()) return nothing;
    return of_what.value(p);
  }
  void check(const record& of, std::vector<std::string> given) const override { of_what.check(of, std::move(given)); }
  std::vector<long> steps(const place& p) const override { return of_what.steps(p); }
};

struct among_published final : expression {
  quantity of_what;
  explicit among_published(quantity q) : of_what(std::move(q)) {}
  double value(const place& p) const override {
    place at = p;
    at.published = true;
    return of_what.value(at);
  }
  void check(const record& of, std::vector<std::string> given) const override { of_what.check(of, std::move(given)); }
  std::vector<long> steps(const place&) const override { return {}; }
};

/// A function of the values at the levels of a label.
struct over_levels final : expression {
  quantity of_what;
  std::string name;
  std::vector<std::string> levels;
  std::function<double(const std::vector<std::pair<std::string, double>>&)> f;
  over_levels(quantity q, std::string n, std::vector<std::string> l, decltype(f) g)
      : of_what(std::move(q)), name(std::move(n)), levels(std::move(l)), f(std::move(g)) {}
  double value(const place& p) const override {
    std::vector<std::pair<std::string, double>> all;
    for (const auto& l : levels.empty() ? p.of->levels(name) : levels) {
      place at = p;
      set(at.at, {name, l});
      all.emplace_back(l, of_what.value(at));
    }
    return f(all);
  }
  void check(const record& of, std::vector<std::string> given) const override {
    of.dimension_of(name);
    given.push_back(name);
    of_what.check(of, std::move(given));
  }
  std::vector<long> steps(const place& p) const override {
    std::vector<long> all;
    for (const auto& l : levels.empty() ? p.of->levels(name) : levels) {
      place at = p;
      set(at.at, {name, l});
      const auto some = of_what.steps(at);
      all.insert(all.end(), some.begin(), some.end());
    }
    return merged(std::move(all));
  }
};

template <class Node, class... Arguments> quantity made(std::string unit, Arguments&&... arguments) {
  return quantity(std::make_shared<const Node>(std::forward<Arguments>(arguments)...), std::move(unit));
}

inline quantity fitted(const quantity& y, const regressor& x, double line_fit::*which, std::string unit) {
  return made<over_levels>(std::move(unit), y, x.label, std::vector<std::string>{}, [=](const auto& all) {
    std::vector<std::pair<double, double>> points;
    for (const auto& [level, value] : all) {
      const double u = x.of ? x.of(number_of(level)) : number_of(level);
      if (std::isfinite(u) && std::isfinite(value)) points.emplace_back(u, value);
    }
    return fit(points).*which;
  });
}
template <class F> quantity folded(std::string name, const quantity& of, std::vector<std::string> levels, F f) {
  return made<over_levels>(of.unit(), of, std::move(name), std::move(levels), [f](const auto& all) {
    std::vector<double> finite;
    for (const auto& one : all)
      if (std::isfinite(one.second)) finite.push_back(one.second);
    return finite.empty() ? nothing : f(finite);
  });
}

}  // namespace detail

}  // namespace krait::studies

#include <krait/study/quantity_impl.hpp>
