// krait/study/places.hpp: the places that an exhibit visits: combinations of labels' levels.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <krait/core/error.hpp>
#include <krait/study/exhibit_types.hpp>
#include <krait/study/quantity_impl.hpp>

namespace krait::studies::detail {

/// The levels of a label that an exhibit shows.
inline std::vector<std::string> levels_of(const record& from, const std::string& label, const selections& only) {
  for (const selection& s : only)
    if (s.label == label) return s.levels;
  return from.levels(label);
}

/// Those, and then the levels that only published numbers have.
inline std::vector<std::string> with_published(const record& from, const std::string& label, const selections& only) {
  auto all = levels_of(from, label, only);
  for (const series& s : from.published_series())
    if (const std::string* level = find(s.at, label); level && !among(all, *level)) all.push_back(*level);
  return all;
}

/// A level as a title: a number needs its label before it, "fraction 0.4".
inline std::string titled(const std::string& label, const std::string& level) {
  return std::isfinite(number_of(level)) ? label + " " + level : level;
}

/// Whether a level is of the study's own analytic numbers: its name says what it is.
inline bool analytic(const record& from, const std::string& label, const std::string& level) {
  return std::ranges::any_of(from.published_series(), [&](const series& s) {
    const std::string* own = find(s.at, label);
    return s.analytic && own && *own == level;
  });
}

/// f(labels) for every combination of the levels.
template <class F>
void each_place(const record& from, const std::vector<std::string>& names, const selections& only, const labels& at,
                F&& f, std::size_t depth = 0) {
  if (depth == names.size()) return f(at);
  for (const auto& l : levels_of(from, names[depth], only))
    each_place(from, names, only, with(at, {names[depth], l}), f, depth + 1);
}

/// What an exhibit fixes: its `where`, and what is asked of a selection.
inline std::vector<std::string> fixed_by(const labels& where, const selections& only, const record& from) {
  std::vector<std::string> names;
  const auto known = [&](const std::string& name, const std::string& level) {
    if (!among(from.levels(name), level))
      throw study_error(fmt::format("The label {} is never '{}'; its values are: {}.", name, level,
                                    listed(from.levels(name), [](const auto& l) { return l; })));
  };
  for (const label& l : where) {
    known(l.name, l.value);
    names.push_back(l.name);
  }
  for (const selection& s : only)
    for (const auto& level : s.levels) known(s.label, level);
  return names;
}
inline void check_quantity(const std::string& where, const quantity& of, const record& from,
                           const std::vector<std::string>& given) try {
  of.check(from, given);
} catch (const study_error& e) {
  throw study_error(where + ": " + e.what());
}
inline void give(std::vector<std::string>& given, const std::string& label, const record& from) {
  if (label.empty()) return;
  from.dimension_of(label);
  given.push_back(label);
}

}  // namespace krait::studies::detail
