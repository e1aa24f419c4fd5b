// krait/kernel/activation/cuda.cuh: a thread a scalar.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/elements.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/core/rows.hpp>
#include <krait/kernel/activation/activation.hpp>

namespace krait::kernel {

namespace detail {
template <class Function, class X, class Y> struct activation_value {
  using value_type = typename Y::value_type;
  X x;
  Y y;
  __device__ void operator()(int t, int i) const {
    y[t][i] = static_cast<value_type>(Function::value(static_cast<backend::sum_type<value_type>>(x[t][i])));
  }
};
template <class Function, class X, class DY, class DX> struct activation_slope {
  using value_type = typename DX::value_type;
  X x;
  DY dy;
  DX dx;
  __device__ void operator()(int t, int i) const {
    using Sum = backend::sum_type<value_type>;
    dx[t][i] = static_cast<value_type>(Function::slope(static_cast<Sum>(x[t][i])) * static_cast<Sum>(dy[t][i]));
  }
};
}  // namespace detail

template <class Function, int Width> struct activation<backend::cuda, Function, Width> {
  template <class T, int SX, int SY>
  static void forward(backend::cuda& on, rows<const T, Width, SX> x, rows<T, Width, SY> y) {
    using element = detail::activation_value<Function, rows<const T, Width, SX>, rows<T, Width, SY>>;
    backend::each_element<Width>(on.stream, x.tokens(), element{x, y});
  }
  template <class T, int SX, int SDy, int SDx>
  static void backward(backend::cuda& on, rows<const T, Width, SX> x, rows<const T, Width, SDy> dy,
                       rows<T, Width, SDx> dx) {
    using element =
        detail::activation_slope<Function, rows<const T, Width, SX>, rows<const T, Width, SDy>, rows<T, Width, SDx>>;
    backend::each_element<Width>(on.stream, x.tokens(), element{x, dy, dx});
  }
};

}  // namespace krait::kernel
