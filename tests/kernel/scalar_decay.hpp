// tests/kernel/scalar_decay.hpp: decay, scaled input and skip of Mamba-2's heads, with all their gradients.
#pragma once
#include <boost/test/unit_test.hpp>
#include <krait/kernel/scalar_decay/reference.hpp>

#include "../testing.hpp"

namespace krait::testing {

/// dt and x are columns of one row, as a projection puts them out.
template <class T, int Heads, int P> struct problem {
  static constexpr int E = Heads * P;
  using sum = sum_type<T>;
  sequences of;
  table<T, E + Heads> row{of, "row"}, drow{of};
  table<T, E> v{of}, dv{of, "dv"}, y{of, "y"}, dy{of, "dy"};
  table<sum, Heads> delta{of}, g{of}, dg{of, "dg"};
  std::shared_ptr<tensor<sum, Heads>> A_log = testing::make_shared<tensor<sum, Heads>>(),
                                      dt_bias = testing::make_shared<tensor<sum, Heads>>(),
                                      D = testing::make_shared<tensor<sum, Heads>>(),
                                      dA_log = testing::make_shared<tensor<sum, Heads>>(),
                                      ddt_bias = testing::make_shared<tensor<sum, Heads>>(),
                                      dD = testing::make_shared<tensor<sum, Heads>>();
  explicit problem(int n) : of{1, n} {
    fill(A_log->values(), "A_log");
    fill(dt_bias->values(), "dt_bias");
    fill(D->values(), "D");
  }
  template <class B> using op = kernel::scalar_decay<B, Heads, P>;
  auto x() const { return row.in().template columns<0, E>(); }
  auto dt() const { return row.in().template columns<E, Heads>(); }
  kernel::scalar_decay_weights<sum, Heads> w() const { return {*A_log, *dt_bias}; }

  template <class B> void forward() {
    op<B>::forward(on<B>(), w(), dt(), x(), delta.out(), g.out(), v.out());
    op<B>::add_skip(on<B>(), *D, x(), y.out());
    settle<B>();
  }
  template <class B> void backward() {
    op<B>::backward(on<B>(), w(), dt(), x(), delta.in(), g.in(), dg.in(), dv.in(),
                    drow.out().template columns<E, Heads>(), drow.out().template columns<0, E>(), {*dA_log, *ddt_bias});
    op<B>::add_skip_backward(on<B>(), *D, x(), dy.in(), drow.out().template columns<0, E>(), *dD);
    settle<B>();
  }
};

template <class Backend, class T, int Heads, int P> void agrees_with_reference(int n) {
  const numbers_of<T> scope;
  problem<T, Heads, P> p(n);
  problem<double, Heads, P> exact(n);
  p.template forward<Backend>(), p.template backward<Backend>();
  exact.template forward<backend::reference>(), exact.template backward<backend::reference>();
  BOOST_TEST_CONTEXT(n << " tokens, " << Heads << " heads of " << P) {
    BOOST_TEST(worst(p.delta, exact.delta) <= tolerance<T>);
    BOOST_TEST(worst(p.g, exact.g) <= tolerance<T>);
    BOOST_TEST(worst(p.v, exact.v) <= tolerance<T>);
    BOOST_TEST(worst(p.y, exact.y) <= tolerance<T>);
    BOOST_TEST(worst(p.drow, exact.drow) <= 4 * tolerance<T>);
    BOOST_TEST(worst(p.dA_log->values(), exact.dA_log->values()) <= 4 * tolerance<T>);
    BOOST_TEST(worst(p.ddt_bias->values(), exact.ddt_bias->values()) <= 4 * tolerance<T>);
    BOOST_TEST(worst(p.dD->values(), exact.dD->values()) <= 4 * tolerance<T>);
  }
}

}  // namespace krait::testing
