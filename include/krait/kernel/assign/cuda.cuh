// krait/kernel/assign/cuda.cuh: a thread a scalar.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/elements.cuh>
#include <krait/core/rows.hpp>
#include <krait/kernel/assign/assign.hpp>
#include <type_traits>

namespace krait::kernel {

namespace detail {
template <class X, class Y> struct copy_element {
  X x;
  Y y;
  __device__ void operator()(int t, int i) const { y[t][i] = x[t][i]; }
};
template <class Y> struct fill_element {
  typename Y::value_type value;
  Y y;
  __device__ void operator()(int t, int i) const { y[t][i] = value; }
};
}  // namespace detail

template <int Width> struct assign<backend::cuda, Width> {
  template <class T, int SX, int SY>
  static void copy(backend::cuda& on, rows<const T, Width, SX> x, rows<T, Width, SY> y) {
    if (x.data == y.data) return;
    using element = detail::copy_element<rows<const T, Width, SX>, rows<T, Width, SY>>;
    backend::each_element<Width>(on.stream, y.tokens(), element{x, y});
  }
  template <class T, int S> static void fill(backend::cuda& on, std::type_identity_t<T> value, rows<T, Width, S> y) {
    backend::each_element<Width>(on.stream, y.tokens(), detail::fill_element<rows<T, Width, S>>{value, y});
  }
};

}  // namespace krait::kernel
