// tests/task/samplers.cu: every task draws on a device, a thread a prompt, with the host's numbers bit for bit.
#define BOOST_TEST_MODULE task_samplers_cuda
#include <boost/test/unit_test.hpp>
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

#include "../cuda_testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

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

template <class Prompts> __global__ void draw_all(Prompts* to) {
  const int k = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (k < prompts) to->draw(k);
}

/// Prompts<Task> of each task, on the device and here.
template <template <class> class Prompts, class... Task> void draw_the_same(types<Task...>) {
  const auto one = []<class Kind>(std::type_identity<Kind>) {
    std::vector<Kind, shared_memory<Kind>> there(1);
    auto here = std::make_unique<Kind>();
    for (int k = 0; k < prompts; ++k) here->draw(k);
    backend::launch(draw_all<Kind>, 2u, 32u, 0, on<backend::cuda>().stream, there.data());
    settle<backend::cuda>();
    return std::memcmp(here.get(), there.data(), sizeof(Kind)) == 0;
  };
  const bool same[] = {one(std::type_identity<Prompts<Task>>{})...};
  const std::string_view name[] = {Task::name...};
  for (std::size_t i = 0; i < sizeof...(Task); ++i) BOOST_TEST(same[i], name[i]);
}

}  // namespace

BOOST_AUTO_TEST_CASE(tasks_of_functions) { draw_the_same<of_functions>(functions{}); }
BOOST_AUTO_TEST_CASE(tasks_of_vectors) { draw_the_same<of_vectors>(vectors{}); }
BOOST_AUTO_TEST_CASE(tasks_of_tokens) { draw_the_same<of_tokens>(tokens{}); }
