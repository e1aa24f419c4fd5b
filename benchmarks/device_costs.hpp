// benchmarks/device_costs.hpp: what a kernel must move and compute at a shape, from its types, and how long a device
// needs at least. Activations are T, fp32 or bf16; weights and what is kept in between are fp32. Counted are the
// algorithm's own needs: every input read once, every output written once, and what backward keeps.
#pragma once
#include <algorithm>
#include <krait/core/bfloat16.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/linear_attention/linear_attention.hpp>
#include <krait/kernel/selective_scan/device_policy.hpp>
#include <string>
#include <type_traits>
#include <utility>

namespace krait::benchmark {

struct device_cost {
  std::string kernel;
  const char* scalar;  // of the activations
  double bytes = 0;
  double flops = 0;
  double exps = 0;  // exponentials and their like, of the special function units
  bool tensor_cores = false;
};

/// Peak rates of a device, from its maker's data sheets: memory, fp32 without tensor cores, bf16 with them (dense), and
/// special functions (16 a clock and multiprocessor).
struct device_peak {
  const char* name;
  double bytes, flops, tensor_flops, exps;  // a second
};
inline constexpr device_peak device_peaks[] = {
    {"A100 SXM 80 GB", 2.039e12, 19.5e12, 312e12, 16 * 108 * 1.41e9},
    {"H100 SXM", 3.35e12, 67e12, 989e12, 16 * 132 * 1.98e9},
    {"H200", 4.8e12, 67e12, 989e12, 16 * 132 * 1.98e9},
    {"B200", 8.0e12, 75e12, 2250e12, 16 * 148 * 1.98e9},
};

/// Seconds that a device needs at least, and for what.
struct device_bound {
  double seconds;
  const char* by;
};
inline device_bound bound(const device_cost& c, const device_peak& p) {
  const double memory = c.bytes / p.bytes, arithmetic = c.flops / (c.tensor_cores ? p.tensor_flops : p.flops),
               special = c.exps / p.exps;
  const double most = std::max({memory, arithmetic, special});
  return {most, most == memory ? "memory" : most == arithmetic ? (c.tensor_cores ? "bf16" : "fp32") : "exp"};
}

/// Costs with activations of T.
template <class T> struct cost {
  static constexpr bool half = std::is_same_v<T, bfloat16>;

  /// In the form that a batch of this size takes.
  template <kernel::scan_config C> static device_cost scan_forward(sequences of) {
    const double tokens = of.tokens(), each = tokens * C.channels;
    return made("selective_scan forward" + scan_form<C>(of), 4 * each + tokens * (C.dt_rank + 2 * C.d_state),
                scan_states<C>(of), each * (2 * C.dt_rank + 7 * C.d_state + 6), each * (C.d_state + 3));
  }
  template <kernel::scan_config C> static device_cost scan_backward(sequences of) {
    const double tokens = of.tokens(), each = tokens * C.channels;
    return made("selective_scan backward" + scan_form<C>(of), 7 * each + 2 * tokens * (C.dt_rank + 2 * C.d_state),
                scan_states<C>(of), each * (6 * C.dt_rank + 23 * C.d_state + 16), each * (2 * C.d_state + 4));
  }
  template <int Channels, int Width> static device_cost conv_forward(sequences of) {
    const double each = static_cast<double>(of.tokens()) * Channels;
    return made("causal_conv1d forward", 2 * each, 0, each * (2 * Width + 3), each);
  }
  template <int Channels, int Width> static device_cost conv_backward(sequences of) {
    const double each = static_cast<double>(of.tokens()) * Channels;
    return made("causal_conv1d backward", 3 * each, 0, each * (6 * Width + 8), each);
  }
  template <int Width> static device_cost norm_forward(const char* name, sequences of) {
    const double each = static_cast<double>(of.tokens()) * Width;
    return made(std::string(name) + " forward", 2 * each, 0, 4 * each, 0);
  }
  template <int Width> static device_cost norm_backward(const char* name, sequences of) {
    const double each = static_cast<double>(of.tokens()) * Width;
    return made(std::string(name) + " backward", 3 * each, 0, 9 * each, 0);
  }
  template <int In, int Out> static device_cost product(const char* name, sequences of) {
    const double tokens = of.tokens();
    device_cost c = made(name, tokens * (In + Out), static_cast<double>(In) * Out, 2 * tokens * In * Out, 0);
    c.tensor_cores = half;
    return c;
  }
  /// Half of the scores are seen. Forward makes two products of them, backward five.
  template <int Heads, int KvHeads, int HeadWidth> static device_cost attention_forward(sequences of) {
    const double scores = 0.5 * of.count * Heads * static_cast<double>(of.length) * of.length;
    return made("attention forward", of.tokens() * 2. * (Heads + KvHeads) * HeadWidth, 0, 4 * scores * HeadWidth,
                scores);
  }
  template <int Heads, int KvHeads, int HeadWidth> static device_cost attention_backward(sequences of) {
    const double scores = 0.5 * of.count * Heads * static_cast<double>(of.length) * of.length;
    return made("attention backward", of.tokens() * 4. * (Heads + KvHeads) * HeadWidth, 0, 10 * scores * HeadWidth,
                scores);
  }
  /// Operations a scalar of the state: forward 3 to renew it and 2 to read it; backward 3 to make it again, 2 for each
  /// of dq, dk, dv, dg and dS, and 1 for the gate.
  template <kernel::linear_attention_config C> static device_cost linear_attention_forward(sequences of) {
    const double tokens = of.tokens();
    return made("linear_attention forward", tokens * (2 * C.keys() + 2 * C.values() + C.heads),
                linear_attention_states<C>(of), 5 * tokens * C.state_size(), 0);
  }
  template <kernel::linear_attention_config C> static device_cost linear_attention_backward(sequences of) {
    const double tokens = of.tokens();
    return made("linear_attention backward", tokens * (4 * C.keys() + 3 * C.values() + 2 * C.heads),
                linear_attention_states<C>(of), 14 * tokens * C.state_size(), 0);
  }
  template <int Classes> static device_cost cross_entropy(sequences of) {
    const double each = static_cast<double>(of.tokens()) * Classes;
    return made("cross_entropy forward and backward", 3 * each, 0, 8 * each, 2 * each);
  }
  static device_cost adamw(double parameters) { return made("adamw", 0, 7 * parameters, 14 * parameters, parameters); }

 private:
  /// From scalars of T and of fp32.
  static device_cost made(std::string kernel, double rows, double kept, double flops, double exps) {
    return {std::move(kernel), half ? "bf16" : "fp32", sizeof(T) * rows + sizeof(float) * kept, flops, exps};
  }
  template <kernel::scan_config C> static std::string scan_form(sequences of) {
    switch (kernel::scan_policy<C>::form({of.count, of.length})) {
      case kernel::scan_form::block:
        return ", block";
      case kernel::scan_form::chained:
        return ", chained";
      default:
        return "";
    }
  }
  template <kernel::scan_config C> static double scan_states(sequences of) {
    using over_time = kernel::scan_block_tuning<C>;
    const bool block = kernel::scan_policy<C>::form({of.count, of.length}) == kernel::scan_form::block;
    const int tile = block ? over_time::threads * over_time::items : kernel::scan_tuning<C>::device_tile;
    return static_cast<double>(of.count) * ((of.length - 1) / tile) * C.channels * C.d_state;
  }
  template <kernel::linear_attention_config C> static double linear_attention_states(sequences of) {
    constexpr int tile = kernel::linear_attention_tuning<C>::device_tile;
    return static_cast<double>(of.count) * ((of.length - 1) / tile) * C.state_size();
  }
};

}  // namespace krait::benchmark
