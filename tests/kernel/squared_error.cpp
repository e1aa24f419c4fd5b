#define BOOST_TEST_MODULE kernel_squared_error
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/squared_error/cpu.hpp>
#include <krait/kernel/squared_error/reference.hpp>

#include "../oracle.hpp"
#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class T, int Width> struct problem {
  sequences of;
  table<T, Width, row_stride(Width) + 16> y{of, "y"}, target{of, "target"};
  table<T, Width> dy{of};
  std::vector<float> weights = numbers<float>("weights", static_cast<std::size_t>(of.tokens()));
  bool weighted = true;
  explicit problem(int n) : of{1, n} {
    for (std::size_t t = 0; t < weights.size(); t += 3) weights[t] = 0;
  }
  template <class Backend> double forward() {
    using op = kernel::squared_error<Backend, Width>;
    return op::forward(on<Backend>(), y.in(), target.in(), weighted ? weights.data() : nullptr);
  }
  template <class Backend> void backward(double scale) {
    using op = kernel::squared_error<Backend, Width>;
    op::backward(on<Backend>(), y.in(), target.in(), weighted ? weights.data() : nullptr, T(scale), dy.out());
  }
};

template <class T, int Width> void agrees_with_reference(int n) {
  problem<T, Width> p(n);
  problem<double, Width> exact(n);
  const double loss = p.template forward<backend::cpu>(), exact_loss = exact.template forward<backend::reference>();
  BOOST_TEST(std::abs(loss - exact_loss) <= tolerance<T> * (1 + n) * Width);
  p.template backward<backend::cpu>(0.25);
  exact.template backward<backend::reference>(0.25);
  BOOST_TEST(worst(p.dy, exact.dy) <= tolerance<T>);
}

template <class Backend, class T> void agrees_with_pytorch() {
  const oracle o("squared_error");
  problem<T, 9> p(4);
  p.y = {p.of, o["prediction"]};
  p.target = {p.of, o["target"]};
  p.weighted = false;
  const std::vector<double> loss = {p.template forward<Backend>() / 36};
  BOOST_TEST(worst(loss, o["loss"]) <= tolerance<T>);
  p.template backward<Backend>(1. / 36);
  BOOST_TEST(worst(p.dy.values(), o["d.prediction"]) <= tolerance<T>);
}

}  // namespace

BOOST_DATA_TEST_CASE(cpu_is_the_reference, boost::unit_test::data::make(lengths), n) {
  agrees_with_reference<float, 27>(n);
  agrees_with_reference<float, 32>(n);
  agrees_with_reference<float, 1>(n);
  agrees_with_reference<double, 27>(n);
}

BOOST_AUTO_TEST_CASE(reference_backward_is_the_slope) {
  problem<double, 7> p(5);
  p.backward<backend::reference>(0.25);
  const auto loss = [&] { return 0.25 * p.forward<backend::reference>(); };
  BOOST_TEST(worst(p.dy.values(), slopes(p.y, loss)) <= slope_tolerance);
}

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<backend::reference, double>();
  agrees_with_pytorch<backend::cpu, double>();
  agrees_with_pytorch<backend::cpu, float>();
}

BOOST_AUTO_TEST_CASE(a_token_of_weight_0_is_not_looked_at) {
  problem<float, 7> p(4);
  std::fill_n(p.y.out()[3], 7, std::numeric_limits<float>::quiet_NaN());  // token 3 has weight 0
  BOOST_TEST(std::isfinite(p.forward<backend::cpu>()));
  p.backward<backend::cpu>(1);
  for (int i = 0; i < 7; ++i) BOOST_TEST(p.dy.in()[3][i] == 0);
}
