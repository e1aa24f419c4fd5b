// krait/run/compare.hpp: two or more finished runs on one page.
#pragma once
#include <filesystem>
#include <krait/core/config.hpp>
#include <krait/report/result.hpp>
#include <vector>

namespace krait::program {

/// The page of runs (folders with result.json) side by side, each under its folder's name (its path, where two have the
/// same). Throws file_error or data_error where one is no finished run, option_error where there are fewer than two,
/// one twice, or where two have neither a table nor a plot of one name.
report::result compared(const std::vector<std::filesystem::path>& runs);

/// main() of examples/compare: `compare RUN RUN... [--out FOLDER]`; 0, or an error's exit code after one sentence. An
/// earlier page in FOLDER is replaced, a run is not.
int compare(int argc, const char* const* argv);

}  // namespace krait::program

#ifndef KRAIT_COMPILED
#include <krait/run/compare_impl.hpp>
#endif
