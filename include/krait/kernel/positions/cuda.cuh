// krait/kernel/positions/cuda.cuh: a thread a scalar; the table's gradient is a thread a scalar as well, which walks
// the tokens at its position in one order.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/elements.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/core/tensor.hpp>
#include <krait/kernel/assign/cuda.cuh>
#include <krait/kernel/positions/positions.hpp>

namespace krait::kernel {

namespace detail {

/// Positions of all tokens of packed or masked texts, a thread a sequence.
template <int Length> __global__ void __launch_bounds__(128) find_positions(sequences of, int* position) {
  const int s = blockIdx.x * blockDim.x + threadIdx.x;
  if (s >= of.count) return;
  int p = 0;
  for (int t = s * of.length; t < (s + 1) * of.length; ++t) {
    if (of.starts && of.starts[t]) p = 0;
    position[t] = of.keep && !of.keep[t] ? no_position : p++;
  }
}
/// The position of a token: found before, or without packing and masks its place.
__device__ inline int position_of(const int* position, sequences of, int t) {
  return position ? position[t] : t % of.length;
}

template <int Width, class W, class X, class Y> struct add_position {
  const W* weight;
  const int* position;
  X x;
  Y y;
  __device__ void operator()(int t, int i) const {
    const int p = position_of(position, x.of, t);
    using value_type = typename Y::value_type;
    using Sum = backend::sum_type<value_type>;
    const Sum added = p == no_position ? Sum(0) : static_cast<Sum>(weight[p * Width + i]);
    y[t][i] = static_cast<value_type>(static_cast<Sum>(x[t][i]) + added);
  }
};
template <int Width, class W, class DY> struct sum_position {
  const int* position;
  DY dy;
  W* dweight;
  __device__ void operator()(int p, int i) const {
    using Sum = backend::sum_type<W>;
    Sum sum = 0;
    if (position) {
      for (int t = 0; t < dy.tokens(); ++t)
        if (position[t] == p) sum += static_cast<Sum>(dy[t][i]);
    } else {
      for (int s = 0; s < dy.of.count; ++s) sum += static_cast<Sum>(dy[s * dy.of.length + p][i]);
    }
    W& to = dweight[p * Width + i];
    to = static_cast<W>(static_cast<Sum>(to) + sum);
  }
};

}  // namespace detail

template <int Length, int Width> struct positions<backend::cuda, Length, Width> {
  template <class W, class T, int SX, int SY>
  static void forward(backend::cuda& on, const tensor<W, Length, Width>& weight, rows<const T, Width, SX> x,
                      rows<T, Width, SY> y) {
    backend::device_arena::frame frame(on.scratch);
    using element = detail::add_position<Width, W, rows<const T, Width, SX>, rows<T, Width, SY>>;
    backend::each_element<Width>(on.stream, x.tokens(), element{weight.data, find(on, x.of, frame), x, y});
  }
  template <class W, class T, int SDy, int SDx>
  static void backward(backend::cuda& on, rows<const T, Width, SDy> dy, rows<T, Width, SDx> dx,
                       tensor<W, Length, Width>& dweight) {
    backend::device_arena::frame frame(on.scratch);
    const int* position = find(on, dy.of, frame);
    backend::each_element<Width>(on.stream, dy.of.count > 0 ? dy.of.length : 0,
                                 detail::sum_position<Width, W, rows<const T, Width, SDy>>{position, dy, dweight.data});
    assign<backend::cuda, Width>::copy(on, dy, dx);
  }

 private:
  /// Null where a token's place in its sequence is its position.
  static const int* find(backend::cuda& on, sequences of, backend::device_arena::frame& frame) {
    if (of.count > 0 && of.length > 0) detail::checked_position<Length>(of.length - 1);
    if (!of.starts && !of.keep) return nullptr;
    int* position = frame.template take<int>(static_cast<std::size_t>(of.tokens()));
    backend::launch(detail::find_positions<Length>, static_cast<unsigned>((of.count + 127) / 128), 128, 0, on.stream,
                    of, position);
    return position;
  }
};

}  // namespace krait::kernel
