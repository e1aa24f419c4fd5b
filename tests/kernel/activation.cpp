#define BOOST_TEST_MODULE kernel_activation
#include <boost/mpl/list.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/activation/cpu.hpp>
#include <krait/kernel/activation/reference.hpp>

#include "../oracle.hpp"
#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;
using namespace krait::kernel::activation_function;

namespace {

/// A user's own function: no vector form.
struct cube {
  template <class T> static T value(T x) { return x * x * x; }
  template <class T> static T slope(T x) { return T(3) * x * x; }
};
using functions = boost::mpl::list<sigmoid, silu, gelu_tanh, gelu_erf, relu, softplus, cube>;

template <class Function, class T, int Width> void agrees_with_reference(int n) {
  const sequences of{1, n};
  const table<T, Width, row_stride(Width) + 16> x(of, "x", 3), dy(of, "dy");
  const table<double, Width> exact_x(of, "x", 3), exact_dy(of, "dy");
  table<T, Width> y(of), dx(of);
  table<double, Width> exact_y(of), exact_dx(of);
  using op = kernel::activation<backend::cpu, Function, Width>;
  using exact = kernel::activation<backend::reference, Function, Width>;
  op::forward(on<backend::cpu>(), x.in(), y.out());
  op::backward(on<backend::cpu>(), x.in(), dy.in(), dx.out());
  exact::forward(on<backend::reference>(), exact_x.in(), exact_y.out());
  exact::backward(on<backend::reference>(), exact_x.in(), exact_dy.in(), exact_dx.out());
  BOOST_TEST(worst(y, exact_y) <= tolerance<T>);
  BOOST_TEST(worst(dx, exact_dx) <= tolerance<T>);
}

template <class Backend, class Function, class T> void agrees_with_pytorch(const std::string& name) {
  const oracle o("activations");
  const sequences of{1, 1};
  const table<T, 65> x(of, o["x"]), dy(of, o["d.y"]);
  table<T, 65> y(of), dx(of);
  using op = kernel::activation<Backend, Function, 65>;
  op::forward(on<Backend>(), x.in(), y.out());
  op::backward(on<Backend>(), x.in(), dy.in(), dx.out());
  BOOST_TEST_CONTEXT(name) {
    BOOST_TEST(worst(y.values(), o[name + ".y"]) <= tolerance<T>);
    BOOST_TEST(worst(dx.values(), o[name + ".d.x"]) <= tolerance<T>);
  }
}
template <class Backend, class T> void agrees_with_pytorch() {
  agrees_with_pytorch<Backend, silu, T>("silu");
  agrees_with_pytorch<Backend, softplus, T>("softplus");
  agrees_with_pytorch<Backend, gelu_tanh, T>("gelu_new");
  agrees_with_pytorch<Backend, gelu_erf, T>("gelu");
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(cpu_is_the_reference, Function, functions) {
  for (const int n : {0, 1, 2, 9}) {
    agrees_with_reference<Function, float, 27>(n);
    agrees_with_reference<Function, float, 64>(n);
    agrees_with_reference<Function, float, 1>(n);
    agrees_with_reference<Function, double, 27>(n);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(slope_is_the_slope, Function, functions) {
  for (double x : {-9., -2.5, -1., -0.02, 0.02, 0.7, 3., 11.}) {
    const double exact = Function::slope(x);
    BOOST_TEST(slope(x, [&] { return Function::value(x); }) == exact, boost::test_tools::tolerance(1e-8));
  }
}

// Relative to each value, not to the largest: tails of gates matter.
BOOST_AUTO_TEST_CASE_TEMPLATE(small_values_keep_their_digits, Function, functions) {
  const sequences of{1, 1};
  std::vector<double> points;
  for (int i = 0; i < 320; ++i) points.push_back(static_cast<float>((i - 159.5) / 30));
  const table<float, 320> x(of, points);
  table<float, 320> y(of);
  kernel::activation<backend::cpu, Function, 320>::forward(on<backend::cpu>(), x.in(), y.out());
  for (int i = 0; i < 320; ++i) {
    const double exact = Function::value(points[static_cast<std::size_t>(i)]);
    BOOST_TEST(std::abs(y.in()[0][i] - exact) <= 4 * tolerance<float> * std::abs(exact));
  }
}

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<backend::reference, double>();
  agrees_with_pytorch<backend::cpu, double>();
  agrees_with_pytorch<backend::cpu, float>();
}

BOOST_AUTO_TEST_CASE(works_in_place) {
  const sequences of{1, 3};
  table<float, 21> x(of, "x"), y = x, dy(of, "dy"), dx = dy;
  using op = kernel::activation<backend::cpu, silu, 21>;
  op::forward(on<backend::cpu>(), y.in(), y.out());
  op::backward(on<backend::cpu>(), x.in(), dx.in(), dx.out());
  table<float, 21> other_y(of), other_dx(of);
  op::forward(on<backend::cpu>(), x.in(), other_y.out());
  op::backward(on<backend::cpu>(), x.in(), dy.in(), other_dx.out());
  BOOST_TEST(worst(y, other_y) == 0);
  BOOST_TEST(worst(dx, other_dx) == 0);
}
