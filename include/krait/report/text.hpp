// krait/report/text.hpp: cells and tables as text: for the page, for CSV files, for the terminal.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <krait/report/plot/sheet.hpp>
#include <krait/report/result.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace krait::report {

namespace detail {

/// A number as people read it; a real minus sign, nothing for unknown.
inline std::string shown_number(double v, int decimals) {
  if (!std::isfinite(v)) return "";
  if (v != 0 && (std::abs(v) >= 1e7 || std::abs(v) < 0.5 * std::pow(10.0, -decimals))) return fmt::format("{:.3g}", v);
  return fmt::format("{:.{}f}", v, decimals);
}

/// 501248 -> 501,248; years and steps, of four digits, stay whole.
inline std::string grouped(std::string number) {
  const std::size_t first = number.find_first_of("0123456789"),
                    end = std::min(number.find_first_not_of("0123456789", first), number.size());
  if (first == std::string::npos || end - first < 5) return number;
  for (std::size_t at = end; at > first + 3;) number.insert(at -= 3, ",");
  return number;
}

/// The number and its spread apart, so that columns can be aligned; a text is all in the first.
struct shown_cell {
  std::string value, spread;
  bool number = false;
};

inline shown_cell shown(const cell& c, int decimals) {
  struct {
    int decimals;
    shown_cell operator()(std::monostate) const { return {}; }
    shown_cell operator()(const std::string& text) const { return {text, "", false}; }
    shown_cell operator()(double v) const { return {grouped(shown_number(v, decimals)), "", true}; }
    shown_cell operator()(std::int64_t v) const { return {grouped(fmt::format("{}", v)), "", true}; }
    shown_cell operator()(bool v) const { return {v ? "yes" : "no", "", false}; }
    shown_cell operator()(const measured& m) const {
      return {grouped(shown_number(m.value, decimals)),
              std::isfinite(m.spread) ? fmt::format("± {:.{}f}", m.spread, decimals)
              : std::isfinite(m.low)  ? fmt::format("[{:.{}f}, {:.{}f}]", m.low, decimals, m.high, decimals)
                                      : "",
              true};
    }
  } each{decimals};
  return std::visit(each, c);
}

inline std::string csv_text(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string safe = "\"";
  for (char c : text) safe.append(c == '"' ? 2 : 1, c);
  return safe + "\"";
}

inline std::string csv_number(double v) { return std::isfinite(v) ? fmt::format("{}", v) : ""; }

inline int decimals_of(const table& t, std::size_t column) {
  return column < t.columns.size() ? t.columns[column].decimals : 1;
}

}  // namespace detail

/// A table as CSV (RFC 4180 with \n), every digit kept. A column with spreads is followed by one named "... spread",
/// one with intervals by "... low" and "... high".
inline std::string csv(const table& t) {
  std::vector<bool> spreads(t.columns.size(), false), intervals = spreads;
  bool published = false;
  for (const row& r : t.rows) {
    published |= r.published;
    for (std::size_t c = 0; c < std::min(r.cells.size(), spreads.size()); ++c)
      if (const auto* m = std::get_if<measured>(&r.cells[c])) {
        spreads[c] = true;
        if (std::isfinite(m->low)) intervals[c] = true;
      }
  }
  std::string text;
  const auto end_line = [&] { text.back() = '\n'; };
  for (std::size_t c = 0; c < t.columns.size(); ++c) {
    const std::string name = t.columns[c].name + (t.columns[c].unit.empty() ? "" : " (" + t.columns[c].unit + ")");
    text += detail::csv_text(name) + ",";
    if (spreads[c]) text += detail::csv_text(name + " spread") + ",";
    if (intervals[c]) text += detail::csv_text(name + " low") + "," + detail::csv_text(name + " high") + ",";
  }
  if (published) text += "published in,";
  if (text.empty()) return "\n";
  end_line();
  for (const row& r : t.rows) {
    for (std::size_t c = 0; c < t.columns.size(); ++c) {
      const cell value = c < r.cells.size() ? r.cells[c] : cell{};
      if (const auto* m = std::get_if<measured>(&value)) {
        text += detail::csv_number(m->value) + "," + detail::csv_number(m->spread) + ",";
        if (intervals[c]) text += detail::csv_number(m->low) + "," + detail::csv_number(m->high) + ",";
      } else {
        if (const auto* v = std::get_if<double>(&value))
          text += detail::csv_number(*v) + ",";
        else if (const auto* whole = std::get_if<std::int64_t>(&value))
          text += fmt::format("{},", *whole);
        else
          text += detail::csv_text(detail::shown(value, 0).value) + ",";
        text.append(std::size_t(spreads[c]) + 2 * std::size_t(intervals[c]), ',');
      }
    }
    if (published) text += detail::csv_text(r.source) + ",";
    end_line();
  }
  return text;
}

/// A table for a terminal: aligned columns, numbers to the right; the run's own rows.
inline std::string terminal_table(const table& t) {
  std::vector<std::vector<std::string>> lines(1);
  std::vector<bool> numbers(t.columns.size(), true);
  for (const column& c : t.columns) lines[0].push_back(c.unit.empty() ? c.name : c.name + " (" + c.unit + ")");
  for (const row& r : t.rows) {
    if (r.published) continue;
    auto& line = lines.emplace_back();
    for (std::size_t c = 0; c < t.columns.size(); ++c) {
      const auto s = detail::shown(c < r.cells.size() ? r.cells[c] : cell{}, detail::decimals_of(t, c));
      if (!s.value.empty() && !s.number) numbers[c] = false;
      line.push_back(s.spread.empty() ? s.value : s.value + " " + s.spread);
    }
  }
  std::vector<std::size_t> widths(t.columns.size(), 0);
  for (const auto& line : lines)
    for (std::size_t c = 0; c < line.size(); ++c)
      widths[c] = std::max(widths[c], std::size_t(detail::characters(line[c])));
  std::string text;
  for (std::size_t l = 0; l < lines.size(); ++l) {
    std::string line;
    for (std::size_t c = 0; c < lines[l].size(); ++c) {
      const std::string room(widths[c] - std::size_t(detail::characters(lines[l][c])), ' ');
      line += (c ? "   " : "") + (numbers[c] ? room + lines[l][c] : lines[l][c] + room);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

namespace detail {
/// "Here 74.2 %", or that nothing was measured.
inline std::string here(const claim& c) {
  if (!std::isfinite(c.value)) return "Nothing was measured here";
  return fmt::format("Here {}{}", shown_number(c.value, 1), c.unit.empty() ? "" : " " + c.unit);
}
}  // namespace detail

/// What a run says at its end: its first table, the finding, and the claims that do not hold.
inline std::string summary(const result& r) {
  std::string text = r.tables.empty() ? "" : terminal_table(r.tables.front()) + "\n";
  text += r.finding + "\n";
  // What somebody has published, and what only this page says, are counted apart.
  const auto tell = [&](const char* what, auto&& counts) {
    long all = 0, held = 0;
    for (const claim& c : r.claims)
      if (!c.precondition && counts(c)) ++all, held += c.holds;
    if (all > 0) text += fmt::format("{} of {} {} here\n", held, all, what);
  };
  const auto fails = [](const claim& c) { return c.precondition && !c.holds; };
  if (std::ranges::any_of(r.claims, fails))
    return text + "its claims are not counted, for what they presuppose does not hold\n";
  tell("published claims hold", [](const claim& c) { return !c.source.empty(); });
  tell("further statements hold", [](const claim& c) { return c.source.empty(); });
  for (const claim& c : r.claims)
    if (!c.holds) text += fmt::format("  not: {} {}, expected {}.\n", c.statement, detail::here(c), c.expected);
  return text;
}

/// 4.2 -> "4.2 s", 248 -> "4 min 8 s", 7440 -> "2 h 4 min"
inline std::string duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "unknown";
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const long whole = std::lround(seconds);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

/// 128 MiB, 3.2 GiB
inline std::string memory(std::int64_t bytes) {
  const double mib = double(bytes) / (1 << 20);
  return mib < 1024 ? fmt::format("{:.0f} MiB", mib) : fmt::format("{:.1f} GiB", mib / 1024);
}

}  // namespace krait::report
