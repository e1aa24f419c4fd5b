// krait/probe/probe.hpp: what probes see of a layer with a selective scan, whatever its kind: delta, A, B, C, D and the
// scan's inputs of one sequence. Taken from the layer's weights and from what its forward pass has saved.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <krait/core/aligned.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/selective_scan/selective_scan.hpp>
#include <krait/layer/mamba.hpp>
#include <krait/layer/selective_ssm.hpp>
#include <vector>

namespace krait::probe {

/// One sequence's run through a scan: h_t = decay h_{t-1} + gain B_t x_t, y_t = C_t . h_t + D x_t, before any output
/// gate. In double; not for hot paths.
struct scan_trace {
  int tokens = 0, channels = 0, states = 0;
  bool zero_order_hold = false;
  std::vector<double> delta = {};                   // (tokens, channels)
  std::vector<double> A = {};                       // (channels, states), negative
  std::vector<double> D = {};                       // (channels)
  std::vector<double> B = {}, C = {};               // (tokens, states)
  std::vector<double> x = {};                       // (tokens, channels)
  std::vector<std::uint8_t> start = {}, kept = {};  // (tokens): state reset before it; looked at at all

  /// What is left of state n of channel e when token t has come, 0 .. 1. A masked token leaves all.
  double decay(int t, int e, int n) const {
    if (start[at(t)]) return 0;
    return kept[at(t)] ? std::exp(delta[at(t, e, channels)] * A[at(e, n, states)]) : 1;
  }
  /// What B_t x_t is multiplied by.
  double gain(int t, int e, int n) const {
    if (!kept[at(t)]) return 0;
    const double d = delta[at(t, e, channels)], a = A[at(e, n, states)];
    return zero_order_hold ? std::expm1(d * a) / a : d;
  }
  double B_at(int t, int n) const { return B[at(t, n, states)]; }
  double C_at(int t, int n) const { return C[at(t, n, states)]; }

 private:
  static std::size_t at(int i, int j = 0, int width = 1) {
    return static_cast<std::size_t>(i) * static_cast<std::size_t>(width) + static_cast<std::size_t>(j);
  }
};

namespace detail {
/// x (tokens, E) and row = [dt_r | B | C] as the kernel takes them.
template <kernel::scan_config C, class T, int SX, int SR>
scan_trace trace(const kernel::scan_weights<T, C>& w, rows<const T, C.channels, SX> x,
                 rows<const T, C.dt_rank + 2 * C.d_state, SR> row, int sequence) {
  constexpr int E = C.channels, N = C.d_state, R = C.dt_rank;
  scan_trace s{.tokens = x.of.length,
               .channels = E,
               .states = N,
               .zero_order_hold = C.b == kernel::discretisation::zero_order_hold};
  for (int i = 0; i < E * N; ++i) s.A.push_back(-std::exp(static_cast<double>(w.A_log[i])));
  for (int e = 0; e < E; ++e) s.D.push_back(static_cast<double>(w.D[e]));
  for (int i = 0; i < x.of.length; ++i) {
    const int t = sequence * x.of.length + i;
    s.start.push_back(x.of.starts && x.of.starts[t]);
    s.kept.push_back(!x.of.keep || x.of.keep[t]);
    for (int e = 0; e < E; ++e) {
      double v = static_cast<double>(w.dt_bias[e]);
      for (int r = 0; r < R; ++r) v += static_cast<double>(w.dt_weight[e * R + r]) * static_cast<double>(row[t][r]);
      s.delta.push_back(v > 0 ? v + std::log1p(std::exp(-v)) : std::log1p(std::exp(v)));
      s.x.push_back(static_cast<double>(x[t][e]));
    }
    for (int n = 0; n < N; ++n) {
      s.B.push_back(static_cast<double>(row[t][R + n]));
      s.C.push_back(static_cast<double>(row[t][R + N + n]));
    }
  }
  return s;
}
}  // namespace detail

/// How the trace is found in a layer L: specialise it for a layer of your own with
///   static scan_trace trace(const L::weights<T>&, const saved&, rows<const T, L::in> input, int sequence)
/// where `saved` is what forward has left for this input.
template <class L> struct scan_of;

template <mamba_config C> struct scan_of<mamba<C>> {
  template <class T, class Saved>
  static scan_trace trace(const typename mamba<C>::template weights<T>& w, const Saved& s, rows<const T, C.d_model> u,
                          int sequence) {
    const kernel::scan_weights<T, C.scan()> scan{w.dt_proj.weight, w.dt_proj.bias, w.A_log, w.D};
    return detail::trace<C.scan()>(scan, s.x.of(u.of), s.row.of(u.of), sequence);
  }
};

template <selective_ssm_config C> struct scan_of<selective_ssm<C>> {
  template <class T, class Saved>
  static scan_trace trace(const typename selective_ssm<C>::template weights<T>& w, const Saved& s,
                          rows<const T, C.d_model> u, int sequence) {
    const auto fixed = make_heap<typename selective_ssm<C>::template fixed_parameters<T>>();
    selective_ssm<C>::fix(*fixed);
    return detail::trace<C.scan()>(selective_ssm<C>::scan_weights(w, *fixed), u, s.row.of(u.of), sequence);
  }
};

/// A layer whose scan can be seen.
template <class L>
concept scan_layer = requires(const typename L::template weights<float>& w,
                              const typename L::template saved<float, capacity{1, 1}>& s, rows<const float, L::in> u) {
  scan_of<L>::trace(w, s, u, 0);
};

}  // namespace krait::probe
