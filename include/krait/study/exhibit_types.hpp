// krait/study/exhibit_types.hpp: tables and plots as columns of the record: which label makes the rows, which the
// series, which the panels. They are drawn from the record alone, so that a finished run can be drawn again.
#pragma once
#include <functional>
#include <initializer_list>
#include <krait/report/result.hpp>
#include <krait/study/claim.hpp>
#include <krait/study/quantity.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace krait::studies {

/// Those of some levels that the record has.
selection among(const record& from, std::string label, const std::vector<std::string>& levels);

namespace detail {
/// A quantity's name as that of a table's or plot's file.
inline std::string stem_of(std::string name) {
  for (char& c : name)
    if (!report::in_a_stem(c)) c = '_';
  return name;
}
}  // namespace detail

/// A label whose levels stand at the beginning of a table's rows.
struct row_label {
  std::string name;
  std::string heading = {};                    // else the label's name
  int decimals = 2;                            // of levels that are no whole numbers
  row_label(const char* name) : name(name) {}  // NOLINT: {"noise", "model"}
  row_label(std::string name, std::string heading, int decimals = 2)
      : name(std::move(name)), heading(std::move(heading)), decimals(decimals) {}
};

struct column {
  std::string name;
  quantity of;
  int decimals = 1;
  std::string over = {};   // a label: one column for each of its levels, {} in the name standing for the level
  bool no_spread = false;  // a number that no seed has its own of
};
/// A column for each level of a label.
inline column spread(std::string label, quantity of, int decimals = 1, std::string name = "{}") {
  return {std::move(name), std::move(of), decimals, std::move(label)};
}
/// {a, b, c} or one spread(...).
struct columns : std::vector<column> {
  columns(std::initializer_list<column> all) : std::vector<column>(all) {}
  columns(column one) : std::vector<column>{std::move(one)} {}  // NOLINT
};

/// A row for each combination of the row labels' levels that has a number; published numbers follow in grey.
struct table {
  std::string name;  // the stem of its CSV file
  std::vector<row_label> rows;
  studies::columns columns;
  std::string caption;
  labels where = {};
  selections only = {};
  bool published = true;
};

/// One thing that a plot shows. The name stands in the key where a plot has several.
struct curve {
  std::string name;
  quantity of;
  bool grey = false;                         // no measurement: an analytic line, a bound
  std::string source = {};                   // of a grey one
  curve(quantity of) : of(std::move(of)) {}  // NOLINT
  curve(std::string name, quantity of, bool grey = false, std::string source = {})
      : name(std::move(name)), of(std::move(of)), grey(grey), source(std::move(source)) {}
};
struct curves : std::vector<curve> {
  curves(std::initializer_list<curve> all) : std::vector<curve>(all) {}
  curves(quantity one) : std::vector<curve>{curve(std::move(one))} {}  // NOLINT
};

/// What a plot runs over: "step", or a label of numbers.
struct running {
  std::string over = "step";
  std::string label = {};  // of the axis, with its unit; else the label's name
  bool log = false;
  double low = report::unknown, high = report::unknown;
  std::function<double(double)> map = {};  // of the label's number to the axis: p -> 1 / (1 - p)
};

struct lines {
  std::string name;  // the stem of its SVG file
  running x;
  curves y;
  report::axis axis = {};               // .log: logarithmic, as it is by itself where one series dwarfs the others
  std::string series = {}, panel = {};  // labels
  std::string caption, alt = {};        // alt: else made from the axes' labels
  labels where = {};
  selections only = {};
  std::vector<report::reference_line> references = {};
  bool band = false;               // spread as a band; else bars
  bool each_seed = false;          // a line a seed, and no spread
  double least = report::unknown;  // smaller values stand here, for a logarithmic axis
  bool published = true;
};

struct bars {
  std::string name;
  std::string categories = {};  // a label; else the curves are the categories
  curves y;
  report::axis axis = {};
  std::string series = {}, panel = {};
  std::string caption, alt = {};
  labels where = {};
  selections only = {};
  bool published = true;
  std::vector<report::reference_line> references = {};
};

/// A square of numbers: the levels of two labels.
struct heat_map {
  std::string name, rows, columns;
  quantity of;
  report::axis axis = {};
  std::string x_label = {}, caption, alt = {};
  labels where = {};
  selections only = {};
};

struct radar {
  std::string name;
  std::string categories = {};  // a label; else the curves are the spokes
  curves y;
  report::axis axis = {};
  std::string series = {};
  std::string caption, alt = {};
  labels where = {};
  selections only = {};
};

/// A sentence with numbers: "the {model} keeps {rouge} %". One clause for each combination of `each`; a clause with an
/// unknown number is left out.
struct sentence {
  struct number {
    std::string name;
    quantity of;
    int decimals = 1;
  };
  std::string text;
  std::vector<number> values = {};
  std::vector<std::string> each = {};
  labels where = {};
  selections only = {};
  std::string before = {}, between = "; ", after = " ";  // around the clauses, where there is any
  sentence(const char* text) : text(text) {}             // NOLINT
  sentence(std::string text) : text(std::move(text)) {}  // NOLINT
  sentence(std::string text, std::vector<number> values, std::vector<std::string> each = {}, labels where = {},
           selections only = {}, std::string before = {}, std::string between = "; ", std::string after = " ")
      : text(std::move(text)),
        values(std::move(values)),
        each(std::move(each)),
        where(std::move(where)),
        only(std::move(only)),
        before(std::move(before)),
        between(std::move(between)),
        after(std::move(after)) {}
};

struct finding : std::vector<sentence> {
  finding() = default;
  finding(const char* text) : std::vector<sentence>{text} {}  // NOLINT
  finding(std::initializer_list<sentence> all) : std::vector<sentence>(all) {}
};

/// All that a page shows. A table or plot that no exhibit fits is given as it is.
struct exhibits {
  std::vector<std::variant<table, report::table>> tables = {};
  std::vector<std::variant<lines, bars, heat_map, radar, report::plot>> plots = {};
  std::vector<claim> claims = {};
  studies::finding finding = {};
  std::string otherwise =
      {};  // what the finding says where a precondition does not hold: "This run says nothing of ..."
  std::vector<std::string> notes = {};
};

/// Throws study_error with one sentence where an exhibit names a quantity, a label or a level that the record was not
/// declared to have, or where two exhibits have the same name. To be called before anything is measured.
void check(const exhibits& page, const record& from);

/// Tables, plots, claims, finding and notes of a result; what tells of the run itself is the caller's.
report::result drawn(const exhibits& page, const record& from);

}  // namespace krait::studies
