// krait/layer/linear.hpp: y = x weight^T + bias.
#pragma once
#include <krait/core/layer.hpp>
#include <krait/kernel/linear/linear.hpp>

namespace krait {

/// How a matrix begins.
enum class initial_weight {
  fan_in,          // U(-1, 1) / sqrt(in): PyTorch's Linear
  normal,          // N(0, 0.02): GPT-2
  normal_by_depth  // N(0, 0.02 / sqrt(depth)): GPT-2's last layer of a residual branch, depth counts the branches
};
/// How a bias begins.
enum class initial_bias { zero, fan_in };

struct linear_config {
  int in, out;
  bool bias = true;
  initial_weight weight = initial_weight::fan_in;
  initial_bias first_bias = initial_bias::zero;
};

/// (tokens, in) -> (tokens, out). No state: a step is forward on one row.
template <linear_config C> struct linear {
  static constexpr int in = C.in, out = C.out;
  static_assert(in > 0 && out > 0, "linear: both widths must be positive");
  template <class B> using op = kernel::linear<B, in, out>;

  template <class T> struct weights {
    using matrix = tensor<T, out, in>;
    using vector = tensor<T, C.bias ? out : 0>;
    BOOST_HANA_DEFINE_STRUCT(weights, (matrix, weight), (vector, bias));
  };
  template <class T, capacity> struct saved {};

  template <class B, class W, class T, int SX, int SY, class Saved>
  static void forward(B& on, const weights<W>& w, rows<const T, in, SX> x, rows<T, out, SY> y, Saved&) {
    op<B>::forward(on, w.weight, w.bias, x, y);
  }
  template <class B, class W, class T, class Saved>
  static void forward_onto(B& on, const weights<W>& w, rows<const T, in> x, rows<const T, out> base, rows<T, out> y,
                           Saved&) {
    op<B>::forward_onto(on, w.weight, w.bias, x, base, y);
  }
  template <class B, class W, class T, int SX, int SY, class Saved>
  static void backward(B& on, const weights<W>& w, rows<const T, in, SX> x, const Saved&, rows<const T, out, SY> dy,
                       rows<T, in, SX> dx, weights<W>& dw) {
    op<B>::backward_data(on, w.weight, dy, dx);
    op<B>::backward_weight(on, x, dy, dw.weight, dw.bias);
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    switch (C.weight) {
      case initial_weight::fan_in:
        at.fan_in(w.weight, in);
        break;
      case initial_weight::normal:
        at.normal(w.weight, 0.02);
        break;
      case initial_weight::normal_by_depth:
        at.normal(w.weight, 0.02 / std::sqrt(at.depth));
        break;
    }
    C.first_bias == initial_bias::zero ? at.constant(w.bias, 0) : at.fan_in(w.bias, in);
  }
};
static_assert(layer<linear<linear_config{8, 8}>>);

}  // namespace krait
