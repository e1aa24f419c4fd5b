// krait/run/run.hpp: main() of every experiment: options, folder, progress, the study, its report, errors as
// sentences.
#pragma once
#include <concepts>
#include <filesystem>
#include <krait/report/result.hpp>
#include <krait/run/folder.hpp>
#include <krait/run/options.hpp>
#include <krait/run/progress.hpp>

// krait_add_experiment() defines these; the question and the duration it reads from the comments `// asks:` and `//
// takes:`.
#ifndef KRAIT_QUESTION
#define KRAIT_QUESTION "What does this study find?"
#endif
#ifndef KRAIT_DURATION
#define KRAIT_DURATION "an unknown time"
#endif
#ifndef KRAIT_FLAGS
#define KRAIT_FLAGS ""
#endif

namespace krait {
namespace program {

/// What a study's run is given.
struct run_context {
  options asked;
  int threads;  // of the team; at least 1
  result_folder& folder;
  progress& shown;
};

/// A study is a type with
///   static long steps(const options&)       optimiser steps in all, for the time left
///   static constexpr const char* unit       what the progress counts: "tokens" or "prompts"
///   static report::result run(run_context&)         finding, tables, plots, claims; the rest is filled in
///   static constexpr int seeds              optional: repetitions without --seeds, else 3
///   static constexpr bool on_device         optional: whether it trains with --device cuda too
///   static void verdict(const report::result&)      optional: throws study_error where the report::result says
///   nothing; the report stands
template <class S>
concept study = requires(const options& o, run_context& c) {
  { S::steps(o) } -> std::convertible_to<long>;
  { S::run(c) } -> std::same_as<report::result>;
};

/// A study as values, for what need not know its type.
struct study_entry {
  const char* unit;
  long (*steps)(const options&);
  report::result (*run)(run_context&);
  void (*verdict)(const report::result&);
  int seeds = options{}.seeds;  // without --seeds
};

/// Everything around a study; returns main's exit code. Defined in run_program.hpp. CMake compiles it once for all
/// experiments of a build (and defines KRAIT_COMPILED); elsewhere it comes with this header.
int run_program(int argc, const char* const* argv, const about& program, const study_entry& study);

}  // namespace program

/// main() of an experiment: 0, or an error's exit code after one sentence on stderr.
template <program::study Study> int run(int argc, const char* const* argv) {
  program::about program{std::filesystem::path(argv[0]).filename().string(), KRAIT_QUESTION, KRAIT_DURATION};
#ifdef KRAIT_EXPERIMENT
  program.name = KRAIT_EXPERIMENT;
#endif
  program.flags = KRAIT_FLAGS;
  program.on_device = requires { requires Study::on_device; };
  const auto verdict = [](const report::result& r) {
    if constexpr (requires { Study::verdict(r); }) Study::verdict(r);
  };
  program::study_entry entry{Study::unit, Study::steps, Study::run, verdict};
  if constexpr (requires { Study::seeds; }) entry.seeds = Study::seeds;
  return program::run_program(argc, argv, program, entry);
}

}  // namespace krait

#ifndef KRAIT_COMPILED
#include <krait/run/program.hpp>
#endif
