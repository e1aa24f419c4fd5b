// krait/layer/positions.hpp: learned positions, y = x + weight[position of the token in its text]. GPT-2's wpe.
#pragma once
#include <krait/core/error.hpp>
#include <krait/core/layer.hpp>
#include <string>

namespace krait {

struct positions_config {
  int length;               // positions there are
  double deviation = 0.02;  // of the first values: GPT-2 0.02, PyTorch's Embedding 1
};

/// (tokens, Width) -> (tokens, Width). Positions count from the start of a packed text; masked tokens take none
/// and pass through.
template <int Width, positions_config C> struct learned_positions {
  static constexpr int in = Width, out = Width;
  template <class T> struct weights {
    using matrix = tensor<T, C.length, Width>;
    BOOST_HANA_DEFINE_STRUCT(weights, (matrix, weight));
  };
  template <class T, capacity> struct saved {};
  /// Tokens so far of each sequence.
  template <class T, capacity Cap> struct state { int position[Cap.sequences]; };

  template <class B, class T, class Saved>
  static void forward(B&, const weights<T>& w, rows<const T, in> x, rows<T, out> y, Saved&) {
    each(x.of, [&](int t, int p) {
      for (int i = 0; i < Width; ++i) y[t][i] = x[t][i] + (p == none ? T(0) : w.weight[p * Width + i]);
    });
  }
  template <class B, class T, class Saved>
  static void backward(B&, const weights<T>&, rows<const T, in> x, const Saved&, rows<const T, out> dy, rows<T, in> dx,
                       weights<T>& dw) {
    each(x.of, [&](int t, int p) {
      for (int i = 0; i < Width; ++i) {
        if (p != none) dw.weight[p * Width + i] += dy[t][i];
        dx[t][i] = dy[t][i];
      }
    });
  }
  template <class B, class T, capacity Cap>
  static void step(B&, const weights<T>& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    for (int t = 0; t < x.tokens(); ++t) {
      const int p = checked(s.position[t]++);
      for (int i = 0; i < Width; ++i) y[t][i] = x[t][i] + w.weight[p * Width + i];
    }
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) { at.normal(w.weight, C.deviation); }

 private:
  static int checked(int position) {
    if (position >= C.length)
      throw data_error("A text of " + std::to_string(position + 1) + " tokens meets a model of " +
                       std::to_string(C.length) + " learned positions; shorten it or give the model more.");
    return position;
  }
  static constexpr int none = -1;
  /// f(token, position), none for a masked token.
  template <class F> static void each(sequences of, F&& f) {
    for (int s = 0; s < of.count; ++s) {
      int p = 0;
      for (int t = s * of.length; t < (s + 1) * of.length; ++t) {
        if (of.starts && of.starts[t]) p = 0;
        f(t, of.keep && !of.keep[t] ? none : checked(p++));
      }
    }
  }
};
static_assert(stateful_layer<learned_positions<8, positions_config{4}>>);

}  // namespace krait
