// krait/kernel/gated/cuda.cuh: a thread a scalar.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/elements.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/core/rows.hpp>
#include <krait/kernel/gated/gated.hpp>

namespace krait::kernel {

namespace detail {
template <class Function, class G, class X, class Y> struct gated_value {
  using value_type = typename Y::value_type;
  G gate;
  X x;
  Y y;
  __device__ void operator()(int t, int i) const {
    using Sum = backend::sum_type<value_type>;
    y[t][i] = static_cast<value_type>(Function::value(static_cast<Sum>(gate[t][i])) * static_cast<Sum>(x[t][i]));
  }
};
template <class Function, class G, class X, class DY, class DG, class DX> struct gated_slope {
  using value_type = typename DX::value_type;
  G gate;
  X x;
  DY dy;
  DG dgate;
  DX dx;
  __device__ void operator()(int t, int i) const {
    using Sum = backend::sum_type<value_type>;
    const Sum g = static_cast<Sum>(gate[t][i]), v = static_cast<Sum>(x[t][i]), d = static_cast<Sum>(dy[t][i]);
    dgate[t][i] = static_cast<value_type>(Function::slope(g) * v * d);
    dx[t][i] = static_cast<value_type>(Function::value(g) * d);
  }
};
}  // namespace detail

template <class Function, int Width> struct gated<backend::cuda, Function, Width> {
  template <class T, int SG, int SX, int SY>
  static void forward(backend::cuda& on, rows<const T, Width, SG> gate, rows<const T, Width, SX> x,
                      rows<T, Width, SY> y) {
    using element =
        detail::gated_value<Function, rows<const T, Width, SG>, rows<const T, Width, SX>, rows<T, Width, SY>>;
    backend::each_element<Width>(on.stream, x.tokens(), element{gate, x, y});
  }
  template <class T, int SG, int SX, int SDy, int SDg, int SDx>
  static void backward(backend::cuda& on, rows<const T, Width, SG> gate, rows<const T, Width, SX> x,
                       rows<const T, Width, SDy> dy, rows<T, Width, SDg> dgate, rows<T, Width, SDx> dx) {
    using element = detail::gated_slope<Function, rows<const T, Width, SG>, rows<const T, Width, SX>,
                                        rows<const T, Width, SDy>, rows<T, Width, SDg>, rows<T, Width, SDx>>;
    backend::each_element<Width>(on.stream, x.tokens(), element{gate, x, dy, dgate, dx});
  }
};

}  // namespace krait::kernel
