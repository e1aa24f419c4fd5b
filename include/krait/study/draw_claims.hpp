// krait/study/draw_claims.hpp: claims and sentences of the record.
#pragma once
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <krait/report/text.hpp>
#include <krait/study/places.hpp>

namespace krait::studies {
namespace detail {
/// Standard errors of a mean over n values beyond which chance goes as rarely as a normal distribution beyond `count`:
/// by Student's t, for the spread of few values is itself known badly. 2 become 4.5 of three seeds, 2.9 of five.
inline double errors_of(double count, std::size_t n) {
  namespace math = boost::math;
  const double tail = math::cdf(math::complement(math::normal_distribution<>(), count));
  return math::quantile(math::complement(math::students_t_distribution<>(static_cast<double>(n - 1)), tail));
}
}  // namespace detail

KRAIT_INLINE bool condition::holds(const std::vector<double>& values) const {
  const report::measured m = report::mean_and_spread(values);
  if (!std::isfinite(m.value)) return false;
  const condition alone(kind_, bound_, second_);
  if (every_seed_ && !std::ranges::all_of(values, [&](double v) { return alone.holds({v}); })) return false;
  double margin = 0;
  if (errors_ > 0) {
    if (values.size() < 2) return false;
    margin = detail::errors_of(errors_, values.size()) * m.spread / std::sqrt(static_cast<double>(values.size()));
  }
  switch (kind_) {
    case kind::at_most:
      return m.value + margin <= bound_;
    case kind::at_least:
      return m.value - margin >= bound_;
    case kind::below:
      return m.value + margin < bound_;
    case kind::above:
      return m.value - margin > bound_;
    case kind::within:
      return std::abs(m.value - bound_) + margin <= second_;
  }
  return false;
}

KRAIT_INLINE std::string condition::text(const std::string& unit) const {
  static constexpr const char* words[] = {"at most", "at least", "below", "above", "within"};
  const std::string with_unit = unit == "%" ? " %" : "";
  std::string text = kind_ == kind::within ? fmt::format("{:g}, within {:g}", bound_, second_)
                                           : fmt::format("{} {:g}", words[static_cast<int>(kind_)], bound_);
  text += with_unit;
  if (errors_ > 0) text += fmt::format(" by {:g} standard errors (by Student's t)", errors_);
  if (every_seed_) text += " with every seed";
  return text;
}

namespace detail {

inline std::string filled(std::string text, const labels& at) {
  for (const label& l : at) {
    const std::string name = "{" + l.name + "}";
    for (std::size_t place = 0; (place = text.find(name, place)) != std::string::npos; place += l.value.size())
      text.replace(place, name.size(), l.value);
  }
  return text;
}

inline void check_one(const claim& c, const record& from) {
  auto given = fixed_by(c.where, c.only, from);
  for (const auto& name : c.each) give(given, name, from);
  check_quantity("claim " + c.id, c.value, from, given);
}
inline void check_one(const sentence& s, const record& from) {
  auto given = fixed_by(s.where, s.only, from);
  for (const auto& name : s.each) give(given, name, from);
  for (const auto& v : s.values) check_quantity("finding", v.of, from, given);
}

/// "published: 63.3 (Mamba 130M), 72.2 (OLMo 1B)"
inline std::string quoted(const claim& c, const record& from, const labels& at) {
  std::string text;
  for (const auto& level : with_published(from, c.against, {})) {
    const auto values = over_seeds(c.value, from, with(at, {c.against, level}), true);
    if (!values.empty())
      text += fmt::format("{}{} ({})", text.empty() ? "published: " : ", ", report::detail::shown_number(values[0], 1),
                          level);
  }
  return text;
}

/// Whether a study has measured anything at all under these labels: else there is nothing that a claim could be about.
inline bool any_measured(const record& from, const std::vector<std::string>& names, const labels& at) {
  return std::ranges::any_of(from.measured(), [&](const series& s) {
    return std::ranges::all_of(names, [&](const std::string& name) {
      const std::string *own = find(s.at, name), *wanted = find(at, name);
      return own && wanted && *own == *wanted;
    });
  });
}

inline std::vector<report::claim> draw(const claim& c, const record& from) {
  std::vector<report::claim> all;
  each_place(from, c.each, c.only, c.where, [&](const labels& at) {
    const auto values = over_seeds(c.value, from, at);
    if (values.empty() && !c.each.empty() && !any_measured(from, c.each, at)) return;
    const report::measured m = report::mean_and_spread(values);
    std::string id = c.id;
    for (const auto& name : c.each) id += "." + *find(at, name);
    const std::string unit = c.unit.empty() ? c.value.unit() : c.unit;
    std::string expected = c.expected.empty() ? c.holds.text(unit) : filled(c.expected, at), source = c.source;
    if (!c.against.empty()) {
      const std::string quote = quoted(c, from, at);
      if (quote.empty())
        source.clear();  // nobody published this one
      else
        expected += "; " + quote;
    }
    if (c.quoted) {
      if (const auto known = over_seeds(c.value, from, at, true); known.empty()) {
        source.clear();
      } else {
        expected += fmt::format("; published: {:.2f}", known[0]);
        if (source.empty()) source = studies::source(from, at);
      }
    }
    all.push_back({.id = std::move(id),
                   .statement = filled(c.says, at),
                   .source = source,
                   .value = m.value,
                   .spread = m.spread,
                   .unit = unit,
                   .expected = std::move(expected),
                   .holds = c.holds.holds(values),
                   .precondition = c.precondition,
                   .remedy = c.remedy});
  });
  return all;
}

inline std::string draw(const finding& f, const record& from) {
  std::string text;
  for (const sentence& s : f) {
    std::string clauses;
    each_place(from, s.each, s.only, s.where, [&](const labels& at) {
      std::string clause = filled(s.text, at);
      for (const auto& v : s.values) {
        const report::measured m = measured(v.of, from, at);
        if (!std::isfinite(m.value)) return;
        clause = filled(clause, {{v.name, report::detail::shown_number(m.value, v.decimals)}});
      }
      clauses += (clauses.empty() ? s.before : s.between) + clause;
    });
    if (!clauses.empty()) text += clauses + s.after;
  }
  while (text.ends_with(' ')) text.pop_back();
  if (text.empty()) text = "This run has measured too little to say anything.";
  return text;
}

}  // namespace detail
}  // namespace krait::studies
