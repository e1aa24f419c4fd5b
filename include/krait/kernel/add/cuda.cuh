// krait/kernel/add/cuda.cuh: a thread a scalar.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/elements.cuh>
#include <krait/core/rows.hpp>
#include <krait/kernel/add/add.hpp>

namespace krait::kernel {

namespace detail {
template <class A, class B, class Y> struct add_element {
  A a;
  B b;
  Y y;
  __device__ void operator()(int t, int i) const {
    using value_type = typename Y::value_type;
    using Sum = sum_type<value_type>;
    y[t][i] = static_cast<value_type>(static_cast<Sum>(a[t][i]) + static_cast<Sum>(b[t][i]));
  }
};
}  // namespace detail

template <int Width> struct add<backend::cuda, Width> {
  template <class T, int SA, int SB, int SY>
  static void forward(backend::cuda& on, rows<const T, Width, SA> a, rows<const T, Width, SB> b, rows<T, Width, SY> y) {
    using element = detail::add_element<rows<const T, Width, SA>, rows<const T, Width, SB>, rows<T, Width, SY>>;
    backend::each_element<Width>(on.stream, y.tokens(), element{a, b, y});
  }
};

}  // namespace krait::kernel
