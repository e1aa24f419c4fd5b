// krait/run/program.hpp: what surrounds a study: options, folder, progress, report, errors as sentences.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/report/gnuplot.hpp>
#include <krait/report/text.hpp>
#include <krait/report/write.hpp>
#include <krait/run/environment.hpp>
#include <krait/run/folder.hpp>
#include <krait/run/read_options.hpp>
#include <krait/run/run.hpp>
#include <new>
#include <string>
#include <thread>

namespace krait::program {

KRAIT_INLINE int run_program(int argc, const char* const* argv, const about& program, const study_entry& study) try {
  options defaults;
  defaults.seeds = study.seeds;
  const options asked = parse_options(argc, argv, program, defaults);
  report::require_gnuplot();  // now, not after the training
  const auto start = std::chrono::steady_clock::now();
  result_folder folder(asked.out, fingerprint(program, asked), asked.resume);
  fmt::print("{}: {}\n", program.name, program.question);
  std::fflush(stdout);
  progress shown(study.steps(asked), study.unit);
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  run_context context{asked, asked.threads > 0 ? asked.threads : cores, folder, shown};
  report::result r = study.run(context);
  shown.finish();

  r.experiment = program.name;
  r.question = program.question;
  r.command = "examples/run " + program.name;
  for (int i = 1; i < argc; ++i) r.command += std::string(" ") + argv[i];
  r.version = program.version;
  for (int i = 0; i < context.asked.seeds; ++i) r.seeds.push_back(asked.seed + static_cast<std::uint64_t>(i));
  r.environment = environment(program.flags);
  r.environment.push_back({"threads", static_cast<std::int64_t>(context.threads)});
  r.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  r.peak_memory_bytes = peak_memory_bytes();
  report::write_report(r, folder);
  folder.commit();

  fmt::print("\n{}", report::summary(r));
  for (const auto& note : r.notes) fmt::print("note: {}\n", note);
  fmt::print("report      {}\n", (asked.out / "index.html").string());
  std::fflush(stdout);
  study.verdict(r);
  return 0;
} catch (const error& e) {
  fmt::print(stderr, "error: {}\n", e.what());
  return e.exit_code;
} catch (const std::bad_alloc&) {
  fmt::print(stderr, "error: The machine has no memory left: use --quick, or fewer threads with --threads.\n");
  return 8;
} catch (const std::exception& e) {
  fmt::print(stderr, "error: {}\n", e.what());
  return 9;
}

}  // namespace krait::program
