// krait/kernel/selective_scan/cuda.cuh: the scan on a device.
#pragma once
#include <krait/kernel/selective_scan/cuda_chunks.cuh>
#include <krait/kernel/selective_scan/cuda_sequential_backward.cuh>

namespace krait::kernel {

/// Sequences and channels side by side; where these are few, chunks of the sequences as well (scan_sequential_tuning).
///
/// Scratch memory: in backward dB, dC and the gradient of delta's input take one row a token for every group of
/// channels, the weights' gradients one part for every block row (at most scan_sequential_tuning<C>::parts). With
/// chunks, a state a chunk, in backward two. The states inside are made again from those that `saved` holds, one every
/// scan_tuning<C>::device_tile tokens.
template <scan_config C> struct selective_scan<backend::cuda, C> {
  static constexpr int E = C.channels, N = C.d_state, R = C.dt_rank, row_width = R + 2 * N;
  using shape = detail::scan_shape<C>;

  template <class W, class T, int SX, int SR, int SZ, int SY, int SG>
  static void forward(backend::cuda& on, const scan_weights<W, C>& w, rows<const T, E, SX> x,
                      rows<const T, row_width, SR> row, rows<const T, E, SZ> z, rows<T, E, SY> y, rows<T, E, SG> gated,
                      sum_type<T>* saved, scan_states<sum_type<T>> states = {}) {
    using Sum = sum_type<T>;
    static_assert(sizeof(detail::scan_forward_tile<C, Sum>) <= most_shared,
                  "selective_scan: a tile of forward is too large");
    backend::device_arena::frame frame(on.scratch);
    const chunked<Sum> cut(on, w, x, row, states, frame);
    backend::launch(
        detail::scan_sequential_forward<E, N, R, C.b, W, Sum, rows<const T, E, SX>, rows<const T, row_width, SR>,
                                        rows<const T, E, SZ>, rows<T, E, SY>, rows<T, E, SG>>,
        cut.grid(x.of), shape::threads, sizeof(detail::scan_forward_tile<C, Sum>), on.stream, pointers(w), x, row, z, y,
        gated, saved, cut.states, cut.chunks);
  }

  template <class W, class T, int SX, int SR, int SZ, int SY, int SG>
  static void backward(backend::cuda& on, const scan_weights<W, C>& w, rows<const T, E, SX> x,
                       rows<const T, row_width, SR> row, rows<const T, E, SZ> z, rows<const T, E, SY> y,
                       const sum_type<T>* saved, rows<const T, E, SG> dgated, rows<T, E, SG> gated, rows<T, E, SX> dx,
                       rows<T, row_width, SR> drow, rows<T, E, SZ> dz, scan_gradients<W, C> dw,
                       scan_states<sum_type<T>> states = {}, scan_state_gradients<sum_type<T>> dstates = {}) {
    using Sum = sum_type<T>;
    static_assert(sizeof(detail::scan_backward_tile<C, Sum>) <= most_shared,
                  "selective_scan: a tile of backward is too large");
    backend::device_arena::frame frame(on.scratch);
    states.final = nullptr;
    const chunked<Sum> cut(on, w, x, row, states, frame);
    const dim3 blocks = cut.grid(x.of);
    const int count = static_cast<int>(blocks.y);
    const auto take = [&](std::size_t size) { return frame.template take<Sum>(size); };
    const auto many = static_cast<std::size_t>(count);
    const detail::scan_parts<Sum> parts{take(many * E * R), take(many * E), take(many * E * N), take(many * E),
                                        take(static_cast<std::size_t>(shape::groups) * x.tokens() * row_width)};
    if (cut.deltas) {
      Sum* gradient = frame.template take<Sum>(static_cast<std::size_t>(x.of.count) * cut.chunks.each() * E * N);
      backend::launch(
          detail::scan_chunk_gradients<E, N, R, C.b, W, Sum, rows<const T, E, SX>, rows<const T, row_width, SR>,
                                       rows<const T, E, SZ>, rows<const T, E, SG>>,
          cut.grid(x.of), shape::threads, sizeof(detail::scan_forward_tile<C, Sum>), on.stream, pointers(w), x, row, z,
          dgated, gradient, cut.chunks);
      cut.template join<false>(on, w, x.of, gradient, dstates.final, dstates.initial);
      dstates = {gradient, nullptr};
    }
    backend::launch(
        detail::scan_sequential_backward<E, N, R, C.b, W, Sum, rows<const T, E, SX>, rows<const T, row_width, SR>,
                                         rows<const T, E, SZ>, rows<const T, E, SY>, rows<const T, E, SG>,
                                         rows<T, E, SG>, rows<T, E, SX>, rows<T, E, SZ>>,
        blocks, shape::threads, sizeof(detail::scan_backward_tile<C, Sum>), on.stream, pointers(w), x, row, z, y, saved,
        dgated, gated, dx, dz, parts, cut.states, dstates, cut.chunks);
    const long scalars = static_cast<long>(x.tokens()) * row_width;
    backend::launch(detail::scan_sum_rows<shape::groups, Sum, rows<T, row_width, SR>>,
                    static_cast<unsigned>((scalars + 127) / 128), 128, 0, on.stream, parts.row, drow);
    backend::add_parts(on.stream, parts.dt_weight, count, E * R, dw.dt_weight.data);
    backend::add_parts(on.stream, parts.dt_bias, count, E, dw.dt_bias.data);
    backend::add_parts(on.stream, parts.A_log, count, E * N, dw.A_log.data);
    backend::add_parts(on.stream, parts.D, count, E, dw.D.data);
  }

 private:
  static constexpr std::size_t most_shared = 160 * 1024;  // of a block on the smallest of the devices, sm_80

  template <class W> static detail::scan_pointers<W> pointers(const scan_weights<W, C>& w) {
    return {w.dt_weight.data, w.dt_bias.data, w.A_log.data, w.D.data};
  }

  /// How a batch is cut, and the states before its chunks.
  template <class Sum> struct chunked {
    detail::scan_chunks chunks;
    scan_states<Sum> states;  // of chunks; where a sequence is one chunk, as given
    Sum* deltas = nullptr;    // null: a sequence is one chunk

    template <class W, class T, int SX, int SR>
    chunked(backend::cuda& on, const scan_weights<W, C>& w, rows<const T, E, SX> x, rows<const T, row_width, SR> row,
            scan_states<Sum> given, backend::device_arena::frame& frame)
        : chunks{x.of.length, scan_sequential_tuning<C>::chunk(x.of)}, states(given) {
      if (chunks.each() == 1) return;
      const std::size_t count = static_cast<std::size_t>(x.of.count) * chunks.each();
      Sum* state = frame.template take<Sum>(count * E * N);
      deltas = frame.template take<Sum>(count * E);
      backend::launch(
          detail::scan_chunk_states<E, N, R, C.b, W, Sum, rows<const T, E, SX>, rows<const T, row_width, SR>>,
          grid(x.of), shape::threads, sizeof(detail::scan_tile<C, Sum>), on.stream, pointers(w), x, row, state, deltas,
          chunks);
      join<true>(on, w, x.of, state, given.initial, given.final);
      states = {state, nullptr};
    }
    template <bool Forward, class W>
    void join(backend::cuda& on, const scan_weights<W, C>& w, sequences of, Sum* each, const Sum* from, Sum* to) const {
      const long size = static_cast<long>(of.count) * E * N;
      backend::launch(detail::scan_join_chunks<Forward, E, N, W, Sum>, static_cast<unsigned>((size + 127) / 128), 128,
                      0, on.stream, static_cast<const W*>(w.A_log.data), static_cast<const Sum*>(deltas), each, from,
                      to, of.count, chunks.each());
    }
    dim3 grid(sequences of) const {
      constexpr int parts = scan_sequential_tuning<C>::parts;
      const int count = of.count * chunks.each();
      return dim3(shape::groups, static_cast<unsigned>(count < parts ? count : parts));
    }
  };
};

}  // namespace krait::kernel
