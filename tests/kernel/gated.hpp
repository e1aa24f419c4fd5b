// tests/kernel/gated.hpp: a gate and what it lets through, with all their gradients.
#pragma once
#include <boost/test/unit_test.hpp>
#include <krait/kernel/gated/reference.hpp>
#include <tuple>

#include "../testing.hpp"

namespace krait::testing {

using namespace krait::kernel::activation_function;
using functions = std::tuple<sigmoid, silu, gelu_tanh, gelu_erf, relu, softplus>;

/// Gate and x are the halves of one row, as a projection puts them out.
template <class T, class Function, int Width> struct problem {
  sequences of;
  table<T, 2 * Width> both{of, "both", 2}, dboth{of};
  table<T, Width> y{of}, dy{of, "dy"};
  explicit problem(int n) : of{1, n} {}
  template <class Backend> void forward() {
    kernel::gated<Backend, Function, Width>::forward(on<Backend>(), both.in().template columns<0, Width>(),
                                                     both.in().template columns<Width, Width>(), y.out());
    settle<Backend>();
  }
  template <class Backend> void backward() {
    kernel::gated<Backend, Function, Width>::backward(
        on<Backend>(), both.in().template columns<0, Width>(), both.in().template columns<Width, Width>(), dy.in(),
        dboth.out().template columns<0, Width>(), dboth.out().template columns<Width, Width>());
    settle<Backend>();
  }
};

template <class Backend, class Function, class T, int Width> void agrees_with_reference(int n) {
  const numbers_of<T> scope;
  problem<T, Function, Width> p(n);
  problem<double, Function, Width> exact(n);
  p.template forward<Backend>();
  p.template backward<Backend>();
  exact.template forward<backend::reference>();
  exact.template backward<backend::reference>();
  BOOST_TEST(worst(p.y, exact.y) <= tolerance<T>);
  BOOST_TEST(worst(p.dboth, exact.dboth) <= tolerance<T>);
}

/// The gradients may take the place of gate and x.
template <class Backend> void works_in_place() {
  problem<float, silu, 21> p(3), same(3);
  p.forward<Backend>();
  p.backward<Backend>();
  using op = kernel::gated<Backend, silu, 21>;
  const auto gate = same.both.out().template columns<0, 21>(), x = same.both.out().template columns<21, 21>();
  op::backward(on<Backend>(), same.both.in().template columns<0, 21>(), same.both.in().template columns<21, 21>(),
               same.dy.in(), gate, x);
  settle<Backend>();
  BOOST_TEST(worst(same.both, p.dboth) == 0);
}

}  // namespace krait::testing
