// benchmarks/step.cpp: the training step of benchmarks/peer, by krait: the same weights, prompts and losses.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <krait/objective/squared_error.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/train/cpu.hpp>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "models.hpp"
#include "peer/values.hpp"

using namespace krait;

using shard = vector_shard<shard_capacity, peer::dimension, 1>;
using optimizer_type = optim::adamw<optim::adamw_config{.lr = 1e-3, .weight_decay = 0.01}>;

struct fixed_batch {
  std::vector<float> tokens = std::vector<float>(peer::prompts * prompt_length * peer::dimension);
  std::vector<float> targets = std::vector<float>(peer::prompts * peer::points);
  fixed_batch() { peer::fill_prompts(tokens, targets); }
  int shards() const { return ::shards; }
  double weight() const { return peer::prompts * peer::points; }
  template <class Shard> void fill(int i, Shard& to) const {
    to.of = {prompts_per_shard, prompt_length};
    const auto x = to.x.of(to.of);
    const auto target = to.target_rows.of(to.of);
    for (int t = 0; t < to.of.tokens(); ++t) {
      const int token = i * to.of.tokens() + t;
      std::copy_n(tokens.data() + token * peer::dimension, peer::dimension, x[t]);
      const bool is_x = t % 2 == 0;
      to.weight[t] = is_x;
      target[t][0] = is_x ? targets[static_cast<std::size_t>(token / 2)] : 0;
    }
  }
};

template <class Model> void measure(const char* name, int threads, double seconds) {
  using pipeline_type = train::pipeline<Model, objective::squared_error, shard, optimizer_type>;
  train::trainer<backend::cpu, pipeline_type> trainer(1, threads);
  for_each_tensor(trainer.master(), [](const std::string& tensor_name, auto& t) {
    using type = std::remove_reference_t<decltype(t)>;
    peer::fill(tensor_name, t.values(), type::extents[type::rank - 1]);
  });
  trainer.restored(0);
  const fixed_batch batch;
  double losses[3];
  for (double& loss : losses) loss = trainer.step(batch, optimizer_type::lr).loss;
  std::vector<double> ms;
  using clock = std::chrono::steady_clock;
  for (const auto until = clock::now() + std::chrono::duration<double>(seconds);
       ms.size() < 3 || clock::now() < until;) {
    const auto start = clock::now();
    trainer.step(batch, optimizer_type::lr);
    ms.push_back(std::chrono::duration<double, std::milli>(clock::now() - start).count());
  }
  std::ranges::sort(ms);
  std::printf(
      "{\"name\":\"%s\",\"form\":\"krait\",\"best_ms\":%.2f,\"median_ms\":%.2f,\"steps\":%zu,\"threads\":%d,"
      "\"loss\":%.9g,\"losses\":[%.9g,%.9g,%.9g]}\n",
      name, ms.front(), ms[ms.size() / 2], ms.size(), threads, losses[0], losses[0], losses[1], losses[2]);
}

int main(int argc, char** argv) {
  std::string model = "both";
  int threads = 2;
  double seconds = 5;
  CLI::App app("A training step on 64 prompts of 82 tokens: its best and median time, and its losses.", "step");
  app.option_defaults()->always_capture_default();
  app.add_option("--model", model, "mamba, transformer or both")
      ->check(CLI::IsMember({"mamba", "transformer", "both"}));
  app.add_option("--threads", threads, "threads of the step")->check(CLI::Range(1, 1024));
  app.add_option("--seconds", seconds, "time to measure each model for")->check(CLI::Range(0., 3600.));
  read_arguments(app, argc, argv);
  if (model != "transformer") measure<mamba_model>("mamba_step", threads, seconds);
  if (model != "mamba") measure<transformer_model>("transformer_step", threads, seconds);
}
