// krait/model/one_layer_scan.hpp: the one-layer Mamba as a recurrence, h_i = exp(-delta_i) h_{i-1} + (1 -
// exp(-delta_i)) B_i u_i, by the selective scan of all other Mamba models with exact zero-order hold.
#pragma once
#include <cmath>
#include <krait/backend/reference.hpp>
#include <krait/core/layer.hpp>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/selective_scan/reference.hpp>
#include <krait/model/one_layer.hpp>
#include <memory>
#include <vector>

namespace krait::model {

/// F of one_layer<mamba_attention<Decay>, Dimensions, Inner>, read at the label's coordinate of the last token. Every
/// coordinate of a token is a channel: u = p. delta of the label's channel is softplus(w . p); the other channels,
/// whose outputs nobody reads, have softplus(0).
template <int Dimensions, int Inner = Dimensions + 1, decay_config Decay = decay_config{},
          kernel::discretisation Rule = kernel::discretisation::zero_order_hold, class Backend = backend::reference>
struct one_layer_scan {
  static_assert(!device_backend<Backend>,
                "one_layer_scan: tokens and weights lie on the host; ask a backend of the CPU");
  using closed_form = one_layer<mamba_attention<Decay>, Dimensions, Inner>;
  static constexpr int width = Dimensions + 1;
  static constexpr kernel::scan_config config{.channels = width, .d_state = Inner, .dt_rank = width, .b = Rule};
  static constexpr int row_width = width + 2 * Inner;

  /// p (points, d + 1) row by row.
  template <class T>
  static T output(Backend& on, const typename closed_form::template weights<T>& w, const T* p, int points) {
    struct parameters {
      tensor<T, width, width> dt_weight;
      tensor<T, width> dt_bias;
      tensor<T, width, Inner> A_log;
      tensor<T, width> D;
    };
    const auto of = std::make_unique<parameters>();
    for (int c = 0; c < width; ++c) of->dt_weight[Dimensions * width + c] = w.w[c];
    for (T& a : of->A_log.values()) a = static_cast<T>(std::log(Decay.rate));
    const sequences one{1, points};
    constexpr int x_stride = row_stride(width), r_stride = row_stride(row_width);
    const auto size = [&](int stride) { return static_cast<std::size_t>(points) * static_cast<std::size_t>(stride); };
    std::vector<T> x(size(x_stride)), z(size(x_stride)), y(size(x_stride)), gated(size(x_stride)), row(size(r_stride)),
        saved(kernel::scan_saved_size<config>({1, points}));
    for (int t = 0; t < points; ++t)
      for (int c = 0; c < width; ++c) {
        const T u = p[t * width + c];
        x[static_cast<std::size_t>(t * x_stride + c)] = u;
        T* to = row.data() + t * r_stride;
        to[c] = u;
        for (int m = 0; m < Inner; ++m) {
          to[width + m] += w.W_B[c * closed_form::stride + m] * u;
          to[width + Inner + m] += w.W_C[c * closed_form::stride + m] * u;
        }
      }
    kernel::selective_scan<Backend, config>::forward(
        on, kernel::scan_weights<T, config>{of->dt_weight, of->dt_bias, of->A_log, of->D},
        rows<const T, width>{x.data(), one}, rows<const T, row_width>{row.data(), one},
        rows<const T, width>{z.data(), one}, rows<T, width>{y.data(), one}, rows<T, width>{gated.data(), one},
        saved.data());
    return y[static_cast<std::size_t>((points - 1) * x_stride + Dimensions)];
  }
};

}  // namespace krait::model
