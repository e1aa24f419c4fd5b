// krait/kernel/selective_scan/cpu.hpp: channels in lanes, the states of a lane's channel one after another, time
// inside.
//
// For each chunk of tokens and block of channels three short loops run instead of one: (a) delta, (b) the recurrence,
// (c) the gate; as one loop softplus -> exp -> h -> gate is a chain of latencies longer than the processor can look
// ahead. Nothing of size tokens x channels x states is stored: backward recomputes a chunk's decays and states into the
// second cache and walks back over them; only delta is kept, and for texts longer than a chunk the state at each
// chunk's start. No atomics: every sum has one order.
#pragma once
#include <algorithm>
#include <krait/backend/cpu.hpp>
#include <krait/kernel/selective_scan/cpu_backward.hpp>
#include <krait/kernel/selective_scan/cpu_blocks.hpp>

namespace krait::kernel {

template <scan_config C> struct selective_scan<backend::cpu, C> {
  static constexpr int E = C.channels, N = C.d_state, R = C.dt_rank, row_width = R + 2 * N;
  static constexpr int chunk = scan_tuning<C>::chunk;
  static_assert(N >= 1 && N <= 256, "selective_scan: d_state must be 1 .. 256");

  template <capacity = capacity{}, class T, int SX, int SR, int SZ, int SY, int SG>
  static void forward(backend::cpu& on, const scan_weights<T, C>& w, rows<const T, E, SX> x,
                      rows<const T, row_width, SR> row, rows<const T, E, SZ> z, rows<T, E, SY> y, rows<T, E, SG> gated,
                      T* saved, scan_states<T> states = {}) {
    using blocks = detail::scan_blocks<C, T>;
    constexpr int lanes = blocks::lanes;
    backend::arena::frame frame(on.scratch);
    const blocks in_lanes(w, frame);
    const int kept_states = (x.of.length - 1) / chunk;  // a sequence
    auto* h = frame.take<simd::vec<T>>(N);
    for (int s = 0; s < x.of.count; ++s)
      for (int block = 0; block < blocks::count; ++block) {
        const int width = blocks::width(block);
        blocks::load_state(states.initial, s, block, h);
        T* const delta = blocks::kept_deltas(saved, x.of, kept_states, s, block);
        for (int first = 0; first < x.of.length; first += chunk) {
          const int n_tokens = std::min(chunk, x.of.length - first), t0 = s * x.of.length + first;
          if (first > 0) blocks::keep_state(saved, s, first / chunk - 1, kept_states, block, h);
          T* const now = delta + first * lanes;
          in_lanes.deltas(block, row[t0], SR, n_tokens, now, now + x.of.length * lanes);
          in_lanes.recur(block, x, row, t0, n_tokens, now, h, y, z, gated);
          for (int i = 0; i < n_tokens; ++i) {
            const simd::vec<T> gate = blocks::load(z[t0 + i] + block * lanes, width);
            blocks::store(gated[t0 + i] + block * lanes,
                          blocks::load(y[t0 + i] + block * lanes, width) * gate * simd::sigmoid(gate), width);
          }
        }
        if (states.final) blocks::store_state(states.final, s, block, h);
      }
  }

  template <capacity = capacity{}, class T, int SX, int SR, int SZ, int SY, int SG>
  static void backward(backend::cpu& on, const scan_weights<T, C>& w, rows<const T, E, SX> x,
                       rows<const T, row_width, SR> row, rows<const T, E, SZ> z, rows<const T, E, SY> y, const T* saved,
                       rows<const T, E, SG> dgated, rows<T, E, SG> gated, rows<T, E, SX> dx,
                       rows<T, row_width, SR> drow, rows<T, E, SZ> dz, scan_gradients<T, C> dw,
                       scan_states<T> states = {}, scan_state_gradients<T> dstates = {}) {
    using blocks = detail::scan_backward<C, T>;
    using vec = simd::vec<T>;
    constexpr int lanes = blocks::lanes;
    backend::arena::frame frame(on.scratch);
    const blocks in_lanes(w, frame);
    const int kept_states = (x.of.length - 1) / chunk;
    detail::scan_sums<C, T> sums(frame);
    auto* dh = frame.take<vec>(static_cast<std::size_t>(blocks::count) * N);
    auto* lane_sums = frame.take<vec>(static_cast<std::size_t>(chunk) * 2 * N);
    auto* dv = frame.take<vec>(static_cast<std::size_t>(blocks::count) * chunk);
    using chunk_type = detail::scan_chunk<C, T, chunk>;
    chunk_type now[2] = {chunk_type(frame), chunk_type(frame)};
    for (int s = 0; s < x.of.count; ++s) {
      for (int block = 0; block < blocks::count; ++block) blocks::load_state(dstates.final, s, block, dh + block * N);
      const int chunks = (x.of.length + chunk - 1) / chunk;
      for (int c = chunks - 1; c >= 0; --c) {
        const int first = c * chunk, n_tokens = std::min(chunk, x.of.length - first), t0 = s * x.of.length + first;
        std::fill(lane_sums, lane_sums + static_cast<long>(n_tokens) * 2 * N, vec{});
        const auto recompute = [&](int block, chunk_type& now) {
          if (c == 0)
            blocks::load_state(states.initial, s, block, now.before);
          else
            blocks::load_kept(saved, s, c - 1, kept_states, block, now.before);
          now.delta = blocks::kept_deltas(saved, x.of, kept_states, s, block) + first * lanes;
          now.slope = now.delta + x.of.length * lanes;
          in_lanes.remember(block, x, row, t0, n_tokens, now, z, y, dgated, gated, dz);
          const int width = blocks::width(block), at = block * lanes;
          for (int i = 0; i < n_tokens; ++i) {  // the gate
            const bool kept = !x.of.keep || x.of.keep[t0 + i];
            const vec gate = blocks::load(z[t0 + i] + at, width), sigmoid = simd::sigmoid(gate), silu = gate * sigmoid;
            const vec out = kept ? blocks::load(dgated[t0 + i] + at, width) : vec{};
            const vec value = blocks::load(y[t0 + i] + at, width);
            now.dy[i] = out * silu;
            blocks::store(gated[t0 + i] + at, value * silu, width);
            blocks::store(dz[t0 + i] + at, out * value * (sigmoid + silu * (T(1) - sigmoid)), width);
          }
        };
        int block = 0;
        for (; block + 2 <= blocks::count; block += 2) {
          recompute(block, now[0]);
          recompute(block + 1, now[1]);
          in_lanes.template walk_back<2>(block, x, row, t0, n_tokens, now, dh + block * N, lane_sums, dx, sums);
          for (int v = 0; v < 2; ++v)
            in_lanes.finish(block + v, x, row, t0, n_tokens, now[v], dv + (block + v) * chunk, dx, sums);
        }
        if (block < blocks::count) {
          recompute(block, now[0]);
          in_lanes.template walk_back<1>(block, x, row, t0, n_tokens, now, dh + block * N, lane_sums, dx, sums);
          in_lanes.finish(block, x, row, t0, n_tokens, now[0], dv + block * chunk, dx, sums);
        }
        in_lanes.template row_gradients<chunk>(t0, n_tokens, dv, lane_sums, drow);
      }
      if (dstates.initial)
        for (int block = 0; block < blocks::count; ++block)
          blocks::store_state(dstates.initial, s, block, dh + block * N);
    }
    sums.add_to(in_lanes.A2, dw);
  }
};

}  // namespace krait::kernel
