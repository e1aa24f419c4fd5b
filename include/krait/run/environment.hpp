// krait/run/environment.hpp: what a run ran on: version, compiler, processor, memory, and how much of it was
// used.
#pragma once
#include <fmt/chrono.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <krait/core/version.hpp>
#include <krait/report/result.hpp>
#include <string>
#include <thread>
#include <vector>

namespace krait::program {

namespace detail {

/// The value of the first line of a /proc file that starts with one of the keys; "unknown" without one.
inline std::string proc_value(const char* file, const std::vector<std::string>& keys) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    for (const std::string& key : keys)
      if (line.rfind(key, 0) == 0) {
        const auto start = line.find_first_not_of(" \t", line.find(':') + 1);
        return start == std::string::npos ? "unknown" : line.substr(start);
      }
  return "unknown";
}

}  // namespace detail

/// The most memory that this process has held so far, in bytes.
inline std::int64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t(usage.ru_maxrss) * 1024;  // Linux counts in KiB
}

/// "2024-07-01 12:34:56 UTC"
inline std::string time_now() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

inline std::string compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

/// Processor, cores, memory, system, compiler and its flags where given, the time; in the order shown.
inline std::vector<report::setting> environment(const std::string& flags = {}) {
  std::vector<report::setting> all;
  all.push_back({"processor", detail::proc_value("/proc/cpuinfo", {"model name", "Model", "cpu model"})});
  all.push_back({"cores", std::int64_t(std::thread::hardware_concurrency())});
  const auto bytes = double(sysconf(_SC_PHYS_PAGES)) * double(sysconf(_SC_PAGESIZE));
  all.push_back({"memory", fmt::format("{:.1f} GiB", bytes / (1 << 30))});
  utsname system{};
  if (uname(&system) == 0) all.push_back({"system", fmt::format("{} {}", system.sysname, system.machine)});
  all.push_back({"compiler", compiler()});
  if (!flags.empty()) all.push_back({"flags", flags});
  all.push_back({"time", time_now()});
  return all;
}

}  // namespace krait::program
