// krait/layer/repeat.hpp: N layers of one type, an array and a loop.
#pragma once
#include <algorithm>
#include <array>
#include <krait/core/layer.hpp>

namespace krait {

namespace detail {
/// Widths as arguments, so that the compiler's message shows them.
template <class L, int In = L::in, int Out = L::out> struct repeated_widths {
  static_assert(In == Out, "repeat: L takes In features and puts out Out, which must be as many");
};
}  // namespace detail

/// (tokens, width) -> (tokens, width) through N layers L, each with weights of its own, named 0 .. N-1.
template <int N, layer L>
requires(N > 0) struct repeat {
  static_assert(sizeof(detail::repeated_widths<L>) > 0);
  static constexpr int in = L::in, out = L::out, count = N, branches = N * branches_of<L>;
  template <class T> using weights = std::array<typename L::template weights<T>, N>;
  template <class T, capacity Cap> struct saved {
    typename L::template saved<T, Cap> layers[N];
    activations<T, Cap, in> between[N > 1 ? N - 1 : 1];
  };
  template <class T, capacity Cap> struct state { state_of<L, T, Cap> layers[N]; };

  template <class B, class W, class T, class Saved>
  static void forward(B& on, const W& w, rows<const T, in> x, rows<T, out> y, Saved& s) {
    for (int i = 0; i < N; ++i) {
      const rows<T, out> to = i + 1 < N ? s.between[i].of(x.of) : y;
      L::forward(on, w[i], x, to, s.layers[i]);
      x = to;
    }
  }
  template <class B, class W, class T, class Saved>
  static void backward(B& on, const W& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy, rows<T, in> dx,
                       W& dw) {
    typename decltype(on.scratch)::frame frame(on.scratch);
    rows<T, in> spare[2];
    for (auto& buffer : spare) buffer = {N > 1 ? frame.template take<T>(x.tokens() * row_stride(in)) : nullptr, x.of};
    for (int i = N - 1; i >= 0; --i) {
      const rows<T, in> to = i > 0 ? spare[i % 2] : dx;
      L::backward(on, w[i], i > 0 ? s.between[i - 1].of(x.of) : x, s.layers[i], dy, to, dw[i]);
      dy = to;
    }
  }
  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const W& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    typename decltype(on.scratch)::frame frame(on.scratch);
    rows<T, in> spare[2];
    for (auto& buffer : spare) buffer = {frame.template take<T>(x.tokens() * row_stride(in)), x.of};
    for (int i = 0; i < N; ++i) {
      const rows<T, out> to = i + 1 < N ? spare[i % 2] : y;
      step_of<Cap, L>(on, w[i], x, to, s.layers[i]);
      x = to;
    }
  }
  /// at.depth becomes the residual branches of this stack (where L counts none, its layers), or of the one around it.
  template <class W> static void initialise(W& w, initialiser& at) {
    const int outer = at.depth;
    at.depth = std::max(outer, N * std::max(1, branches_of<L>));
    for (auto& layer : w) L::initialise(layer, at);
    at.depth = outer;
  }
};

}  // namespace krait
