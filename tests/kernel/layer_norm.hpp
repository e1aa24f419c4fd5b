// tests/kernel/layer_norm.hpp: one layer norm with all its inputs, outputs and gradients.
#pragma once
#include <boost/test/unit_test.hpp>
#include <krait/kernel/layer_norm/reference.hpp>

#include "../testing.hpp"

namespace krait::testing {

inline constexpr float eps = 1e-5f;

template <class T, int Width, int Scale = Width, int Bias = Width> struct problem {
  using W = sum_type<T>;
  sequences of;
  table<T, Width, row_stride(Width) + 48> x{of, "x", 1, 0.5};
  table<T, Width> y{of}, dy{of, "dy"}, dx{of};
  array<W> mean = array<W>(static_cast<std::size_t>(of.tokens())), inverse_deviation = mean;
  tensor<W, Scale> weight{}, dweight{};
  tensor<W, Bias> bias{}, dbias{};
  explicit problem(sequences s) : of(s) {
    fill(weight.values(), "weight", 1, 1);
    fill(bias.values(), "bias");
    fill(dweight.values(), "dweight");  // backward adds to these
    fill(dbias.values(), "dbias");
  }
  template <class Backend> void forward() {
    kernel::layer_norm<Backend, Width>::forward(on<Backend>(), weight, bias, x.in(), y.out(), mean.data(),
                                                inverse_deviation.data(), eps);
  }
  template <class Backend> void backward() {
    kernel::layer_norm<Backend, Width>::backward(on<Backend>(), weight, x.in(), mean.data(), inverse_deviation.data(),
                                                 dy.in(), dx.out(), dweight, dbias);
  }
  /// Added to dy, as at a residual branch, and in place.
  template <class Backend> void backward_onto() {
    kernel::layer_norm<Backend, Width>::backward_onto(on<Backend>(), weight, x.in(), mean.data(),
                                                      inverse_deviation.data(), dy.in(), dy.in(), dx.out(), dweight,
                                                      dbias);
    kernel::layer_norm<Backend, Width>::backward_onto(on<Backend>(), weight, x.in(), mean.data(),
                                                      inverse_deviation.data(), dy.in(), dy.in(), dy.out(), dweight,
                                                      dbias);
    settle<Backend>();
  }
};

/// Of one row of tokens, forward and backward.
template <class Backend, class T, int Width, int Scale = Width, int Bias = Width> void agrees_with_reference(int n) {
  const numbers_of<T> scope;
  const auto made = testing::make_shared<problem<T, Width, Scale, Bias>>(sequences{1, n});
  auto& p = *made;
  problem<double, Width, Scale, Bias> oracle({1, n});
  p.template forward<Backend>();
  settle<Backend>();
  oracle.template forward<backend::reference>();
  BOOST_TEST(worst(p.y, oracle.y) <= tolerance<T>);
  BOOST_TEST(worst(p.mean, oracle.mean) <= tolerance<T>);
  BOOST_TEST(worst(p.inverse_deviation, oracle.inverse_deviation) <= tolerance<T>);
  p.template backward<Backend>();
  settle<Backend>();
  oracle.template backward<backend::reference>();
  BOOST_TEST(worst(p.dx, oracle.dx) <= tolerance<T>);
  BOOST_TEST(worst(p.dweight.values(), oracle.dweight.values()) <= tolerance<T>);
  BOOST_TEST(worst(p.dbias.values(), oracle.dbias.values()) <= tolerance<T>);
  p.template backward_onto<Backend>();
  oracle.template backward_onto<backend::reference>();
  BOOST_TEST(worst(p.dx, oracle.dx) <= tolerance<T>);
  BOOST_TEST(worst(p.dy, p.dx) == 0);
  BOOST_TEST(worst(p.dweight.values(), oracle.dweight.values()) <= tolerance<T>);
}

}  // namespace krait::testing
