// tests/kernel/assign.hpp: rows that become others, or one value.
#pragma once
#include <boost/test/unit_test.hpp>
#include <krait/kernel/assign/reference.hpp>

#include "../testing.hpp"

namespace krait::testing {

template <class Backend, class T, int Width> void copies_and_fills(int n) {
  const numbers_of<T> scope;
  const sequences of{1, n};
  using op = kernel::assign<Backend, Width>;
  const table<T, Width + 3> wide(of, "x");
  table<T, Width> y(of), value(of, "y"), same = value;
  op::copy(on<Backend>(), wide.in().template columns<3, Width>(), y.out());
  op::fill(on<Backend>(), T(2.5f), value.out());
  op::copy(on<Backend>(), same.in(), same.out());
  settle<Backend>();
  std::vector<T> wanted;
  for (int t = 0; t < n; ++t) wanted.insert(wanted.end(), wide.in()[t] + 3, wide.in()[t] + 3 + Width);
  BOOST_TEST(worst(y.values(), wanted) == 0);
  BOOST_TEST(worst(value.values(), std::vector<T>(wanted.size(), T(2.5f))) == 0);
  BOOST_TEST(worst(same, table<T, Width>(of, "y")) == 0);
  BOOST_TEST((y.intact() && value.intact()));
}

}  // namespace krait::testing
