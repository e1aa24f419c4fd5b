// krait/study/record_parts_impl.hpp: the records of a grid as text, and as one page.
#pragma once
#include <krait/report/merge_impl.hpp>
#include <krait/study/exhibit_impl.hpp>
#include <krait/study/record_parts.hpp>
#include <krait/study/record_text.hpp>
#include <utility>

namespace krait::studies {

KRAIT_INLINE std::string json_text(const record_parts& from) {
  if (from.label.empty()) return json_text(from.records.front());
  std::string text = "{\"format\":" + std::to_string(detail::record_format) +
                     ",\"grid\":" + report::json(from.label).dump() + ",\"parts\":[";
  for (std::size_t i = 0; i < from.records.size(); ++i)
    text += std::string(i > 0 ? "," : "") + "{\"level\":" + report::json(from.levels[i]).dump() +
            ",\"record\":" + json_text(from.records[i]) + "}";
  return text + "]}\n";
}

KRAIT_INLINE record_parts parts_from(const std::string& text, const std::string& file) {
  const auto object = report::json::parse(text, nullptr, false);
  if (!object.is_object() || !object.contains("grid")) return {{}, {}, {record_from(text, file)}};
  try {
    record_parts made{object.at("grid").get<std::string>()};
    for (const auto& part : object.at("parts")) {
      made.levels.push_back(part.at("level").get<std::string>());
      made.records.push_back(record_from(part.at("record").dump(), file));
    }
    if (made.records.empty()) throw data_error(file + " has no record of its grid; run the experiment again.");
    return made;
  } catch (const nlohmann::json::exception&) {
    throw data_error(file + " is no record of a krait study; run the experiment again.");
  }
}

KRAIT_INLINE std::string csv(const record_parts& from) {
  if (from.label.empty()) return csv(from.records.front());
  std::string text;
  for (std::size_t i = 0; i < from.records.size(); ++i)
    text += csv(from.records[i], label(from.label, from.levels[i]), i == 0);
  return text;
}

KRAIT_INLINE report::result drawn(exhibits (*page)(const record&), const record_parts& from) {
  if (from.label.empty()) return drawn(page(from.records.front()), from.records.front());
  std::vector<report::part_of_page> parts;
  for (std::size_t i = 0; i < from.records.size(); ++i)
    parts.push_back({from.levels[i], from.title(i), drawn(page(from.records[i]), from.records[i])});
  return report::merged(from.label, parts);
}

}  // namespace krait::studies
