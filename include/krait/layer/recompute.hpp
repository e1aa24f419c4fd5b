// krait/layer/recompute.hpp: a layer that keeps nothing: backward runs its forward again. Chen et al. 2016
// (arXiv:1604.06174).
#pragma once
#include <krait/core/carry.hpp>
#include <krait/core/checks.hpp>

namespace krait {

/// L with `saved` empty, at the price of a second forward. Gradients are bit-identical to L's. Carries what L carries.
template <class L>
requires(all_fit<fits_as_layer<L>>()) struct recompute {
  static constexpr int in = L::in, out = L::out, branches = branches_of<L>;
  static constexpr bool carries = carries_state<L>;
  template <class T> using weights = typename L::template weights<T>;
  template <class T, capacity Cap> struct saved { using inner = typename L::template saved<T, Cap>; };
  template <class T, capacity Cap> using state = state_of<L, T, Cap>;

  template <class B, class W, class T, class Saved, class... State>
  requires detail::forward_states<State...>
  static void forward(B& on, const W& w, rows<const T, in> x, rows<T, out> y, Saved&, State*... states) {
    scratch_frame frame(on);
    auto* kept = frame.template take<typename Saved::inner>(1);
    with_states([&](auto*... at) { L::forward(on, w, x, y, *kept, at...); }, states...);
  }
  template <class B, class W, class T, class Saved, class... State>
  requires detail::backward_states<State...>
  static void backward(B& on, const W& w, rows<const T, in> x, const Saved&, rows<const T, out> dy, rows<T, in> dx,
                       W& dw, State*... states) {
    scratch_frame frame(on);
    auto* again = frame.template take<typename Saved::inner>(1);
    const auto y = frame.template rows<T, out>(x.of);
    const auto back = [&](auto*... at) {
      if constexpr (sizeof...(at) == 0)
        L::forward(on, w, x, y, *again);
      else
        forward_from(on, w, x, y, *again, at...);
      L::backward(on, w, x, std::as_const(*again), dy, dx, dw, at...);
    };
    with_states(back, states...);
  }
  template <class B, class W, class T, class State>
  requires stateful_layer<L>
  static void step(B& on, const W& w, rows<const T, in> x, rows<T, out> y, State& s) { L::step(on, w, x, y, s); }
  template <class W> static void initialise(W& w, initialiser& at) { L::initialise(w, at); }

 private:
  /// Of a backward's states, forward takes the initial one; the final one is not asked for again.
  template <class B, class W, class T, class Inner, class Initial, class DFinal, class DInitial>
  static void forward_from(B& on, const W& w, rows<const T, in> x, rows<T, out> y, Inner& kept, const Initial* initial,
                           DFinal*, DInitial*) {
    L::forward(on, w, x, y, kept, initial, static_cast<Initial*>(nullptr));
  }
};

}  // namespace krait
