#define BOOST_TEST_MODULE kernel_pointwise_loss
#include "pointwise_loss.hpp"

#include <boost/test/data/test_case.hpp>
#include <krait/kernel/pointwise_loss/cpu.hpp>

#include "../oracle.hpp"
using namespace krait;
using namespace krait::testing;
namespace losses = kernel::losses;

BOOST_DATA_TEST_CASE(cpu_is_the_reference, boost::unit_test::data::make(lengths), n) {
  each_loss([&]<class Loss>(Loss) {
    for (const bool weighted : {false, true}) {
      loss_agrees_with_reference<backend::cpu, float, Loss, 1>(n, weighted);
      loss_agrees_with_reference<backend::cpu, float, Loss, 27>(n, weighted);
      loss_agrees_with_reference<backend::cpu, float, Loss, 32>(n, weighted);
    }
    loss_agrees_with_reference<backend::cpu, double, Loss, 27>(n, true);
  });
}

BOOST_AUTO_TEST_CASE(reference_backward_is_the_slope) {
  each_loss([]<class Loss>(Loss) {
    pointwise_problem<double, Loss, 7> p(5, false);
    for (int t = 0; t < 5; ++t)
      for (int i = 0; i < 7; ++i)
        if (std::abs(p.y.in()[t][i] * p.target.in()[t][i] - 1) < 0.01) p.y.out()[t][i] *= 1.1;  // off the hinge's kink
    p.template backward<backend::reference>(0.25);
    const auto loss = [&] { return 0.25 * p.template forward<backend::reference>(); };
    BOOST_TEST(worst(p.dy.values(), slopes(p.y, loss)) <= slope_tolerance);
  });
}

namespace {

template <class Backend, class T, class Loss> void agrees_with_pytorch(const char* file, const char* target) {
  const oracle o(file);
  pointwise_problem<T, Loss, 9> p(4, false);
  p.y = {p.of, o["prediction"]};
  p.target = {p.of, o[target]};
  BOOST_TEST(std::abs(p.template forward<Backend>() / 36 / o["loss"][0] - 1) <= tolerance<T>);
  p.template backward<Backend>(1. / 36);
  BOOST_TEST(worst(p.dy.values(), o["d.prediction"]) <= tolerance<T>);
}
template <class Loss> void on_every_backend(const char* file, const char* target) {
  agrees_with_pytorch<backend::reference, double, Loss>(file, target);
  agrees_with_pytorch<backend::cpu, double, Loss>(file, target);
  agrees_with_pytorch<backend::cpu, float, Loss>(file, target);
}

/// f(backend) for both.
template <class F> void on_both(F&& f) {
  f(std::type_identity<backend::reference>{});
  f(std::type_identity<backend::cpu>{});
}

}  // namespace

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  on_every_backend<losses::squared_error>("squared_error", "target");
  on_every_backend<losses::logistic>("logistic", "label");
}

// A loss of 1e-27 is no 0, and one of 800 no infinity: number by number.
BOOST_AUTO_TEST_CASE(small_and_large_logistic_losses_keep_their_digits) {
  const oracle o("logistic");
  const auto y = o["prediction"], label = o["label"], exact = o["losses"], slope = o["d.prediction"];
  on_both([&]<class Backend>(std::type_identity<Backend>) {
    for (std::size_t i = 0; i < y.size(); ++i) {
      pointwise_problem<float, losses::logistic, 1> p(1, false);
      p.y.out()[0][0] = static_cast<float>(y[i]), p.target.out()[0][0] = static_cast<float>(label[i]);
      BOOST_TEST(std::abs(p.template forward<Backend>() / exact[i] - 1) <= tolerance<float>);
      p.template backward<Backend>(1);
      BOOST_TEST(std::abs(p.dy.in()[0][0] / (36 * slope[i]) - 1) <= tolerance<float>);
    }
  });
}

BOOST_AUTO_TEST_CASE(a_worked_example) {
  on_both([]<class Backend>(std::type_identity<Backend>) {
    pointwise_problem<float, losses::hinge, 1> p(4, true);
    const float y[] = {0.25f, 2, -0.5f, 1}, z[] = {1, 1, 1, 1}, w[] = {1, 1, 2, 1};
    for (int t = 0; t < 4; ++t) p.y.out()[t][0] = y[t], p.target.out()[t][0] = z[t], p.weights[t] = w[t];
    BOOST_TEST(p.template forward<Backend>() == 0.75 + 0 + 2 * 1.5 + 0);
    p.template backward<Backend>(0.5);
    const float wanted[] = {-0.5f, 0, -1, 0};  // 0 at the kink
    for (int t = 0; t < 4; ++t) BOOST_TEST(p.dy.in()[t][0] == wanted[t]);
  });
}

// A step has to see it.
BOOST_AUTO_TEST_CASE(an_output_that_is_no_number_shows_in_the_loss) {
  each_loss([]<class Loss>(Loss) {
    on_both([]<class Backend>(std::type_identity<Backend>) {
      pointwise_problem<float, Loss, 27> p(2, false);
      p.y.out()[1][26] = std::numeric_limits<float>::quiet_NaN();
      BOOST_TEST(std::isnan(p.template forward<Backend>()));
    });
  });
}
