// tests/train/tiny.hpp: models of a few thousand weights, pairs and prompts to train them on, and the bits that
// they end with.
#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <krait/model/presets.hpp>
#include <krait/objective/cross_entropy.hpp>
#include <krait/objective/squared_error.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/optim/sgd.hpp>
#include <krait/task/linear_regression.hpp>
#include <krait/train/batch/prompt.hpp>
#include <krait/train/batch/text.hpp>
#include <krait/train/cpu.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::testing {

inline constexpr int tiny_width = 16, tiny_length = 24;  // tokens of question and answer together
using tiny_mamba = model::language_model<256, model::mamba_stack<2, mamba_config{.d_model = tiny_width, .d_state = 4}>,
                                         rms_norm<tiny_width>>;
using tiny_transformer =
    model::language_model<256, model::transformer_stack<1, tiny_width, 2, tiny_length>, layer_norm<tiny_width>>;
using tiny_shard = text_shard<capacity{4, tiny_length}>;
using brisk = optim::adamw<optim::adamw_config{.lr = 0.01, .clip_norm = 1}>;

template <class Model, class Optimizer = brisk, class Precision = optim::fp32>
using text_trainer =
    train::trainer<backend::cpu, train::pipeline<Model, objective::cross_entropy, tiny_shard, Optimizer, Precision>>;

/// Pairs of unequal lengths: "what is 7?" -> "g7", "g7 g8", ...
inline std::vector<data::question_answer> some_pairs(int count) {
  std::vector<data::question_answer> pairs;
  for (int i = 0; i < count; ++i) {
    const std::string n = std::to_string(i), letter(1, static_cast<char>('a' + i % 26));
    std::string answer = letter + n;
    for (int more = 0; more < i % 3; ++more) answer += " " + letter + std::to_string(more);
    pairs.push_back({"what is " + n + "?", answer});
  }
  return pairs;
}
/// Twelve of them, as a study's data.
struct a_dozen {
  static constexpr std::string_view name = "a dozen";
  static std::vector<data::question_answer> load(const std::filesystem::path&) { return some_pairs(12); }
};

using tiny_task = task::linear_regression<task::linear_regression_config{.dimensions = 3, .points = 6}>;
using tiny_vectors = model::vector_model<
    3, 1, model::mamba_stack<1, mamba_config{.d_model = tiny_width, .d_state = 4}, layer_norm<tiny_width>>,
    layer_norm<tiny_width>>;
using tiny_prompts = train::prompt_batch<tiny_task>;
template <class Optimizer = brisk>
using vector_trainer = train::trainer<backend::cpu, train::pipeline<tiny_vectors, objective::squared_error,
                                                                    vector_shard<capacity{2, 12}, 3, 1>, Optimizer>>;

/// A weights struct as raw bits; NaN equals itself.
template <class Weights> std::string bits_of(const Weights& w) {
  return {reinterpret_cast<const char*>(&w), sizeof(Weights)};
}
/// Weights and moments of a trainer, and its number of steps.
template <class Trainer> std::string state_of_training(Trainer& t) {
  std::string all = bits_of(t.current()) + bits_of(t.master()) + std::to_string(t.steps_done());
  for (int i = 0; i < Trainer::optimizer::moments; ++i) all += bits_of(t.moment(i));
  return all;
}

/// Steps first .. last - 1 on batches of 10 of `set`; the losses.
template <class Trainer>
std::vector<double> take_steps(Trainer& t, const train::text_set& set, long first, long last, double rate) {
  train::example_order order(set, 3, 10);
  std::vector<double> losses;
  for (long step = first; step < last; ++step) {
    const train::text_batch batch(set, order.at(step), tiny_shard::cap.sequences);
    losses.push_back(t.step(batch, rate).loss);
  }
  return losses;
}
inline tiny_prompts prompts(long step, int count = 9) {
  return {{5, stream("prompts"), 0}, static_cast<std::uint64_t>(step * count), count, 2};
}
template <class Trainer> std::vector<double> take_steps(Trainer& t, long first, long last, double rate) {
  std::vector<double> losses;
  for (long step = first; step < last; ++step) losses.push_back(t.step(prompts(step), rate).loss);
  return losses;
}

}  // namespace krait::testing
