// benchmarks/device_shapes.hpp: at which shapes kernels are bounded and measured on a device.
#pragma once
#include "device_costs.hpp"

namespace krait::benchmark {

inline constexpr int device_width = 512, device_rank = 16, device_heads = 8, device_head_width = 64,
                     device_classes = 256;
inline constexpr kernel::scan_config device_scan{device_width, 16, device_rank};
inline constexpr kernel::linear_attention_config device_linear_attention{device_heads, device_head_width,
                                                                         device_head_width};
inline constexpr capacity device_batch{64, 1024};
/// Few sequences, and a long one: the other forms of the scan.
inline constexpr capacity device_few{2, 1024}, device_long{1, 65536};
inline constexpr double device_parameters = 130e6;

/// f(cost) for each of them, with activations of T.
template <class T, class F> void for_each_cost(double parameters, F&& f) {
  for (const capacity cap : {device_batch, device_few, device_long}) {
    f(cost<T>::template scan_forward<device_scan>({cap.sequences, cap.length}));
    f(cost<T>::template scan_backward<device_scan>({cap.sequences, cap.length}));
  }
  constexpr sequences of{device_batch.sequences, device_batch.length};
  f(cost<T>::template conv_forward<device_width, 4>(of));
  f(cost<T>::template conv_backward<device_width, 4>(of));
  f(cost<T>::template norm_forward<device_width>("rms_norm", of));
  f(cost<T>::template norm_backward<device_width>("rms_norm", of));
  f(cost<T>::template norm_forward<device_width>("layer_norm", of));
  f(cost<T>::template norm_backward<device_width>("layer_norm", of));
  f(cost<T>::template product<device_width, device_width>("linear forward", of));
  f(cost<T>::template product<device_width, device_width>("linear backward_data", of));
  f(cost<T>::template product<device_width, device_width>("linear backward_weight", of));
  f(cost<T>::template attention_forward<device_heads, device_heads, device_head_width>(of));
  f(cost<T>::template attention_backward<device_heads, device_heads, device_head_width>(of));
  f(cost<T>::template linear_attention_forward<device_linear_attention>(of));
  f(cost<T>::template linear_attention_backward<device_linear_attention>(of));
  f(cost<T>::template cross_entropy<device_classes>(of));
  if constexpr (std::is_same_v<T, float>) f(cost<T>::adamw(parameters));
}

}  // namespace krait::benchmark
