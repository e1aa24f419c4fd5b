// benchmarks/limits.cpp: prints this machine's limits, one JSON object a line. Usage: limits [threads] [seconds per
// number]
#include "limits.hpp"

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  const int available = std::max(1, int(std::thread::hardware_concurrency()));
  const int most = argc > 1 ? std::atoi(argv[1]) : available;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 0.3;
  if (most < 1 || most > 1024 || !(seconds > 0)) {
    std::fprintf(stderr, "limits: threads must be 1 to 1024 and seconds positive\n");
    return 2;
  }
  std::vector<int> counts{1};
  if (most > 1) counts.push_back(most);
  const auto line = [](const char* name, int threads, double value, const char* unit) {
    std::printf("{\"name\":\"%s\",\"threads\":%d,\"value\":%.1f,\"unit\":\"%s\",\"vector_bits\":%d}\n", name, threads,
                value, unit, 8 * limits::vector_bytes);
    std::fflush(stdout);
  };
  for (const int threads : counts) {
    line("fma_peak", threads, limits::fma_gflops(threads, seconds), "GF/s");
    line("exp_rate", threads, limits::exp_rate(threads, seconds), "billion/s");
    struct size {
      const char *read, *copy;
      std::size_t bytes;
    };
    for (const size s : {size{"read_256KiB", "copy_256KiB", std::size_t{256} << 10},
                         size{"read_4MiB", "copy_4MiB", std::size_t{4} << 20},
                         size{"read_128MiB", "copy_128MiB", std::size_t{128} << 20}}) {
      line(s.read, threads, limits::read_gbs(s.bytes, threads, seconds), "GB/s");
      line(s.copy, threads, limits::copy_gbs(s.bytes, threads, seconds), "GB/s");
    }
  }
}
