// tests/kernel/linear.hpp: one product with all its inputs, outputs and gradients.
#pragma once
#include <boost/test/unit_test.hpp>
#include <krait/kernel/linear/reference.hpp>
#include <memory>

#include "../testing.hpp"

namespace krait::testing {

/// x and y are columns of wider rows. Bias 0: none.
template <class T, int In, int Out, int Bias = Out> struct problem {
  using W = sum_type<T>;
  template <class Backend> using op = kernel::linear<Backend, In, Out>;
  sequences of;
  table<T, In, row_stride(In) + 32> x{of, "x"}, dx{of, "dx"};
  table<T, Out, row_stride(Out) + 16> y{of, "y"}, dy{of, "dy"};
  std::shared_ptr<tensor<W, Out, In>> weight = testing::make_shared<tensor<W, Out, In>>(),
                                      dweight = testing::make_shared<tensor<W, Out, In>>();
  tensor<W, Bias> bias{}, dbias{};
  explicit problem(int n) : of{1, n} {
    fill(weight->values(), "weight");
    fill(dweight->values(), "dweight");  // backward adds to these
    fill(bias.values(), "bias");
    fill(dbias.values(), "dbias");
  }
  template <class Backend> void forward() {
    op<Backend>::forward(on<Backend>(), *weight, bias, x.in(), y.out());
    settle<Backend>();
  }
  /// Added to other rows, and in place: y = base + forward's.
  template <class Backend> void forward_onto(table<T, Out>& base) {
    op<Backend>::forward_onto(on<Backend>(), *weight, bias, x.in(), base.in(), y.out());
    op<Backend>::forward_onto(on<Backend>(), *weight, bias, x.in(), base.in(), base.out());
    settle<Backend>();
  }
  template <class Backend, into Into = into::overwrite> void backward() {
    op<Backend>::template backward_data<Into>(on<Backend>(), *weight, dy.in(), dx.out());
    op<Backend>::backward_weight(on<Backend>(), x.in(), dy.in(), *dweight, dbias);
    settle<Backend>();
  }
};

template <class P, class Q> void agree(const P& p, const Q& exact, double allowed) {
  BOOST_TEST(worst(p.y, exact.y) <= allowed);
  BOOST_TEST(worst(p.dx, exact.dx) <= allowed);
  BOOST_TEST(worst(p.dweight->values(), exact.dweight->values()) <= allowed);
  BOOST_TEST(worst(p.dbias.values(), exact.dbias.values()) <= allowed);
}

template <class Backend, class T, int In, int Out, int Bias = Out> void agrees_with_reference(int n) {
  const numbers_of<T> scope;
  const auto made = testing::make_shared<problem<T, In, Out, Bias>>(n);
  auto& p = *made;
  problem<double, In, Out, Bias> exact(n);
  BOOST_TEST_CONTEXT(In << " -> " << Out) {
    p.template forward<Backend>();
    p.template backward<Backend>();
    exact.template forward<backend::reference>();
    exact.template backward<backend::reference>();
    agree(p, exact, tolerance<T>);
    p.template backward<Backend, into::add>();
    exact.template backward<backend::reference, into::add>();
    agree(p, exact, tolerance<T>);
    table<T, Out> base(p.of, "base");
    table<double, Out> exact_base(p.of, "base");
    p.template forward_onto<Backend>(base);
    exact.template forward_onto<backend::reference>(exact_base);
    BOOST_TEST(worst(p.y, exact.y) <= tolerance<T>);
    BOOST_TEST(worst(base, exact_base) <= tolerance<T>);
  }
}

}  // namespace krait::testing
