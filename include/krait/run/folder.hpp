// krait/run/folder.hpp: the folder of a run, which appears whole: it grows as <out>.partial and takes the
// place of <out> at the end, so that a killed run leaves the earlier folder and a .partial that --resume goes on with.
//
//   <out>.partial/settings.json   what the run was made with, compared on --resume; <out>/made_with.json at the end
//                 state/          what the legs need to go on; removed at the end
//                 curve.csv      the losses, while the run goes on
//                 checkpoint/  record.json  record.csv  result.json  *.csv  *.svg  index.html
#pragma once
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <krait/core/atomic_file.hpp>
#include <krait/core/error.hpp>
#include <krait/report/json.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace krait::program {

/// What becomes of a run that was cut short in the same place: it stands in the way, is gone on with, or is removed.
enum class beginning { fresh, resume, restart };

class result_folder {
 public:
  /// Takes <out>.partial for this run, and locks it against a second one. Throws option_error when <out> holds
  /// something other than results, when another run has it, when a fresh run meets one that was cut short, or when
  /// `resume` meets a run with other settings; file_error when the folder cannot be made.
  result_folder(const std::filesystem::path& out, const std::vector<report::setting>& fingerprint, beginning how)
      : out_(whole(out)) {
    partial_ = out_.string() + ".partial";
    previous_ = out_.string() + ".previous";
    require_ours(out_);
    require_ours(partial_);
    recover();
    make(partial_);
    lock();
    const report::json wanted = report::to_json(fingerprint), found = read_settings();
    if (how == beginning::resume && found.is_object()) {
      require_same(wanted, found);
      resumed_ = true;
    } else {
      if (how == beginning::fresh) require_no_remains();
      for (const auto& entry : std::filesystem::directory_iterator(partial_))
        if (entry.path() != partial_ / "lock") remove(entry.path());
      write_file(partial_ / "settings.json", report::json_text(wanted));
    }
    make(state_dir());
    make(checkpoint_dir());
  }
  result_folder(const result_folder&) = delete;
  result_folder& operator=(const result_folder&) = delete;

  const std::filesystem::path& out() const { return out_; }
  /// Where files go until commit().
  const std::filesystem::path& partial() const { return partial_; }
  /// What only a resumed run reads.
  std::filesystem::path state_dir() const { return partial_ / "state"; }
  std::filesystem::path checkpoint_dir() const { return partial_ / "checkpoint"; }
  /// Whether this run goes on with an earlier one, whose state_dir() may hold something.
  bool resumed() const { return resumed_; }

  /// Writes one file of the folder, whole or not at all.
  void write(std::string_view name, std::string_view bytes) const { write_file(partial_ / name, bytes); }

  /// Puts the folder in its place, in one step, and removes the earlier one. A kill at any point leaves one or the
  /// other.
  void commit() {
    require_ours(out_);
    krait::detail::sync_folder(partial_);
    if (!std::filesystem::exists(out_))
      rename(partial_, out_);
    else if (!exchange()) {
      rename(out_, previous_);
      rename(partial_, out_);
      remove_results(previous_);
    }
    krait::detail::sync_folder(out_.parent_path());
    rename(out_ / "settings.json", out_ / "made_with.json");
    for (const char* own : {"state", "lock"}) remove(out_ / own);
    remove_results(partial_);  // now the earlier ones
  }

 private:
  static std::filesystem::path whole(const std::filesystem::path& out) {
    std::filesystem::path full = std::filesystem::weakly_canonical(std::filesystem::absolute(out));
    if (!full.has_filename()) full = full.parent_path();
    if (!full.has_filename()) throw option_error("--out names the root folder: choose a folder for the results");
    return full;
  }

  static bool exists(const std::filesystem::path& p) {
    std::error_code ignored;
    return std::filesystem::exists(p, ignored);
  }

  /// A folder that krait may replace: absent, empty, or with a run in it.
  static void require_ours(const std::filesystem::path& p) {
    std::error_code failure;
    const auto status = std::filesystem::status(p, failure);
    if (status.type() == std::filesystem::file_type::not_found) return;
    const bool folder = std::filesystem::is_directory(status);
    if (folder && (exists(p / "result.json") || exists(p / "settings.json") || exists(p / "lock"))) return;
    if (folder && std::filesystem::is_empty(p, failure) && !failure) return;
    throw option_error(
        fmt::format("{} is there already and is not a folder of results (it has no result.json): choose another "
                    "--out, or move it away",
                    p.string()));
  }

  static void make(const std::filesystem::path& folder) {
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure) krait::detail::fail_to_write(folder, failure.value());
  }
  static void remove(const std::filesystem::path& p) {
    std::error_code failure;
    std::filesystem::remove_all(p, failure);
    if (failure) krait::detail::fail_to_write(p, failure.value());
  }
  /// A folder of results, result.json last: what a kill leaves of it is still known as krait's.
  static void remove_results(const std::filesystem::path& folder) {
    if (!exists(folder)) return;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.path().filename() != "result.json") remove(entry.path());
    remove(folder / "result.json");
    remove(folder);
  }
  static void rename(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code failure;
    std::filesystem::rename(from, to, failure);
    if (failure) krait::detail::fail_to_write(to, failure.value());
  }

  /// Swaps the two folders in one step; false where the file system cannot.
  bool exchange() const {
    if (::renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, out_.c_str(), RENAME_EXCHANGE) == 0) return true;
    if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) krait::detail::fail_to_write(out_, errno);
    return false;
  }

  /// Undoes a commit that was killed between its two renames (only where exchange() cannot).
  void recover() const {
    if (!exists(previous_ / "result.json")) return;
    if (exists(out_))
      remove_results(previous_);
    else
      rename(previous_, out_);
  }

  void lock() {
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

  /// Of the run that left this .partial; null without one, or when its first file was never finished.
  report::json read_settings() const {
    std::ifstream in(partial_ / "settings.json", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return report::json::parse(text, nullptr, false);
  }

  /// Of a run that had got somewhere.
  void require_no_remains() const {
    std::error_code ignored;
    for (const char* folder : {"state", "checkpoint"})
      if (exists(partial_ / folder) && !std::filesystem::is_empty(partial_ / folder, ignored))
        throw option_error(
            fmt::format("{} holds a run that was cut short: give --resume to go on with it, or --restart "
                        "to begin anew",
                        partial_.string()));
  }

  void require_same(const report::json& wanted, const report::json& found) const {
    if (wanted == found) return;
    std::string name = "other settings";
    if (!found.contains("format") || found["format"] != wanted["format"])
      name = "another version of krait, whose files this one does not read";
    else
      for (const auto& [key, value] : wanted.items())
        if (!found.contains(key) || found[key] != value) {
          name = key == "program"
                     ? "a program that has been changed since"
                     : fmt::format("{} {} and not {}", key, found.value(key, report::json()).dump(), value.dump());
          break;
        }
    throw option_error(
        fmt::format("cannot resume {}: it was made with {}; give the same options, or --restart to begin anew",
                    partial_.string(), name));
  }

  std::filesystem::path out_, partial_, previous_;
  struct open_file {
    int handle = -1;
    ~open_file() {
      if (handle >= 0) ::close(handle);
    }
  } lock_;
  bool resumed_ = false;
};

}  // namespace krait::program
