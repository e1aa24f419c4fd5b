// tests/experiment/study_process.hpp: a whole experiment, from the command line to the report, in a process of its own,
// which may be killed; and whether two runs found the same.
#pragma once
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <filesystem>
#include <krait/metric/exact_match.hpp>
#include <krait/run/run.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../scratch_folder.hpp"

namespace krait::testing {

/// A child kills itself at this call of count_down(); 0: never.
inline std::atomic<long> last_call{0};
inline void count_down() {
  if (last_call > 0 && --last_call == 0) ::kill(::getpid(), SIGKILL);
}

/// exact_match, and a moment to die at.
struct mortal {
  static constexpr std::string_view name = "mortal";
  void add(std::string_view answer, std::string_view truth) {
    count_down();
    sums.add(answer, truth);
  }
  void merge(const mortal& other) { sums.merge(other.sums); }
  double value() const { return sums.value(); }
  metric::exact_match sums = {};
};

/// A constant rate, and a moment to die at in every step.
struct mortal_schedule {
  static double factor(long, long) {
    count_down();
    return 1;
  }
};

struct outcome {
  int status;  // as waitpid gives it
  std::string out, err;
  bool killed() const { return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL; }
  int code() const { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
};

struct manner {
  bool hurry = false;     // a checkpoint at every look
  long die_at = 0;        // call of count_down()
  long die_after_us = 0;  // microseconds after the start, from outside
  rlim_t file_limit = 0;  // bytes that a file may have; 0: any
  std::string path = {};  // where programs are looked for; empty: as usual
};

/// main() of a program with this study, in a child.
template <class Study>
outcome run_study(const std::filesystem::path& scratch, std::vector<std::string> options, manner how = {}) {
  const auto out = scratch / "stdout", err = scratch / "stderr";
  options.insert(options.begin(), "tiny_study");
  std::vector<const char*> words;
  for (const auto& o : options) words.push_back(o.c_str());
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open(out.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0644), 1);
    ::dup2(::open(err.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0644), 2);
    ::unsetenv("KRAIT_DATA");
    if (!how.path.empty()) ::setenv("PATH", how.path.c_str(), 1);
    if (how.file_limit > 0) {
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit small{how.file_limit, how.file_limit};
      ::setrlimit(RLIMIT_FSIZE, &small);
    }
    if (how.hurry) program::legs::share = 1e9, program::legs::least = 0;
    last_call = how.die_at;
    const int code = krait::run<Study>(static_cast<int>(words.size()), words.data());
    std::fflush(nullptr);
    ::_exit(code);
  }
  if (how.die_after_us > 0) {
    ::usleep(static_cast<useconds_t>(how.die_after_us));
    ::kill(child, SIGKILL);
  }
  outcome found{0, {}, {}};
  ::waitpid(child, &found.status, 0);
  found.out = text_of(out), found.err = text_of(err);
  return found;
}

inline nlohmann::json result_of(const std::filesystem::path& out) {
  return nlohmann::json::parse(text_of(out / "result.json"));
}

/// Names of all files below a folder.
inline std::vector<std::string> files_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  if (std::filesystem::exists(folder))
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      if (entry.is_regular_file()) names.push_back(std::filesystem::relative(entry.path(), folder).string());
  std::ranges::sort(names);
  return names;
}

/// All files below a folder with their bytes.
inline std::map<std::string, std::string> contents_of(const std::filesystem::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& name : files_in(folder)) all[name] = text_of(folder / name);
  return all;
}

/// The same results to the bit: all but what tells of the run itself, its command, time, memory and threads.
inline void same_results(const std::filesystem::path& a, const std::filesystem::path& b) {
  const auto names = files_in(a);
  BOOST_TEST(!names.empty());
  BOOST_TEST(names == files_in(b), boost::test_tools::per_element());
  for (const auto& name : names) {
    if (name == "index.html") continue;  // made from result.json
    if (name == "result.json") {
      auto x = result_of(a), y = result_of(b);
      for (const char* own : {"command", "environment", "seconds", "peak_memory_bytes"}) x.erase(own), y.erase(own);
      for (const auto& [key, value] : x.items()) BOOST_TEST((y[key] == value), key << " differs");
      BOOST_TEST((x == y));
      continue;
    }
    BOOST_TEST((text_of(a / name) == text_of(b / name)), name << " differs");
  }
}

/// Starts a study again and again, killed each time at a call of count_down() a little further on, until one comes
/// through; the number of kills.
template <class Study>
int die_and_resume(const std::filesystem::path& scratch, std::vector<std::string> options,
                   const std::vector<long>& lives, int most) {
  int kills = 0;
  for (;; ++kills) {
    const outcome o = run_study<Study>(scratch, options, {true, lives[static_cast<std::size_t>(kills) % lives.size()]});
    if (kills == 0) options.push_back("--resume");
    if (!o.killed()) {
      BOOST_TEST(o.code() == 0, o.err);
      return kills;
    }
    BOOST_REQUIRE(kills < most);
  }
}

}  // namespace krait::testing
