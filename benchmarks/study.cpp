// benchmarks/study.cpp: a small noise study from its first step to its report, questions, checkpoints and page
// included: how many tokens it trains on in a second, beside the training step alone of the same model.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <krait/data/stated_facts.hpp>
#include <krait/experiment/three_phase.hpp>
#include <krait/metric/fuzzy_match.hpp>
#include <krait/metric/repetition.hpp>
#include <krait/model/list.hpp>
#include <krait/model/presets.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/optim/adamw.hpp>
#include <string>
#include <vector>

#include "arguments.hpp"

using namespace krait;

// As in examples/noise/three_phase.cpp, with one noise and a pretraining of fixed length.
constexpr int d_model = 96, length = 96, batch_size = 64, pretraining_steps = 100;
using mamba_model =
    model::language_model<256, model::mamba_stack<4, mamba_config{.d_model = d_model}>, rms_norm<d_model>>;
using transformer_model =
    model::language_model<256, model::transformer_stack<2, d_model, 6, length>, layer_norm<d_model>>;
using facts = data::stated_facts<data::stated_facts_config{.count = 0, .kinds = 2, .longest = 80}>;
using warm_cosine = schedule::cosine<schedule::warmup_config{.warmup = 20}>;
using optimizer_type =
    optim::adamw<optim::adamw_config{.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1, .clip_norm = 1}>;

inline long trained_tokens = 0;
/// The study, whose tokens are counted.
template <class Named>
struct counted_study
    : experiment::three_phase<
          model::list<Named>, facts, noise::list<noise::charflip<>>, optimizer_type, warm_cosine,
          metric::list<metric::fuzzy_match<50>, metric::repetition>,
          experiment::three_phase_config{
              .length = length, .batch = batch_size, .learn = 40, .noise = 160, .relearn = 40, .evaluate_every = 20},
          studies::plain, optim::fp32, experiment::ask_held_out<experiment::ask_held_out_config{.share = .5}>,
          experiment::pretraining<warm_cosine,
                                  experiment::pretraining_config{.level = 1, .most = pretraining_steps, .every = 10}>> {
  using base = typename counted_study::three_phase;
  using base::base;
  void measure(program::run_context& context) {
    base::measure(context);
    trained_tokens = context.shown.units();
  }
};

struct seconds {
  double wall, processor;
  static seconds now() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto of = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return {std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(),
            of(used.ru_utime) + of(used.ru_stime)};
  }
  seconds operator-(const seconds& o) const { return {wall - o.wall, processor - o.processor}; }
};

/// A batch without padding: rows of the study's whole length, every token counts.
struct full_rows {
  int shards() const { return batch_size / 4; }
  double weight() const { return double(batch_size) * length; }
  template <class Shard> void fill(int i, Shard& to) const {
    to.of = {4, length};
    for (int t = 0; t < to.of.tokens(); ++t) {
      to.id[t] = 'a' + (7 * i + 3 * t) % 26;
      to.target[t] = 'a' + (7 * i + 3 * t + 3) % 26;
      to.weight[t] = 1;
    }
  }
};

/// Tokens a second, and a processor second, of the median of some steps.
template <class Trainer, class Batch>
seconds rate(Trainer& trainer, int steps, const std::vector<Batch>& batches, const std::vector<long>& tokens) {
  std::vector<double> wall, processor;
  for (int i = 0; i < steps; ++i) {
    const std::size_t which = static_cast<std::size_t>(i) % batches.size();
    const seconds start = seconds::now();
    trainer.step(batches[which], 1e-4);
    const seconds took = seconds::now() - start;
    if (i < 2) continue;  // warm
    wall.push_back(static_cast<double>(tokens[which]) / took.wall);
    processor.push_back(static_cast<double>(tokens[which]) / took.processor);
  }
  const auto median = [](std::vector<double>& of) {
    std::ranges::nth_element(of, of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2));
    return of[of.size() / 2];
  };
  return {median(wall), median(processor)};
}

template <class Named> int measure(const char* program, int threads, bool quick) {
  using study = counted_study<Named>;
  using trainer_type = train::trainer<backend::cpu, typename study::template pipeline_of<typename Named::model>>;
  const auto folder = std::filesystem::temp_directory_path() / ("krait-study-" + std::to_string(::getpid()));
  const std::string out = (folder / "run").string(), kept = (folder / "kept").string(), n = std::to_string(threads);
  std::vector<const char*> words{program, "--threads", n.c_str(),      "--seeds",   "1",
                                 "--out", out.c_str(), "--pretrained", kept.c_str()};
  if (quick) words.push_back("--quick");
  const seconds start = seconds::now();
  const int failed = run<study>(static_cast<int>(words.size()), words.data());
  const seconds took = seconds::now() - start;
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  if (failed) return failed;

  const auto trainer = std::make_unique<trainer_type>(1, threads);
  const auto all = facts::load(std::filesystem::path());
  const train::text_set texts({all.begin(), all.end()}, length);
  train::example_order order(texts, 1, batch_size);
  std::vector<std::vector<int>> chosen;
  std::vector<train::text_batch> batches;
  std::vector<long> tokens;
  for (int i = 0; i < 4; ++i) {
    const auto now = order.at(i);
    chosen.emplace_back(now.begin(), now.end());
  }
  for (const auto& of : chosen) {
    batches.emplace_back(texts, of, trainer_type::per_shard);
    tokens.push_back(batches.back().tokens());
  }
  const int steps = quick ? 4 : 26;
  const seconds full = rate(*trainer, steps, std::vector<full_rows>(1), {long{batch_size} * length});
  const seconds text = rate(*trainer, steps, batches, tokens);
  const double of_study = static_cast<double>(trained_tokens) / took.wall;
  std::printf(
      "{\"name\":\"%s_study\",\"model\":\"%s\",\"threads\":%d,\"tokens\":%ld,\"seconds\":%.2f,\"processor_seconds\":%.2f,"
      "\"tokens_per_second\":%.0f,\"step_tokens_per_second\":%.0f,\"ratio\":%.3f,\"cpu_ratio\":%.3f,\"text_ratio\":%.3f}\n",
      Named::name.data(), Named::name.data(), threads, trained_tokens, took.wall, took.processor, of_study, full.wall,
      of_study / full.wall, static_cast<double>(trained_tokens) / took.processor / full.processor,
      text.processor / full.processor);
  return 0;
}

int main(int argc, char** argv) {
  std::string model = "both";
  int threads = 2;
  bool quick = false;
  CLI::App app("A small noise study from its first step to its report: tokens a second, beside its step alone.",
               "study");
  app.option_defaults()->always_capture_default();
  app.add_option("--model", model, "mamba, transformer or both")
      ->check(CLI::IsMember({"mamba", "transformer", "both"}));
  app.add_option("--threads", threads, "threads of the study")->check(CLI::Range(1, 1024));
  app.add_flag("--quick", quick, "a few steps, to see that it runs");
  read_arguments(app, argc, argv);
  int failed = 0;
  if (model != "transformer") failed = measure<model::named<"mamba", mamba_model>>(argv[0], threads, quick);
  if (model != "mamba" && !failed)
    failed = measure<model::named<"transformer", transformer_model>>(argv[0], threads, quick);
  return failed;
}
