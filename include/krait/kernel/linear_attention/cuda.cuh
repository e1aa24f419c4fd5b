// krait/kernel/linear_attention/cuda.cuh: linear attention on a device.
#pragma once
#include <krait/kernel/linear_attention/cuda_backward.cuh>
#include <krait/kernel/linear_attention/cuda_forward.cuh>

namespace krait::kernel {

/// Sequences, heads and, for wide ones, groups of the values' columns side by side; a tile of tokens after the other.
/// States, and those that `saved` holds, one every linear_attention_tuning<C>::device_tile tokens, are of sum_type<T>.
///
/// Scratch memory: backward with groups takes a row of 2 K + 1 scalars a token, head and group.
template <linear_attention_config C> struct linear_attention<backend::cuda, C> {
  static constexpr int H = C.heads, K = C.key_width, V = C.value_width;
  static_assert(H > 0 && K > 0 && V > 0, "linear_attention: heads and widths must be positive");

  template <class T, class G, int SQ, int SK, int SV, int SG, int SY>
  static void forward(backend::cuda& on, rows<const T, H * K, SQ> q, rows<const T, H * K, SK> k,
                      rows<const T, H * V, SV> v, rows<const G, H, SG> g, rows<T, H * V, SY> y,
                      backend::sum_type<T>* saved, linear_attention_states<backend::sum_type<T>> states = {}) {
    using Sum = backend::sum_type<T>;
    using shape = detail::linear_attention_shape<H, K, V, Sum>;
    backend::launch(
        detail::linear_attention_forward<H, K, V, Sum, rows<const T, H * K, SQ>, rows<const T, H * K, SK>,
                                         rows<const T, H * V, SV>, rows<const G, H, SG>, rows<T, H * V, SY>>,
        grid<shape>(q.of), shape::threads, sizeof(detail::linear_attention_forward_tile<shape, Sum>), on.stream, q, k,
        v, g, y, saved, states);
  }

  template <class T, class G, int SQ, int SK, int SV, int SG, int SY, int SDq, int SDk, int SDv, int SDg>
  static void backward(backend::cuda& on, rows<const T, H * K, SQ> q, rows<const T, H * K, SK> k,
                       rows<const T, H * V, SV> v, rows<const G, H, SG> g, const backend::sum_type<T>* saved,
                       rows<const T, H * V, SY> dy, rows<T, H * K, SDq> dq, rows<T, H * K, SDk> dk,
                       rows<T, H * V, SDv> dv, rows<G, H, SDg> dg,
                       linear_attention_states<backend::sum_type<T>> states = {},
                       linear_attention_state_gradients<backend::sum_type<T>> dstates = {}) {
    using Sum = backend::sum_type<T>;
    using shape = detail::linear_attention_shape<H, K, V, Sum>;
    using tile = detail::linear_attention_backward_tile<shape, Sum>;
    static_assert(sizeof(tile) <= 160 * 1024, "linear_attention: keys are too wide for a device's shared memory");
    if (!g.data) dg.data = nullptr;
    backend::device_arena::frame frame(on.scratch);
    detail::linear_attention_parts<H, K, Sum> parts{nullptr};
    if constexpr (shape::groups > 1)
      parts.data = frame.template take<Sum>(static_cast<std::size_t>(shape::groups) * q.tokens() * H * (2 * K + 1));
    backend::launch(detail::linear_attention_backward<H, K, V, Sum, rows<const T, H * K, SQ>, rows<const T, H * K, SK>,
                                                      rows<const T, H * V, SV>, rows<const G, H, SG>,
                                                      rows<const T, H * V, SY>, rows<T, H * K, SDq>,
                                                      rows<T, H * K, SDk>, rows<T, H * V, SDv>, rows<G, H, SDg>>,
                    grid<shape>(q.of), shape::threads, sizeof(tile), on.stream, q, k, v, g, saved, dy, dq, dk, dv, dg,
                    parts, states, dstates);
    if constexpr (shape::groups > 1) {
      using total = detail::linear_attention_total<H, K, shape::groups, Sum, rows<T, H * K, SDq>, rows<T, H * K, SDk>,
                                                   rows<G, H, SDg>>;
      backend::each_element<H*(2 * K + 1)>(on.stream, q.tokens(), total{parts, dq, dk, dg});
    }
  }

 private:
  template <class Shape> static dim3 grid(sequences of) {
    return dim3(static_cast<unsigned>(of.count * H), static_cast<unsigned>(Shape::groups));
  }
};

}  // namespace krait::kernel
