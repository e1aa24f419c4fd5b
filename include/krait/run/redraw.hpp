// krait/run/redraw.hpp: the page of a finished run, drawn again from its record: nothing is trained.
#pragma once
#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <krait/core/atomic_file.hpp>
#include <krait/core/error.hpp>
#include <krait/report/json.hpp>
#include <krait/report/write.hpp>
#include <krait/run/study_entry.hpp>
#include <krait/study/exhibit_impl.hpp>
#include <krait/study/record_parts_impl.hpp>
#include <krait/study/record_text.hpp>
#include <string>
#include <vector>

namespace krait::program {

inline std::filesystem::path partial_of(const std::filesystem::path& out) {
  std::filesystem::path full = std::filesystem::absolute(out).lexically_normal();
  if (!full.has_filename()) full = full.parent_path();
  return full.string() + ".partial";
}

namespace detail {
inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw file_error(file.string() + " is missing; let --out name the folder of a finished run.");
  return {std::istreambuf_iterator<char>(in), {}};
}
}  // namespace detail

/// Whether a folder holds a finished run of these settings.
inline bool is_finished(const std::filesystem::path& out, const std::vector<report::setting>& mark) {
  const auto file = out / "made_with.json";
  if (!std::filesystem::exists(file)) return false;
  return report::json::parse(detail::text_of(file), nullptr, false) == report::to_json(mark);
}

/// Draws the page of the run in `out` and puts it in the place of the earlier one. What tells of the run itself
/// (command, environment, time) stays. Throws file_error, data_error or option_error where there is no finished run of
/// this program.
inline report::result redraw(const std::filesystem::path& out, const study_entry& study, const std::string& program) {
  struct folder {
    std::filesystem::path out;
    void write(std::string_view name, std::string_view bytes) const { write_file(out / name, bytes); }
  };
  auto recorded = studies::parts_from(detail::text_of(out / "record.json"), (out / "record.json").string());
  const report::result before =
      report::result_from(report::json::parse(detail::text_of(out / "result.json"), nullptr, false));
  if (before.experiment != program)
    throw option_error(fmt::format("{} holds a run of {}, and this is {}: let --out name the folder of one of its runs",
                                   out.string(), before.experiment, program));
  for (auto& record : recorded.records) {
    study.publish(record);
    studies::check(study.page(record), record);
  }
  report::result r = studies::drawn(study.page, recorded);
  r.experiment = before.experiment, r.question = before.question, r.command = before.command;
  r.version = before.version, r.seeds = before.seeds, r.environment = before.environment;
  r.seconds = before.seconds, r.peak_memory_bytes = before.peak_memory_bytes;
  report::write_report(r, folder{out});
  return r;
}

}  // namespace krait::program
