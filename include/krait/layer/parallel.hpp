// krait/layer/parallel.hpp: y = First(x) + Second(x): attention and feed-forward side by side, as in GPT-J and Phi.
// Wang & Komatsuzaki 2021 (GPT-J); Chowdhery et al. 2022 (arXiv:2204.02311), section 2.
#pragma once
#include <krait/core/carry.hpp>
#include <krait/core/checks.hpp>
#include <krait/kernel/add/add.hpp>

namespace krait {

namespace detail {
/// Widths as arguments, so that the compiler's message shows them.
template <class First, class Second, int In = First::in, int Out = First::out, int OtherIn = Second::in,
          int OtherOut = Second::out>
struct side_by_side {
  static_assert(
      In == OtherIn && Out == OtherOut,
      "parallel: First takes In features and puts out Out, Second OtherIn and OtherOut, which must be as many");
};
}  // namespace detail

/// (tokens, in) -> (tokens, out). Its weights are named 0 and 1. Carries what both carry.
template <class First, class Second>
requires(all_fit<fits_as_layer<First>, fits_as_layer<Second>>()) struct parallel {
  static_assert(sizeof(detail::side_by_side<First, Second>) > 0);
  static constexpr int in = First::in, out = First::out;
  static constexpr bool carries = carries_state<First> && carries_state<Second>;
  template <class T>
  using weights = weights_list<typename First::template weights<T>, typename Second::template weights<T>>;
  template <class T, capacity Cap> struct saved {
    typename First::template saved<T, Cap> first;
    typename Second::template saved<T, Cap> second;
  };
  template <class T, capacity Cap> struct state {
    [[no_unique_address]] state_of<First, T, Cap> first;
    [[no_unique_address]] state_of<Second, T, Cap> rest;
  };

  template <class B, class W, class T, class Saved, class... State>
  requires detail::forward_states<State...>
  static void forward(B& on, const W& w, rows<const T, in> x, rows<T, out> y, Saved& s, State*... states) {
    scratch_frame frame(on);
    const auto other = frame.template rows<T, out>(x.of);
    with_states([&](auto*... at) { First::forward(on, w.first, x, y, s.first, at...); }, first_of(states)...);
    with_states([&](auto*... at) { Second::forward(on, w.rest.first, x, other, s.second, at...); }, rest_of(states)...);
    kernel::add<B, out>::forward(on, rows<const T, out>(y), rows<const T, out>(other), y);
  }
  template <class B, class W, class T, class Saved, class... State>
  requires detail::backward_states<State...>
  static void backward(B& on, const W& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy, rows<T, in> dx,
                       W& dw, State*... states) {
    scratch_frame frame(on);
    const auto other = frame.template rows<T, in>(x.of);
    with_states([&](auto*... at) { First::backward(on, w.first, x, s.first, dy, dx, dw.first, at...); },
                first_of(states)...);
    with_states([&](auto*... at) { Second::backward(on, w.rest.first, x, s.second, dy, other, dw.rest.first, at...); },
                rest_of(states)...);
    kernel::add<B, in>::forward(on, rows<const T, in>(dx), rows<const T, in>(other), dx);
  }
  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const W& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    scratch_frame frame(on);
    const auto other = frame.template rows<T, out>(x.of);
    step_of<Cap, First>(on, w.first, x, y, s.first);
    step_of<Cap, Second>(on, w.rest.first, x, other, s.rest);
    kernel::add<B, out>::forward(on, rows<const T, out>(y), rows<const T, out>(other), y);
  }
  template <class W> static void initialise(W& w, initialiser& at) {
    First::initialise(w.first, at);
    Second::initialise(w.rest.first, at);
  }

 private:
  template <class State> static auto* first_of(State* s) { return s ? &s->first : nullptr; }
  template <class State> static auto* rest_of(State* s) { return s ? &s->rest : nullptr; }
};

}  // namespace krait
