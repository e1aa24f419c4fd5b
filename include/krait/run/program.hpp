// krait/run/program.hpp: what surrounds a study: options, folder, progress, page, errors as sentences.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <exception>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/report/gnuplot.hpp>
#include <krait/report/text.hpp>
#include <krait/report/write.hpp>
#include <krait/run/environment.hpp>
#include <krait/run/folder.hpp>
#include <krait/run/kept_training_impl.hpp>
#include <krait/run/legs_impl.hpp>
#include <krait/run/program_mark.hpp>
#include <krait/run/read_options.hpp>
#include <krait/run/redraw.hpp>
#include <krait/run/run.hpp>
#include <krait/study/exhibit_impl.hpp>
#include <krait/study/record_parts_impl.hpp>
#include <krait/study/record_text.hpp>
#include <memory>
#include <new>
#include <string>
#include <thread>

namespace krait::program {
namespace detail {

/// A word of a command as a shell reads it.
inline std::string shell_word(const std::string& word) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("_-./=:,+@%").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, plain)) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

/// A line on stdout, at once.
template <class... Arguments> void say(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  fmt::print("{}\n", fmt::format(text, std::forward<Arguments>(arguments)...));
  std::fflush(stdout);
}

/// Threads of the team. Each holds activations of its own, and more of them than cores train no faster.
inline int threads_for(int asked) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  if (asked > cores)
    say("threads     {} and not {}: this machine has no more cores, and the result is the same", cores, asked);
  return asked > 0 ? std::min(asked, cores) : cores;
}

/// A study of a run: the only one, or that of one value of --grid.
struct study_part {
  options asked;
  std::unique_ptr<job> work;
  study_part(const study_entry& study, const options& all) : asked(all), work(study.make(asked)) {}
  study_part(const study_entry& study, const options& all, double value)
      : asked(with(all, value)), work(study.make(asked)) {}
  study_part(const study_part&) = delete;

 private:
  static options with(options all, double value) {
    all.set[all.grid] = value;
    return all;
  }
};

/// What a run says at its end; study_error where the run says nothing (its report stands).
inline void tell(const report::result& r, const std::filesystem::path& out, bool quick) {
  fmt::print("\n{}", report::summary(r));
  for (const auto& note : r.notes) fmt::print("note: {}\n", note);
  fmt::print("report      {}\n", (out / "index.html").string());
  std::fflush(stdout);
  if (quick) return;
  for (const auto& c : r.claims)
    if (c.precondition && !c.holds)
      throw study_error(fmt::format("{} It is {:.4g}{} where {} is needed, so this run says nothing; {}.", c.statement,
                                    c.value, c.unit.empty() ? "" : " " + c.unit, c.expected,
                                    c.remedy.empty() ? "train longer with --steps" : c.remedy));
}

/// What belongs to a page and to no number of it.
inline void sign(report::result& r, const studies::record& record, const about& program) {
  r.experiment = program.name, r.question = program.question, r.version = program.version;
  r.seeds = record.seeds;
}

}  // namespace detail

KRAIT_INLINE int run_program(int argc, const char* const* argv, const about& program, const study_entry& study) try {
  options defaults;
  defaults.seeds = study.seeds;
  options asked = parse_options(argc, argv, program, defaults);
  report::require_gnuplot();  // now, not after the training
  if (asked.redraw) {
    detail::tell(redraw(asked.out, study, program.name), asked.out, true);
    return 0;
  }
  const auto start = std::chrono::steady_clock::now();
  std::deque<detail::study_part> parts;  // which studies look into
  studies::record_parts recorded{asked.grid};
  if (asked.grid.empty()) parts.emplace_back(study, asked);
  for (const double value : asked.grid_values) {
    recorded.levels.push_back(studies::level(value));
    parts.emplace_back(study, asked, value);
  }
  long steps = 0;
  std::vector<report::setting> facts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    studies::record& record = recorded.records.emplace_back();
    for (int s = 0; s < parts[i].asked.seeds; ++s) record.seeds.push_back(asked.seed + static_cast<std::uint64_t>(s));
    record.quick = asked.quick;
    parts[i].work->describe(record);
    study.publish(record);
    studies::check(study.page(record), record);  // now, not after the training
    steps += parts[i].work->steps();
    for (auto fact : record.facts()) {
      if (!asked.grid.empty()) fact.name += " (" + recorded.title(i) + ")";
      facts.push_back(std::move(fact));
    }
  }
  const auto mark = fingerprint(program, parts.front().asked, study.program + program_mark(program.version), facts);
  if (asked.resume && !std::filesystem::exists(partial_of(asked.out))) {
    if (is_finished(asked.out, mark)) {
      fmt::print("{} is finished: its page is drawn again\n", asked.out.string());
      detail::tell(redraw(asked.out, study, program.name), asked.out, asked.quick);
      return 0;
    }
    if (std::filesystem::exists(asked.out / "made_with.json"))
      throw option_error(fmt::format(
          "cannot resume {}: it is finished, and was made by another program or with other options; give those again, "
          "leave out --resume to replace it, or choose another --out",
          asked.out.string()));
    fmt::print("there is nothing to resume in {}: a new run begins\n", partial_of(asked.out).string());
  }
  result_folder folder(asked.out, mark,
                       asked.resume    ? beginning::resume
                       : asked.restart ? beginning::restart
                                       : beginning::fresh);
  fmt::print("{}: {}\n", program.name, program.question);
  const int threads = detail::threads_for(asked.threads);
  std::fflush(stdout);
  progress shown(steps, study.unit);
  shown.when_known([](double seconds) { detail::say("expected    {} from now on", report::duration(seconds)); });
  legs legs(folder);
  legs.tell = [&](const std::string& leg, const std::string& sizes) {
    shown.clear();
    detail::say("trains      {}: {}", leg, sizes);
  };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!asked.grid.empty()) legs.within(asked.grid + "=" + recorded.levels[i]), shown.within(recorded.title(i) + "  ");
    run_context context{parts[i].asked, threads, legs, shown};
    parts[i].work->measure(context);
    legs.gather(recorded.records[i]);
  }
  shown.finish();

  report::result r = studies::drawn(study.page, recorded);
  detail::sign(r, recorded.records.front(), program);
  r.command = program.command;
  for (int i = 1; i < argc; ++i) r.command += " " + detail::shell_word(argv[i]);
  r.environment = environment(program.flags);
  r.environment.push_back({"threads", static_cast<std::int64_t>(threads)});
  r.seconds = folder.seconds_before() + std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  r.peak_memory_bytes = peak_memory_bytes();
  folder.write("record.json", json_text(recorded));
  folder.write("record.csv", csv(recorded));
  report::write_report(r, folder);
  folder.commit();
  // Of a grid's values some may lie where a study says nothing: the page tells which.
  detail::tell(r, asked.out, asked.quick || !asked.grid.empty());
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
