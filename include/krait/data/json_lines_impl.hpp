// krait/data/json_lines_impl.hpp: by nlohmann-json.
#pragma once
#include <algorithm>
#include <cstddef>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/core/lines.hpp>
#include <krait/core/utf8.hpp>
#include <krait/data/encoding.hpp>
#include <krait/data/json_lines.hpp>
#include <nlohmann/json.hpp>

namespace krait::data {

KRAIT_INLINE std::vector<std::vector<std::string>> parse_json_lines(std::string_view text, const std::string& origin,
                                                                    const std::vector<std::string>& fields) {
  detail::refuse_utf16(text, origin);
  std::vector<std::vector<std::string>> rows;
  for_each_line(text, [&](std::string_view line, std::size_t number) {
    if (utf8::words(line).empty()) return;
    const auto object = nlohmann::json::parse(line, nullptr, false);
    if (!object.is_object()) throw at_line(origin, number, "this is no JSON object; one a line is wanted.");
    std::vector<std::string> row;
    for (const auto& field : fields) {
      const auto found = object.find(field);
      if (found == object.end() || !found->is_string())
        throw at_line(origin, number, "the object has no text '" + field + "'; take the file as it was published.");
      row.push_back(found->get<std::string>());
    }
    rows.push_back(std::move(row));
  });
  if (rows.empty()) throw data_error(origin + " is empty; a JSON object a line is wanted.");
  return rows;
}

}  // namespace krait::data
