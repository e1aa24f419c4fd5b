// benchmarks/outliers.cpp: a step of gradient descent of one-layer models on prompts with outliers, one thread: fresh
// prompts, the loss, its gradient and the new weights. The same step as benchmarks/peer/outliers.py, whose losses on
// the same prompts are printed too.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <krait/model/one_layer.hpp>
#include <krait/task/outlier_classification.hpp>
#include <krait/train/one_layer.hpp>
#include <string>
#include <vector>

#include "arguments.hpp"

using namespace krait;

using prompts = task::outlier_classification<>;  // the published sizes: d = 30, l = 20
using mamba = model::one_layer<model::mamba_attention<>, prompts::dimensions>;
using linear = model::one_layer<model::linear_attention_weights, prompts::dimensions>;

/// Best and median milliseconds of f(), which is called for `seconds`.
template <class F> void report(const char* name, int batch, double seconds, const std::string& more, F&& f) {
  using clock = std::chrono::steady_clock;
  std::vector<double> ms;
  for (const auto until = clock::now() + std::chrono::duration<double>(seconds);
       ms.size() < 3 || clock::now() < until;) {
    const auto start = clock::now();
    f();
    ms.push_back(std::chrono::duration<double, std::milli>(clock::now() - start).count());
  }
  std::ranges::sort(ms);
  const double median = ms[ms.size() / 2];
  std::printf(
      "{\"name\":\"%s\",\"form\":\"krait\",\"best_ms\":%.5f,\"median_ms\":%.5f,\"steps\":%zu,\"threads\":1,\"batch\":%"
      "d,"
      "\"prompts_per_second\":%.0f%s}\n",
      name, ms.front(), median, ms.size(), batch, batch / median * 1e3, more.c_str());
  std::fflush(stdout);
}

/// Weights that Python repeats: w grows from -0.04 in steps of 0.02 and begins anew after five.
template <class Trainer> void known_weights(Trainer& t) {
  for (int c = 0; c < t.master().w.size; ++c) t.master().w[c] = .02f * static_cast<float>(c % 5) - .04f;
}

template <class Model> void measure(const char* name, int batch, double seconds) {
  const train::descent how{.rate = .01, .steps = 1L << 40, .batch = batch};
  train::one_layer_trainer<Model, prompts> trainer(1, prompts::config.patterns, prompts::config.training, how);
  known_weights(trainer);
  std::string losses = ",\"losses\":[";
  for (int i = 0; i < 3; ++i) {
    char one[32];
    const double loss = trainer.step();
    std::snprintf(one, sizeof one, "%s%.9g", i > 0 ? "," : "", loss);
    losses += one;
    if (i == 0) losses = ",\"loss\":" + std::string(one) + losses;
  }
  report(name, batch, seconds, losses + "]", [&] { trainer.step(); });
}

int main(int argc, char** argv) {
  int batch = 128;
  double seconds = 2;
  CLI::App app("A step on prompts with outliers: its best and median time, prompts a second, and its losses.",
               "outliers");
  app.option_defaults()->always_capture_default();
  app.add_option("--batch", batch, "prompts a step")->check(CLI::Range(1, 1 << 20));
  app.add_option("--seconds", seconds, "time to measure each part for")->check(CLI::Range(0., 3600.));
  read_arguments(app, argc, argv);
  measure<mamba>("outlier_mamba_step", batch, seconds);
  measure<linear>("outlier_linear_step", batch, seconds);

  // Parts: the prompts alone, and a test's prompt with its answer.
  constexpr int lanes = simd::lanes<float>;
  prompts::prompts<float, lanes> drawn;
  std::uint64_t first = 0;
  float used = 0;
  report("outlier_sampling", batch, seconds, "", [&] {
    for (int i = 0; i < batch; i += lanes, first += lanes) {
      prompts::sample(draw{1, 2, 0}, first, prompts::config.training, drawn);
      used += drawn.y[0][0];
    }
  });
  train::one_layer_trainer<mamba, prompts> trainer(1, prompts::config.patterns, prompts::config.training, {});
  const auto novel = trainer.patterns().published_novel();
  report("outlier_mamba_test", 4096, seconds, "", [&] {
    used += static_cast<float>(trainer.errors<task::outlier::flipped, task::outlier::anywhere>(
        draw{1, 3, 0}, 4096, prompts::config.test, novel));
  });
  return used == 12345.f ? 1 : 0;
}
