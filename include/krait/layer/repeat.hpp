// krait/layer/repeat.hpp: N layers of one type, an array and a loop.
#pragma once
#include <algorithm>
#include <array>
#include <krait/core/carry.hpp>
#include <krait/core/checks.hpp>

namespace krait {

namespace detail {
/// Widths as arguments, so that the compiler's message shows them.
template <class L, int In = L::in, int Out = L::out> struct repeated_widths {
  static_assert(In == Out, "repeat: L takes In features and puts out Out, which must be as many");
};
}  // namespace detail

/// (tokens, width) -> (tokens, width) through N layers L, each with weights of its own, named 0 .. N-1. Carries what L
/// carries.
template <int N, class L>
requires(N > 0 && all_fit<fits_as_layer<L>>()) struct repeat {
  static_assert(sizeof(detail::repeated_widths<L>) > 0);
  static constexpr int in = L::in, out = L::out, count = N, branches = N * branches_of<L>;
  static constexpr bool carries = carries_state<L>;
  template <class T> using weights = std::array<typename L::template weights<T>, N>;
  template <class T, capacity Cap> struct saved {
    typename L::template saved<T, Cap> layers[N];
    activations<T, Cap, in> between[N > 1 ? N - 1 : 1];
  };
  template <class T, capacity Cap> struct state { state_of<L, T, Cap> layers[N]; };

  template <class B, class W, class T, class Saved, class... State>
  requires detail::forward_states<State...>
  static void forward(B& on, const W& w, rows<const T, in> x, rows<T, out> y, Saved& s, State*... states) {
    for (int i = 0; i < N; ++i) {
      rows<T, out> to = y;
      if constexpr (N > 1)
        if (i + 1 < N) to = s.between[i].of(x.of);
      with_states([&](auto*... at) { L::forward(on, w[i], x, to, s.layers[i], at...); }, layer_at(i, states)...);
      x = to;
    }
  }
  template <class B, class W, class T, class Saved, class... State>
  requires detail::backward_states<State...>
  static void backward(B& on, const W& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy, rows<T, in> dx,
                       W& dw, State*... states) {
    scratch_frame frame(on);
    rows<T, in> spare[2];
    if (N > 1)
      for (auto& buffer : spare) buffer = frame.template rows<T, in>(x.of);
    for (int i = N - 1; i >= 0; --i) {
      const rows<T, in> to = i > 0 ? spare[i % 2] : dx;
      rows<const T, in> from = x;
      if constexpr (N > 1)
        if (i > 0) from = s.between[i - 1].of(x.of);
      with_states([&](auto*... at) { L::backward(on, w[i], from, s.layers[i], dy, to, dw[i], at...); },
                  layer_at(i, states)...);
      dy = to;
    }
  }
  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const W& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    scratch_frame frame(on);
    rows<T, in> spare[2];
    for (auto& buffer : spare) buffer = frame.template rows<T, in>(x.of);
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

 private:
  template <class State> static auto* layer_at(int i, State* s) { return s ? s->layers + i : nullptr; }
};

}  // namespace krait
