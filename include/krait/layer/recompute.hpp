// krait/layer/recompute.hpp: a layer that keeps nothing: backward runs its forward again. Chen et al. 2016
// (arXiv:1604.06174).
#pragma once
#include <krait/core/layer.hpp>

namespace krait {

/// L with `saved` empty, at the price of a second forward. Gradients are bit-identical to L's.
template <layer L> struct recompute {
  static constexpr int in = L::in, out = L::out, branches = branches_of<L>;
  template <class T> using weights = typename L::template weights<T>;
  template <class T, capacity Cap> struct saved { using inner = typename L::template saved<T, Cap>; };
  template <class T, capacity Cap> using state = state_of<L, T, Cap>;

  template <class B, class W, class T, class Saved>
  static void forward(B& on, const W& w, rows<const T, in> x, rows<T, out> y, Saved&) {
    typename decltype(on.scratch)::frame frame(on.scratch);
    L::forward(on, w, x, y, *frame.template take<typename Saved::inner>(1));
  }
  template <class B, class W, class T, class Saved>
  static void backward(B& on, const W& w, rows<const T, in> x, const Saved&, rows<const T, out> dy, rows<T, in> dx,
                       W& dw) {
    typename decltype(on.scratch)::frame frame(on.scratch);
    auto* again = frame.template take<typename Saved::inner>(1);
    const rows<T, out> y{frame.template take<T>(x.tokens() * row_stride(out)), x.of};
    L::forward(on, w, x, y, *again);
    L::backward(on, w, x, std::as_const(*again), dy, dx, dw);
  }
  template <class B, class W, class T, class State>
  requires stateful_layer<L>
  static void step(B& on, const W& w, rows<const T, in> x, rows<T, out> y, State& s) { L::step(on, w, x, y, s); }
  template <class W> static void initialise(W& w, initialiser& at) { L::initialise(w, at); }
};

}  // namespace krait
