// benchmarks/device_costs.hpp: what a kernel must move and compute at a shape, from its types, and how long a device
// needs at least. Scalars are fp32. Counted are the algorithm's own needs: every input read once, every output written
// once, and what backward keeps.
#pragma once
#include <algorithm>
#include <krait/core/rows.hpp>
#include <krait/kernel/linear_attention/linear_attention.hpp>
#include <krait/kernel/selective_scan/selective_scan.hpp>
#include <string>

namespace krait::benchmark {

struct device_cost {
  std::string kernel;
  double bytes = 0;
  double flops = 0;
  double exps = 0;  // exponentials and their like, of the special function units
};

/// Peak rates of a device, from its maker's data sheets: memory, fp32 without tensor cores, and special functions (16 a
/// clock and multiprocessor).
struct device_peak {
  const char* name;
  double bytes, flops, exps;  // a second
};
inline constexpr device_peak device_peaks[] = {
    {"A100 SXM 80 GB", 2.039e12, 19.5e12, 16 * 108 * 1.41e9},
    {"H100 SXM", 3.35e12, 67e12, 16 * 132 * 1.98e9},
    {"H200", 4.8e12, 67e12, 16 * 132 * 1.98e9},
    {"B200", 8.0e12, 75e12, 16 * 148 * 1.98e9},
};

/// Seconds that a device needs at least, and for what.
struct device_bound {
  double seconds;
  const char* by;
};
inline device_bound bound(const device_cost& c, const device_peak& p) {
  const double memory = c.bytes / p.bytes, arithmetic = c.flops / p.flops, special = c.exps / p.exps;
  const double most = std::max({memory, arithmetic, special});
  return {most, most == memory ? "memory" : most == arithmetic ? "fp32" : "exp"};
}

namespace cost {

inline constexpr double scalar = sizeof(float);

template <kernel::scan_config C> device_cost scan_forward(sequences of) {
  const double tokens = of.tokens(), each = tokens * C.channels;
  const double states =
      static_cast<double>(of.count) * ((of.length - 1) / kernel::scan_tuning<C>::device_tile) * C.channels * C.d_state;
  return {"selective_scan forward", scalar * (4 * each + tokens * (C.dt_rank + 2 * C.d_state) + states),
          each * (2 * C.dt_rank + 7 * C.d_state + 6), each * (C.d_state + 3)};
}
template <kernel::scan_config C> device_cost scan_backward(sequences of) {
  const double tokens = of.tokens(), each = tokens * C.channels;
  const double states =
      static_cast<double>(of.count) * ((of.length - 1) / kernel::scan_tuning<C>::device_tile) * C.channels * C.d_state;
  return {"selective_scan backward", scalar * (7 * each + 2 * tokens * (C.dt_rank + 2 * C.d_state) + states),
          each * (6 * C.dt_rank + 23 * C.d_state + 16), each * (2 * C.d_state + 4)};
}
template <int Channels, int Width> device_cost conv_forward(sequences of) {
  const double each = static_cast<double>(of.tokens()) * Channels;
  return {"causal_conv1d forward", scalar * 2 * each, each * (2 * Width + 3), each};
}
template <int Channels, int Width> device_cost conv_backward(sequences of) {
  const double each = static_cast<double>(of.tokens()) * Channels;
  return {"causal_conv1d backward", scalar * 3 * each, each * (6 * Width + 8), each};
}
template <int Width> device_cost norm_forward(const char* name, sequences of) {
  const double each = static_cast<double>(of.tokens()) * Width;
  return {std::string(name) + " forward", scalar * 2 * each, 4 * each, 0};
}
template <int Width> device_cost norm_backward(const char* name, sequences of) {
  const double each = static_cast<double>(of.tokens()) * Width;
  return {std::string(name) + " backward", scalar * 3 * each, 9 * each, 0};
}
template <int In, int Out> device_cost product(const char* name, sequences of) {
  const double tokens = of.tokens();
  return {name, scalar * (tokens * (In + Out) + static_cast<double>(In) * Out), 2 * tokens * In * Out, 0};
}
/// Half of the scores are seen. Forward makes two products of them, backward five.
template <int Heads, int KvHeads, int HeadWidth> device_cost attention_forward(sequences of) {
  const double scores = 0.5 * of.count * Heads * static_cast<double>(of.length) * of.length;
  return {"attention forward", scalar * of.tokens() * 2. * (Heads + KvHeads) * HeadWidth, 4 * scores * HeadWidth,
          scores};
}
template <int Heads, int KvHeads, int HeadWidth> device_cost attention_backward(sequences of) {
  const double scores = 0.5 * of.count * Heads * static_cast<double>(of.length) * of.length;
  return {"attention backward", scalar * of.tokens() * 4. * (Heads + KvHeads) * HeadWidth, 10 * scores * HeadWidth,
          scores};
}
/// Operations a scalar of the state: forward 3 to renew it and 2 to read it; backward 3 to make it again, 2 for each of
/// dq, dk, dv, dg and dS, and 1 for the gate.
template <kernel::linear_attention_config C> double linear_attention_states(sequences of) {
  constexpr int tile = kernel::linear_attention_tuning<C>::device_tile;
  return static_cast<double>(of.count) * ((of.length - 1) / tile) * C.state_size();
}
template <kernel::linear_attention_config C> device_cost linear_attention_forward(sequences of) {
  const double tokens = of.tokens();
  return {"linear_attention forward",
          scalar * (tokens * (2 * C.keys() + 2 * C.values() + C.heads) + linear_attention_states<C>(of)),
          5 * tokens * C.state_size(), 0};
}
template <kernel::linear_attention_config C> device_cost linear_attention_backward(sequences of) {
  const double tokens = of.tokens();
  return {"linear_attention backward",
          scalar * (tokens * (4 * C.keys() + 3 * C.values() + 2 * C.heads) + linear_attention_states<C>(of)),
          14 * tokens * C.state_size(), 0};
}
template <int Classes> device_cost cross_entropy(sequences of) {
  const double each = static_cast<double>(of.tokens()) * Classes;
  return {"cross_entropy forward and backward", scalar * 3 * each, 8 * each, 2 * each};
}
inline device_cost adamw(double parameters) { return {"adamw", scalar * 7 * parameters, 14 * parameters, parameters}; }

}  // namespace cost

}  // namespace krait::benchmark
