// benchmarks/device_steps.hpp: the training steps of benchmarks/peer on a device.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <krait/objective/squared_error.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/task/linear_regression.hpp>
#include <krait/train/cuda.cuh>
#include <optional>
#include <vector>

#include "busy.hpp"
#include "models.hpp"

namespace krait::benchmark {

/// Steps on prompts that the device draws, 64 of 82 tokens; prints a line of JSON.
template <class Model, class Precision> class device_step {
  using task_type = task::linear_regression<>;
  using shard = vector_shard<shard_capacity, peer::dimension, 1>;
  using device_shard = vector_shard<capacity{peer::prompts, prompt_length}, peer::dimension, 1>;
  using trainer =
      train::trainer<backend::cuda,
                     train::pipeline<Model, objective::squared_error, shard, optim::adamw<>, Precision, device_shard>>;

  static double loss_of_step(trainer& t, long number) {
    const auto first = static_cast<std::uint64_t>(number) * peer::prompts;
    const train::prompt_batch<task_type> batch{{1, stream("benchmark"), 0}, first, peer::prompts, peer::prompts};
    return t.step(batch, 1e-3).loss;
  }
  /// How long the device is at work in a step; a trainer of its own, for what is recorded has to be captured anew.
  static std::optional<double> busy_ms_of_step() {
    const auto steps = [](int count) {
      return busy_ms([&] {
        trainer fresh(1, 1);
        for (int i = 0; i < count; ++i) loss_of_step(fresh, i);
      });
    };
    const auto few = steps(5), many = steps(25);
    if (!few || !many) return std::nullopt;
    return (*many - *few) / 20;
  }

 public:
  static void measure(const char* name, double seconds) {
    using clock = std::chrono::steady_clock;
    std::vector<double> ms;
    double loss = 0;
    {
      trainer t(1, 1);
      const auto until = clock::now() + std::chrono::duration<double>(seconds);
      while (ms.size() < 5 || clock::now() < until) {
        const auto start = clock::now();
        loss = loss_of_step(t, static_cast<long>(ms.size()));
        ms.push_back(std::chrono::duration<double, std::milli>(clock::now() - start).count());
      }
    }
    std::ranges::sort(ms);
    const double median = ms[ms.size() / 2];
    std::printf(
        "{\"name\":\"%s\",\"form\":\"krait, device, "
        "%s\",\"best_ms\":%.4g,\"median_ms\":%.4g,\"steps\":%zu,\"loss\":%.9g",
        name, Precision::name, ms.front(), median, ms.size(), loss);
    if (const auto busy = busy_ms_of_step()) std::printf(",\"busy_ms\":%.4g,\"idle\":%.4g", *busy, 1 - *busy / median);
    std::printf("}\n");
    std::fflush(stdout);
  }
};

}  // namespace krait::benchmark
