// krait/run/curve.hpp: curve.csv, the losses of a run while it goes on: a line for each measured one, handed to the
// system at once, so that `tail -f` shows it. It holds what the run's log holds: after a kill what is measured again
// does not stand there twice.
#pragma once
#include <cstdint>
#include <filesystem>
#include <krait/core/config.hpp>
#include <krait/study/record.hpp>
#include <string>
#include <vector>

namespace krait::program {

/// Columns: step, seed, model, leg, loss. Quantities whose name begins with "loss" stand in it; where a leg measures
/// one under several labels at a step, the first.
class curve_file {
 public:
  curve_file() = default;  // none
  ~curve_file();
  curve_file(const curve_file&) = delete;
  curve_file& operator=(const curve_file&) = delete;

  /// Begins the file, with what was added before. Throws file_error, as those below do.
  void open(std::filesystem::path file);
  void add(const std::string& leg, const studies::measurement& one);
  /// Takes a leg's lines out.
  void forget(const std::string& leg);
  /// Puts the legs' lines into this order: that of small runs side by side is by chance.
  void arrange(const std::vector<std::string>& legs);

 private:
  struct line {
    std::string leg;
    long step;
    std::string text;
  };
  void write_anew();

  std::filesystem::path file_;
  int handle_ = -1;
  std::vector<line> lines_;
};

}  // namespace krait::program

#ifndef KRAIT_COMPILED
#include <krait/run/curve_impl.hpp>
#endif
