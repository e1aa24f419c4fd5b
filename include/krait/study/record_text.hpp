// krait/study/record_text.hpp: a record as JSON and back, and as CSV.
#pragma once
#include <fmt/core.h>

#include <cmath>
#include <krait/core/error.hpp>
#include <krait/report/json.hpp>
#include <krait/report/text.hpp>
#include <krait/study/record_impl.hpp>
#include <limits>

namespace krait::studies {
namespace detail {

inline constexpr int record_format = 2;  // 1 was each study's own

inline report::json to_json(const labels& at) {
  report::json object = report::json::object();
  for (const label& l : at) object[l.name] = l.value;
  return object;
}
inline labels labels_from(const report::json& object) {
  labels at;
  for (const auto& [name, value] : object.items()) at.emplace_back(name, value.get<std::string>());
  return at;
}
inline report::json to_json(const series& s) {
  report::json points = report::json::array();
  for (const auto& p : s.points) points.push_back({p.seed, p.step, report::detail::number(p.value)});
  report::json object = {{"quantity", s.quantity}, {"labels", to_json(s.at)}, {"points", std::move(points)}};
  if (!s.source.empty()) object["source"] = s.source;
  return object;
}
inline series series_from(const report::json& object) {
  series s{object.at("quantity").get<std::string>(), labels_from(object.at("labels")), {}, object.value("source", "")};
  for (const auto& p : object.at("points"))
    s.points.push_back({p.at(0).get<std::uint64_t>(), p.at(1).get<long>(), report::detail::number(p.at(2))});
  return s;
}

}  // namespace detail

KRAIT_INLINE std::string json_text(const record& from) {
  report::json object = {{"format", detail::record_format}, {"seeds", from.seeds}, {"quick", from.quick}};
  report::json dimensions = report::json::array(), quantities = dimensions, measured = dimensions,
               analytic = dimensions;
  for (const auto& d : from.dimensions_) {
    dimensions.push_back({{"name", d.name}, {"levels", d.levels}});
    for (const auto& g : d.groups) dimensions.back()["groups"][g.name] = g.levels;
  }
  for (const auto& q : from.quantities_) quantities.push_back({{"name", q.name}, {"labels", q.labels}});
  for (const auto& s : from.measured_) measured.push_back(detail::to_json(s));
  for (std::size_t i = 0; i < from.analytic_; ++i) analytic.push_back(detail::to_json(from.published_[i]));
  object["labels"] = std::move(dimensions), object["quantities"] = std::move(quantities);
  object["facts"] = report::to_json(from.facts_), object["notes"] = from.notes_;
  object["analytic"] = std::move(analytic), object["measured"] = std::move(measured);
  return object.dump(-1, ' ', false, report::json::error_handler_t::replace) + "\n";
}

KRAIT_INLINE record record_from(const std::string& text, const std::string& file) try {
  const auto object = report::json::parse(text);
  if (object.at("format") != detail::record_format)
    throw data_error(fmt::format("{} was written by another version of krait; run the experiment again.", file));
  record made;
  made.seeds = object.at("seeds").get<std::vector<std::uint64_t>>();
  made.quick = object.at("quick").get<bool>();
  for (const auto& d : object.at("labels")) {
    made.declare_label(d.at("name"), d.at("levels"));
    const auto groups = d.value("groups", report::json::object());
    for (const auto& [name, levels] : groups.items()) made.declare_group(made.dimensions_.back().name, name, levels);
  }
  for (const auto& q : object.at("quantities")) made.declare(q.at("name"), q.at("labels"));
  made.facts_ = report::settings_from(object.at("facts"));
  made.notes_ = object.at("notes").get<std::vector<std::string>>();
  for (const auto& s : object.at("analytic")) made.published_.push_back(detail::series_from(s));
  for (auto& s : made.published_) s.analytic = true;
  made.analytic_ = made.published_.size();
  for (const auto& s : object.at("measured")) made.measured_.push_back(detail::series_from(s));
  return made;
} catch (const nlohmann::json::exception&) {
  throw data_error(fmt::format("{} is no record of a krait study; run the experiment again.", file));
}

KRAIT_INLINE std::string csv(const record& from, const std::optional<label>& before, bool head) {
  std::string text, first;
  if (before)
    text = report::detail::csv_text(before->name) + ",", first = report::detail::csv_text(before->value) + ",";
  for (const auto& d : from.dimensions()) text += report::detail::csv_text(d.name) + ",";
  text += "seed,step,quantity,value\n";
  if (!head) text.clear();
  for (const series& s : from.measured()) {
    std::string at = first;
    for (const auto& d : from.dimensions()) {
      if (const std::string* l = find(s.at, d.name)) at += report::detail::csv_text(*l);
      at += ",";
    }
    const std::string name = report::detail::csv_text(s.quantity);
    for (const auto& p : s.points)
      text += fmt::format("{}{},{},{},{}\n", at, p.seed, p.step, name, report::detail::csv_number(p.value));
  }
  return text;
}

}  // namespace krait::studies
