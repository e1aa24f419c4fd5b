// krait/kernel/selective_scan/cuda.cuh: the scan on a device, in the form that scan_policy chooses.
#pragma once
#include <krait/core/error.hpp>
#include <krait/kernel/selective_scan/cuda_backward.cuh>
#include <krait/kernel/selective_scan/cuda_block_backward.cuh>
#include <krait/kernel/selective_scan/cuda_forward.cuh>
#include <string>

namespace krait::kernel {

/// Stored for backward, for every token and channel: y, and 4 d_state / tile bytes of states before tiles, where a tile
/// is of 8 tokens (8 bytes of 16 states), in the block form of 512 (1/8 byte). Made again: delta, the gate, and the
/// states inside a tile. Scratch memory, of backward: dB, dC and the gradient of delta's input take a row of 4 (dt_rank
/// + 2 d_state) bytes a token for every group of channels that a block has; the weights' gradients 4 (dt_rank + d_state
/// + 2) bytes a channel for every block of a group (at most scan_sequential_tuning<C>::parts, or the chunks). Chained
/// also 4 d_state bytes a chunk and channel, both ways. Nothing is added atomically.
template <scan_config C> struct selective_scan<backend::cuda, C> {
  static constexpr int E = C.channels, N = C.d_state, R = C.dt_rank, row_width = R + 2 * N;

  template <capacity Cap = capacity{}, class W, class T, int SX, int SR, int SZ, int SY, int SG>
  static void forward(backend::cuda& on, const scan_weights<W, C>& w, rows<const T, E, SX> x,
                      rows<const T, row_width, SR> row, rows<const T, E, SZ> z, rows<T, E, SY> y, rows<T, E, SG> gated,
                      sum_type<T>* saved, scan_states<sum_type<T>> states = {}) {
    using Sum = sum_type<T>;
    using X = rows<const T, E, SX>;
    using Row = rows<const T, row_width, SR>;
    using Z = rows<const T, E, SZ>;
    using Y = rows<T, E, SY>;
    using Gated = rows<T, E, SG>;
    constexpr scan_form form = scan_policy<C>::form(Cap);
    backend::device_arena::frame frame(on.scratch);
    const division<form, Sum> cut(on, x.of, frame);
    if constexpr (form == scan_form::block)
      backend::launch(detail::device_scan_block_forward<E, N, R, C.b, W, Sum, X, Row, Z, Y, Gated>, cut.grid,
                      cut.threads, shared<detail::scan_block_tile<C, Sum>>, on.stream, pointers(w), x, row, z, y, gated,
                      saved, states);
    else
      backend::launch(detail::device_scan_forward<cut.chained, E, N, R, C.b, W, Sum, X, Row, Z, Y, Gated>, cut.grid,
                      cut.threads, shared<detail::scan_forward_tile<C, Sum>>, on.stream, pointers(w), x, row, z, y,
                      gated, saved, states, cut.chain);
  }

  template <capacity Cap = capacity{}, class W, class T, int SX, int SR, int SZ, int SY, int SG>
  static void backward(backend::cuda& on, const scan_weights<W, C>& w, rows<const T, E, SX> x,
                       rows<const T, row_width, SR> row, rows<const T, E, SZ> z, rows<const T, E, SY> y,
                       const sum_type<T>* saved, rows<const T, E, SG> dgated, rows<T, E, SG> gated, rows<T, E, SX> dx,
                       rows<T, row_width, SR> drow, rows<T, E, SZ> dz, scan_gradients<W, C> dw,
                       scan_states<sum_type<T>> states = {}, scan_state_gradients<sum_type<T>> dstates = {}) {
    using Sum = sum_type<T>;
    using X = rows<const T, E, SX>;
    using Row = rows<const T, row_width, SR>;
    using Z = rows<const T, E, SZ>;
    using Y = rows<const T, E, SY>;
    using DGated = rows<const T, E, SG>;
    using Gated = rows<T, E, SG>;
    using DX = rows<T, E, SX>;
    using DRow = rows<T, row_width, SR>;
    using DZ = rows<T, E, SZ>;
    constexpr scan_form form = scan_policy<C>::form(Cap);
    backend::device_arena::frame frame(on.scratch);
    const division<form, Sum> cut(on, x.of, frame);
    const auto take = [&](std::size_t size) { return frame.template take<Sum>(size); };
    const auto many = static_cast<std::size_t>(cut.parts);
    const detail::scan_parts<Sum> parts{take(many * E * R), take(many * E), take(many * E * N), take(many * E),
                                        take(static_cast<std::size_t>(cut.groups) * x.tokens() * row_width)};
    if constexpr (form == scan_form::block)
      backend::launch(detail::device_scan_block_backward<E, N, R, C.b, W, Sum, X, Row, Z, Y, DGated, Gated, DX, DZ>,
                      cut.grid, cut.threads, shared<detail::scan_block_backward_tile<C, Sum>>, on.stream, pointers(w),
                      x, row, z, y, saved, dgated, gated, dx, dz, parts, states, dstates);
    else
      backend::launch(
          detail::device_scan_backward<cut.chained, E, N, R, C.b, W, Sum, X, Row, Z, Y, DGated, Gated, DX, DZ>,
          cut.grid, cut.threads, shared<detail::scan_backward_tile<C, Sum>>, on.stream, pointers(w), x, row, z, y,
          saved, dgated, gated, dx, dz, parts, states, dstates, cut.chain);
    const long scalars = static_cast<long>(x.tokens()) * row_width;
    backend::launch(detail::scan_sum_rows<cut.groups, Sum, DRow>, static_cast<unsigned>((scalars + 127) / 128), 128, 0,
                    on.stream, parts.row, drow);
    backend::add_parts(on.stream, parts.dt_weight, cut.parts, E * R, dw.dt_weight.data);
    backend::add_parts(on.stream, parts.dt_bias, cut.parts, E, dw.dt_bias.data);
    backend::add_parts(on.stream, parts.A_log, cut.parts, E * N, dw.A_log.data);
    backend::add_parts(on.stream, parts.D, cut.parts, E, dw.D.data);
  }

 private:
  /// Bytes of a block, which the smallest of the devices, sm_80, has to have.
  template <class Tile>
  static constexpr std::size_t shared = [] {
    static_assert(sizeof(Tile) <= 160 * 1024, "selective_scan: a tile is too large; specialise the form's tuning");
    return sizeof(Tile);
  }();

  template <class W> static detail::scan_pointers<W> pointers(const scan_weights<W, C>& w) {
    return {w.dt_weight.data, w.dt_bias.data, w.A_log.data, w.D.data};
  }

  /// How a batch is divided between blocks.
  template <scan_form Form, class Sum> struct division {
    using shape = std::conditional_t<Form == scan_form::block, detail::scan_block_shape<C, Sum>, detail::scan_shape<C>>;
    static constexpr bool chained = Form == scan_form::chained;
    static constexpr int groups = shape::groups, threads = shape::threads;
    detail::scan_chain<Sum> chain;
    int parts;  // blocks of a group
    dim3 grid;

    division(backend::cuda& on, sequences of, backend::device_arena::frame& frame)
        : chain{.chunks = {of.length, chained ? scan_chained_tuning<C>::chunk(of) : of.length}} {
      constexpr int most = scan_sequential_tuning<C>::parts;
      const int total = of.count * chain.chunks.each();
      if constexpr (!chained) {
        parts = total < most ? total : most;
        grid = dim3(groups, static_cast<unsigned>(parts));
      } else {
        if (chain.chunks.chunk % shape::tokens != 0)
          throw device_error("scan_chained_tuning: a chunk of " + std::to_string(chain.chunks.chunk) +
                             " tokens is no multiple of a tile's " + std::to_string(shape::tokens) + ".");
        parts = total;
        grid = dim3(static_cast<unsigned>(groups * total));
        const auto flags = static_cast<std::size_t>(1 + total * groups);
        chain.ticket = frame.template take<int>(flags);
        chain.ready = chain.ticket + 1;
        chain.state = frame.template take<Sum>(static_cast<std::size_t>(total) * E * N);
        backend::check(cudaMemsetAsync(chain.ticket, 0, flags * sizeof(int), on.stream), "cudaMemsetAsync");
      }
    }
  };
};

}  // namespace krait::kernel
