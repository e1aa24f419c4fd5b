#define BOOST_TEST_MODULE kernel_cross_entropy
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/cross_entropy/cpu.hpp>
#include <krait/kernel/cross_entropy/reference.hpp>

#include "../oracle.hpp"
#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// Every third token has weight 0 and a target that is no class.
template <class T, int Classes> struct problem {
  sequences of;
  table<T, Classes, row_stride(Classes) + 16> logits{of, "logits", 3}, dlogits{of};
  std::vector<std::int32_t> targets = integers("targets", static_cast<std::size_t>(of.tokens()), Classes);
  std::vector<float> weights = numbers<float>("weights", static_cast<std::size_t>(of.tokens()));
  std::vector<T> lse = std::vector<T>(static_cast<std::size_t>(of.tokens()));
  bool weighted = true;
  double loss = 0;
  explicit problem(int n) : of{1, n} {
    for (std::size_t t = 0; t < targets.size(); t += 3) {
      weights[t] = 0;
      targets[t] = -1;
    }
  }
  template <class Backend> double forward() {
    using op = kernel::cross_entropy<Backend, Classes>;
    return loss =
               op::forward(on<Backend>(), logits.in(), targets.data(), weighted ? weights.data() : nullptr, lse.data());
  }
  template <class Backend> void backward(double scale) {
    using op = kernel::cross_entropy<Backend, Classes>;
    op::backward(on<Backend>(), logits.in(), targets.data(), weighted ? weights.data() : nullptr, lse.data(), T(scale),
                 dlogits.out());
  }
};

template <class T, int Classes> void agrees_with_reference(int n) {
  problem<T, Classes> p(n);
  problem<double, Classes> exact(n);
  p.template forward<backend::cpu>();
  p.template backward<backend::cpu>(0.25);
  exact.template forward<backend::reference>();
  exact.template backward<backend::reference>(0.25);
  BOOST_TEST(std::abs(p.loss - exact.loss) <= tolerance<T> * (1 + n));
  BOOST_TEST(worst(p.lse, exact.lse) <= tolerance<T>);
  BOOST_TEST(worst(p.dlogits, exact.dlogits) <= tolerance<T>);
}

template <class Backend, class T> void agrees_with_pytorch() {
  const oracle o("cross_entropy");
  problem<T, 11> p(8);
  p.logits = {p.of, o["logits"]};
  const auto targets = o["targets"], mask = o["mask"];
  double kept = 0;
  for (std::size_t t = 0; t < 8; ++t) {
    p.targets[t] = static_cast<std::int32_t>(targets[t]);
    p.weights[t] = static_cast<float>(mask[t]);
    kept += mask[t];
  }
  const std::vector<double> loss = {p.template forward<Backend>() / kept};
  BOOST_TEST(worst(loss, o["loss"]) <= tolerance<T>);
  p.template backward<Backend>(1 / kept);
  BOOST_TEST(worst(p.dlogits.values(), o["d.logits"]) <= tolerance<T>);
}

template <class Backend> void refuses(std::int32_t target) {
  problem<float, 5> p(2);
  p.targets = {target, target};
  p.weights = {0, 1};
  BOOST_CHECK_EXCEPTION(p.template forward<Backend>(), data_error, [&](const data_error& e) {
    return std::string(e.what()).find("Target " + std::to_string(target) + " at token 1 ") == 0;
  });
}

}  // namespace

BOOST_DATA_TEST_CASE(cpu_is_the_reference, boost::unit_test::data::make(lengths), n) {
  agrees_with_reference<float, 27>(n);
  agrees_with_reference<float, 256>(n);
  agrees_with_reference<float, 2>(n);
  agrees_with_reference<double, 27>(n);
}

BOOST_AUTO_TEST_CASE(reference_backward_is_the_slope) {
  problem<double, 7> p(5);
  p.forward<backend::reference>();
  p.backward<backend::reference>(0.25);
  const auto loss = [&] { return 0.25 * p.forward<backend::reference>(); };
  BOOST_TEST(worst(p.dlogits.values(), slopes(p.logits, loss)) <= slope_tolerance);
}

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<backend::reference, double>();
  agrees_with_pytorch<backend::cpu, double>();
  agrees_with_pytorch<backend::cpu, float>();
}

BOOST_AUTO_TEST_CASE(no_weights_are_weights_of_one) {
  problem<float, 7> one(4), none(4);
  one.targets = none.targets = {0, 6, 3, 3};
  one.weights = {1, 1, 1, 1};
  none.weighted = false;
  BOOST_TEST(one.forward<backend::cpu>() == none.forward<backend::cpu>());
  one.backward<backend::cpu>(1);
  none.backward<backend::cpu>(1);
  BOOST_TEST(worst(one.dlogits, none.dlogits) == 0);
}

BOOST_AUTO_TEST_CASE(gradient_may_take_the_logits_place) {
  problem<float, 27> p(5);
  p.forward<backend::cpu>();
  p.backward<backend::cpu>(0.5);
  using op = kernel::cross_entropy<backend::cpu, 27>;
  op::backward(on<backend::cpu>(), p.logits.in(), p.targets.data(), p.weights.data(), p.lse.data(), 0.5f,
               p.logits.out());
  BOOST_TEST(worst(p.logits, p.dlogits) == 0);
}

BOOST_AUTO_TEST_CASE(a_logit_that_is_no_number_shows_in_the_loss) {
  problem<float, 40> p(2);
  p.targets = {3, 3};
  p.weights = {1, 1};
  std::fill_n(p.logits.out()[1], 40, std::numeric_limits<float>::quiet_NaN());
  BOOST_TEST(std::isnan(p.forward<backend::cpu>()));
}

BOOST_AUTO_TEST_CASE(targets_out_of_range_are_refused) {
  for (const std::int32_t target : {-1, 5}) {
    refuses<backend::reference>(target);
    refuses<backend::cpu>(target);
  }
}
