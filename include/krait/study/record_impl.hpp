// krait/study/record_impl.hpp: the members of record.
#pragma once
#include <fmt/core.h>

#include <charconv>
#include <cmath>
#include <krait/core/error.hpp>
#include <krait/study/record.hpp>
#include <limits>
#include <utility>

namespace krait::studies {
namespace detail {

/// "model, noise and phase", for messages.
template <class Range, class Name> std::string listed(const Range& items, Name&& name) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + std::string(name(item));
  return text.empty() ? "none" : text;
}

inline series& series_of(std::vector<series>& all, const std::string& quantity, const labels& at) {
  // The last one first: numbers come in runs.
  for (auto s = all.rbegin(); s != all.rend(); ++s)
    if (s->quantity == quantity && s->at == at) return *s;
  return all.emplace_back(series{quantity, at, {}});
}

}  // namespace detail

KRAIT_INLINE double number_of(std::string_view level) {
  double value = 0;
  const auto [end, failure] = std::from_chars(level.data(), level.data() + level.size(), value);
  return failure == std::errc{} && end == level.data() + level.size() ? value
                                                                      : std::numeric_limits<double>::quiet_NaN();
}

KRAIT_INLINE void record::declare_label(std::string name, std::vector<std::string> levels) {
  if (has_label(name)) throw study_error(fmt::format("The label {} is declared twice; declare it once.", name));
  dimensions_.push_back({std::move(name), std::move(levels)});
}
KRAIT_INLINE void record::declare_group(std::string_view label, std::string name, std::vector<std::string> levels) {
  const dimension& of = dimension_of(label);
  for (const auto& level : levels)
    if (std::ranges::find(of.levels, level) == of.levels.end())
      throw study_error(
          fmt::format("The group {} of the label {} has '{}', which the label has not; its values are: {}.", name,
                      label, level, detail::listed(of.levels, [](const auto& l) { return l; })));
  for (const auto& known : of.groups)
    if (known.name == name)
      throw study_error(fmt::format("The group {} of the label {} is declared twice; declare it once.", name, label));
  dimensions_[static_cast<std::size_t>(&of - dimensions_.data())].groups.push_back(
      {std::move(name), std::move(levels)});
}
KRAIT_INLINE void record::declare(std::string quantity, std::vector<std::string> labels) {
  if (has_quantity(quantity))
    throw study_error(fmt::format("The quantity {} is declared twice; declare it once.", quantity));
  for (const auto& name : labels) dimension_of(name);
  quantities_.push_back({std::move(quantity), std::move(labels)});
}

KRAIT_INLINE void record::add(measurement one) {
  const declared& known = quantity_of(one.quantity);
  for (const auto& name : known.labels)
    if (!find(one.at, name))
      throw study_error(
          fmt::format("A value of {} under {} lacks the label {}; give it, or declare the quantity "
                      "without that label.",
                      one.quantity, text_of(one.at), name));
  if (one.at.size() != known.labels.size())
    throw study_error(fmt::format("A value of {} has the labels {} where {} are declared; leave the others out.",
                                  one.quantity, text_of(one.at),
                                  detail::listed(known.labels, [](const auto& name) { return name; })));
  auto& points = detail::series_of(measured_, one.quantity, one.at).points;
  const auto before = [](const series::point& a, const series::point& b) {
    return std::pair(a.seed, a.step) < std::pair(b.seed, b.step);
  };
  const series::point now{one.seed, one.step, one.value};
  const auto place = std::ranges::upper_bound(points, now, before);
  if (place != points.begin() && !before(*(place - 1), now))
    throw study_error(
        fmt::format("{} under {} is measured twice with seed {} at step {}; give the two a label that "
                    "tells them apart.",
                    one.quantity, text_of(one.at), one.seed, one.step));
  points.insert(place, now);
}

KRAIT_INLINE void record::publish(std::span<const published> rows) {
  for (const published& row : rows) {
    series& s = detail::series_of(published_, row.quantity, labels_from(row.labels));
    s.points.push_back({0, 0, row.value});
    s.source = row.source;
  }
}

KRAIT_INLINE void record::publish(std::string_view quantity, labels at, double value, std::string_view source) {
  quantity_of(quantity);
  published_.insert(published_.begin() + static_cast<std::ptrdiff_t>(analytic_++),
                    {std::string(quantity), std::move(at), {{0, 0, value}}, std::string(source), true});
}

KRAIT_INLINE bool record::has_label(std::string_view name) const {
  return std::ranges::find(dimensions_, name, &dimension::name) != dimensions_.end();
}
KRAIT_INLINE bool record::has_quantity(std::string_view name) const {
  return std::ranges::find(quantities_, name, &declared::name) != quantities_.end();
}
KRAIT_INLINE const record::dimension& record::dimension_of(std::string_view name) const {
  const auto found = std::ranges::find(dimensions_, name, &dimension::name);
  if (found == dimensions_.end())
    throw study_error(fmt::format("This study has no label {}; its labels are: {}.", name,
                                  detail::listed(dimensions_, [](const auto& d) { return d.name; })));
  return *found;
}
KRAIT_INLINE const record::declared& record::quantity_of(std::string_view name) const {
  const auto found = std::ranges::find(quantities_, name, &declared::name);
  if (found == quantities_.end())
    throw study_error(fmt::format("This study has no quantity {}; its quantities are: {}.", name,
                                  detail::listed(quantities_, [](const auto& q) { return q.name; })));
  return *found;
}
KRAIT_INLINE const std::vector<std::string>& record::group(std::string_view label, std::string_view name) const {
  const auto& all = dimension_of(label).groups;
  const auto found = std::ranges::find(all, name, &dimension::group::name);
  if (found == all.end())
    throw study_error(fmt::format("The label {} has no group {}; its groups are: {}.", label, name,
                                  detail::listed(all, [](const auto& g) { return g.name; })));
  return found->levels;
}
KRAIT_INLINE std::string record::family_of(std::string_view label, const std::string& level) const {
  for (const auto& group : dimension_of(label).groups)
    if (std::ranges::find(group.levels, level) != group.levels.end()) return group.name;
  return level;
}
KRAIT_INLINE std::string record::least(std::string_view name) const {
  const auto& all = levels(name);
  return all.empty() ? std::string() : *std::ranges::min_element(all, {}, number_of);
}
KRAIT_INLINE std::string record::greatest(std::string_view name) const {
  const auto& all = levels(name);
  return all.empty() ? std::string() : *std::ranges::max_element(all, {}, number_of);
}
KRAIT_INLINE double record::number(std::string_view fact) const {
  for (const auto& f : facts_)
    if (f.name == fact) {
      if (const auto* real = std::get_if<double>(&f.value)) return *real;
      if (const auto* whole = std::get_if<std::int64_t>(&f.value)) return static_cast<double>(*whole);
    }
  throw study_error(
      fmt::format("This study states no number '{}' among its settings; add it with record::fact.", fact));
}
KRAIT_INLINE const std::string& record::text(std::string_view fact) const {
  for (const auto& f : facts_)
    if (const auto* found = std::get_if<std::string>(&f.value); found && f.name == fact) return *found;
  throw study_error(fmt::format("This study states no text '{}' among its settings; add it with record::fact.", fact));
}

}  // namespace krait::studies
