// krait/study/draw_tables.hpp: tables of the record.
#pragma once
#include <cmath>
#include <krait/study/places.hpp>
#include <optional>

namespace krait::studies::detail {

inline report::table draw(const report::table& as_it_is, const record&) { return as_it_is; }
inline void check_one(const report::table&, const record&) {}

inline std::vector<std::string> names_of(const std::vector<row_label>& rows) {
  std::vector<std::string> names;
  for (const auto& r : rows) names.push_back(r.name);
  return names;
}

inline void check_one(const table& t, const record& from) {
  auto given = fixed_by(t.where, t.only, from);
  for (const auto& r : t.rows) give(given, r.name, from);
  for (const column& c : t.columns) {
    auto all = given;
    give(all, c.over, from);
    check_quantity("table " + t.name, c.of, from, all);
  }
}

/// A level as a cell: numbers as numbers.
inline report::cell cell_of(const std::string& level) {
  const double number = number_of(level);
  if (!std::isfinite(number)) return level;
  if (number == std::floor(number) && std::abs(number) < 1e15) return static_cast<std::int64_t>(number);
  return number;
}

/// Whether a column has a published number in any row.
inline bool any_published(const table& t, const column& c, const labels& at, const record& from) {
  bool any = false;
  labels where = t.where;
  for (const label& l : at) set(where, l);
  each_place(from, names_of(t.rows), t.only, where,
             [&](const labels& place) { any = any || !over_seeds(c.of, from, place, true).empty(); });
  return any;
}

inline report::table draw(const table& t, const record& from) {
  struct shown_column {
    const column* of;
    labels at;
    bool published;
  };
  report::table made{.name = t.name, .caption = t.caption};
  for (const row_label& r : t.rows)
    made.columns.push_back({.name = r.heading.empty() ? r.name : r.heading, .decimals = r.decimals});
  std::vector<shown_column> columns;
  for (const column& c : t.columns) {
    const auto add = [&](std::string name, labels at, bool published) {
      made.columns.push_back(
          {.name = std::move(name), .unit = c.of.unit(), .decimals = c.decimals, .published = published});
      columns.push_back({&c, std::move(at), published});
    };
    if (c.over.empty()) {
      add(c.name, {}, false);
      continue;
    }
    const auto own = levels_of(from, c.over, t.only);
    for (const auto& level : t.published ? with_published(from, c.over, t.only) : own) {
      const labels at = {{c.over, level}};
      const bool published = !among(own, level);
      if (published && !any_published(t, c, at, from)) continue;
      std::string name = c.name;
      if (const auto place = name.find("{}"); place != std::string::npos) name.replace(place, 2, level);
      add(std::move(name), at, published);
    }
  }
  // Published numbers stand in columns of their own, or in rows.
  const bool grey_rows = t.published && std::ranges::none_of(columns, &shown_column::published);

  const auto row_at = [&](const labels& at, bool published) -> std::optional<report::row> {
    report::row row{.published = published};
    for (const row_label& r : t.rows) row.cells.push_back(cell_of(*find(at, r.name)));
    bool any = false;
    labels where = t.where;
    for (const label& l : at) set(where, l);
    for (const shown_column& c : columns) {
      labels place = where;
      for (const label& l : c.at) set(place, l);
      const bool grey = published || c.published;
      const report::measured m = measured(c.of->of, from, place, grey);
      any |= std::isfinite(m.value);
      if (!std::isfinite(m.value))
        row.cells.emplace_back();
      else if (grey || c.of->no_spread)
        row.cells.emplace_back(m.value);
      else
        row.cells.emplace_back(m);
    }
    if (!any) return {};
    if (published) row.source = source(from, where);
    return row;
  };
  std::vector<std::string> names = names_of(t.rows);
  if (names.empty()) {
    if (auto row = row_at({}, false)) made.rows.push_back(std::move(*row));
    return made;
  }
  const std::string last = names.back();
  names.pop_back();
  each_place(from, names, t.only, {}, [&](const labels& at) {
    const auto own = levels_of(from, last, t.only);
    for (const auto& level : grey_rows ? with_published(from, last, t.only) : own) {
      const labels place = with(at, {last, level});
      if (among(own, level))
        if (auto row = row_at(place, false)) made.rows.push_back(std::move(*row));
      if (grey_rows)
        if (auto row = row_at(place, true)) made.rows.push_back(std::move(*row));
    }
  });
  return made;
}

}  // namespace krait::studies::detail
