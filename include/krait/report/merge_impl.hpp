// krait/report/merge_impl.hpp: one result of several.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <krait/report/merge.hpp>
#include <utility>

namespace krait::report {
namespace detail {

/// A level as a cell: a number as a number.
inline cell level_cell(const std::string& level) {
  char* end = nullptr;
  const double value = std::strtod(level.c_str(), &end);
  if (level.empty() || *end != '\0' || !std::isfinite(value)) return level;
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}
inline bool same_columns(const table& a, const table& b) {
  return std::ranges::equal(a.columns, b.columns,
                            [](const column& x, const column& y) { return x.name == y.name && x.unit == y.unit; });
}
inline bool same_frame(const plot& a, const plot& b) {
  return a.kind == b.kind && a.categories == b.categories && (a.kind == plot_kind::lines || a.kind == plot_kind::bars);
}
/// The stem of what stands once for each part: no other one's name.
inline std::string numbered(const std::string& name, std::size_t part) { return name + "-" + std::to_string(part + 1); }

/// The most digits behind the point of any level.
inline int decimals_of_levels(const std::vector<part_of_page>& parts) {
  std::size_t most = 0;
  for (const auto& part : parts)
    if (const auto point = part.level.find('.'); point != std::string::npos)
      most = std::max(most, part.level.size() - point - 1);
  return static_cast<int>(std::min<std::size_t>(most, 6));
}

/// heading: the column of the parts' levels.
inline void add_table(std::vector<table>& to, const column& heading, const part_of_page& part, std::size_t number,
                      const table& t) {
  const auto with_label = [&] {
    table made{t.name, t.caption, t.columns, {}};
    made.columns.insert(made.columns.begin(), heading);
    return made;
  };
  auto found = std::ranges::find(to, t.name, &table::name);
  if (found == to.end()) {
    to.push_back(with_label());
    found = to.end() - 1;
  } else if (!same_columns(*found, with_label())) {
    to.push_back(with_label());
    to.back().name = numbered(t.name, number);
    found = to.end() - 1;
  }
  for (const row& r : t.rows) {
    row made = r;
    made.cells.insert(made.cells.begin(), r.published ? cell() : level_cell(part.level));
    // Published rows are the same for all.
    const auto same = [&](const row& other) { return other.published && other.cells == made.cells; };
    if (!r.published || std::ranges::none_of(found->rows, same)) found->rows.push_back(std::move(made));
  }
}

inline void add_plot(std::vector<plot>& to, const part_of_page& part, std::size_t number, const plot& p) {
  plot made = p;
  for (series& s : made.data) s.panel = s.panel.empty() ? part.title : part.title + ", " + s.panel;
  const auto found = std::ranges::find(to, p.name, &plot::name);
  if (found != to.end() && same_frame(*found, p)) {
    found->data.insert(found->data.end(), made.data.begin(), made.data.end());
    return;
  }
  const bool alone = p.kind != plot_kind::lines && p.kind != plot_kind::bars;
  if (alone || found != to.end()) {
    made.name = numbered(p.name, number);
    made.caption = part.title + ". " + p.caption;
    if (alone) made.data = p.data;
  }
  to.push_back(std::move(made));
}

/// Settings that all parts share, and for the others one of each part.
inline std::vector<setting> merged_settings(const std::vector<part_of_page>& parts) {
  std::vector<setting> all;
  const auto value_in = [](const part_of_page& part, const std::string& name) {
    const auto found = std::ranges::find(part.from.settings, name, &setting::name);
    return found == part.from.settings.end() ? nullptr : &found->value;
  };
  for (const auto& part : parts)
    for (const setting& s : part.from.settings) {
      const auto shared = [&](const part_of_page& other) {
        const cell* value = value_in(other, s.name);
        return value && *value == s.value;
      };
      const bool common = std::ranges::all_of(parts, shared);
      if (common && &part != &parts.front()) continue;
      all.push_back({common ? s.name : s.name + " (" + part.title + ")", s.value});
    }
  return all;
}

}  // namespace detail

KRAIT_INLINE result merged(const std::string& label, const std::vector<part_of_page>& parts) {
  result all = parts.front().from;
  all.tables.clear(), all.plots.clear(), all.claims.clear(), all.notes.clear(), all.finding.clear();
  std::vector<std::string> commands;
  all.settings = detail::merged_settings(parts);
  all.seconds = 0;
  const column heading{.name = label, .decimals = detail::decimals_of_levels(parts)};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const part_of_page& part = parts[i];
    for (const table& t : part.from.tables) detail::add_table(all.tables, heading, part, i, t);
    for (const plot& p : part.from.plots) detail::add_plot(all.plots, part, i, p);
    for (claim c : part.from.claims) {
      c.id = detail::numbered(c.id, i);
      c.statement = part.title + ": " + c.statement;
      all.claims.push_back(std::move(c));
    }
    if (!part.from.finding.empty())
      all.finding += (all.finding.empty() ? "" : " ") + part.title + ": " + part.from.finding;
    for (const auto& note : part.from.notes)
      if (std::ranges::find(all.notes, note) == all.notes.end()) all.notes.push_back(note);
    if (std::ranges::find(commands, part.from.command) == commands.end()) commands.push_back(part.from.command);
    all.seconds += part.from.seconds;
    all.peak_memory_bytes = std::max(all.peak_memory_bytes, part.from.peak_memory_bytes);
  }
  all.command.clear();
  for (const auto& command : commands) all.command += (all.command.empty() ? "" : "\n") + command;
  return all;
}

}  // namespace krait::report
