// benchmarks/limits.cpp: prints this machine's limits, one JSON object a line, for one thread and for all.
#include "limits.hpp"

#include <cstdio>

#include "arguments.hpp"

int main(int argc, char** argv) {
  int threads = std::max(1, int(std::thread::hardware_concurrency()));
  double seconds = 0.3;
  CLI::App app("This machine's fp32 multiply-add peak, vectorised exp rate and memory bandwidth.", "limits");
  app.option_defaults()->always_capture_default();
  app.add_option("--threads", threads, "threads, besides one")->check(CLI::Range(1, 1024));
  app.add_option("--seconds", seconds, "time to measure each number for")->check(CLI::Range(0.001, 3600.));
  read_arguments(app, argc, argv);

  std::vector<int> counts{1};
  if (threads > 1) counts.push_back(threads);
  const auto line = [](const char* name, int count, double value, const char* unit) {
    std::printf("{\"name\":\"%s\",\"threads\":%d,\"value\":%.1f,\"unit\":\"%s\",\"vector_bits\":%d}\n", name, count,
                value, unit, 8 * limits::vector_bytes);
    std::fflush(stdout);
  };
  for (const int count : counts) {
    line("fma_peak", count, limits::fma_gflops(count, seconds), "GF/s");
    line("exp_rate", count, limits::exp_rate(count, seconds), "billion/s");
    struct size {
      const char *read, *copy;
      std::size_t bytes;
    };
    for (const size s : {size{"read_256KiB", "copy_256KiB", std::size_t{256} << 10},
                         size{"read_4MiB", "copy_4MiB", std::size_t{4} << 20},
                         size{"read_128MiB", "copy_128MiB", std::size_t{128} << 20}}) {
      line(s.read, count, limits::read_gbs(s.bytes, count, seconds), "GB/s");
      line(s.copy, count, limits::copy_gbs(s.bytes, count, seconds), "GB/s");
    }
  }
}
