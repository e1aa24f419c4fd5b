// krait/report/json.hpp: a result to JSON and back. A number that is not finite is null, and null is
// unknown.
#pragma once
#include <fmt/core.h>

#include <cmath>
#include <krait/core/error.hpp>
#include <krait/report/result.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace krait::report {

using json = nlohmann::ordered_json;

namespace detail {

inline constexpr const char* plot_kind_names[] = {"lines", "bars", "heat_map", "radar"};

inline json number(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }
inline double number(const json& j) { return j.is_null() ? unknown : j.get<double>(); }

inline json numbers(const std::vector<double>& values) {
  json list = json::array();
  for (double v : values) list.push_back(number(v));
  return list;
}
inline std::vector<double> numbers(const json& list) {
  std::vector<double> values;
  for (const json& j : list) values.push_back(number(j));
  return values;
}

template <class Range> json list_of(const Range& items) {
  json list = json::array();
  for (const auto& item : items) list.push_back(to_json(item));
  return list;
}

}  // namespace detail

/// A measured value is {"value", "spread"} and, where it has an interval, "low" and "high"; the rest are JSON's own
/// kinds.
inline json to_json(const cell& c) {
  struct {
    json operator()(std::monostate) const { return nullptr; }
    json operator()(const std::string& text) const { return text; }
    json operator()(double value) const { return detail::number(value); }
    json operator()(std::int64_t value) const { return value; }
    json operator()(bool value) const { return value; }
    json operator()(const measured& m) const {
      json j = {{"value", detail::number(m.value)}, {"spread", detail::number(m.spread)}};
      if (std::isfinite(m.low)) j["low"] = m.low, j["high"] = m.high;
      return j;
    }
  } each;
  return std::visit(each, c);
}
inline cell cell_from(const json& j) {
  if (j.is_null()) return {};
  if (j.is_boolean()) return j.get<bool>();
  if (j.is_number_integer()) return j.get<std::int64_t>();
  if (j.is_number()) return j.get<double>();
  if (j.is_object())
    return cell(measured{detail::number(j.at("value")), detail::number(j.at("spread")),
                         j.contains("low") ? detail::number(j["low"]) : unknown,
                         j.contains("high") ? detail::number(j["high"]) : unknown});
  return j.get<std::string>();
}

inline json to_json(const std::vector<setting>& settings) {
  json object = json::object();
  for (const setting& s : settings) object[s.name] = to_json(s.value);
  return object;
}
inline std::vector<setting> settings_from(const json& object) {
  std::vector<setting> settings;
  for (const auto& [name, value] : object.items()) settings.push_back({name, cell_from(value)});
  return settings;
}

inline json to_json(const column& c) {
  return {{"name", c.name}, {"unit", c.unit}, {"decimals", c.decimals}, {"published", c.published}};
}
inline json to_json(const row& r) {
  json cells = json::array();
  for (const cell& c : r.cells) cells.push_back(to_json(c));
  return {{"cells", cells}, {"published", r.published}, {"source", r.source}};
}
inline json to_json(const table& t) {
  return {{"name", t.name},
          {"caption", t.caption},
          {"columns", detail::list_of(t.columns)},
          {"rows", detail::list_of(t.rows)}};
}
inline json to_json(const axis& a) {
  return {{"label", a.label}, {"log", a.log}, {"low", detail::number(a.low)}, {"high", detail::number(a.high)}};
}
inline json to_json(const reference_line& r) {
  return {{"value", detail::number(r.value)}, {"label", r.label}, {"vertical", r.vertical}};
}
inline json to_json(const series& s) {
  json j = {{"name", s.name},
            {"model", s.model},
            {"panel", s.panel},
            {"published", s.published},
            {"source", s.source},
            {"x", detail::numbers(s.x)},
            {"y", detail::numbers(s.y)},
            {"spread", detail::numbers(s.spread)}};
  if (!s.low.empty()) j["low"] = detail::numbers(s.low), j["high"] = detail::numbers(s.high);
  return j;
}
inline json to_json(const plot& p) {
  return {{"name", p.name},
          {"kind", detail::plot_kind_names[int(p.kind)]},
          {"caption", p.caption},
          {"alt", p.alt},
          {"x", to_json(p.x)},
          {"y", to_json(p.y)},
          {"categories", p.categories},
          {"series", detail::list_of(p.data)},
          {"references", detail::list_of(p.references)},
          {"spread", p.spread == spread_style::band ? "band" : "bars"}};
}
inline json to_json(const claim& c) {
  return {{"id", c.id},
          {"statement", c.statement},
          {"source", c.source},
          {"value", detail::number(c.value)},
          {"spread", detail::number(c.spread)},
          {"unit", c.unit},
          {"expected", c.expected},
          {"holds", c.holds},
          {"precondition", c.precondition}};
}
inline json to_json(const result& r) {
  return {{"experiment", r.experiment},
          {"question", r.question},
          {"finding", r.finding},
          {"command", r.command},
          {"version", r.version},
          {"seeds", r.seeds},
          {"settings", to_json(r.settings)},
          {"environment", to_json(r.environment)},
          {"seconds", detail::number(r.seconds)},
          {"peak_memory_bytes", r.peak_memory_bytes},
          {"tables", detail::list_of(r.tables)},
          {"plots", detail::list_of(r.plots)},
          {"claims", detail::list_of(r.claims)},
          {"notes", r.notes}};
}

namespace detail {

inline table table_from(const json& j) {
  table t{j.at("name"), j.at("caption"), {}, {}};
  for (const json& c : j.at("columns"))
    t.columns.push_back({c.at("name"), c.at("unit"), c.at("decimals"), c.at("published")});
  for (const json& r : j.at("rows")) {
    row next{{}, r.at("published"), r.at("source")};
    for (const json& c : r.at("cells")) next.cells.push_back(cell_from(c));
    t.rows.push_back(std::move(next));
  }
  return t;
}

inline axis axis_from(const json& j) { return {j.at("label"), j.at("log"), number(j.at("low")), number(j.at("high"))}; }

inline plot plot_from(const json& j) {
  plot p;
  p.name = j.at("name"), p.caption = j.at("caption"), p.alt = j.at("alt");
  for (int kind = 0; kind < 4; ++kind)
    if (j.at("kind") == plot_kind_names[kind]) p.kind = plot_kind(kind);
  p.x = axis_from(j.at("x")), p.y = axis_from(j.at("y"));
  p.categories = j.at("categories").get<std::vector<std::string>>();
  for (const json& s : j.at("series"))
    p.data.push_back({s.at("name"), numbers(s.at("x")), numbers(s.at("y")), numbers(s.at("spread")), s.at("model"),
                      s.at("panel"), s.at("published"), s.at("source"),
                      s.contains("low") ? numbers(s["low"]) : std::vector<double>{},
                      s.contains("high") ? numbers(s["high"]) : std::vector<double>{}});
  for (const json& l : j.at("references"))
    p.references.push_back({number(l.at("value")), l.at("label"), l.at("vertical")});
  p.spread = j.at("spread") == "band" ? spread_style::band : spread_style::bars;
  return p;
}

}  // namespace detail

/// Reads what to_json(result) wrote. Throws data_error when a member is missing or of another kind.
inline result result_from(const json& j) try {
  result r{j.at("experiment"),
           j.at("question"),
           j.at("finding"),
           j.at("command"),
           j.at("version"),
           {},
           {},
           {},
           0,
           0,
           {},
           {},
           {},
           {}};
  r.seeds = j.at("seeds").get<std::vector<std::uint64_t>>();
  r.settings = settings_from(j.at("settings")), r.environment = settings_from(j.at("environment"));
  r.seconds = detail::number(j.at("seconds")), r.peak_memory_bytes = j.at("peak_memory_bytes");
  for (const json& t : j.at("tables")) r.tables.push_back(detail::table_from(t));
  for (const json& p : j.at("plots")) r.plots.push_back(detail::plot_from(p));
  for (const json& c : j.at("claims"))
    r.claims.push_back({c.at("id"), c.at("statement"), c.at("source"), detail::number(c.at("value")),
                        detail::number(c.at("spread")), c.at("unit"), c.at("expected"), c.at("holds"),
                        c.value("precondition", false)});
  r.notes = j.at("notes").get<std::vector<std::string>>();
  return r;
} catch (const nlohmann::json::exception& e) {
  throw data_error(fmt::format("this is not a krait result: {}; run the experiment again to make one", e.what()));
}

/// The text of a JSON file: indented, with bytes that are not UTF-8 replaced.
inline std::string json_text(const json& j) { return j.dump(1, ' ', false, json::error_handler_t::replace) + "\n"; }

}  // namespace krait::report
