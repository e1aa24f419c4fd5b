// benchmarks/step.cpp: the training step of benchmarks/peer, by krait: the same weights, prompts and losses.
// Usage: step [--model mamba|transformer] [--threads N] [--seconds S]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <krait/experiment/trainer_cpu.hpp>
#include <krait/model/presets.hpp>
#include <krait/objective/squared_error.hpp>
#include <krait/optim/adamw.hpp>

#include "peer/values.hpp"

using namespace krait;

constexpr int prompts_per_shard = 2;
using shard = vector_shard<capacity{prompts_per_shard, 2 * peer::points}, peer::dimension, 1>;
using optimizer_type = optim::adamw<optim::adamw_config{.lr = 1e-3, .weight_decay = 0.01}>;

template <class Layers>
using model_of = model::vector_model<peer::dimension, 1, Layers, layer_norm<128>>;
using mamba_model = model_of<model::mamba_stack<4, mamba_config{.d_model = 128}, layer_norm<128>>>;
using transformer_model = model_of<model::transformer_stack<2, 128, 8, 2 * peer::points>>;

struct fixed_batch {
  std::vector<float> tokens = std::vector<float>(peer::prompts * 2 * peer::points * peer::dimension);
  std::vector<float> targets = std::vector<float>(peer::prompts * peer::points);
  fixed_batch() { peer::fill_prompts(tokens, targets); }
  int shards() const { return peer::prompts / prompts_per_shard; }
  double weight() const { return peer::prompts * peer::points; }
  template <class Shard>
  void fill(int i, Shard& to) const {
    to.of = {prompts_per_shard, 2 * peer::points};
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

template <class Model>
void measure(const char* name, int threads, double seconds) {
  using pipeline_type = experiment::pipeline<Model, objective::squared_error, shard, optimizer_type>;
  experiment::trainer<backend::cpu, pipeline_type> trainer(1, threads);
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
  for (const auto until = clock::now() + std::chrono::duration<double>(seconds); ms.size() < 3 || clock::now() < until;) {
    const auto start = clock::now();
    trainer.step(batch, optimizer_type::lr);
    ms.push_back(std::chrono::duration<double, std::milli>(clock::now() - start).count());
  }
  std::ranges::sort(ms);
  std::printf("{\"name\":\"%s\",\"form\":\"krait\",\"best_ms\":%.2f,\"median_ms\":%.2f,\"steps\":%zu,\"threads\":%d,"
              "\"loss\":%.9g,\"losses\":[%.9g,%.9g,%.9g]}\n",
              name, ms.front(), ms[ms.size() / 2], ms.size(), threads, losses[0], losses[0], losses[1], losses[2]);
}

int main(int argc, char** argv) {
  std::string model = "both";
  int threads = 2;
  double seconds = 5;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    if (option == "--model") model = argv[i + 1];
    if (option == "--threads") threads = std::atoi(argv[i + 1]);
    if (option == "--seconds") seconds = std::atof(argv[i + 1]);
  }
  if (model != "transformer") measure<mamba_model>("mamba_step", threads, seconds);
  if (model != "mamba") measure<transformer_model>("transformer_step", threads, seconds);
}
