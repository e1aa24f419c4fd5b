// tests/kernel/add.hpp: a sum of rows.
#pragma once
#include <boost/test/unit_test.hpp>
#include <krait/kernel/add/reference.hpp>

#include "../testing.hpp"

namespace krait::testing {

template <class Backend, class T, int Width> void agrees_with_reference(int n) {
  const numbers_of<T> scope;
  const sequences of{1, n};
  table<T, Width, row_stride(Width) + 32> a(of, "a");
  table<T, Width> b(of, "b"), y(of), same = b;
  table<double, Width> exact_a(of, "a"), exact_b(of, "b"), exact(of);
  kernel::add<Backend, Width>::forward(on<Backend>(), a.in(), b.in(), y.out());
  kernel::add<Backend, Width>::forward(on<Backend>(), a.in(), same.in(), same.out());
  settle<Backend>();
  kernel::add<backend::reference, Width>::forward(on<backend::reference>(), exact_a.in(), exact_b.in(), exact.out());
  BOOST_TEST(worst(y, exact) <= tolerance<T>);
  BOOST_TEST(worst(same, y) == 0);
}

}  // namespace krait::testing
