// krait/kernel/assign/reference.hpp: a row at a time.
#pragma once
#include <algorithm>
#include <krait/backend/reference.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/assign/assign.hpp>
#include <type_traits>

namespace krait::kernel {

template <int Width> struct assign<backend::reference, Width> {
  template <class T, int SX, int SY>
  static void copy(backend::reference&, rows<const T, Width, SX> x, rows<T, Width, SY> y) {
    if (x.data == y.data) return;
    for (int t = 0; t < y.tokens(); ++t) std::copy_n(x[t], Width, y[t]);
  }
  template <class T, int S> static void fill(backend::reference&, std::type_identity_t<T> value, rows<T, Width, S> y) {
    for (int t = 0; t < y.tokens(); ++t) std::fill_n(y[t], Width, value);
  }
};

}  // namespace krait::kernel
