// tests/kernel/rms_norm.hpp: one rms norm with all its inputs, outputs and gradients.
#pragma once
#include <boost/test/unit_test.hpp>
#include <krait/kernel/rms_norm/reference.hpp>

#include "../testing.hpp"

namespace krait::testing {

inline constexpr float eps = 1e-5f;

/// Rows of x lie in wider rows; Scale 0: no weight.
template <class T, int Width, int Scale = Width> struct problem {
  using W = sum_type<T>;
  sequences of;
  table<T, Width, row_stride(Width) + 48> x{of, "x", 1, 0.25};
  table<T, Width> y{of}, dy{of, "dy"}, dx{of};
  array<W> inverse_rms = array<W>(static_cast<std::size_t>(of.tokens()));
  tensor<W, Scale> weight{}, dweight{};
  explicit problem(sequences s) : of(s) {
    fill(weight.values(), "weight", 1, 1);
    fill(dweight.values(), "dweight");  // backward adds to it
  }
  template <class Backend> void forward() {
    kernel::rms_norm<Backend, Width>::forward(on<Backend>(), weight, x.in(), y.out(), inverse_rms.data(), eps);
  }
  template <class Backend> void backward() {
    kernel::rms_norm<Backend, Width>::backward(on<Backend>(), weight, x.in(), inverse_rms.data(), dy.in(), dx.out(),
                                               dweight);
  }
  /// Added to dy, as at a residual branch, and in place.
  template <class Backend> void backward_onto() {
    kernel::rms_norm<Backend, Width>::backward_onto(on<Backend>(), weight, x.in(), inverse_rms.data(), dy.in(), dy.in(),
                                                    dx.out(), dweight);
    kernel::rms_norm<Backend, Width>::backward_onto(on<Backend>(), weight, x.in(), inverse_rms.data(), dy.in(), dy.in(),
                                                    dy.out(), dweight);
    settle<Backend>();
  }
};

/// Of one row of tokens, forward and backward.
template <class Backend, class T, int Width, int Scale = Width> void agrees_with_reference(int n) {
  const numbers_of<T> scope;
  const auto made = testing::make_shared<problem<T, Width, Scale>>(sequences{1, n});
  auto& p = *made;
  problem<double, Width, Scale> oracle({1, n});
  p.template forward<Backend>();
  settle<Backend>();
  oracle.template forward<backend::reference>();
  BOOST_TEST(worst(p.y, oracle.y) <= tolerance<T>);
  BOOST_TEST(worst(p.inverse_rms, oracle.inverse_rms) <= tolerance<T>);
  p.template backward<Backend>();
  settle<Backend>();
  oracle.template backward<backend::reference>();
  BOOST_TEST(worst(p.dx, oracle.dx) <= tolerance<T>);
  BOOST_TEST(worst(p.dweight.values(), oracle.dweight.values()) <= tolerance<T>);
  p.template backward_onto<Backend>();
  oracle.template backward_onto<backend::reference>();
  BOOST_TEST(worst(p.dx, oracle.dx) <= tolerance<T>);
  BOOST_TEST(worst(p.dy, p.dx) == 0);
  BOOST_TEST(worst(p.dweight.values(), oracle.dweight.values()) <= tolerance<T>);
}

}  // namespace krait::testing
