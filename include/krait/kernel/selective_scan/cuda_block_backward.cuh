// krait/kernel/selective_scan/cuda_block_backward.cuh: the block scan's gradients. Tiles are walked from the last. For
// each state the tile's own states are made again by the scan of forward, and a second scan carries the gradient
// against time: its pairs go to the threads in mirrored order and back through shared memory.
#pragma once
#include <krait/kernel/selective_scan/cuda_backward.cuh>
#include <krait/kernel/selective_scan/cuda_block.cuh>

namespace krait::kernel::detail {

template <scan_config C, class Sum> struct scan_block_backward_tile : scan_block_tile<C, Sum> {
  using base = scan_block_tile<C, Sum>;
  using shape = scan_block_shape<C, Sum>;
  using pairs = typename base::pairs;
  pairs mirror[shape::threads];
  Sum g[shape::N][shape::channels];                 // gradient in the states after the tile
  Sum dA[shape::warps][shape::N][shape::channels];  // each warp has its own sums
  Sum dbias[shape::warps][shape::channels], dD[shape::warps][shape::channels];
  Sum dy[shape::items][shape::channels][shape::threads];  // each thread its own: registers do not hold them as well
  Sum ddt_weight[shape::R][shape::channels], dv[shape::tokens][shape::channels];

  /// As run(), from the last thread to the first. All threads must call it.
  __device__ void run_back(const pairs& mine, const Sum* state, pairs& after) {
    const int opposite = shape::threads - 1 - static_cast<int>(threadIdx.x);
    mirror[opposite] = mine;
    __syncthreads();
    base::run(mirror[threadIdx.x], state, after);
    mirror[opposite] = after;
    __syncthreads();
    after = mirror[threadIdx.x];
  }
  /// sums[c] += the sum of values[c] over the warp. All lanes must call it; values are spoilt.
  static __device__ void add_over_warp(Sum* values, Sum* sums) {
    using scatter = backend::scatter_sum<shape::channels, 1>;
    const int lane = threadIdx.x % backend::warp_size;
    scatter::run(values, lane);
    if (scatter::speaks(lane))
#pragma unroll
      for (int i = 0; i < scatter::left; ++i) sums[scatter::first(lane) + i] += values[i];
  }
  __device__ void clear() {
    const auto zero = [](Sum* to, int size) {
      for (int i = threadIdx.x; i < size; i += shape::threads) to[i] = 0;
    };
    zero(&dA[0][0][0], shape::warps * shape::N * shape::channels);
    zero(&dbias[0][0], shape::warps * shape::channels);
    zero(&dD[0][0], shape::warps * shape::channels);
    zero(&ddt_weight[0][0], shape::R * shape::channels);
  }
  /// The weights' gradients to part number `part`. A barrier stands before it.
  __device__ void store_sums(scan_parts<Sum> parts, long part, int channel0) const {
    constexpr int E = shape::E, N = shape::N, R = shape::R;
    const auto each = [&](int size, auto f) {  // f(c, i, where) for i < size
      for (int k = threadIdx.x; k < shape::channels * size; k += shape::threads)
        if (const int c = k / size, e = channel0 + c; e < E) f(c, k % size, (part * E + e) * size + k % size);
    };
    const auto over_warps = [](auto at) {
      Sum sum = 0;
      for (int warp = 0; warp < shape::warps; ++warp) sum += at(warp);
      return sum;
    };
    each(N, [&](int c, int n, long to) {
      parts.A_log[to] = over_warps([&](int k) { return dA[k][n][c]; }) * scan_step<C, Sum>::unscaled(this->A[n][c]);
    });
    each(R, [&](int c, int r, long to) { parts.dt_weight[to] = ddt_weight[r][c]; });
    each(1, [&](int c, int, long to) {
      parts.dt_bias[to] = over_warps([&](int k) { return dbias[k][c]; });
      parts.D[to] = over_warps([&](int k) { return dD[k][c]; });
    });
  }
};

template <int E, int N, int R, discretisation Form, class W, class Sum, class X, class Row, class Z, class Y,
          class DGated, class Gated, class DX, class DZ>
__global__ void __launch_bounds__(scan_block_shape<scan_config{E, N, R, Form}, Sum>::threads, 1)
    device_scan_block_backward(scan_pointers<W> w, X x, Row row, Z z, Y y, const Sum* saved, DGated dgated, Gated gated,
                               DX dx, DZ dz, scan_parts<Sum> parts, scan_states<Sum> at,
                               scan_state_gradients<Sum> dat) {
  constexpr scan_config C{E, N, R, Form};
  using shape = scan_block_shape<C, Sum>;
  using step = scan_step<C, Sum>;
  using tile_type = scan_block_backward_tile<C, Sum>;
  constexpr int items = shape::items, channels = shape::channels, tokens = shape::tokens;
  auto& tile = *backend::dynamic_shared<tile_type>();
  const int channel0 = blockIdx.x * channels, warp = threadIdx.x / backend::warp_size;
  tile.load_weights(w, channel0);
  tile.clear();
  for (int sequence = blockIdx.y; sequence < x.of.count; sequence += gridDim.y) {
    const long state = (static_cast<long>(sequence) * E + channel0) * N;
    const int origin = sequence * x.of.length, end = origin + x.of.length;
    tile.load(tile.g, dat.final ? dat.final + state : nullptr, channel0);
    for (int begin = (x.of.length - 1) / tokens * tokens; begin >= 0 && x.of.length > 0; begin -= tokens) {
      const Sum* from = at.initial ? at.initial + state : nullptr;
      if (begin > 0) from = saved + scan_saved_at<C>(x.of, tokens, sequence, begin, channel0);
      tile.load(tile.h, from, channel0);
      __syncthreads();
      const scan_block_tokens<C, Sum> my(tile, x, row, origin + begin + static_cast<int>(threadIdx.x) * items, end,
                                         channel0);
      Sum dx_sum[items][channels], ddelta[items][channels] = {};
#pragma unroll
      for (int i = 0; i < items; ++i)  // through the gate
#pragma unroll
        for (int c = 0; c < channels; ++c) {
          const int token = my.first + i, e = channel0 + c;
          Sum dy = 0;
          if (my.exists(i) && e < E) {
            const Sum gate = static_cast<Sum>(z[token][e]), s = sigmoid(gate), d = static_cast<Sum>(dgated[token][e]);
            const Sum out = static_cast<Sum>(y[token][e]);
            if (my.keeps(i)) dy = d * gate * s;
            gated[token][e] = static_cast<typename Gated::value_type>(my.keeps(i) ? out * gate * s : Sum(0));
            dz[token][e] =
                static_cast<typename DZ::value_type>(my.keeps(i) ? d * out * s * (1 + gate * (1 - s)) : Sum(0));
          }
          dx_sum[i][c] = tile.D[c] * dy;
          tile.dy[i][c][threadIdx.x] = dy;
        }
      Sum* const part = parts.row + (static_cast<long>(blockIdx.x) * x.tokens() + my.first) * shape::row_width;

#pragma unroll 1  // a state at a time: their registers would not fit
      for (int n = 0; n < N; ++n) {
        Sum B[items], c_n[items], decay[items][channels], gain[items][channels], before[items][channels];
        my.column(row, R + n, B);
        my.column(row, R + N + n, c_n);
        auto all = tile_type::pairs::nothing(), others = all;
#pragma unroll
        for (int i = 0; i < items; ++i)
#pragma unroll
          for (int c = 0; c < channels; ++c) {
            const step now(my.delta[i][c], tile.A[n][c]);
            decay[i][c] = now.decay;
            gain[i][c] = now.gain;
            all.then(c, my.begins(i) ? Sum(0) : now.decay, now.gain * B[i] * my.x[i][c]);
          }
        tile.run(all, tile.h[n], others);
        all = tile_type::pairs::nothing();
#pragma unroll
        for (int c = 0; c < channels; ++c) {
          Sum h = others.input[c];
#pragma unroll
          for (int i = 0; i < items; ++i) {
            before[i][c] = my.begins(i) ? Sum(0) : h;
            h = decay[i][c] * before[i][c] + gain[i][c] * B[i] * my.x[i][c];
          }
#pragma unroll
          for (int i = items - 1; i >= 0; --i) {
            const Sum a = my.begins(i) ? Sum(0) : decay[i][c];
            all.then(c, a, a * tile.dy[i][c][threadIdx.x] * c_n[i]);
          }
        }
        tile.run_back(all, tile.g[n], others);
        Sum dB[items] = {}, dC[items] = {}, dA[channels] = {};
#pragma unroll
        for (int c = 0; c < channels; ++c) {
          const Sum A_n = step::unscaled(tile.A[n][c]);
          Sum g = others.input[c];
#pragma unroll
          for (int i = items - 1; i >= 0; --i) {
            const Sum dy = tile.dy[i][c][threadIdx.x], G = g + dy * c_n[i], decayed = G * before[i][c] * decay[i][c],
                      dgain = G * B[i] * my.x[i][c];
            dB[i] += G * my.x[i][c] * gain[i][c];
            dC[i] += dy * (decay[i][c] * before[i][c] + gain[i][c] * B[i] * my.x[i][c]);
            dx_sum[i][c] += G * gain[i][c] * B[i];
            ddelta[i][c] += decayed * A_n + dgain * (step::euler ? Sum(1) : decay[i][c]);
            dA[c] += decayed * my.delta[i][c];
            if constexpr (!step::euler) dA[c] += dgain * step::gain_slope(my.delta[i][c], tile.A[n][c], decay[i][c]);
            g = my.begins(i) ? Sum(0) : G * decay[i][c];
          }
          if (threadIdx.x == 0) tile.g[n][c] = g;
        }
        tile.add_over_warp(dA, tile.dA[warp][n]);
#pragma unroll
        for (int i = 0; i < items; ++i)
          if (my.exists(i)) {
            part[i * shape::row_width + R + n] = dB[i];
            part[i * shape::row_width + R + N + n] = dC[i];
          }
      }

      Sum dbias[channels] = {}, dD[channels] = {};
#pragma unroll
      for (int i = 0; i < items; ++i)
#pragma unroll
        for (int c = 0; c < channels; ++c) {
          ddelta[i][c] *= -expm1(-my.delta[i][c]);  // softplus' slope is 1 - e^-softplus; 0 where masked
          tile.dv[threadIdx.x * items + i][c] = ddelta[i][c];
          dbias[c] += ddelta[i][c];
          dD[c] += tile.dy[i][c][threadIdx.x] * my.x[i][c];
          if (my.exists(i) && channel0 + c < E)
            dx[my.first + i][channel0 + c] = static_cast<typename DX::value_type>(dx_sum[i][c]);
        }
      tile.add_over_warp(dbias, tile.dbias[warp]);
      tile.add_over_warp(dD, tile.dD[warp]);
#pragma unroll
      for (int i = 0; i < items; ++i)
        for (int r = 0; r < R && my.exists(i); ++r) {
          Sum sum = 0;
#pragma unroll
          for (int c = 0; c < channels; ++c) sum += ddelta[i][c] * tile.dt_weight[r][c];
          part[i * shape::row_width + r] = sum;
        }
      __syncthreads();
      const int count = min(tokens, x.of.length - begin);
      for (int k = threadIdx.x; k < channels * R; k += shape::threads) {
        const int c = k / R, r = k % R;
        Sum sum = tile.ddt_weight[r][c];
        for (int t = 0; t < count; ++t)
          if (const int token = origin + begin + t; !x.of.keep || x.of.keep[token])
            sum += tile.dv[t][c] * static_cast<Sum>(row[token][r]);
        tile.ddt_weight[r][c] = sum;
      }
      __syncthreads();  // before the next tile comes
    }
    __syncthreads();  // an empty sequence hands its gradient through
    tile.store(tile.g, dat.initial ? dat.initial + state : nullptr, channel0);
    __syncthreads();  // before the next sequence comes
  }
  tile.store_sums(parts, blockIdx.y, channel0);
}

}  // namespace krait::kernel::detail
