// krait/study/quantity_impl.hpp: how quantities are made of their nodes, and evaluated seed by seed.
#pragma once
#include <krait/study/quantity_nodes.hpp>

namespace krait::studies {

KRAIT_INLINE regressor log2_of(std::string label) {
  return {std::move(label), [](double x) { return std::log2(x); }};
}
KRAIT_INLINE regressor log_of(std::string label) {
  return {std::move(label), [](double x) { return std::log(x); }};
}

KRAIT_INLINE quantity::quantity(double number) : root_(std::make_shared<const detail::constant>(number)) {}
KRAIT_INLINE quantity quantity::with(const std::function<quantity(const quantity&)>& made) const {
  quantity result = made(*this);
  if (ends_) result.ends_ = std::make_shared<std::pair<quantity, quantity>>(made(ends_->first), made(ends_->second));
  return result;
}
KRAIT_INLINE quantity quantity::where(std::string name, std::string_view value) const {
  return with([&](const quantity& q) { return detail::made<detail::fixed>(q.unit_, q.root_, label(name, value)); });
}
KRAIT_INLINE quantity quantity::last() const {
  return with(
      [](const quantity& q) { return detail::made<detail::stepped>(q.unit_, q.root_, detail::stepped::at_last); });
}
KRAIT_INLINE quantity quantity::first() const {
  return with(
      [](const quantity& q) { return detail::made<detail::stepped>(q.unit_, q.root_, detail::stepped::at_first); });
}
KRAIT_INLINE quantity quantity::at_step(long step) const {
  return with([&](const quantity& q) {
    return detail::made<detail::stepped>(q.unit_, q.root_, detail::stepped::at_number, step);
  });
}
KRAIT_INLINE quantity quantity::in(std::string unit) const {
  quantity result = *this;
  result.unit_ = std::move(unit);
  return result;
}
KRAIT_INLINE quantity quantity::within(quantity low, quantity high) const {
  quantity result = *this;
  result.ends_ = std::make_shared<std::pair<quantity, quantity>>(std::move(low), std::move(high));
  return result;
}
KRAIT_INLINE void quantity::check(const record& of, std::vector<std::string> given) const {
  root_->check(of, given);
  if (ends_) ends_->first.check(of, given), ends_->second.check(of, given);
}

KRAIT_INLINE quantity of(std::string name, std::string unit) {
  return detail::made<detail::leaf>(std::move(unit), std::move(name));
}
KRAIT_INLINE quantity combine(std::function<double(const std::vector<double>&)> f, std::vector<quantity> operands,
                              std::string unit) {
  return detail::made<detail::combined>(std::move(unit), std::move(f), std::move(operands));
}
KRAIT_INLINE quantity percent(std::string name) {
  return combine([](const auto& v) { return 100 * v[0]; }, {of(std::move(name))}, "%");
}
KRAIT_INLINE quantity operator+(const quantity& a, const quantity& b) {
  return combine([](const auto& v) { return v[0] + v[1]; }, {a, b}, a.unit());
}
KRAIT_INLINE quantity operator-(const quantity& a, const quantity& b) {
  return combine([](const auto& v) { return v[0] - v[1]; }, {a, b}, a.unit());
}
KRAIT_INLINE quantity operator*(const quantity& a, const quantity& b) {
  return combine([](const auto& v) { return v[0] * v[1]; }, {a, b}, b.unit());
}
KRAIT_INLINE quantity operator/(const quantity& a, const quantity& b) {
  return combine([](const auto& v) { return v[1] == 0 ? detail::nothing : v[0] / v[1]; }, {a, b});
}

KRAIT_INLINE quantity level_of(std::string label) { return detail::made<detail::label_value>({}, std::move(label)); }
KRAIT_INLINE quantity first_step(const quantity& of, double bound) {
  return detail::made<detail::crossing>("steps", of, bound, true);
}
KRAIT_INLINE quantity first_step_below(const quantity& of, double bound) {
  return detail::made<detail::crossing>("steps", of, bound, false);
}
KRAIT_INLINE line_fit fit(const std::vector<std::pair<double, double>>& points) {
  if (points.size() < 2) return {};
  const auto n = static_cast<double>(points.size());
  double x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  for (const auto& [u, v] : points) x += u / n, y += v / n;
  for (const auto& [u, v] : points) xx += (u - x) * (u - x), xy += (u - x) * (v - y), yy += (v - y) * (v - y);
  return {xx > 0 ? xy / xx : detail::nothing, xx > 0 && yy > 0 ? xy * xy / (xx * yy) : detail::nothing};
}
KRAIT_INLINE quantity slope(const quantity& y, const regressor& x) {
  return detail::fitted(y, x, &line_fit::slope, {});
}
KRAIT_INLINE quantity explained(const quantity& y, const regressor& x) {
  return detail::fitted(y, x, &line_fit::explained, {});
}
KRAIT_INLINE quantity over_steps(std::function<double(const course&)> f, const quantity& of, std::string unit) {
  return detail::made<detail::over_course>(std::move(unit), std::move(f), of);
}
KRAIT_INLINE quantity pooled(const quantity& of) { return detail::made<detail::pooled_seeds>(of.unit(), of); }
KRAIT_INLINE quantity complete(const quantity& of) { return detail::made<detail::complete_seeds>(of.unit(), of); }
KRAIT_INLINE quantity in_published(const quantity& of) { return detail::made<detail::among_published>(of.unit(), of); }
KRAIT_INLINE quantity least_over(std::string label, const quantity& of, std::vector<std::string> levels) {
  return detail::folded(std::move(label), of, std::move(levels),
                        [](const auto& v) { return *std::ranges::min_element(v); });
}
KRAIT_INLINE quantity greatest_over(std::string label, const quantity& of, std::vector<std::string> levels) {
  return detail::folded(std::move(label), of, std::move(levels),
                        [](const auto& v) { return *std::ranges::max_element(v); });
}
KRAIT_INLINE quantity mean_over(std::string label, const quantity& of, std::vector<std::string> levels) {
  return detail::folded(std::move(label), of, std::move(levels), [](const auto& v) {
    double sum = 0;
    for (const double x : v) sum += x;
    return sum / static_cast<double>(v.size());
  });
}

KRAIT_INLINE std::vector<double> over_seeds(const quantity& of, const record& from, const labels& at, bool published,
                                            std::optional<long> step) {
  std::vector<double> all;
  const auto ask = [&](std::uint64_t seed) {
    const double value = of.value({&from, at, seed, step, published});
    if (std::isfinite(value)) all.push_back(value);
  };
  if (published)
    ask(0);
  else
    for (const std::uint64_t seed : from.seeds) ask(seed);
  return all;
}
KRAIT_INLINE report::measured measured(const quantity& of, const record& from, const labels& at, bool published,
                                       std::optional<long> step) {
  report::measured found = report::mean_and_spread(over_seeds(of, from, at, published, step));
  if (of.ends() && !published && std::isfinite(found.value) && !std::isfinite(found.spread)) {
    found.low = measured(of.ends()->first, from, at, false, step).value;
    found.high = measured(of.ends()->second, from, at, false, step).value;
  }
  return found;
}
KRAIT_INLINE std::string source(const record& from, const labels& at) {
  std::string text;
  for (const series& s : from.published_series()) {
    const bool here = std::ranges::all_of(at, [&](const label& l) {
      const std::string* own = find(s.at, l.name);
      return !own || *own == l.value;
    });
    if (here && text.find(s.source) == std::string::npos) text += (text.empty() ? "" : "; ") + s.source;
  }
  return text;
}

}  // namespace krait::studies
