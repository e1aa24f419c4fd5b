// krait/layer/chain.hpp: layers one after another, each taking what the one before puts out.
#pragma once
#include <array>
#include <krait/core/carry.hpp>
#include <krait/core/checks.hpp>

namespace krait {

namespace detail {
/// Widths as arguments, so that the compiler's message shows them.
template <int Place, class First, class Second, int Out = First::out, int In = Second::in> struct joint {
  static_assert(Out == In, "chain: layer Place puts out First::out features, the next one takes Second::in");
};
template <int Place, class... L> struct joints {};
template <int Place, class First, class Second, class... Rest>
struct joints<Place, First, Second, Rest...> : joint<Place, First, Second>, joints<Place + 1, Second, Rest...> {};

/// What layers First, Rest... keep: their own `saved`, and the rows between them.
template <class T, capacity Cap, class First, class... Rest> struct chain_saved {
  typename First::template saved<T, Cap> first;
  activations<T, Cap, First::out> between;
  chain_saved<T, Cap, Rest...> rest;
};
template <class T, capacity Cap, class Only> struct chain_saved<T, Cap, Only> {
  typename Only::template saved<T, Cap> first;
};
/// In the place of no_state: empty members of one type would each take room.
template <class First, class... Rest> struct nothing {};
template <class T, capacity Cap, class First, class... Rest>
using chain_part = std::conditional_t<stateful_layer<First>, state_of<First, T, Cap>, nothing<First, Rest...>>;
template <class T, capacity Cap, class First, class... Rest> struct chain_state {
  [[no_unique_address]] chain_part<T, Cap, First, Rest...> first;
  [[no_unique_address]] chain_state<T, Cap, Rest...> rest;
};
template <class T, capacity Cap, class Only> struct chain_state<T, Cap, Only> {
  [[no_unique_address]] chain_part<T, Cap, Only> first;
};
}  // namespace detail

/// (tokens, First::in) -> (tokens, Last::out). Its weights are named 0, 1, 2, ... Carries the states of all its layers.
template <class... L>
requires(sizeof...(L) > 0 && all_fit<fits_as_layer<L>...>()) struct chain {
 private:
  static_assert(sizeof(detail::joints<0, L...>) > 0);
  template <class First, class... Rest> static constexpr int in_of() { return First::in; }
  static constexpr int out_of() {
    int last = 0;
    ((last = L::out), ...);
    return last;
  }

 public:
  static constexpr int in = in_of<L...>(), out = out_of();
  static constexpr bool carries = (carries_state<L> && ...);
  static constexpr int branches = (branches_of<L> + ...);
  template <class T> using weights = weights_list<typename L::template weights<T>...>;
  template <class T, capacity Cap> using saved = detail::chain_saved<T, Cap, L...>;
  template <class T, capacity Cap> struct state { detail::chain_state<T, Cap, L...> layers; };

  template <class B, class W, class T, class Saved, class... State>
  requires detail::forward_states<State...>
  static void forward(B& on, const W& w, rows<const T, in> x, rows<T, out> y, Saved& s, State*... states) {
    forward_from<L...>(on, w, x, y, s, layers_of(states)...);
  }
  template <class B, class W, class T, class Saved, class... State>
  requires detail::backward_states<State...>
  static void backward(B& on, const W& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy, rows<T, in> dx,
                       W& dw, State*... states) {
    backward_from<L...>(on, w, x, s, dy, dx, dw, layers_of(states)...);
  }
  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const W& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    step_from<Cap, L...>(on, w, x, y, s.layers);
  }
  template <class W> static void initialise(W& w, initialiser& at) { initialise_from<L...>(w, at); }

 private:
  template <class State> static auto* layers_of(State* s) { return s ? &s->layers : nullptr; }
  template <class State> static auto* first_of(State* s) { return s ? &s->first : nullptr; }
  template <class State> static auto* rest_of(State* s) { return s ? &s->rest : nullptr; }

  template <class First, class... Rest, class B, class W, class T, class Saved, class... State>
  static void forward_from(B& on, const W& w, rows<const T, First::in> x, rows<T, out> y, Saved& s, State*... states) {
    const auto first = [&](rows<T, First::out> to) {
      with_states([&](auto*... at) { First::forward(on, w.first, x, to, s.first, at...); }, first_of(states)...);
    };
    if constexpr (sizeof...(Rest) == 0) {
      first(y);
    } else {
      first(s.between.of(x.of));
      forward_from<Rest...>(on, w.rest, std::as_const(s.between).of(x.of), y, s.rest, rest_of(states)...);
    }
  }
  template <class First, class... Rest, class B, class W, class T, class Saved, class... State>
  static void backward_from(B& on, const W& w, rows<const T, First::in> x, const Saved& s, rows<const T, out> dy,
                            rows<T, First::in> dx, W& dw, State*... states) {
    const auto first = [&](rows<const T, First::out> d) {
      with_states([&](auto*... at) { First::backward(on, w.first, x, s.first, d, dx, dw.first, at...); },
                  first_of(states)...);
    };
    if constexpr (sizeof...(Rest) == 0) {
      first(dy);
    } else {
      scratch_frame frame(on);
      const auto dbetween = frame.template rows<T, First::out>(x.of);
      backward_from<Rest...>(on, w.rest, s.between.of(x.of), s.rest, dy, dbetween, dw.rest, rest_of(states)...);
      first(dbetween);
    }
  }
  template <capacity Cap, class First, class... Rest, class B, class W, class T, class State>
  static void step_from(B& on, const W& w, rows<const T, First::in> x, rows<T, out> y, State& s) {
    if constexpr (sizeof...(Rest) == 0) {
      step_of<Cap, First>(on, w.first, x, y, s.first);
    } else {
      scratch_frame frame(on);
      const auto between = frame.template rows<T, First::out>(x.of);
      step_of<Cap, First>(on, w.first, x, between, s.first);
      step_from<Cap, Rest...>(on, w.rest, rows<const T, First::out>(between), y, s.rest);
    }
  }
  template <class First, class... Rest, class W> static void initialise_from(W& w, initialiser& at) {
    First::initialise(w.first, at);
    if constexpr (sizeof...(Rest) > 0) initialise_from<Rest...>(w.rest, at);
  }
};

}  // namespace krait
