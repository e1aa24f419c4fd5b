// krait/kernel/selective_scan/cuda.cuh: the scan on a device.
#pragma once
#include <krait/kernel/selective_scan/cuda_sequential_backward.cuh>

namespace krait::kernel {

/// dB, dC and the gradient of delta's input need one row a token for every group of channels from scratch memory; the
/// weights' gradients one part for every block row, at most scan_sequential_tuning<C>::parts.
template <scan_config C> struct selective_scan<backend::cuda, C> {
  static constexpr int E = C.channels, N = C.d_state, R = C.dt_rank, row_width = R + 2 * N;
  using shape = detail::scan_shape<C>;

  template <class T, int SX, int SR, int SZ, int SY, int SG>
  static void forward(backend::cuda& on, const scan_weights<T, C>& w, rows<const T, E, SX> x,
                      rows<const T, row_width, SR> row, rows<const T, E, SZ> z, rows<T, E, SY> y, rows<T, E, SG> gated,
                      T* saved, scan_states<T> states = {}) {
    using sum_type = backend::sum_type<T>;
    backend::launch(detail::scan_sequential_forward<E, N, R, C.b, T, rows<const T, E, SX>, rows<const T, row_width, SR>,
                                                    rows<const T, E, SZ>, rows<T, E, SY>, rows<T, E, SG>>,
                    grid(x.of), shape::threads, sizeof(detail::scan_forward_tile<C, sum_type>), on.stream, pointers(w),
                    x, row, z, y, gated, saved, states);
  }

  template <class T, int SX, int SR, int SZ, int SY, int SG>
  static void backward(backend::cuda& on, const scan_weights<T, C>& w, rows<const T, E, SX> x,
                       rows<const T, row_width, SR> row, rows<const T, E, SZ> z, rows<const T, E, SY> y, const T* saved,
                       rows<const T, E, SG> dgated, rows<T, E, SG> gated, rows<T, E, SX> dx,
                       rows<T, row_width, SR> drow, rows<T, E, SZ> dz, scan_gradients<T, C> dw,
                       scan_states<T> states = {}, scan_state_gradients<T> dstates = {}) {
    using sum_type = backend::sum_type<T>;
    backend::device_arena::frame frame(on.scratch);
    const dim3 blocks = grid(x.of);
    const int count = static_cast<int>(blocks.y);
    const auto take = [&](std::size_t size) { return frame.template take<sum_type>(size); };
    const auto many = static_cast<std::size_t>(count);
    const detail::scan_parts<sum_type> parts{take(many * E * R), take(many * E), take(many * E * N), take(many * E),
                                             take(static_cast<std::size_t>(shape::groups) * x.tokens() * row_width)};
    backend::launch(
        detail::scan_sequential_backward<E, N, R, C.b, T, rows<const T, E, SX>, rows<const T, row_width, SR>,
                                         rows<const T, E, SZ>, rows<const T, E, SY>, rows<const T, E, SG>,
                                         rows<T, E, SG>, rows<T, E, SX>, rows<T, E, SZ>>,
        blocks, shape::threads, sizeof(detail::scan_backward_tile<C, sum_type>), on.stream, pointers(w), x, row, z, y,
        saved, dgated, gated, dx, dz, parts, states, dstates);
    const long scalars = static_cast<long>(x.tokens()) * row_width;
    backend::launch(detail::scan_sum_rows<shape::groups, sum_type, rows<T, row_width, SR>>,
                    static_cast<unsigned>((scalars + 127) / 128), 128, 0, on.stream, parts.row, drow);
    backend::add_parts(on.stream, parts.dt_weight, count, E * R, dw.dt_weight.data);
    backend::add_parts(on.stream, parts.dt_bias, count, E, dw.dt_bias.data);
    backend::add_parts(on.stream, parts.A_log, count, E * N, dw.A_log.data);
    backend::add_parts(on.stream, parts.D, count, E, dw.D.data);
  }

 private:
  static dim3 grid(sequences of) {
    constexpr int parts = scan_sequential_tuning<C>::parts;
    return dim3(shape::groups, static_cast<unsigned>(of.count < parts ? of.count : parts));
  }
  template <class T> static detail::scan_pointers<T> pointers(const scan_weights<T, C>& w) {
    return {w.dt_weight.data, w.dt_bias.data, w.A_log.data, w.D.data};
  }
};

}  // namespace krait::kernel
