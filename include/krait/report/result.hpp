// krait/report/result.hpp: what a run found, as plain structs: numbers, tables, plots and claims, nothing rendered.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace krait::report {

/// What the names of tables and plots may consist of, which are stems of files.
inline bool in_a_stem(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// A number that nobody knows: an empty table cell, a missing bar, null in result.json.
inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// A mean over seeds and its standard deviation (unknown with one seed), or else the ends of an interval.
struct measured {
  double value = unknown, spread = unknown, low = unknown, high = unknown;
  bool operator==(const measured&) const = default;
};

/// Mean and sample standard deviation (n - 1) of one value a seed; no values give unknown.
inline measured mean_and_spread(const std::vector<double>& values) {
  if (values.empty()) return {};
  double sum = 0, squares = 0;
  for (double v : values) sum += v;
  const double mean = sum / double(values.size());
  for (double v : values) squares += (v - mean) * (v - mean);
  return {mean, values.size() < 2 ? unknown : std::sqrt(squares / double(values.size() - 1))};
}

/// What a table cell or a setting may hold; monostate is an empty cell.
using cell = std::variant<std::monostate, std::string, double, std::int64_t, bool, measured>;

struct column {
  std::string name = {};
  std::string unit = {};  ///< shown beside the name: "%", "tokens/s"
  int decimals = 1;       ///< of doubles and measured values on the page; CSV and JSON keep every digit
  bool published = false;
};

struct row {
  std::vector<cell> cells = {};
  bool published = false;   ///< numbers of others: shown in grey, with their source
  std::string source = {};  ///< "Ramezanali et al. 2024, table 2"
};

struct table {
  std::string name = {};  ///< the stem of its CSV file: letters, digits, - and _
  std::string caption = {};
  std::vector<column> columns = {};
  std::vector<row> rows = {};
};

enum class plot_kind { lines, bars, heat_map, radar };
enum class spread_style { bars, band };

struct axis {
  std::string label = {};  ///< with its unit: "exact answers (%)"
  bool log = false;
  double low = unknown, high = unknown;  ///< unknown: from the data
};

/// A labelled line across a plot: the end of a phase, a baseline, chance level.
struct reference_line {
  double value;
  std::string label = {};
  bool vertical = false;
};

/// One line (x, y), one bar a category (y), one ring of a radar (y) or one row of a heat map (y).
struct series {
  std::string name = {};
  std::vector<double> x = {}, y = {};
  std::vector<double> spread = {};  ///< half the error bar, in the unit of y; empty: none is known
  std::string model = {};           ///< has one colour on all of the page; empty: the name stands for it
  std::string panel = {};   ///< series of one panel share axes; panels stand side by side, in order of appearance
  bool published = false;   ///< numbers of others: drawn in grey
  std::string source = {};  ///< of published numbers
  std::vector<double> low = {}, high = {};  ///< ends of intervals, where the spread is unknown; empty: none are known

  /// The ends of the error bar at point i: y itself where nothing is known.
  double bar_low(std::size_t i) const { return bar(i, low, -1); }
  double bar_high(std::size_t i) const { return bar(i, high, 1); }
  bool has_bars() const { return !spread.empty() || !low.empty(); }

 private:
  double bar(std::size_t i, const std::vector<double>& end, int side) const {
    if (!spread.empty() && std::isfinite(spread[i])) return y[i] + side * spread[i];
    return !end.empty() && std::isfinite(end[i]) ? end[i] : y[i];
  }
};

struct plot {
  std::string name = {};  ///< the stem of its SVG file: letters, digits, - and _
  plot_kind kind = plot_kind::lines;
  std::string caption = {};  ///< what to look at
  std::string alt = {};      ///< what the picture shows, for those who do not see it
  axis x = {}, y = {};
  std::vector<std::string> categories = {};  ///< of bars, radar spokes, heat-map columns
  std::vector<series> data = {};
  std::vector<reference_line> references = {};
  spread_style spread = spread_style::bars;
};

/// A published statement and what this run says to it.
struct claim {
  std::string id = {};         ///< "noise.recovery"
  std::string statement = {};  ///< one sentence
  std::string source = {};     ///< where it was published
  double value = unknown, spread = unknown;
  std::string unit = {};
  std::string expected = {};  ///< "at least 80 %"
  bool holds = false;
  bool precondition = false;  ///< where it does not hold, the run says nothing
  std::string remedy = {};    ///< what to do then, where that is not --steps; for the terminal alone
};

/// A name and a value, in the order in which they are shown.
struct setting {
  std::string name = {};
  cell value = {};
};

struct result {
  std::string experiment = {};  ///< "noise/three_phase"
  std::string question = {};    ///< the page's title
  std::string finding = {};     ///< one sentence made from the numbers
  std::string command = {};     ///< makes this result again
  std::string version = {};
  std::vector<std::uint64_t> seeds = {};
  std::vector<setting> settings = {}, environment = {};
  double seconds = unknown;
  std::int64_t peak_memory_bytes = 0;
  std::vector<table> tables = {};
  std::vector<plot> plots = {};
  std::vector<claim> claims = {};
  std::vector<std::string> notes = {};  ///< what a reader should know: cautions, differences from the published study
};

}  // namespace krait::report
