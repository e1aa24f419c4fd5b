// krait/run/compare_impl.hpp: reads the results of runs and draws them together.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <krait/core/atomic_file.hpp>
#include <krait/core/error.hpp>
#include <krait/report/json.hpp>
#include <krait/report/merge_impl.hpp>
#include <krait/report/text.hpp>
#include <krait/report/write.hpp>
#include <krait/run/compare.hpp>
#include <krait/run/folder.hpp>
#include <string>
#include <string_view>
#include <system_error>

namespace krait::program {
namespace detail {

inline report::result result_in(const std::filesystem::path& run) {
  const auto file = run / "result.json";
  std::ifstream in(file, std::ios::binary);
  if (!in) throw file_error(file.string() + " is missing: name the folders of finished runs");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  try {
    return report::result_from(report::json::parse(text, nullptr, false));
  } catch (const data_error& e) {
    throw data_error(file.string() + ": " + e.what());
  }
}
inline bool share_anything(const report::result& a, const report::result& b) {
  const auto in = [](const auto& all, auto name) {
    return [&all, name](const auto& one) { return std::ranges::find(all, one.name, name) != all.end(); };
  };
  return std::ranges::any_of(a.tables, in(b.tables, &report::table::name)) ||
         std::ranges::any_of(a.plots, in(b.plots, &report::plot::name));
}

}  // namespace detail

KRAIT_INLINE report::result compared(const std::vector<std::filesystem::path>& runs) {
  if (runs.size() < 2) throw option_error("compare needs two finished runs: examples/compare RUN RUN");
  std::vector<report::part_of_page> parts;
  for (const auto& run : runs) {
    std::filesystem::path folder = run.lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    parts.push_back({folder.filename().string(), {}, detail::result_in(folder)});
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      std::error_code ignored;
      if (std::filesystem::equivalent(runs[i], runs[j], ignored))
        throw option_error(fmt::format("compare is given {} twice: name different runs", runs[i].string()));
    }
    if (!detail::share_anything(parts[0].from, parts[i].from))
      throw option_error(fmt::format("{} ({}) and {} ({}) have no table and no plot in common: name runs of one study",
                                     runs[0].string(), parts[0].from.experiment, runs[i].string(),
                                     parts[i].from.experiment));
  }
  const auto twice = [&](const report::part_of_page& one) {
    return std::ranges::count(parts, one.level, &report::part_of_page::level) > 1;
  };
  if (std::ranges::any_of(parts, twice))
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i].level = runs[i].string();
  for (auto& part : parts) part.title = part.level;
  report::result r = report::merged("run", parts);
  r.environment.push_back({"drawn by", std::string("examples/compare")});
  return r;
}

KRAIT_INLINE int compare(int argc, const char* const* argv) try {
  std::vector<std::filesystem::path> runs;
  std::filesystem::path out = "out/compare";
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--out" && i + 1 < argc)
      out = argv[++i];
    else if (word.starts_with("--out="))
      out = std::string(word.substr(6));
    else if (word.starts_with("-"))
      throw option_error(fmt::format("compare has no option '{}': examples/compare RUN RUN... [--out FOLDER]", word));
    else
      runs.emplace_back(word);
  }
  if (out.empty()) throw option_error("--out is empty: name a folder for the page");
  if (std::filesystem::exists(out / "record.json"))
    throw option_error(out.string() + " holds a run, which the page would replace: name another --out");
  const report::result r = compared(runs);
  result_folder folder(out, {{"format", std::int64_t{2}}, {"experiment", std::string("compare")}}, beginning::restart);
  report::write_report(r, folder);
  folder.commit();
  fmt::print("{}report      {}\n", report::summary(r), (out / "index.html").string());
  return std::fflush(stdout) == 0 ? 0 : 2;
} catch (const error& e) {
  fmt::print(stderr, "error: {}\n", e.what());
  return e.exit_code;
} catch (const std::exception& e) {
  fmt::print(stderr, "error: {}\n", e.what());
  return 9;
}

}  // namespace krait::program
