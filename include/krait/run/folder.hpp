// krait/run/folder.hpp: the folder of a run, which appears whole: it grows as <out>.partial and takes the
// place of <out> at the end, so that a killed run leaves the earlier folder and a .partial that --resume goes on with.
//
//   <out>.partial/settings.json   what the run was made with, compared on --resume; <out>/made_with.json at the end
//                 time.json       how long it has taken, where it is resumed; removed at the end
//                 state/          what the legs need to go on; removed at the end
//                 curve.csv      the losses, while the run goes on
//                 checkpoint/  record.json  record.csv  result.json  *.csv  *.svg  index.html
#pragma once
#include <filesystem>
#include <krait/core/config.hpp>
#include <krait/report/result.hpp>
#include <string_view>
#include <vector>

namespace krait::program {

/// What becomes of a run that was cut short in the same place: it stands in the way, is gone on with, or is removed.
enum class beginning { fresh, resume, restart };

class result_folder {
 public:
  /// Takes <out>.partial for this run, and locks it against a second one. Throws option_error when <out> holds
  /// something other than results, when another run has it, when a fresh run meets one that was cut short, or when
  /// `resume` meets a run with other settings; file_error when the folder cannot be made.
  result_folder(const std::filesystem::path& out, const std::vector<report::setting>& fingerprint, beginning how);
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
  /// What the run's earlier parts took, each up to the last that it wrote.
  double seconds_before() const { return seconds_before_; }

  /// Writes one file of the folder, whole or not at all.
  void write(std::string_view name, std::string_view bytes) const;

  /// Puts the folder in its place, in one step, and removes the earlier one. A kill at any point leaves one or the
  /// other.
  void commit();

 private:
  bool exchange() const;
  void recover() const;
  void lock();
  void require_no_remains() const;
  void keep_time();

  std::filesystem::path out_, partial_, previous_;
  struct open_file {
    int handle = -1;
    ~open_file();
  } lock_;
  bool resumed_ = false;
  double seconds_before_ = 0;
};

}  // namespace krait::program

#ifndef KRAIT_COMPILED
#include <krait/run/folder_impl.hpp>
#endif
