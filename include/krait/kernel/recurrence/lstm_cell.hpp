// krait/kernel/recurrence/lstm_cell.hpp: Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000; gates
// in PyTorch's order.
#pragma once
#include <krait/kernel/recurrence/recurrence.hpp>

namespace krait::kernel {

/// i, f, o = sigmoid(x's share + h's);  g = tanh(x's share + h's)
/// c = f c + i g;  h = o tanh(c)
struct lstm_cell {
  static constexpr int gates = 4;  // i, f, g, o
  static constexpr bool memory = true;

  /// `kept`: c after the token.
  template <class M, class T>
  static void forward(const cell_value<M, T>* of_x, const cell_value<M, T>* of_h, cell_value<M, T>& h,
                      cell_value<M, T>& c, cell_value<M, T>* gate, cell_value<M, T>& kept) {
    for (const int k : {0, 1, 3}) gate[k] = M::sigmoid(of_x[k] + of_h[k]);
    gate[2] = M::tanh(of_x[2] + of_h[2]);
    c = gate[1] * c + gate[0] * gate[2];
    h = gate[3] * M::tanh(c);
    kept = c;
  }
  /// dc: after the token, then before it. dh: in h before, past the gates: none.
  template <class M, class T>
  static void backward(const cell_value<M, T>* gate, cell_value<M, T> kept, cell_value<M, T> /*h_before*/,
                       cell_value<M, T> c_before, cell_value<M, T>& dh, cell_value<M, T>& dc, cell_value<M, T>* of_x,
                       cell_value<M, T>* of_h) {
    const auto i = gate[0], f = gate[1], g = gate[2], o = gate[3], t = M::tanh(kept);
    dc = dc + dh * o * (T(1) - t * t);
    of_x[0] = dc * g * i * (T(1) - i);
    of_x[1] = dc * c_before * f * (T(1) - f);
    of_x[2] = dc * i * (T(1) - g * g);
    of_x[3] = dh * t * o * (T(1) - o);
    for (int k = 0; k < gates; ++k) of_h[k] = of_x[k];
    dc = dc * f;
    dh = cell_value<M, T>{};
  }
};

}  // namespace krait::kernel
