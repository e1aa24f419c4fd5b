// krait/kernel/cross_entropy/cuda.cuh: a block a row, which is read once: the greatest logit and the sum of powers are
// found together. No probability is stored.
#pragma once
#include <cstdint>
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/elements.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/backend/cuda/total.cuh>
#include <krait/core/rows.hpp>
#include <krait/kernel/cross_entropy/cross_entropy.hpp>
#include <type_traits>

namespace krait::kernel {

namespace detail {

/// The sum of e^x over some x is sum e^top.
template <class Sum> struct power_sum { Sum top, sum; };
struct add_power_sums {
  template <class Sum> __device__ power_sum<Sum> operator()(const power_sum<Sum>& a, const power_sum<Sum>& b) const {
    if (a.sum == Sum(0)) return b;
    if (b.sum == Sum(0)) return a;
    if (a.top == b.top) return {a.top, a.sum + b.sum};  // both may be -infinity
    return a.top > b.top ? power_sum<Sum>{a.top, a.sum + b.sum * exp(b.top - a.top)}
                         : power_sum<Sum>{b.top, b.sum + a.sum * exp(a.top - b.top)};
  }
};

template <int Classes, class X, class Sum>
__global__ void __launch_bounds__(backend::row_threads(Classes))
    cross_entropy_rows(X logits, const std::int32_t* targets, const float* weights, Sum* lse, double* losses) {
  constexpr int threads = backend::row_threads(Classes);
  using reduce = cub::BlockReduce<power_sum<Sum>, threads>;
  __shared__ typename reduce::TempStorage storage;
  const int t = blockIdx.x;
  const float weight = weights ? weights[t] : 1.0f;
  power_sum<Sum> mine{0, 0};
  if (weight != 0)
    for (int i = threadIdx.x; i < Classes; i += threads)
      mine = add_power_sums{}(mine, power_sum<Sum>{static_cast<Sum>(logits[t][i]), 1});
  const power_sum<Sum> all = reduce(storage).Reduce(mine, add_power_sums{});
  if (threadIdx.x != 0) return;
  lse[t] = 0;
  losses[t] = 0;
  if (weight == 0) return;
  const Sum log_sum = all.top + log(all.sum);
  lse[t] = log_sum;
  losses[t] = static_cast<double>(weight) * (static_cast<double>(log_sum) - static_cast<double>(logits[t][targets[t]]));
}

template <class X, class Sum, class DX> struct cross_entropy_slope {
  X logits;
  const std::int32_t* targets;
  const float* weights;
  const Sum* lse;
  Sum scale;
  DX dlogits;
  __device__ void operator()(int t, int i) const {
    const Sum factor = weights ? scale * static_cast<Sum>(weights[t]) : scale;
    Sum d = 0;
    if (factor != Sum(0)) {
      d = exp(static_cast<Sum>(logits[t][i]) - lse[t]) * factor;
      if (i == targets[t]) d -= factor;
    }
    dlogits[t][i] = static_cast<typename DX::value_type>(d);
  }
};

}  // namespace detail

/// The sum stays on the device, at on.sum. Targets are not checked: whoever sends them has done so.
template <int Classes> struct cross_entropy<backend::cuda, Classes> {
  template <class T, int SX>
  static const double* forward(backend::cuda& on, rows<const T, Classes, SX> logits, const std::int32_t* targets,
                               const float* weights, sum_type<T>* lse) {
    backend::device_arena::frame frame(on.scratch);
    double* losses = frame.template take<double>(static_cast<std::size_t>(logits.tokens()));
    backend::launch(detail::cross_entropy_rows<Classes, rows<const T, Classes, SX>, sum_type<T>>,
                    static_cast<unsigned>(logits.tokens()), backend::row_threads(Classes), 0, on.stream, logits,
                    targets, weights, lse, losses);
    backend::total(on.stream, static_cast<const double*>(losses), logits.tokens(), on.sum);
    return on.sum;
  }
  template <class T, int SX, int SDx>
  static void backward(backend::cuda& on, rows<const T, Classes, SX> logits, const std::int32_t* targets,
                       const float* weights, const sum_type<T>* lse, sum_type<T> scale, rows<T, Classes, SDx> dlogits) {
    using element = detail::cross_entropy_slope<rows<const T, Classes, SX>, sum_type<T>, rows<T, Classes, SDx>>;
    backend::each_element<Classes>(on.stream, logits.tokens(), element{logits, targets, weights, lse, scale, dlogits});
  }
};

}  // namespace krait::kernel
