#define BOOST_TEST_MODULE task_baseline_two_layer_network
#include <boost/test/unit_test.hpp>
#include <krait/task/baseline/two_layer_network.hpp>

#include "oracle_prompts.hpp"
using namespace krait;
using namespace krait::testing;
using namespace krait::task::baseline;

namespace {

template <class T, int Steps> void follows_pytorch(double tolerance) {
  const oracle stored("two_layer_network");
  const auto x = stored["x"], y = stored["y"], queries = stored["queries"], w1 = stored["w1"], b1 = stored["b1"],
             w2 = stored["w2"], b2 = stored["b2"];
  two_layer_network<two_layer_network_config{.hidden = 20, .steps = Steps}, T> network(4);
  network.set(w1.data(), b1.data(), w2.data(), b2[0]);
  network.train(x.data(), y.data(), 9, {});
  std::vector<double> answers;
  for (int q = 0; q < 5; ++q) answers.push_back(network.answer(queries.data() + 4 * q));
  BOOST_TEST(apart(answers, stored["after_" + std::to_string(Steps)]) < tolerance, Steps << " steps");
}

}  // namespace

BOOST_AUTO_TEST_CASE(as_pytorch_trains_it) {
  follows_pytorch<double, 0>(1e-12), follows_pytorch<double, 1>(1e-12), follows_pytorch<double, 100>(1e-9);
  follows_pytorch<float, 100>(1e-4);
}

BOOST_AUTO_TEST_CASE(answers_depend_on_the_examples_alone) {
  const oracle_prompts prompts;
  const auto first = prompts.answers<two_layer_network<>>("linear", 1),
             again = prompts.answers<two_layer_network<>>("linear", 1);
  BOOST_TEST((first == again));
  using other = two_layer_network<two_layer_network_config{.seed = 1}>;
  BOOST_TEST((prompts.answers<other>("linear", 1) != first));
  BOOST_TEST(first[0] == 0);
}

// It learns something of the examples: fewer errors than who says 0, with all of them.
BOOST_AUTO_TEST_CASE(it_learns_from_examples) {
  const oracle_prompts prompts;
  const auto errors = prompts.errors("linear", prompts.answers<two_layer_network<>>("linear", 12, 16));
  const auto nothing = prompts.errors("linear", std::vector<double>(12 * 24));
  double mine = 0, zero = 0;
  for (std::size_t i = 16; i < 24; ++i) mine += errors[i], zero += nothing[i];
  BOOST_TEST((mine < .6 * zero), mine << " of " << zero);
}

// More examples than a batch: other ones each step, and still an answer.
BOOST_AUTO_TEST_CASE(small_batches) {
  using few = two_layer_network<two_layer_network_config{.steps = 300, .batch = 4}>;
  const double x[] = {0, 1, 2, 3, 4, 5, 6, 7, 3.5}, y[] = {0, 1, 2, 3, 4, 5, 6, 7};
  BOOST_TEST(std::abs(few::predict(x, y, 8, 1) - 3.5) < .5);
}
