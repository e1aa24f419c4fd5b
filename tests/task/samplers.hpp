// tests/task/samplers.hpp: prompts of every task, and the digest that they have from every compiler.
#pragma once
#include <krait/task/chain_of_thought.hpp>
#include <krait/task/decision_tree.hpp>
#include <krait/task/discrete_mqar.hpp>
#include <krait/task/induction_head.hpp>
#include <krait/task/inputs/quadrants.hpp>
#include <krait/task/inputs/query_apart.hpp>
#include <krait/task/inputs/scaled.hpp>
#include <krait/task/inputs/subspace.hpp>
#include <krait/task/linear_classification.hpp>
#include <krait/task/linear_regression.hpp>
#include <krait/task/many_outliers.hpp>
#include <krait/task/mqar.hpp>
#include <krait/task/noisy_linear_regression.hpp>
#include <krait/task/orthogonal_outliers.hpp>
#include <krait/task/quadratic_regression.hpp>
#include <krait/task/relu_network.hpp>
#include <krait/task/sparse_linear_regression.hpp>
#include <krait/task/sparse_parity.hpp>
#include <memory>
#include <type_traits>

namespace krait::testing {

template <class... T> struct types {};
constexpr int d = 5, points = 6, prompts = 40;
constexpr draw at{11, stream("a test of samplers"), 0};
constexpr task::linear_regression_config line{.dimensions = d, .points = points};
using linear = task::linear_regression<line>;
using functions = types<
    linear, task::linear_regression<line, task::inputs::scaled<std::ratio<1, 3>>>,
    task::linear_regression<line, task::inputs::half_subspace>, task::linear_regression<line, task::inputs::skewed>,
    task::linear_regression<line, task::inputs::random_quadrants>,
    task::linear_regression<line, task::inputs::orthogonal_query>,
    task::linear_regression<line, task::inputs::overlapping_query>,
    task::sparse_linear_regression<task::sparse_linear_regression_config{.dimensions = d, .points = points}>,
    task::noisy_linear_regression<task::noisy_linear_regression_config{.dimensions = d, .points = points}>,
    task::quadratic_regression<task::quadratic_regression_config{.dimensions = d, .points = points}>,
    task::relu_network<task::relu_network_config{.dimensions = d, .points = points, .hidden = 7}>,
    task::decision_tree<task::decision_tree_config{.dimensions = d, .points = points}>,
    task::linear_classification<task::linear_classification_config{.dimensions = d, .points = points}>,
    task::sparse_parity<task::sparse_parity_config{.dimensions = d, .points = points}>, task::many_outliers<linear>>;
using vectors =
    types<task::mqar<task::mqar_config{.dimensions = d, .pairs = 4, .queries = 2, .query_noise = .5}>,
          task::mqar<task::mqar_config{.dimensions = d, .pairs = 4, .queries = 1, .as = variant::as_released}>,
          task::chain_of_thought<task::chain_of_thought_config{.dimensions = d, .points = points, .hidden = 4}>,
          task::orthogonal_outliers<task::orthogonal_outliers_config{.dimensions = d, .points = points}>,
          task::orthogonal_outliers<task::orthogonal_outliers_config{
              .dimensions = d, .points = points, .as = variant::as_released}>>;
using tokens = types<task::induction_head<task::induction_head_config{.vocabulary = 9, .pairs = 4}>,
                     task::discrete_mqar<task::discrete_mqar_config{.vocabulary = 30, .length = 24, .pairs = 3}>>;

template <class Task> struct of_functions {
  float x[prompts][points * d], y[prompts][points], alone[prompts];
  KRAIT_HOST_DEVICE void draw(int k) {
    const auto prompt = static_cast<std::uint64_t>(k);
    Task::sample(at, prompt, {points, d}, x[k], y[k]);
    float again[d];
    alone[k] = Task::sample_point(at, prompt, {points, d}, k % points, again);
  }
};
template <class Task> struct of_vectors {
  static constexpr int in = row_stride(Task::inputs), out = row_stride(Task::outputs);
  float x[prompts][Task::tokens * in], target[prompts][Task::tokens * out], weight[prompts][Task::tokens];
  KRAIT_HOST_DEVICE void draw(int k) {
    Task::write(at, static_cast<std::uint64_t>(k), {Task::points, d},
                rows<float, Task::inputs>{x[k], {1, Task::tokens}},
                rows<float, Task::outputs>{target[k], {1, Task::tokens}}, weight[k]);
  }
};
template <class Task> struct of_tokens {
  std::int32_t id[prompts][Task::tokens], target[prompts][Task::tokens];
  float weight[prompts][Task::tokens];
  KRAIT_HOST_DEVICE void draw(int k) {
    Task::write(at, static_cast<std::uint64_t>(k), {Task::points, 1}, id[k], target[k], weight[k]);
  }
};

/// Everything that Kind draws here. (Blocks start as zeros, so that what pads a row is alike.)
template <class Kind> std::unique_ptr<Kind> drawn_here() {
  auto all = std::make_unique<Kind>();
  for (int k = 0; k < prompts; ++k) all->draw(k);
  return all;
}

/// FNV-1a over the prompts of each task in turn.
inline std::uint64_t digest_of_all() {
  std::uint64_t hash = 14695981039346656037u;
  const auto add = [&]<class Kind>(std::type_identity<Kind>) {
    const auto all = drawn_here<Kind>();
    const auto* bytes = reinterpret_cast<const unsigned char*>(all.get());
    for (std::size_t i = 0; i < sizeof(Kind); ++i) hash = (hash ^ bytes[i]) * 1099511628211u;
  };
  [&]<class... Task>(types<Task...>) { (add(std::type_identity<of_functions<Task>>{}), ...); }(functions{});
  [&]<class... Task>(types<Task...>) { (add(std::type_identity<of_vectors<Task>>{}), ...); }(vectors{});
  [&]<class... Task>(types<Task...>) { (add(std::type_identity<of_tokens<Task>>{}), ...); }(tokens{});
  return hash;
}
/// A change of this number is a change of every study's prompts.
inline constexpr std::uint64_t digest_everywhere = 11161015286579727189u;

}  // namespace krait::testing
