// krait/run/folder_impl.hpp: how a run's folder is taken, locked and put in its place.
#pragma once
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <krait/core/atomic_file.hpp>
#include <krait/core/error.hpp>
#include <krait/report/json.hpp>
#include <krait/run/folder.hpp>
#include <string>
#include <string_view>
#include <system_error>

namespace krait::program {
namespace detail {

inline std::filesystem::path whole(const std::filesystem::path& out) {
  std::filesystem::path full = std::filesystem::weakly_canonical(std::filesystem::absolute(out));
  if (!full.has_filename()) full = full.parent_path();
  if (!full.has_filename()) throw option_error("--out names the root folder: choose a folder for the results");
  return full;
}

/// Results take the place of a whole folder: not of one that somebody stands in.
inline void require_own_folder(const std::filesystem::path& full) {
  std::error_code failure;
  const auto here = std::filesystem::current_path(failure);
  if (failure) return;
  if (std::mismatch(full.begin(), full.end(), here.begin(), here.end()).first == full.end())
    throw option_error(fmt::format(
        "--out names {}, {}, whose place the results would take: name a folder of their own, such as out/first",
        full.string(), full == here ? "the folder that you are in" : "a folder above the one that you are in"));
}

inline bool is_there(const std::filesystem::path& p) {
  std::error_code ignored;
  return std::filesystem::exists(p, ignored);
}

/// Whether one of the files that a run leaves tells of an experiment.
inline bool tells_of_a_run(const std::filesystem::path& folder) {
  for (const char* name : {"made_with.json", "settings.json", "result.json"}) {
    std::ifstream in(folder / name, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const report::json read = report::json::parse(text, nullptr, false);
    if (read.is_object() && read.contains("experiment")) return true;
  }
  return false;
}
/// Whether a run may have written something of this name.
inline bool may_be_of_a_run(const std::filesystem::directory_entry& entry) {
  const auto is_among = [](const std::string& word, std::initializer_list<std::string_view> all) {
    return std::ranges::find(all, std::string_view(word)) != all.end();
  };
  const auto& path = entry.path();
  std::error_code ignored;
  if (entry.is_directory(ignored))
    return is_among(path.filename().string(), {"checkpoint", "samples", "models", "state"});
  return is_among(path.filename().string(), {"lock"}) ||
         is_among(path.extension().string(), {".html", ".json", ".csv", ".svg", ".tmp"});
}

/// A folder that krait may replace: absent, empty, or with a run in it and nothing else. A run that was killed at once
/// has left a lock, or the beginning of its first file.
inline void require_ours(const std::filesystem::path& p) {
  std::error_code failure;
  const auto status = std::filesystem::status(p, failure);
  if (status.type() == std::filesystem::file_type::not_found) return;
  if (status.type() == std::filesystem::file_type::none) krait::detail::fail_to_write(p, failure.value());
  std::string foreign;
  bool empty = true;
  if (std::filesystem::is_directory(status))
    for (const auto& entry : std::filesystem::directory_iterator(p, failure)) {
      const std::string name = entry.path().filename().string();
      if (name != "lock" && !name.starts_with("settings.json")) empty = false;
      if (!may_be_of_a_run(entry)) foreign = name;
    }
  // What a kill leaves of a folder that was being removed may tell nothing; nobody else's has such a name.
  const bool remains = foreign.empty() && (p.extension() == ".partial" || p.extension() == ".previous");
  const bool run = std::filesystem::is_directory(status) && !failure && (empty || remains || tells_of_a_run(p));
  if (!run)
    throw option_error(fmt::format(
        "{} is there already and is not a folder of results: choose another --out, or move it away", p.string()));
  if (!foreign.empty())
    throw option_error(
        fmt::format("{} would be replaced, and holds {}, which no run has written: move that away, or "
                    "choose another --out",
                    p.string(), foreign));
}

inline void make_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) krait::detail::fail_to_write(folder, failure.value());
}
inline void remove_tree(const std::filesystem::path& p) {
  std::error_code failure;
  std::filesystem::remove_all(p, failure);
  if (failure) krait::detail::fail_to_write(p, failure.value());
}
/// A folder of results, result.json last: what a kill leaves of it is still known as krait's.
inline void remove_results(const std::filesystem::path& folder) {
  if (!is_there(folder)) return;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().filename() != "result.json") remove_tree(entry.path());
  remove_tree(folder / "result.json");
  remove_tree(folder);
}
inline void move_to(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code failure;
  std::filesystem::rename(from, to, failure);
  if (failure) krait::detail::fail_to_write(to, failure.value());
}

/// Of the run that left this .partial; null without one, or when its first file was never finished.
inline report::json settings_of(const std::filesystem::path& partial) {
  std::ifstream in(partial / "settings.json", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return report::json::parse(text, nullptr, false);
}

inline void require_same(const std::filesystem::path& partial, const report::json& wanted, const report::json& found) {
  if (wanted == found) return;
  std::string name = "other settings";
  if (!found.contains("format") || found["format"] != wanted["format"])
    name = "another version of krait, whose files this one does not read";
  else
    for (const auto& [key, value] : wanted.items())
      if (!found.contains(key) || found[key] != value) {
        name = key == "program" ? "a program that has been changed since"
               : key.starts_with("digest of ")
                   ? "other content (the " + key + " is another)"
                   : fmt::format("{} {} and not {}", key, found.value(key, report::json()).dump(), value.dump());
        break;
      }
  throw option_error(
      fmt::format("cannot resume {}: it was made with {}; give the same options, or --restart to begin anew",
                  partial.string(), name));
}

}  // namespace detail

KRAIT_INLINE result_folder::result_folder(const std::filesystem::path& out,
                                          const std::vector<report::setting>& fingerprint, beginning how)
    : out_(detail::whole(out)) {
  partial_ = out_.string() + ".partial";
  previous_ = out_.string() + ".previous";
  detail::require_own_folder(out_);
  detail::require_ours(out_);
  detail::require_ours(partial_);
  recover();
  detail::make_folder(partial_);
  lock();
  const report::json wanted = report::to_json(fingerprint), found = detail::settings_of(partial_);
  if (how == beginning::resume && found.is_object()) {
    detail::require_same(partial_, wanted, found);
    resumed_ = true;
  } else {
    if (how == beginning::fresh) require_no_remains();
    for (const auto& entry : std::filesystem::directory_iterator(partial_))
      if (entry.path() != partial_ / "lock") detail::remove_tree(entry.path());
    write_file(partial_ / "settings.json", report::json_text(wanted));
  }
  detail::make_folder(state_dir());
  detail::make_folder(checkpoint_dir());
  keep_time();
}

/// time.json: when this part began, and what those before it took. That a part is over nobody writes, where it is
/// killed: the times of its files tell it.
KRAIT_INLINE void result_folder::keep_time() {
  using clock = std::filesystem::file_time_type::clock;
  const auto seconds = [](auto since) { return std::chrono::duration<double>(since).count(); };
  const auto file = partial_ / "time.json";
  std::error_code ignored;
  if (std::ifstream in(file, std::ios::binary); resumed_ && in) {
    const report::json read = report::json::parse(in, nullptr, false);
    if (read.is_object()) {
      const double began = read.value("began", 0.);
      double ended = began;
      for (const auto& place : {partial_, state_dir()})
        for (const auto& entry : std::filesystem::directory_iterator(place, ignored))
          if (entry.is_regular_file(ignored) && entry.path().filename() != "lock")
            ended = std::max(ended, seconds(entry.last_write_time(ignored).time_since_epoch()));
      seconds_before_ = read.value("before", 0.) + (ended - began);
    }
  }
  write_file(file,
             report::json_text({{"began", seconds(clock::now().time_since_epoch())}, {"before", seconds_before_}}));
}
KRAIT_INLINE result_folder::open_file::~open_file() {
  if (handle >= 0) ::close(handle);
}

KRAIT_INLINE void result_folder::write(std::string_view name, std::string_view bytes) const {
  write_file(partial_ / name, bytes);
}

KRAIT_INLINE void result_folder::commit() {
  detail::require_ours(out_);
  krait::detail::sync_folder(partial_);
  if (!std::filesystem::exists(out_))
    detail::move_to(partial_, out_);
  else if (!exchange()) {
    detail::move_to(out_, previous_);
    detail::move_to(partial_, out_);
    detail::remove_results(previous_);
  }
  krait::detail::sync_folder(out_.parent_path());
  detail::move_to(out_ / "settings.json", out_ / "made_with.json");
  for (const char* own : {"state", "lock", "time.json"}) detail::remove_tree(out_ / own);
  detail::remove_results(partial_);  // now the earlier ones
}

/// Swaps the two folders in one step; false where the file system cannot.
KRAIT_INLINE bool result_folder::exchange() const {
  if (::renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, out_.c_str(), RENAME_EXCHANGE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) krait::detail::fail_to_write(out_, errno);
  return false;
}

/// Undoes a commit that was killed between its two renames (only where exchange() cannot).
KRAIT_INLINE void result_folder::recover() const {
  if (!detail::is_there(previous_ / "result.json")) return;
  if (detail::is_there(out_))
    detail::remove_results(previous_);
  else
    detail::move_to(previous_, out_);
}

KRAIT_INLINE void result_folder::lock() {
  const std::filesystem::path file = partial_ / "lock";
  lock_.handle = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_.handle < 0) krait::detail::fail_to_write(file, errno);
  struct stat held {
  }, there{};
  const bool mine = ::flock(lock_.handle, LOCK_EX | LOCK_NB) == 0 && ::fstat(lock_.handle, &held) == 0 &&
                    ::stat(file.c_str(), &there) == 0 && held.st_ino == there.st_ino;
  if (!mine)
    throw option_error(fmt::format("another run is writing {}: wait for it, or choose another --out", out_.string()));
}

/// Of a run that had got somewhere.
KRAIT_INLINE void result_folder::require_no_remains() const {
  std::error_code ignored;
  for (const char* folder : {"state", "checkpoint"})
    if (detail::is_there(partial_ / folder) && !std::filesystem::is_empty(partial_ / folder, ignored))
      throw option_error(
          fmt::format("{} holds a run that was cut short: give --resume to go on with it, or --restart "
                      "to begin anew",
                      partial_.string()));
}

}  // namespace krait::program
