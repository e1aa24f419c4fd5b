// krait/run/run.hpp: main() of every experiment: options, folder, progress, the study, its page, errors as sentences.
#pragma once
#include <filesystem>
#include <iterator>
#include <krait/run/options.hpp>
#include <krait/run/study_entry.hpp>
#include <string>

// krait_add_experiment() defines these; the question and the duration it reads from the comments `// asks:` and
// `// takes:`.
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

/// Everything around a study; returns main's exit code. Defined in program.hpp. CMake compiles it once for all
/// experiments of a build (and defines KRAIT_COMPILED); elsewhere it comes with this header.
int run_program(int argc, const char* const* argv, const about& program, const study_entry& study);

/// The same for a study as a type.
template <runnable Study> int run_study(int argc, const char* const* argv) {
  about program{std::filesystem::path(argv[0]).filename().string(), KRAIT_QUESTION, KRAIT_DURATION};
  program.command = argv[0];
#ifdef KRAIT_EXPERIMENT
  program.name = KRAIT_EXPERIMENT;
#endif
#ifdef KRAIT_COMMAND
  program.command = KRAIT_COMMAND;
#endif
  program.flags = KRAIT_FLAGS;
#ifdef KRAIT_OF_NO_COMMIT  // this program's own source
  if (!program.version.ends_with(".changed")) program.version += ".changed";
#endif
  program.on_device = requires { requires Study::on_device; };
  program.from_weights = requires { requires Study::from_weights; };
  program.pretrains = requires { requires Study::pretrains; };
  if constexpr (requires { Study::settings; })
    program.settings.assign(std::begin(Study::settings), std::end(Study::settings));
  return run_program(argc, argv, program, entry_of<Study>());
}

}  // namespace program

/// main() of an experiment: 0, or an error's exit code after one sentence on stderr.
template <class Study> int run(int argc, const char* const* argv) {
  static_assert(program::runnable<Study>,
                "run: Study is no study: write run<experiment::three_phase<...>>, or a type that has what "
                "run/study_entry.hpp lists: describe, steps, measure, unit and page");
  if constexpr (program::runnable<Study>) return program::run_study<Study>(argc, argv);
  return 1;
}

}  // namespace krait

#ifndef KRAIT_COMPILED
#include <krait/run/program.hpp>
#endif
