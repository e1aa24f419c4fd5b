// krait/data/json_lines.hpp: files with one JSON object a line (.jsonl).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace krait::data {

/// For each line that is not empty the texts of these fields, in the order asked for. Throws data_error with file and
/// line: no JSON object, or one without such a text; and for no lines at all.
std::vector<std::vector<std::string>> parse_json_lines(std::string_view text, const std::string& origin,
                                                       const std::vector<std::string>& fields);

}  // namespace krait::data

#ifndef KRAIT_COMPILED
#include <krait/data/json_lines_impl.hpp>
#endif
