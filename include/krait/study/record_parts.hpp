// krait/study/record_parts.hpp: the records of a study that was run at several values of a setting, one for each; or
// the one record of a run.
#pragma once
#include <krait/core/config.hpp>
#include <krait/report/merge.hpp>
#include <krait/study/exhibit.hpp>
#include <krait/study/record.hpp>
#include <string>
#include <vector>

namespace krait::studies {

struct record_parts {
  std::string label = {};                // the setting; empty where there is one record alone
  std::vector<std::string> levels = {};  // its values, one a record
  std::vector<record> records = {};

  /// "rate 0.3"
  std::string title(std::size_t part) const { return label + " " + levels[part]; }
};

/// As record.json and record.csv, where the setting is a column more; and back, as record_from.
std::string json_text(const record_parts& from);
std::string csv(const record_parts& from);
record_parts parts_from(const std::string& text, const std::string& file);

/// The page of each record, all on one (report/merge.hpp).
report::result drawn(exhibits (*page)(const record&), const record_parts& from);

}  // namespace krait::studies

#ifndef KRAIT_COMPILED
#include <krait/study/record_parts_impl.hpp>
#endif
