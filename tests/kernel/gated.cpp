#define BOOST_TEST_MODULE kernel_gated
#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/gated/cpu.hpp>
#include <krait/kernel/gated/reference.hpp>

#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;
using namespace krait::kernel::activation_function;
using functions = boost::mpl::list<silu, gelu_tanh, gelu_erf, relu, softplus>;

namespace {

/// Gate and x are the halves of one row, as a projection puts them out.
template <class T, class Function, int Width> struct problem {
  sequences of;
  table<T, 2 * Width> both{of, "both", 2}, dboth{of};
  table<T, Width> y{of}, dy{of, "dy"};
  explicit problem(int n) : of{1, n} {}
  template <class Backend> void forward() {
    kernel::gated<Backend, Function, Width>::forward(on<Backend>(), both.in().template columns<0, Width>(),
                                                     both.in().template columns<Width, Width>(), y.out());
  }
  template <class Backend> void backward() {
    kernel::gated<Backend, Function, Width>::backward(
        on<Backend>(), both.in().template columns<0, Width>(), both.in().template columns<Width, Width>(), dy.in(),
        dboth.out().template columns<0, Width>(), dboth.out().template columns<Width, Width>());
  }
};

template <class Function, class T, int Width> void agrees_with_reference(int n) {
  problem<T, Function, Width> p(n);
  problem<double, Function, Width> exact(n);
  p.template forward<backend::cpu>();
  p.template backward<backend::cpu>();
  exact.template forward<backend::reference>();
  exact.template backward<backend::reference>();
  BOOST_TEST(worst(p.y, exact.y) <= tolerance<T>);
  BOOST_TEST(worst(p.dboth, exact.dboth) <= tolerance<T>);
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(cpu_is_the_reference, Function, functions) {
  for (const int n : {0, 1, 9}) {
    agrees_with_reference<Function, float, 27>(n);
    agrees_with_reference<Function, float, 64>(n);
    agrees_with_reference<Function, double, 27>(n);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(reference_backward_is_the_slope, Function, functions) {
  problem<double, Function, 5> p(3);
  p.template backward<backend::reference>();
  const auto loss = [&] {
    p.template forward<backend::reference>();
    return inner(p.y, p.dy);
  };
  BOOST_TEST(worst(p.dboth.values(), slopes(p.both, loss)) <= slope_tolerance);
}

BOOST_AUTO_TEST_CASE(works_in_place) {
  problem<float, silu, 21> p(3), same(3);
  p.forward<backend::cpu>();
  p.backward<backend::cpu>();
  using op = kernel::gated<backend::cpu, silu, 21>;
  const auto gate = same.both.out().columns<0, 21>(), x = same.both.out().columns<21, 21>();
  op::backward(on<backend::cpu>(), same.both.in().columns<0, 21>(), same.both.in().columns<21, 21>(), same.dy.in(),
               gate, x);
  BOOST_TEST(worst(same.both, p.dboth) == 0);
}
