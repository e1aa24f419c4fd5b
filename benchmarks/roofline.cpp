// benchmarks/roofline.cpp: how long every CUDA kernel takes at least, on each of the devices that krait is built for.
// Needs no device; device.cu measures on one.
#include <cstdio>

#include "arguments.hpp"
#include "device_shapes.hpp"

using namespace krait;
using namespace krait::benchmark;

int main(int argc, char** argv) {
  bool json = false;
  CLI::App app(
      "The least time of every CUDA kernel at 64 sequences of 1,024 tokens, 512 wide, with activations in fp32 and in "
      "bf16; of a scan also for 2 sequences (block) and for one of 65,536 tokens (chained).",
      "roofline");
  app.add_flag("--json", json, "a line of JSON for every kernel and device");
  read_arguments(app, argc, argv);
  if (!json) {
    std::printf(
        "64 sequences of 1,024 tokens (block: 2 of 1,024; chained: 1 of 65,536), 512 wide: least milliseconds, and "
        "what "
        "bounds them\n  %-36s %-4s %9s %9s %9s",
        "kernel", "", "MB", "GFLOP", "Gexp");
    for (const device_peak& p : device_peaks) std::printf("  %-16s", p.name);
    std::printf("\n");
  }
  const auto show = [&](const device_cost& c) {
    if (!json)
      std::printf("  %-36s %-4s %9.1f %9.2f %9.3f", c.kernel.c_str(), c.scalar, c.bytes / 1e6, c.flops / 1e9,
                  c.exps / 1e9);
    for (const device_peak& p : device_peaks) {
      const auto [seconds, by] = bound(c, p);
      if (json)
        std::printf("{\"kernel\":\"%s\",\"scalar\":\"%s\",\"device\":\"%s\",\"bound_ms\":%.6g,\"by\":\"%s\"}\n",
                    c.kernel.c_str(), c.scalar, p.name, seconds * 1e3, by);
      else
        std::printf("  %8.3f %-7s", seconds * 1e3, by);
    }
    if (!json) std::printf("\n");
  };
  for_each_cost<float>(device_parameters, show);
  for_each_cost<bfloat16>(device_parameters, show);
}
