#define BOOST_TEST_MODULE optim_adamw
#include <krait/kernel/adamw/cpu.hpp>
#include <krait/kernel/adamw/reference.hpp>
#include <krait/optim/adamw.hpp>

#include "optimizers.hpp"
using namespace krait;
using namespace krait::testing;

using as_oracle =
    optim::adamw<optim::adamw_config{.lr = 0.01, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1, .clip_norm = 1}>;

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  policy_agrees_with_pytorch<as_oracle, backend::reference, double>("adamw", {"exp_avg", "exp_avg_sq"});
  policy_agrees_with_pytorch<as_oracle, backend::cpu, double>("adamw", {"exp_avg", "exp_avg_sq"});
  policy_agrees_with_pytorch<as_oracle, backend::cpu, float>("adamw", {"exp_avg", "exp_avg_sq"});
}

BOOST_AUTO_TEST_CASE(defaults_are_those_of_pytorch) {
  using plain = optim::adamw<>;
  BOOST_TEST(plain::lr == 1e-3);
  BOOST_TEST(plain::clip_norm == 0);
  BOOST_TEST(plain::moments == 2);
  walk<plain, backend::reference, double> w({1, -2}), same = w;
  w.step({0.5, -0.25}, 1e-3, 1, 1);
  kernel::adamw<backend::reference>::step(on<backend::reference>(), std::span(same.parameters),
                                          std::span<const double>(std::vector<double>{0.5, -0.25}), same.moments[0],
                                          same.moments[1], {1e-3, 0.9, 0.999, 1e-8, 0.01}, 1, 1);
  BOOST_TEST(w.parameters == same.parameters, boost::test_tools::per_element());
  // The first step of Adam is the rate in the direction of the sign, whatever the gradient's size.
  BOOST_TEST(std::abs(w.parameters[0] - (1 * (1 - 1e-5) - 1e-3)) < 1e-10);
  BOOST_TEST(std::abs(w.parameters[1] - (-2 * (1 - 1e-5) + 1e-3)) < 1e-10);
}

BOOST_AUTO_TEST_CASE(the_scheduled_rate_counts_and_not_the_own_one) {
  walk<as_oracle, backend::cpu, float> still({1, 2, 3}), w = still;
  still.step({1, 1, 1}, 0, 1, 1);
  BOOST_TEST(still.parameters == (std::vector<float>{1, 2, 3}), boost::test_tools::per_element());
  BOOST_TEST(still.moments[0][0] != 0);  // but the moments move on
  w.step({1, 1, 1}, 0.02, 1, 1);
  BOOST_TEST(std::abs(w.parameters[0] - (1 - 0.02 * 0.1 - 0.02)) < 1e-6);
}

BOOST_AUTO_TEST_CASE(moments_have_names) {
  BOOST_TEST(std::string(as_oracle::moment_names[0]) == "m");
  BOOST_TEST(std::string(as_oracle::moment_names[1]) == "v");
}
