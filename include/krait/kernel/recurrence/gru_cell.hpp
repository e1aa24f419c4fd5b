// krait/kernel/recurrence/gru_cell.hpp: Cho et al. 2014 (arXiv:1406.1078) in PyTorch's form, whose reset gate is
// multiplied by what the weights make of h.
#pragma once
#include <krait/kernel/recurrence/recurrence.hpp>

namespace krait::kernel {

/// r, z = sigmoid(x's share + h's);  n = tanh(x's share + r h's)
/// h = (1 - z) n + z h
struct gru_cell {
  static constexpr int gates = 3;  // r, z, n
  static constexpr bool memory = false;

  /// `kept`: h's share of n.
  template <class M, class T>
  static void forward(const cell_value<M, T>* of_x, const cell_value<M, T>* of_h, cell_value<M, T>& h,
                      cell_value<M, T>& /*c*/, cell_value<M, T>* gate, cell_value<M, T>& kept) {
    for (const int k : {0, 1}) gate[k] = M::sigmoid(of_x[k] + of_h[k]);
    gate[2] = M::tanh(of_x[2] + gate[0] * of_h[2]);
    h = (T(1) - gate[1]) * gate[2] + gate[1] * h;
    kept = of_h[2];
  }
  /// dh: in h after the token, then in h before it, past the gates.
  template <class M, class T>
  static void backward(const cell_value<M, T>* gate, cell_value<M, T> kept, cell_value<M, T> h_before,
                       cell_value<M, T> /*c_before*/, cell_value<M, T>& dh, cell_value<M, T>& /*dc*/,
                       cell_value<M, T>* of_x, cell_value<M, T>* of_h) {
    const auto r = gate[0], z = gate[1], n = gate[2];
    of_x[2] = dh * (T(1) - z) * (T(1) - n * n);
    of_h[2] = of_x[2] * r;
    of_x[0] = of_h[0] = of_x[2] * kept * r * (T(1) - r);
    of_x[1] = of_h[1] = dh * (h_before - n) * z * (T(1) - z);
    dh = dh * z;
  }
};

}  // namespace krait::kernel
