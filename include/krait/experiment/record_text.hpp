// krait/experiment/record_text.hpp: what a study has measured, as text for its state file. A study's record has
// `std::string to_text(const R&)` and `void from_text(const std::string&, R&)` beside it; with nlohmann's macros these
// are one call each.
#pragma once
#include <krait/core/error.hpp>
#include <krait/experiment/names.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace krait::experiment::detail {

template <class Record> std::string record_to_text(const Record& record) {
  return nlohmann::json(record).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}
template <class Record> void record_from_text(const std::string& text, Record& record) {
  const auto parsed = nlohmann::json::parse(text, nullptr, false);
  try {
    parsed.get_to(record);
  } catch (const nlohmann::json::exception&) {
    throw data_error(
        "The state of the run that was cut short holds no measurements of this study; leave out --resume.");
  }
}

}  // namespace krait::experiment::detail
