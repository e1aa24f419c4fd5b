// krait/kernel/selective_scan/cuda.cuh: the scan on a device.
#pragma once
#include <krait/core/error.hpp>
#include <krait/kernel/selective_scan/cuda_backward.cuh>
#include <krait/kernel/selective_scan/cuda_forward.cuh>
#include <string>

namespace krait::kernel {

/// Sequences and channels side by side; where these are few, chunks of the sequences as well (scan_sequential_tuning).
///
/// Scratch memory: in backward dB, dC and the gradient of delta's input take one row a token for every group of
/// channels, the weights' gradients one part for every block of a group (at most scan_sequential_tuning<C>::parts, or
/// the chunks). With chunks, a state a chunk. The states inside are made again from those that `saved` holds, one every
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
    const division<Sum> cut(on, x.of, frame);
    cut.either([&]<bool Chained>(std::bool_constant<Chained>) {
      backend::launch(
          detail::device_scan_forward<Chained, E, N, R, C.b, W, Sum, rows<const T, E, SX>, rows<const T, row_width, SR>,
                                      rows<const T, E, SZ>, rows<T, E, SY>, rows<T, E, SG>>,
          cut.grid, shape::threads, sizeof(detail::scan_forward_tile<C, Sum>), on.stream, pointers(w), x, row, z, y,
          gated, saved, states, cut.chain);
    });
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
    const division<Sum> cut(on, x.of, frame);
    const auto take = [&](std::size_t size) { return frame.template take<Sum>(size); };
    const auto many = static_cast<std::size_t>(cut.parts);
    const detail::scan_parts<Sum> parts{take(many * E * R), take(many * E), take(many * E * N), take(many * E),
                                        take(static_cast<std::size_t>(shape::groups) * x.tokens() * row_width)};
    cut.either([&]<bool Chained>(std::bool_constant<Chained>) {
      backend::launch(
          detail::device_scan_backward<Chained, E, N, R, C.b, W, Sum, rows<const T, E, SX>,
                                       rows<const T, row_width, SR>, rows<const T, E, SZ>, rows<const T, E, SY>,
                                       rows<const T, E, SG>, rows<T, E, SG>, rows<T, E, SX>, rows<T, E, SZ>>,
          cut.grid, shape::threads, sizeof(detail::scan_backward_tile<C, Sum>), on.stream, pointers(w), x, row, z, y,
          saved, dgated, gated, dx, dz, parts, states, dstates, cut.chain);
    });
    const long scalars = static_cast<long>(x.tokens()) * row_width;
    backend::launch(detail::scan_sum_rows<shape::groups, Sum, rows<T, row_width, SR>>,
                    static_cast<unsigned>((scalars + 127) / 128), 128, 0, on.stream, parts.row, drow);
    backend::add_parts(on.stream, parts.dt_weight, cut.parts, E * R, dw.dt_weight.data);
    backend::add_parts(on.stream, parts.dt_bias, cut.parts, E, dw.dt_bias.data);
    backend::add_parts(on.stream, parts.A_log, cut.parts, E * N, dw.A_log.data);
    backend::add_parts(on.stream, parts.D, cut.parts, E, dw.D.data);
  }

 private:
  static constexpr std::size_t most_shared = 160 * 1024;  // of a block on the smallest of the devices, sm_80

  template <class W> static detail::scan_pointers<W> pointers(const scan_weights<W, C>& w) {
    return {w.dt_weight.data, w.dt_bias.data, w.A_log.data, w.D.data};
  }

  /// How a batch is divided between blocks.
  template <class Sum> struct division {
    detail::scan_chain<Sum> chain;
    int parts;  // blocks of a group
    dim3 grid;

    division(backend::cuda& on, sequences of, backend::device_arena::frame& frame)
        : chain{.chunks = {of.length, scan_sequential_tuning<C>::chunk(of)}} {
      constexpr int most = scan_sequential_tuning<C>::parts;
      const int each = chain.chunks.each(), total = of.count * each;
      if (each == 1) {
        parts = total < most ? total : most;
        grid = dim3(shape::groups, static_cast<unsigned>(parts));
        return;
      }
      if (chain.chunks.chunk % shape::tokens != 0)
        throw device_error("scan_sequential_tuning: a chunk of " + std::to_string(chain.chunks.chunk) +
                           " tokens is no multiple of a tile's " + std::to_string(shape::tokens) + ".");
      parts = total;
      grid = dim3(static_cast<unsigned>(shape::groups * total));
      const auto flags = static_cast<std::size_t>(1 + total * shape::groups);
      chain.ticket = frame.template take<int>(flags);
      chain.ready = chain.ticket + 1;
      chain.state = frame.template take<Sum>(static_cast<std::size_t>(total) * E * N);
      backend::check(cudaMemsetAsync(chain.ticket, 0, flags * sizeof(int), on.stream), "cudaMemsetAsync");
    }
    /// f(whether chunks are chained).
    template <class F> void either(F&& f) const {
      if (chain.ticket)
        f(std::true_type());
      else
        f(std::false_type());
    }
  };
};

}  // namespace krait::kernel
