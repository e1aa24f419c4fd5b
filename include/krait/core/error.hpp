// krait/core/error.hpp: what goes wrong at the edges. Every text is one sentence: what, where and what to do.
#pragma once
#include <stdexcept>
#include <string>

namespace krait {

/// Base of everything krait throws; a program's `run` prints what() on stderr and exits with exit_code.
struct error : std::runtime_error {
  explicit error(const std::string& sentence, int exit_code = 1) : std::runtime_error(sentence), exit_code(exit_code) {}
  int exit_code;
};

/// A file that is missing, broken, unreadable or cannot be written.
struct file_error : error {
  explicit file_error(const std::string& sentence) : error(sentence, 2) {}
};

/// A command-line option or a run-time setting out of its bounds.
struct option_error : error {
  explicit option_error(const std::string& sentence) : error(sentence, 3) {}
};

/// Data, or a checkpoint, that is readable but not of the expected form or shape.
struct data_error : error {
  explicit data_error(const std::string& sentence) : error(sentence, 4) {}
};

/// A number that is not finite: a loss, a gradient or a weight.
struct number_error : error {
  explicit number_error(const std::string& sentence) : error(sentence, 5) {}
};

/// A device that is missing, too small, too old or lost.
struct device_error : error {
  explicit device_error(const std::string& sentence) : error(sentence, 6) {}
};

/// A study whose precondition failed (say, a model that never learnt the clean answers), so that it says nothing.
struct study_error : error {
  explicit study_error(const std::string& sentence) : error(sentence, 7) {}
};

}  // namespace krait
