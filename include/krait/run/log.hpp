// krait/run/log.hpp: what a run has measured so far, as lines appended to a file of its .partial: ["leg", {labels},
// seed, step, "quantity", value], ["leg"] where a leg is through, and ["leg", null] where it began anew, so that its
// lines before that do not count. A kill leaves at most a torn last line, which is dropped.
#pragma once
#include <cstdint>
#include <filesystem>
#include <krait/core/config.hpp>
#include <krait/run/curve.hpp>
#include <krait/study/record.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace krait::program {

class measurement_log {
 public:
  /// Empty, or with what the file holds where `resume`: its first `bytes`, or all of it. `curve`: where the losses
  /// stand as well (run/curve.hpp); nowhere where it is empty.
  measurement_log(std::filesystem::path file, bool resume, std::optional<std::uint64_t> bytes,
                  const std::filesystem::path& curve = {});
  ~measurement_log();
  measurement_log(const measurement_log&) = delete;
  measurement_log& operator=(const measurement_log&) = delete;

  bool finished(const std::string& leg) const { return finished_.contains(leg); }
  void add(const std::string& leg, studies::measurement one);
  void finish(const std::string& leg);
  /// What was added to a leg and not forgotten.
  const std::vector<studies::measurement>& of(const std::string& leg) const {
    static const std::vector<studies::measurement> none;
    const auto found = measured_.find(leg);
    return found == measured_.end() ? none : found->second;
  }
  /// Forgets a leg that was not finished.
  void forget(const std::string& leg);
  /// Hands all lines to the system; `last`: through a power cut. Throws file_error.
  void flush(bool last = false);
  /// Bytes of the file after a flush.
  std::uint64_t bytes() const { return bytes_; }

  /// Adds the legs' numbers to a record, in the order in which the study asked for them.
  void gather(const std::vector<std::string>& legs, studies::record& into) const;
  /// The curve's lines in the order of the legs.
  void arrange_curve(const std::vector<std::string>& legs) { curve_.arrange(legs); }

 private:
  std::filesystem::path file_;
  int handle_ = -1;
  std::uint64_t bytes_ = 0;
  std::string waiting_;  // lines
  std::map<std::string, std::vector<studies::measurement>> measured_;
  std::set<std::string> finished_;
  curve_file curve_;
};

}  // namespace krait::program

#ifndef KRAIT_COMPILED
#include <krait/run/log_impl.hpp>
#endif
