#define BOOST_TEST_MODULE optim_sgd
#include <krait/kernel/sgd/cpu.hpp>
#include <krait/kernel/sgd/reference.hpp>
#include <krait/optim/sgd.hpp>

#include "optimizers.hpp"
using namespace krait;
using namespace krait::testing;

using plain = optim::sgd<optim::sgd_config{.lr = 0.1, .clip_norm = 1}>;
using heavy = optim::sgd<optim::sgd_config{.lr = 0.1, .momentum = 0.9, .weight_decay = 0.01, .clip_norm = 1}>;

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  policy_agrees_with_pytorch<plain, backend::reference, double>("sgd", {});
  policy_agrees_with_pytorch<plain, backend::cpu, double>("sgd", {});
  policy_agrees_with_pytorch<plain, backend::cpu, float>("sgd", {});
  policy_agrees_with_pytorch<heavy, backend::reference, double>("sgd_momentum", {"momentum_buffer"});
  policy_agrees_with_pytorch<heavy, backend::cpu, double>("sgd_momentum", {"momentum_buffer"});
  policy_agrees_with_pytorch<heavy, backend::cpu, float>("sgd_momentum", {"momentum_buffer"});
}

BOOST_AUTO_TEST_CASE(nesterov_looks_ahead) {
  using ahead = optim::sgd<optim::sgd_config{.lr = 1, .momentum = 0.5, .nesterov = true}>;
  walk<ahead, backend::cpu, double> w({0});
  w.step({1}, 1, 1, 1);  // speed 1, change 1 + 0.5
  BOOST_TEST(w.parameters[0] == -1.5);
  w.step({1}, 1, 2, 1);  // speed 1.5, change 1 + 0.75
  BOOST_TEST(w.parameters[0] == -3.25);
}

// Without momentum the velocity is not touched: steps do not depend on what is there.
BOOST_AUTO_TEST_CASE(without_momentum_there_is_no_memory) {
  walk<plain, backend::cpu, float> w(std::vector<double>(20, 1.0));
  for (float& v : w.moments[0]) v = 7;
  w.step(std::vector<double>(20, 2.0), 0.25, 1, 0.5);
  BOOST_TEST(w.parameters == std::vector<float>(20, 0.75f), boost::test_tools::per_element());
  BOOST_TEST(w.moments[0] == std::vector<float>(20, 7.f), boost::test_tools::per_element());
}
