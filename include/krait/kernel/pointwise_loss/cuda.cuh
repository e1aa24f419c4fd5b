// krait/kernel/pointwise_loss/cuda.cuh: a thread a row forward, a thread a scalar backward; the rows' losses are added
// in double and in one order.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/elements.cuh>
#include <krait/backend/cuda/total.cuh>
#include <krait/core/rows.hpp>
#include <krait/kernel/pointwise_loss/losses.hpp>
#include <krait/kernel/pointwise_loss/pointwise_loss.hpp>
#include <type_traits>

namespace krait::kernel {

namespace detail {
template <class Loss, int Width, class Y, class Target>
__global__ void __launch_bounds__(128) pointwise_loss_rows(Y y, Target target, const float* weights, double* losses) {
  const int t = blockIdx.x * blockDim.x + threadIdx.x;
  if (t >= y.tokens()) return;
  double loss = 0;
  if (!weights || weights[t] != 0) {
    for (int i = 0; i < Width; ++i)
      loss += Loss::value(static_cast<double>(y[t][i]), static_cast<double>(target[t][i]));
    if (weights) loss *= weights[t];
  }
  losses[t] = loss;
}
template <class Loss, class Y, class Target, class DY> struct pointwise_loss_slope {
  using value_type = typename DY::value_type;
  Y y;
  Target target;
  const float* weights;
  sum_type<value_type> scale;
  DY dy;
  __device__ void operator()(int t, int i) const {
    using Sum = sum_type<value_type>;
    const Sum factor = weights ? scale * static_cast<Sum>(weights[t]) : scale;
    Sum slope = 0;
    if (factor != Sum(0)) slope = Loss::slope(static_cast<Sum>(y[t][i]), static_cast<Sum>(target[t][i])) * factor;
    dy[t][i] = static_cast<value_type>(slope);
  }
};
}  // namespace detail

/// The sum stays on the device, at on.sum. Targets may be of another scalar than the outputs.
template <class Loss, int Width> struct pointwise_loss<backend::cuda, Loss, Width> {
  template <class T, class Target, int SY, int ST>
  static const double* forward(backend::cuda& on, rows<const T, Width, SY> y, rows<const Target, Width, ST> target,
                               const float* weights) {
    backend::device_arena::frame frame(on.scratch);
    double* losses = frame.template take<double>(static_cast<std::size_t>(y.tokens()));
    backend::launch(detail::pointwise_loss_rows<Loss, Width, rows<const T, Width, SY>, rows<const Target, Width, ST>>,
                    static_cast<unsigned>((y.tokens() + 127) / 128), 128, 0, on.stream, y, target, weights, losses);
    backend::total(on.stream, static_cast<const double*>(losses), y.tokens(), on.sum);
    return on.sum;
  }
  template <class T, class Target, int SY, int ST, int SD>
  static void backward(backend::cuda& on, rows<const T, Width, SY> y, rows<const Target, Width, ST> target,
                       const float* weights, sum_type<T> scale, rows<T, Width, SD> dy) {
    using element =
        detail::pointwise_loss_slope<Loss, rows<const T, Width, SY>, rows<const Target, Width, ST>, rows<T, Width, SD>>;
    backend::each_element<Width>(on.stream, y.tokens(), element{y, target, weights, scale, dy});
  }
};

}  // namespace krait::kernel
