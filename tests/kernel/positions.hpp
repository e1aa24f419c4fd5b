// tests/kernel/positions.hpp: learned positions forward and backward.
#pragma once
#include <boost/test/unit_test.hpp>
#include <krait/kernel/positions/reference.hpp>
#include <memory>

#include "../testing.hpp"

namespace krait::testing {

inline constexpr struct {
  bool packed, masked;
} position_forms[] = {{false, false}, {true, false}, {false, true}, {true, true}};

template <class Backend, class T, int Length, int Width> void agrees_with_reference(int count, int length) {
  using W = sum_type<T>;
  const numbers_of<T> scope;
  using wide = kernel::positions<backend::reference, Length, Width>;
  using op = kernel::positions<Backend, Length, Width>;
  for (const auto form : position_forms) {
    const auto starts = flags("starts", static_cast<std::size_t>(count * length), 0.2),
               keep = flags("keep", static_cast<std::size_t>(count * length), 0.75);
    const sequences of{count, length, form.packed ? starts.data() : nullptr, form.masked ? keep.data() : nullptr};
    table<T, Width> x(of, "x"), y(of), dy(of, "dy"), dx(of), same = dy;
    table<double, Width> exact_x(of, "x"), exact_y(of), exact_dy(of, "dy"), exact_dx(of);
    const auto weight = testing::make_shared<tensor<W, Length, Width>>(),
               dweight = testing::make_shared<tensor<W, Length, Width>>();
    const auto exact_weight = testing::make_shared<tensor<double, Length, Width>>(),
               exact_dweight = testing::make_shared<tensor<double, Length, Width>>();
    fill(weight->values(), "weight"), fill(exact_weight->values(), "weight");
    fill(dweight->values(), "dweight"), fill(exact_dweight->values(), "dweight");  // backward adds to it
    op::forward(on<Backend>(), *weight, x.in(), y.out());
    op::backward(on<Backend>(), dy.in(), dx.out(), *dweight);
    settle<Backend>();
    wide::forward(on<backend::reference>(), *exact_weight, exact_x.in(), exact_y.out());
    wide::backward(on<backend::reference>(), exact_dy.in(), exact_dx.out(), *exact_dweight);
    BOOST_TEST_CONTEXT("packed " << form.packed << ", masked " << form.masked) {
      BOOST_TEST(worst(y, exact_y) <= tolerance<T>);
      BOOST_TEST(worst(dx, exact_dx) == 0);
      BOOST_TEST(worst(dweight->values(), exact_dweight->values()) <= tolerance<T>);
    }
    const tensor<W, Length, Width> once = *dweight;
    op::backward(on<Backend>(), same.in(), same.out(), *dweight);  // in place
    settle<Backend>();
    BOOST_TEST(worst(same, dx) == 0);
    BOOST_TEST(worst(dweight->values(), once.values()) > 0);
  }
}

}  // namespace krait::testing
